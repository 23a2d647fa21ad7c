/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "outbox/timepiece.h"

#include "outbox_fixture.h"

static const Actor admin = {.id = 1, .name = "adam", .roles = ROLE_ADMIN};
static const Actor organiser = {.id = 2, .name = "olga", .roles = ROLE_ORGANISER};

static void a_house_is_live_or_rehearses(void **state) {
  (void)state;
  Fixture *f = fixture_new("null:", 1);
  g_autoptr(Clock) shifted = clock_shifted();
  assert_done(timepiece_open(f->store, f->clock, FALSE, error));
  assert_done(timepiece_open(f->store, f->clock, FALSE, error));
  assert_fault(FAULT_RULE, "not a rehearsal's", timepiece_open(f->store, shifted, TRUE, error));
  fixture_free(f);
}

static void a_rehearsal_keeps_its_time(void **state) {
  (void)state;
  Fixture *f = fixture_new("null:", 1);
  g_autoptr(Clock) clock = clock_shifted(), next = clock_shifted();
  gint64 then = clock_wall(clock) - 700 * DAY;
  assert_done(timepiece_open(f->store, clock, TRUE, error));
  assert_fault(FAULT_FORBIDDEN, "admin", timepiece_set(f->store, f->journal, clock, &organiser, then, error));
  assert_done(timepiece_set(f->store, f->journal, clock, &admin, then, error));
  assert_in_range(clock_wall(clock), then, then + HOUR);
  assert_int_equal(timepiece_behind(clock), 0);
  assert_done(timepiece_open(f->store, next, TRUE, error));
  assert_in_range(clock_wall(next), then, then + HOUR);
  assert_fault(FAULT_RULE, "belongs to a rehearsal", timepiece_open(f->store, f->clock, FALSE, error));
  /* It may go back as long as nothing was released. */
  assert_done(timepiece_set(f->store, f->journal, clock, &admin, then - DAY, error));
  fixture_plan(f, (PlanWork){.mailing = 1, .from = 1, .count = 1, .closed = TRUE});
  assert_done(timepiece_set(f->store, f->journal, clock, &admin, then, error));
  assert_fault(FAULT_RULE, "only goes forward",
               timepiece_set(f->store, f->journal, clock, &admin, then - DAY, error));
  fixture_free(f);
}

static void what_expired_stays_so(void **state) {
  (void)state;
  Fixture *f = fixture_new("null:", 1);
  g_autoptr(Clock) next = clock_stepped(0);
  gint64 now = clock_wall(f->clock);
  assert_done(timepiece_open(f->store, f->clock, FALSE, error));
  clock_advance(f->clock, 2 * DAY);
  assert_done(timepiece_keep(f->store, f->clock, error));
  clock_advance(f->clock, -2 * DAY);
  assert_int_equal(timepiece_behind(f->clock), 2 * DAY);
  fixture_plan(f, (PlanWork){.mailing = 1, .from = 1, .count = 3, .not_after = now + DAY});
  fixture_tick(f);
  assert_int_equal(fixture_count(f, 1, DELIVERY_EXPIRED), 3);
  /* Another run, with the clock as it was put back. */
  clock_advance(next, now);
  assert_done(timepiece_open(f->store, next, FALSE, error));
  assert_int_equal(timepiece_behind(next), 2 * DAY);
  assert_fault(FAULT_FORBIDDEN, "admin",
               timepiece_accept(f->store, f->journal, next, &organiser, "no", error));
  assert_done(timepiece_accept(f->store, f->journal, next, &admin, "it ran fast", error));
  assert_int_equal(timepiece_behind(next), 0);
  assert_fault(FAULT_RULE, "nothing to accept",
               timepiece_accept(f->store, f->journal, next, &admin, "again", error));
  fixture_free(f);
}

/* A courier whose claims are timely by the clock on the wall alone gives them back. */
static void nothing_is_claimed_too_late(void **state) {
  (void)state;
  Fixture *f = fixture_new("null:", 1);
  gint64 now = clock_wall(f->clock);
  fixture_plan(f, (PlanWork){.mailing = 1, .from = 1, .count = 3, .not_after = now + HOUR});
  fixture_tick(f);
  assert_int_equal(fixture_count(f, 1, DELIVERY_READY), 3);
  clock_remember(f->clock, now + DAY);
  outbox_start(f->outbox);
  g_usleep(200000);
  outbox_stop(f->outbox);
  assert_int_equal(g_atomic_int_get(&f->composed), 0);
  fixture_tick(f);
  assert_int_equal(fixture_count(f, 1, DELIVERY_EXPIRED), 3);
  fixture_free(f);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_house_is_live_or_rehearses), cmocka_unit_test(a_rehearsal_keeps_its_time),
      cmocka_unit_test(what_expired_stays_so), cmocka_unit_test(nothing_is_claimed_too_late)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
