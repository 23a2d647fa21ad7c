/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "outbox/timepiece_rows.h"

#include "base/fault.h"

int timepiece_rows_read(Link *link, TimepieceRow *ret, GError **error) {
  g_autoptr(Statement) s = NULL;
  int r = link_query(link, &s, error, "SELECT rehearsal, latest, ahead FROM timepiece WHERE id = 1", "");
  if (r == 0)
    r = statement_step(s, error);
  if (r <= 0)
    return r < 0 ? r : 1;
  *ret = (TimepieceRow){statement_int(s, 0) != 0, statement_int(s, 1), statement_int(s, 2)};
  return 0;
}

int timepiece_rows_write(Link *link, const TimepieceRow *row, GError **error) {
  int n = link_run(link, error,
                   "INSERT INTO timepiece (id, rehearsal, latest, ahead) VALUES (1, ?1, ?2, ?3)"
                   " ON CONFLICT (id) DO UPDATE SET rehearsal = excluded.rehearsal, latest = excluded.latest,"
                   " ahead = excluded.ahead",
                   "iii", (gint64)row->rehearsal, row->latest, row->ahead);
  return MIN(n, 0);
}

int timepiece_rows_latest(Link *link, gint64 latest, GError **error) {
  int n = link_run(link, error, "UPDATE timepiece SET latest = ?1 WHERE id = 1 AND latest < ?1", "i", latest);
  return MIN(n, 0);
}

int timepiece_rows_released(Link *link, gboolean *ret, GError **error) {
  gint64 mailing = 0;
  int r = link_int(link, &mailing, error, "SELECT mailing FROM sendings LIMIT 1", "");
  *ret = r == 0;
  return MIN(r, 0);
}
