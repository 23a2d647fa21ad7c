/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contacts/duplicate_rows.h"

#include "contacts/contact_rows.h"

int duplicate_rows_cards(Link *link, int kind, gint64 clearance, ContactSeen seen, gpointer data,
                         GError **error) {
  g_autoptr(Statement) s = NULL;
  int r = link_query(link, &s, error,
                     "SELECT " CONTACT_COLUMNS
                     " FROM contacts_now c WHERE c.restricted <= ?1 AND c.standing <> ?2"
                     " AND (?3 < 0 OR c.kind = ?3) ORDER BY c.id",
                     "iii", clearance, (gint64)CONTACT_ERASED, (gint64)kind);
  while (r == 0 && (r = statement_step(s, error)) > 0) {
    Contact card;
    contact_rows_borrow(s, 0, &card);
    r = seen(&card, data, error);
    r = MIN(r, 0);
  }
  return r;
}

static int hand_over(Statement *s, DuplicateRouteSeen seen, gpointer data, GError **error) {
  int r = 0;
  while (r == 0 && (r = statement_step(s, error)) > 0) {
    r = seen(statement_int(s, 0), (enum contact_kind)statement_int(s, 1),
             (enum channel_kind)statement_int(s, 2), statement_text(s, 3), data, error);
    r = MIN(r, 0);
  }
  return r;
}

int duplicate_rows_routes(Link *link, int kind, gint64 clearance, DuplicateRouteSeen seen, gpointer data,
                          GError **error) {
  g_autoptr(Statement) s = NULL;
  int r =
      link_query(link, &s, error,
                 "SELECT h.contact, c.kind, h.kind, h.folded FROM channels_now h JOIN contacts_now c"
                 " ON c.id = h.contact WHERE h.kind IN (?1, ?2) AND c.restricted <= ?3 AND c.standing <> ?4"
                 " AND (?5 < 0 OR c.kind = ?5)",
                 "iiiii", (gint64)CHANNEL_EMAIL, (gint64)CHANNEL_TELEPHONE, clearance, (gint64)CONTACT_ERASED,
                 (gint64)kind);
  return r == 0 ? hand_over(s, seen, data, error) : r;
}

int duplicate_rows_distinct(Link *link, gint64 a, gint64 b, gboolean *ret, GError **error) {
  gint64 one;
  int r = link_int(link, &one, error, "SELECT 1 FROM distinct_pairs WHERE a = ?1 AND b = ?2", "ii", a, b);
  *ret = r == 0;
  return MIN(r, 0);
}

int duplicate_rows_mark(Link *link, gint64 a, gint64 b, const char *user, gint64 now, GError **error) {
  return link_run(link, error,
                  "INSERT INTO distinct_pairs (a, b, noted_by, noted_at) VALUES (?1, ?2, ?3, ?4)"
                  " ON CONFLICT (a, b) DO NOTHING",
                  "iiti", a, b, user, now);
}

int duplicate_rows_unmark(Link *link, gint64 a, gint64 b, GError **error) {
  return link_run(link, error, "DELETE FROM distinct_pairs WHERE a = ?1 AND b = ?2", "ii", a, b);
}
