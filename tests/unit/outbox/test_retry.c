/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/clock.h"
#include "outbox/retry.h"
#include "support/case.h"

static const struct {
  const char *name;
  RetryPolicy policy;
  gint64 attempts;
  double chance;
  gint64 expected; /* after now; -1: give up */
} rows[] = {
    {"first", {MINUTE, 2, HOUR, 0, 5}, 1, 0.5, MINUTE},
    {"second is longer", {MINUTE, 2, HOUR, 0, 5}, 2, 0.5, 2 * MINUTE},
    {"fourth", {MINUTE, 2, HOUR, 0, 5}, 4, 0.5, 8 * MINUTE},
    {"never above the ceiling", {MINUTE, 10, HOUR, 0, 50}, 40, 0.5, HOUR},
    {"attempts used", {MINUTE, 2, HOUR, 0, 5}, 5, 0.5, -1},
    {"chance takes", {MINUTE, 2, HOUR, 0.5, 5}, 1, 0.0, MINUTE / 2},
    {"chance adds", {MINUTE, 2, HOUR, 0.5, 5}, 1, 1.0, MINUTE + MINUTE / 2},
    {"chance in the middle is none", {MINUTE, 2, HOUR, 0.5, 5}, 1, 0.5, MINUTE},
    {"never at once", {1, 1, 1, 1, 5}, 1, 0.0, 1},
};

static void retry_rows(G_GNUC_UNUSED void **state) {
  const gint64 now = 1000 * SECOND;
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    gint64 next = retry_next(&rows[i].policy, rows[i].attempts, now, rows[i].chance);
    if (next != (rows[i].expected < 0 ? 0 : now + rows[i].expected))
      fail_msg("%s: %" G_GINT64_FORMAT, rows[i].name, next - now);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(retry_rows)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
