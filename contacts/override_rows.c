/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contacts/override_rows.h"

int override_rows_put(Revision *revision, const Override *override, GError **error) {
  const ActSignature *s = override->signature;
  int r =
      link_run(revision->link, error,
               "INSERT INTO overrides (contact, mailing, reason, noted_by, noted_at, statement, armour,"
               " fingerprint, key, signed_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)"
               " ON CONFLICT (contact, mailing) DO UPDATE SET reason = excluded.reason,"
               " noted_by = excluded.noted_by, noted_at = excluded.noted_at,"
               " statement = excluded.statement, armour = excluded.armour,"
               " fingerprint = excluded.fingerprint, key = excluded.key, signed_at = excluded.signed_at",
               "iittitbtbi", override->contact, override->mailing, override->reason, revision->user,
               revision->now, s != NULL ? override->statement : NULL, s != NULL ? s->armour : NULL,
               s != NULL ? s->fingerprint : NULL, s != NULL ? s->key : NULL, s != NULL ? s->at : (gint64)0);
  return MIN(r, 0);
}

static int show(Statement *s, gint64 contact, OverrideSeen seen, gpointer data, GError **error) {
  g_autoptr(GBytes) armour = statement_bytes(s, 5);
  g_autoptr(GBytes) key = statement_bytes(s, 7);
  const ActSignature signature = {.armour = armour,
                                  .key = key,
                                  .fingerprint = (char *)statement_text(s, 6),
                                  .signer = (char *)statement_text(s, 2),
                                  .at = statement_int(s, 8)};
  Override override = {.contact = contact,
                       .mailing = statement_int(s, 0),
                       .reason = statement_text(s, 1),
                       .noted_by = statement_text(s, 2),
                       .noted_at = statement_int(s, 3),
                       .statement = statement_text(s, 4),
                       .signature = armour != NULL ? &signature : NULL};
  return seen(&override, data, error);
}

int override_each(Link *link, gint64 contact, gint64 clearance, OverrideSeen seen, gpointer data,
                  GError **error) {
  g_autoptr(Statement) s = NULL;
  int r = contact_check(link, contact, clearance, error);
  if (r == 0)
    r = link_query(
        link, &s, error,
        "SELECT mailing, reason, noted_by, noted_at, statement, armour, fingerprint, key, signed_at"
        " FROM overrides WHERE contact = ?1 ORDER BY mailing",
        "i", contact);
  while (r == 0 && (r = statement_step(s, error)) > 0)
    r = MIN(show(s, contact, seen, data, error), 0);
  return r;
}

int override_given(Link *link, gint64 contact, gint64 mailing, GError **error) {
  gint64 there = 0;
  return link_int(link, &there, error, "SELECT 1 FROM overrides WHERE contact = ?1 AND mailing = ?2", "ii",
                  contact, mailing);
}
