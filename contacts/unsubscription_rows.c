/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contacts/unsubscription.h"

#define STANDING                                                                                             \
  "withdrawn_at = 0 AND category = ?1"                                                                       \
  " AND (contact = ?2 OR (address IS NOT NULL AND address = ?3))"

int unsubscription_rows_insert(Link *link, const Unsubscription *what, gint64 at, GError **error) {
  gint64 id = 0;
  return link_insert(link, &id, error,
                     "INSERT INTO unsubscriptions (contact, category, address, mailing, delivery, noted_at)"
                     " VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                     "ittkki", what->contact, what->category, what->address, what->mailing, what->delivery,
                     at);
}

int unsubscription_rows_end(Link *link, const Unsubscription *what, gint64 at, GError **error) {
  return link_run(link, error, "UPDATE unsubscriptions SET withdrawn_at = ?4 WHERE " STANDING, "titi",
                  what->category, what->contact, what->address, at);
}

int unsubscription_stands(Link *link, gint64 contact, const char *address, const char *category,
                          gboolean *ret, GError **error) {
  gint64 n = 0;
  int r = link_int(link, &n, error, "SELECT 1 FROM unsubscriptions WHERE " STANDING " LIMIT 1", "tit",
                   category, contact, address);
  *ret = n != 0;
  return MIN(r, 0);
}

int unsubscription_each(Link *link, gint64 contact, UnsubscriptionSeen seen, gpointer data, GError **error) {
  g_autoptr(Statement) s = NULL;
  int r = link_query(link, &s, error,
                     "SELECT category, MIN(noted_at) FROM unsubscriptions"
                     " WHERE contact = ?1 AND withdrawn_at = 0 GROUP BY category ORDER BY category",
                     "i", contact);
  while (r == 0 && (r = statement_step(s, error)) > 0)
    r = seen(statement_text(s, 0), statement_int(s, 1), data, error);
  return r;
}
