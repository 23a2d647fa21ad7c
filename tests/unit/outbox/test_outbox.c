/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "outbox_fixture.h"

static void all_go_out_once(G_GNUC_UNUSED void **state) {
  Fixture *f = fixture_new("null:", 4);
  fixture_plan(f, (PlanWork){.mailing = 1, .from = 1, .count = 700});
  outbox_start(f->outbox);
  fixture_tick(f);
  fixture_await(f, 1, DELIVERY_RELAYED, 700);
  assert_int_equal(f->composed, 700);
  g_autoptr(DeliveryRow) row = fixture_find(f, 350);
  assert_int_equal(row->epoch, 1);
  assert_true(row->has_sha256);
  assert_string_equal(row->relay, "main");
  g_autoptr(Link) link = NULL;
  g_autoptr(GPtrArray) attempts = NULL;
  assert_done(store_read(f->store, &link, error));
  assert_done(outbox_attempts(link, 350, &attempts, error));
  assert_int_equal(attempts->len, 1);
  const AttemptRow *attempt = g_ptr_array_index(attempts, 0);
  assert_string_equal(attempt->outcome, "accepted");
  g_clear_pointer(&link, link_return);
  fixture_free(f);
}

/* More connections than one courier has, and a composer that is waited for apart: the same comes of it. */
static void what_takes_long_is_composed_apart(G_GNUC_UNUSED void **state) {
  Fixture *f = fixture_new("null:", 12);
  f->apart = 1;
  fixture_plan(f, (PlanWork){.mailing = 1, .from = 1, .count = 300});
  fixture_plan(f, (PlanWork){.mailing = 2, .from = 1, .count = 3});
  outbox_start(f->outbox);
  fixture_tick(f);
  fixture_await(f, 1, DELIVERY_RELAYED, 300);
  fixture_await(f, 2, DELIVERY_RELAYED, 3);
  assert_int_equal(f->composed, 303);
  g_atomic_int_set(&f->hold, 1);
  fixture_plan(f, (PlanWork){.mailing = 3, .from = 1, .count = 3});
  fixture_tick(f);
  fixture_await(f, 3, DELIVERY_HELD, 3);
  fixture_free(f);
}

static void a_closed_gate_lets_nobody_through(G_GNUC_UNUSED void **state) {
  Fixture *f = fixture_new("null:", 2);
  fixture_plan(f, (PlanWork){.mailing = 1, .from = 1, .count = 5, .closed = TRUE});
  fixture_plan(f, (PlanWork){.mailing = 2, .from = 1, .count = 5});
  outbox_start(f->outbox);
  fixture_tick(f);
  fixture_await(f, 2, DELIVERY_RELAYED, 5);
  assert_int_equal(fixture_count(f, 1, DELIVERY_PLANNED), 5);
  fixture_free(f);
}

static void hold_stops_the_house(G_GNUC_UNUSED void **state) {
  Fixture *f = fixture_new("null:", 2);
  g_autoptr(GError) refusal = NULL;
  assert_done(outbox_hold(f->outbox, &fixture_organiser, "a typing mistake", error));
  assert_int_equal(outbox_hold(f->outbox, &fixture_organiser, "again", &refusal), FAULT_RULE);
  fixture_plan(f, (PlanWork){.mailing = 1, .from = 1, .count = 5});
  outbox_start(f->outbox);
  fixture_tick(f);
  g_usleep(300000);
  assert_int_equal(fixture_count(f, 1, DELIVERY_RELAYED), 0);
  /* It outlives the process. */
  fixture_close(f);
  fixture_open(f, "null:", 2);
  outbox_start(f->outbox);
  fixture_tick(f);
  g_usleep(100000);
  assert_int_equal(fixture_count(f, 1, DELIVERY_RELAYED), 0);
  assert_done(outbox_unhold(f->outbox, &fixture_organiser, "mended", error));
  fixture_tick(f);
  fixture_await(f, 1, DELIVERY_RELAYED, 5);
  fixture_free(f);
}

static void what_changed_after_approval_is_held(G_GNUC_UNUSED void **state) {
  Fixture *f = fixture_new("null:", 1);
  f->hold = 1;
  fixture_plan(f, (PlanWork){.mailing = 1, .from = 1, .count = 3});
  outbox_start(f->outbox);
  fixture_tick(f);
  fixture_await(f, 1, DELIVERY_HELD, 3);
  g_autoptr(DeliveryRow) row = fixture_find(f, 2);
  assert_string_equal(row->reason, "holder-changed");
  g_autoptr(GError) refusal = NULL;
  assert_int_equal(outbox_settle(f->outbox, &fixture_organiser, 2, SETTLE_RESEND, "please", FALSE, &refusal),
                   FAULT_RULE);
  fixture_free(f);
}

static int work_open_gate(Link *link, gpointer data, GError **error) {
  return outbox_sending_gate(link, *(gint64 *)data, TRUE, error);
}

static void cancelling_takes_all_that_has_not_left(G_GNUC_UNUSED void **state) {
  Fixture *f = fixture_new("null:", 1);
  fixture_plan(f, (PlanWork){.mailing = 1, .from = 1, .count = 1500});
  fixture_plan(f, (PlanWork){.mailing = 1, .from = 2000, .count = 2, .held = "holder-stale"});
  gint64 n = 0;
  assert_done(outbox_cancel(f->outbox, 1, FALSE, "olga", "another text", &n, error));
  assert_int_equal(n, 1502);
  assert_int_equal(fixture_count(f, 1, DELIVERY_CANCELLED), 1502);
  g_autoptr(GError) refusal = NULL;
  gint64 mailing = 1;
  assert_int_equal(store_write(f->store, work_open_gate, &mailing, &refusal), FAULT_ABSENT);
  fixture_free(f);
}

static void nothing_leaves_after_its_last_moment(G_GNUC_UNUSED void **state) {
  Fixture *f = fixture_new("null:", 1);
  fixture_plan(f, (PlanWork){.mailing = 1, .from = 1, .count = 4, .not_after = clock_wall(f->clock) + HOUR});
  clock_advance(f->clock, 2 * HOUR);
  outbox_start(f->outbox);
  fixture_tick(f);
  assert_int_equal(fixture_count(f, 1, DELIVERY_EXPIRED), 4);
  assert_int_equal(f->composed, 0);
  fixture_free(f);
}

/* Puts delivery 1 of mailing 1 where a killed courier would have left it. */
static int work_leave_committing(Link *link, gpointer data, GError **error) {
  Fixture *f = data;
  Digest digest = digest_of("x", 1);
  DeliveryChange to_claimed = {.delivery = 1,
                               .mailing = 1,
                               .from = DELIVERY_READY,
                               .to = DELIVERY_CLAIMED,
                               .next_epoch = TRUE,
                               .kind = ENTRY_DELIVERIES_CLAIMED};
  DeliveryChange to_committing = {.delivery = 1,
                                  .mailing = 1,
                                  .from = DELIVERY_CLAIMED,
                                  .epoch = 1,
                                  .to = DELIVERY_COMMITTING,
                                  .relay = "main",
                                  .sha256 = &digest,
                                  .dot_at = clock_wall(f->clock),
                                  .kind = ENTRY_DELIVERY_COMMITTING};
  DeliveryChange other = to_claimed;
  other.delivery = 2;
  int r = delivery_change(outbox_door(f->outbox), link, &to_claimed, error);
  if (r == 0)
    r = delivery_change(outbox_door(f->outbox), link, &to_committing, error);
  return r == 0 ? delivery_change(outbox_door(f->outbox), link, &other, error) : r;
}

static Fixture *doubtful(gboolean at_least_once) {
  Fixture *f = fixture_new("null:", 1);
  fixture_plan(f, (PlanWork){.mailing = 1, .from = 1, .count = 2, .at_least_once = at_least_once});
  fixture_tick(f);
  assert_done(store_write(f->store, work_leave_committing, f, error));
  fixture_close(f);
  clock_advance(f->clock, MINUTE);
  fixture_open(f, "null:", 1);
  return f;
}

static void recovery_tells_doubt_from_safety(G_GNUC_UNUSED void **state) {
  Fixture *f = doubtful(FALSE);
  g_autoptr(DeliveryRow) first = fixture_find(f, 1), second = fixture_find(f, 2);
  assert_int_equal(first->state, DELIVERY_IN_DOUBT);
  assert_int_equal(first->epoch, 1); /* a late reply of that epoch would still be taken */
  assert_int_equal(first->closed_at, clock_wall(f->clock));
  assert_int_equal(second->state, DELIVERY_READY);
  assert_int_equal(second->epoch, 2);
  assert_int_equal(fixture_count(f, 1, DELIVERY_IN_DOUBT), 1);
  assert_int_equal(fixture_count(f, 1, DELIVERY_CLAIMED), 0);
  fixture_free(f);
}

static void rule_w(G_GNUC_UNUSED void **state) {
  Fixture *f = doubtful(FALSE);
  g_autoptr(GError) refusal = NULL;
  assert_int_equal(
      outbox_settle(f->outbox, &fixture_organiser, 1, SETTLE_RESEND, "not in the log", FALSE, &refusal),
      FAULT_RULE);
  assert_non_null(strstr(refusal->message, "not before 2013-12-02T10:21:00"));
  g_clear_error(&refusal);
  clock_advance(f->clock, 20 * MINUTE - 1);
  assert_int_equal(
      outbox_settle(f->outbox, &fixture_organiser, 1, SETTLE_RESEND, "not in the log", FALSE, &refusal),
      FAULT_RULE);
  clock_advance(f->clock, 1);
  assert_done(outbox_settle(f->outbox, &fixture_organiser, 1, SETTLE_RESEND, "not in the log", FALSE, error));
  g_autoptr(DeliveryRow) row = fixture_find(f, 1);
  assert_int_equal(row->state, DELIVERY_READY);
  assert_int_equal(row->epoch, 2);
  fixture_free(f);
}

static void a_duplicate_may_be_accepted(G_GNUC_UNUSED void **state) {
  Fixture *f = doubtful(FALSE);
  assert_done(outbox_settle(f->outbox, &fixture_organiser, 1, SETTLE_RESEND, "urgent", TRUE, error));
  assert_int_equal(fixture_count(f, 1, DELIVERY_IN_DOUBT), 0);
  fixture_free(f);
}

static void presumed_is_the_end(G_GNUC_UNUSED void **state) {
  Fixture *f = doubtful(FALSE);
  g_autoptr(GError) refusal = NULL;
  assert_done(
      outbox_settle(f->outbox, &fixture_organiser, 1, SETTLE_PRESUMED, "the embassy has it", FALSE, error));
  assert_int_equal(fixture_count(f, 1, DELIVERY_PRESUMED), 1);
  assert_int_equal(outbox_settle(f->outbox, &fixture_organiser, 1, SETTLE_RESEND, "no", TRUE, &refusal),
                   FAULT_RULE);
  g_clear_error(&refusal);
  assert_int_equal(outbox_settle(f->outbox, &fixture_organiser, 2, SETTLE_PRESUMED, "no", FALSE, &refusal),
                   FAULT_RULE);
  fixture_free(f);
}

static void at_least_once_sends_again_after_the_wait(G_GNUC_UNUSED void **state) {
  Fixture *f = doubtful(TRUE);
  fixture_tick(f);
  assert_int_equal(fixture_count(f, 1, DELIVERY_IN_DOUBT), 1);
  clock_advance(f->clock, 20 * MINUTE);
  fixture_tick(f);
  assert_int_equal(fixture_count(f, 1, DELIVERY_IN_DOUBT), 0);
  assert_int_equal(fixture_count(f, 1, DELIVERY_READY), 2);
  fixture_free(f);
}

/* Bytes that an intent fixed never change: another message for the same delivery is parked, not sent. The
 * doubtful delivery of the fixture was composed as the single byte "x". */
static void other_bytes_are_parked(G_GNUC_UNUSED void **state) {
  Fixture *f = doubtful(FALSE);
  assert_done(outbox_settle(f->outbox, &fixture_organiser, 1, SETTLE_RESEND, "urgent", TRUE, error));
  outbox_start(f->outbox);
  outbox_wake(f->outbox);
  fixture_await(f, 1, DELIVERY_PARKED, 1);
  fixture_await(f, 1, DELIVERY_RELAYED, 1);
  g_autoptr(DeliveryRow) row = fixture_find(f, 1);
  assert_string_equal(row->reason, "bytes-changed");
  fixture_free(f);
}

static void a_volunteer_sees_no_restricted_row(G_GNUC_UNUSED void **state) {
  Fixture *f = fixture_new("null:", 1);
  fixture_plan(f, (PlanWork){.mailing = 1, .from = 1, .count = 3});
  g_autoptr(Link) link = NULL;
  g_autoptr(GPtrArray) rows = NULL;
  DeliveryFilter filter = {.mailing = 1, .limit = 10};
  assert_done(store_read(f->store, &link, error));
  assert_done(outbox_list(link, 0, &filter, &rows, error));
  assert_int_equal(rows->len, 3);
  g_autoptr(GPtrArray) none = NULL;
  filter.country = "XA";
  assert_done(outbox_list(link, 1, &filter, &none, error));
  assert_int_equal(none->len, 0);
  g_autoptr(GPtrArray) states = NULL;
  filter = (DeliveryFilter){.states = 1U << DELIVERY_PLANNED, .after = 1, .limit = 1};
  assert_done(outbox_list(link, 0, &filter, &states, error));
  assert_int_equal(states->len, 1);
  assert_int_equal(((DeliveryRow *)g_ptr_array_index(states, 0))->id, 2);
  g_clear_pointer(&link, link_return);
  fixture_free(f);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(all_go_out_once),
      cmocka_unit_test(what_takes_long_is_composed_apart),
      cmocka_unit_test(a_closed_gate_lets_nobody_through),
      cmocka_unit_test(hold_stops_the_house),
      cmocka_unit_test(what_changed_after_approval_is_held),
      cmocka_unit_test(cancelling_takes_all_that_has_not_left),
      cmocka_unit_test(nothing_leaves_after_its_last_moment),
      cmocka_unit_test(recovery_tells_doubt_from_safety),
      cmocka_unit_test(rule_w),
      cmocka_unit_test(a_duplicate_may_be_accepted),
      cmocka_unit_test(presumed_is_the_end),
      cmocka_unit_test(at_least_once_sends_again_after_the_wait),
      cmocka_unit_test(other_bytes_are_parked),
      cmocka_unit_test(a_volunteer_sees_no_restricted_row),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
