/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailing/wave_rows.h"

int wave_rows_list(Link *link, gint64 mailing, GPtrArray *to, GError **error) {
  g_autoptr(Statement) s = NULL;
  int r = link_query(link, &s, error,
                     "SELECT number, rule, at, opened_at, opened_by, included, held, under_way"
                     " FROM mailing_waves WHERE mailing = ?1 ORDER BY number",
                     "i", mailing);
  while (r == 0 && (r = statement_step(s, error)) > 0) {
    Wave *wave = g_new0(Wave, 1);
    wave->number = statement_int(s, 0);
    wave->rule = g_strdup(statement_text(s, 1));
    wave->at = statement_int(s, 2);
    wave->opened_at = statement_int(s, 3);
    wave->opened_by = g_strdup(statement_text(s, 4));
    wave->included = statement_int(s, 5);
    wave->held = statement_int(s, 6);
    wave->under_way = statement_int(s, 7) != 0;
    g_ptr_array_add(to, wave);
    r = 0;
  }
  return r;
}

int wave_rows_remove(Link *link, gint64 mailing, GError **error) {
  return MIN(link_run(link, error, "DELETE FROM mailing_waves WHERE mailing = ?1", "i", mailing), 0);
}

int wave_rows_insert(Link *link, gint64 mailing, const Wave *wave, GError **error) {
  int n =
      link_run(link, error, "INSERT INTO mailing_waves (mailing, number, rule, at) VALUES (?1, ?2, ?3, ?4)",
               "iiti", mailing, wave->number, wave->rule, wave->at);
  return MIN(n, 0);
}

static void add(const GPtrArray *waves, gint64 number, const char *state) {
  for (guint i = 0; i < waves->len; i++) {
    Wave *wave = g_ptr_array_index(waves, i);
    if (wave->number != number)
      continue;
    if (g_str_equal(state, "included"))
      wave->included++;
    else
      wave->held++;
  }
}

/* Counted here: grouping would sort a million lines in memory. */
int wave_rows_tally(Link *link, gint64 roll, const GPtrArray *waves, GError **error) {
  g_autoptr(Statement) s = NULL;
  int r = link_query(link, &s, error,
                     "SELECT wave, state FROM addressees WHERE roll = ?1 AND state IN ('included', 'held')",
                     "i", roll);
  while (r == 0 && (r = statement_step(s, error)) > 0) {
    add(waves, statement_int(s, 0), statement_text(s, 1));
    r = 0;
  }
  return r;
}

int wave_rows_write_count(Link *link, gint64 mailing, const Wave *wave, GError **error) {
  int n = link_run(link, error,
                   "UPDATE mailing_waves SET included = ?3, held = ?4, opened_at = 0, opened_by = NULL,"
                   " under_way = 0 WHERE mailing = ?1 AND number = ?2",
                   "iiii", mailing, wave->number, wave->included, wave->held);
  return MIN(n, 0);
}

int wave_rows_open(Link *link, gint64 mailing, gint64 number, gint64 at, const char *by, GError **error) {
  int n = link_run(link, error,
                   "UPDATE mailing_waves SET opened_at = ?3, opened_by = ?4, under_way = 1"
                   " WHERE mailing = ?1 AND number = ?2 AND opened_at = 0",
                   "iiit", mailing, number, at, by);
  return n < 0 ? n : n == 0;
}

int wave_rows_opened(Link *link, gint64 mailing, gint64 number, GError **error) {
  int n = link_run(link, error, "UPDATE mailing_waves SET under_way = 0 WHERE mailing = ?1 AND number = ?2",
                   "ii", mailing, number);
  return MIN(n, 0);
}
