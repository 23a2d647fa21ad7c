/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contacts/objection.h"

int objection_note(Revision *revision, gint64 contact, const Objection *objection, GError **error) {
  int r = link_run(revision->link, error,
                   "INSERT INTO objections (contact, channel, reason, noted_by, noted_at, withdrawn)"
                   " VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                   "ikttii", contact, objection->channel, objection->reason, revision->user, revision->now,
                   (gint64)objection->withdrawn);
  return MIN(r, 0);
}

int objection_each(Link *link, gint64 contact, gint64 clearance, ObjectionSeen seen, gpointer data,
                   GError **error) {
  g_autoptr(Statement) s = NULL;
  int r = contact_check(link, contact, clearance, error);
  if (r == 0)
    r = link_query(link, &s, error,
                   "SELECT channel, reason, noted_by, noted_at, withdrawn FROM objections WHERE contact = ?1"
                   " ORDER BY id",
                   "i", contact);
  while (r == 0 && (r = statement_step(s, error)) > 0) {
    Objection objection = {.channel = statement_int(s, 0),
                           .reason = statement_text(s, 1),
                           .noted_by = statement_text(s, 2),
                           .noted_at = statement_int(s, 3),
                           .withdrawn = statement_int(s, 4) != 0};
    r = seen(&objection, data, error);
    r = MIN(r, 0);
  }
  return r;
}
