/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contacts/review.h"

#include "base/fault.h"
#include "contacts/contact_rows.h"

static int note(Revision *revision, gpointer data, GError **error) {
  gint64 contact = *(const gint64 *)data;
  g_autoptr(ContactVersion) version = NULL;
  int r = contact_rows_load_visible(revision, contact, &version, error);
  if (r == 0 && version->card->standing == CONTACT_ERASED)
    r = fault(error, FAULT_RULE, "the contact was erased at its wish; there is nothing to look at");
  if (r == 0)
    r = link_run(revision->link, error,
                 "INSERT INTO contact_reviews (contact, reviewed_at, reviewed_by) VALUES (?1, ?2, ?3)"
                 " ON CONFLICT (contact) DO UPDATE SET reviewed_at = excluded.reviewed_at,"
                 " reviewed_by = excluded.reviewed_by",
                 "iit", contact, revision->now, revision->user);
  if (r >= 0)
    revision_note(revision, ENTRY_CONTACT_REVIEWED, contact, g_strdup("seen to be right"));
  return MIN(r, 0);
}

int review_note(const Contacts *contacts, const Actor *actor, gint64 contact, GError **error) {
  return revision_by_hand(contacts, actor, note, &contact, error);
}

int review_last(Link *link, gint64 contact, gint64 *ret_at, char **ret_by, GError **error) {
  g_autoptr(Statement) s = NULL;
  *ret_at = 0;
  *ret_by = NULL;
  int r = link_query(link, &s, error,
                     "SELECT reviewed_at, reviewed_by FROM contact_reviews WHERE contact = ?1", "i", contact);
  if (r == 0 && (r = statement_step(s, error)) > 0) {
    *ret_at = statement_int(s, 0);
    *ret_by = g_strdup(statement_text(s, 1));
    r = 0;
  }
  return r;
}
