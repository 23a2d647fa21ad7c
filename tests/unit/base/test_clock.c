/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/clock.h"

#include "support/case.h"

static void latest_never_goes_back(G_GNUC_UNUSED void **state) {
  g_autoptr(Clock) clock = clock_stepped(10 * DAY);
  assert_int_equal(clock_latest(clock), 10 * DAY);
  clock_advance(clock, -DAY);
  assert_int_equal(clock_wall(clock), 9 * DAY);
  assert_int_equal(clock_latest(clock), 10 * DAY);
  clock_advance(clock, 2 * DAY);
  assert_int_equal(clock_latest(clock), 11 * DAY);
}

static void what_was_shown_before(G_GNUC_UNUSED void **state) {
  g_autoptr(Clock) clock = clock_stepped(10 * DAY);
  clock_remember(clock, 12 * DAY);
  clock_remember(clock, 11 * DAY);
  assert_int_equal(clock_latest(clock), 12 * DAY);
  assert_int_equal(clock_wall(clock), 10 * DAY);
  clock_forget(clock);
  assert_int_equal(clock_latest(clock), 10 * DAY);
}

static void a_shifted_clock_walks_on(G_GNUC_UNUSED void **state) {
  g_autoptr(Clock) clock = clock_shifted();
  clock_shift(clock, -365 * DAY);
  gint64 ahead = g_get_real_time() - 365 * DAY, first = clock_wall(clock), later = 0;
  assert_in_range(first, ahead, ahead + HOUR);
  while ((later = clock_wall(clock)) == first)
    g_usleep(1);
  assert_true(later > first);
  clock_shift(clock, DAY);
  assert_true(clock_latest(clock) > first + 360 * DAY);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(latest_never_goes_back),
                                     cmocka_unit_test(what_was_shown_before),
                                     cmocka_unit_test(a_shifted_clock_walks_on)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
