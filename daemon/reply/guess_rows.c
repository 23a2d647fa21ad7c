/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "reply/guess_rows.h"

#define LEFT        "d.state IN ('relayed', 'in-doubt', 'presumed', 'done')"
#define DOMAIN_MOST 3

static int one(Statement *s, GuessRow *ret, GError **error) {
  int r = statement_step(s, error);
  if (r <= 0)
    return r < 0 ? r : 1;
  *ret = (GuessRow){statement_int(s, 0), statement_int(s, 1), statement_int(s, 2)};
  return 0;
}

int guess_rows_latest(Link *link, gint64 clearance, gint64 contact, GuessRow *ret, GError **error) {
  g_autoptr(Statement) s = NULL;
  int r = link_query(
      link, &s, error,
      "SELECT d.id, d.contact, 0 FROM mailings m JOIN addressees a ON a.roll = m.roll AND a.contact = ?1"
      " JOIN deliveries d ON d.addressee = a.id WHERE " LEFT " AND d.restricted <= ?2"
      " ORDER BY m.id DESC, d.id DESC LIMIT 1",
      "ii", contact, clearance);
  return r < 0 ? r : one(s, ret, error);
}

int guess_rows_thread(Link *link, gint64 clearance, gint64 message, const char *message_id,
                      const char *answers, GuessRow *ret, GError **error) {
  g_autoptr(Statement) s = NULL;
  int r = link_query(
      link, &s, error,
      "SELECT delivery, contact, id FROM inbound WHERE id <> ?1 AND delivery > 0 AND state = 'filed'"
      " AND restricted <= ?2 AND (answers = ?3 OR message_id = ?4 OR answers = ?4)"
      " ORDER BY id DESC LIMIT 1",
      "iitt", message, clearance, message_id, answers);
  return r < 0 ? r : one(s, ret, error);
}

/* Addresses are sent to with the domain in lower case. */
int guess_rows_domain(Link *link, gint64 clearance, const char *domain, gint64 from, gint64 to, GArray *rows,
                      GError **error) {
  g_autoptr(Statement) s = NULL;
  g_autofree char *end = g_strdup_printf("@%s", domain);
  int r = link_query(link, &s, error,
                     "SELECT d.id, d.contact, 0 FROM deliveries d WHERE " LEFT " AND d.restricted <= ?1"
                     " AND d.dated BETWEEN ?2 AND ?3 AND substr(lower(d.address), -length(?4)) = lower(?4)"
                     " ORDER BY d.id DESC LIMIT ?5",
                     "iiiti", clearance, from, to, end, (gint64)DOMAIN_MOST);
  while (r == 0 && (r = statement_step(s, error)) > 0) {
    GuessRow row = {statement_int(s, 0), statement_int(s, 1), 0};
    g_array_append_val(rows, row);
    r = 0;
  }
  return r;
}
