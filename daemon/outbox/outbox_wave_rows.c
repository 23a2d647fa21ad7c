/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "outbox/outbox_wave.h"

#define NEVER (G_GINT64_CONSTANT(1) << 62) /* beyond every moment of the calendar */

gint64 outbox_wave_due(gint64 wave) {
  return NEVER + wave;
}

gboolean outbox_wave_waits(gint64 due) {
  return due >= NEVER;
}

/* The state stands in the words of each statement, so that its partial index is known to serve it. */
#define OPEN(state)                                                                                          \
  "UPDATE deliveries SET due = ?3 WHERE id IN (SELECT id FROM deliveries WHERE mailing = ?1 AND state = "    \
  "'" state "' AND due = ?2 ORDER BY id LIMIT ?4)"

int outbox_wave_open(Link *link, gint64 mailing, gint64 wave, gint64 due, gint64 limit, gint64 *ret_n,
                     GError **error) {
  static const char *const each[] = {OPEN("planned"), OPEN("ready"), OPEN("held")};
  *ret_n = 0;
  for (gsize i = 0; i < G_N_ELEMENTS(each) && *ret_n < limit; i++) {
    int n = link_run(link, error, each[i], "iiii", mailing, outbox_wave_due(wave), due, limit - *ret_n);
    if (n < 0)
      return n;
    *ret_n += n;
  }
  return 0;
}

int outbox_wave_counts(Link *link, gint64 mailing, GArray **ret, GError **error) {
  g_autoptr(GArray) waves = g_array_new(FALSE, TRUE, sizeof(OutboxWave));
  g_autoptr(Statement) s = NULL;
  int r = link_query(link, &s, error,
                     "SELECT wave, state, count(*) FROM deliveries WHERE mailing = ?1 AND wave > 0"
                     " GROUP BY wave, state ORDER BY wave",
                     "i", mailing);
  while (r == 0 && (r = statement_step(s, error)) > 0) {
    OutboxWave fresh = {.wave = statement_int(s, 0)};
    if (waves->len == 0 || g_array_index(waves, OutboxWave, waves->len - 1).wave != fresh.wave)
      g_array_append_val(waves, fresh);
    enum delivery_state state = delivery_state_of(statement_text(s, 1));
    if (state < DELIVERY_STATES)
      g_array_index(waves, OutboxWave, waves->len - 1).counts[state] += statement_int(s, 2);
    r = 0;
  }
  if (r == 0)
    *ret = g_steal_pointer(&waves);
  return r;
}
