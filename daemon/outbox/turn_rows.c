/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "outbox/turn_rows.h"

#include <string.h>

#include "outbox/turn.h"

static void row_free(gpointer data) {
  TurnRow *row = data;
  g_free(row->address);
  g_free(row);
}

int turn_rows_due(Link *link, gint64 mailing, gint64 now, gint64 passed, gint64 limit, GPtrArray **ret,
                  GError **error) {
  g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func(row_free);
  g_autoptr(Statement) s = NULL;
  int r = link_query(link, &s, error,
                     "SELECT id, due, reason, address FROM deliveries WHERE mailing = ?1 AND state = 'ready'"
                     " AND due <= ?2 ORDER BY due, id LIMIT ?3 OFFSET ?4",
                     "iiii", mailing, now, limit, passed);
  while (r == 0 && (r = statement_step(s, error)) > 0) {
    TurnRow *row = g_new0(TurnRow, 1);
    row->id = statement_int(s, 0);
    row->held = g_strcmp0(statement_text(s, 2), TURN_REASON) == 0 ? statement_int(s, 1) : 0;
    row->address = g_strdup(statement_text(s, 3));
    g_ptr_array_add(rows, row);
    r = 0;
  }
  if (r == 0)
    *ret = g_steal_pointer(&rows);
  return r;
}

int turn_rows_put_off(Link *link, gint64 delivery, gint64 moment, GError **error) {
  int n =
      link_run(link, error,
               "UPDATE deliveries SET due = ?2, reason = '" TURN_REASON "' WHERE id = ?1 AND state = 'ready'",
               "ii", delivery, moment);
  return MIN(n, 0);
}

int turn_rows_call_up(Link *link, gint64 now, gint64 limit, gint64 *ret_n, GError **error) {
  int n =
      link_run(link, error,
               "UPDATE deliveries SET due = ?1 WHERE id IN (SELECT id FROM deliveries WHERE state = 'ready'"
               " AND mailing IN (SELECT mailing FROM sendings) AND due > ?1 AND reason = '" TURN_REASON "'"
               " LIMIT ?2)",
               "ii", now, limit);
  *ret_n = MAX(n, 0);
  return MIN(n, 0);
}

int turn_rows_first(Link *link, gint64 mailing, gint64 *ret_due, gboolean *ret_paced, GError **error) {
  g_autoptr(Statement) s = NULL;
  int r = link_query(
      link, &s, error,
      "SELECT due, reason FROM deliveries WHERE mailing = ?1 AND state = 'ready' ORDER BY due, id LIMIT 1",
      "i", mailing);
  *ret_due = 0;
  if (r == 0 && (r = statement_step(s, error)) > 0) {
    *ret_due = statement_int(s, 0);
    *ret_paced = g_strcmp0(statement_text(s, 1), TURN_REASON) == 0;
    r = 0;
  }
  return r;
}

int turn_rows_remember(Link *link, gint64 since, Pace *pace, GError **error) {
  g_autoptr(Statement) s = NULL;
  int r = link_query(link, &s, error,
                     "SELECT address, dot_at FROM deliveries WHERE mailing IN"
                     " (SELECT mailing FROM sendings WHERE restricted = 1) AND dot_at > ?1 ORDER BY dot_at",
                     "i", since);
  while (r == 0 && (r = statement_step(s, error)) > 0) {
    pace_remember(pace, statement_text(s, 0), statement_int(s, 1));
    r = 0;
  }
  return r;
}
