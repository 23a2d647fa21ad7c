/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a refusal was about, that it waits for a decision, and who may take the place of whom. */
#include "outbox_fixture.h"

#include "outbox/refusal.h"

static const struct {
  int code;
  const char *status, *step;
  enum refusal_cause cause;
} refusals[] = {
    {552, NULL, "dot", REFUSAL_SIZE},
    {552, "5.3.4", "mail", REFUSAL_SIZE},
    {552, NULL, "mail", REFUSAL_SIZE},
    {550, "5.3.4", "dot", REFUSAL_SIZE},
    {554, "5.2.3", "rcpt", REFUSAL_SIZE},
    {552, "5.2.2", "rcpt", REFUSAL_MAILBOX},
    {550, "5.1.1", "rcpt", REFUSAL_MAILBOX},
    {550, NULL, "rcpt", REFUSAL_MAILBOX},
    {553, NULL, "rcpt", REFUSAL_MAILBOX},
    {550, "5.7.1", "rcpt", REFUSAL_POLICY},
    {550, "5.7.0", "dot", REFUSAL_POLICY},
    {550, NULL, "dot", REFUSAL_POLICY},
    {554, NULL, "data", REFUSAL_POLICY},
    {550, "5.7.1", "mail", REFUSAL_OTHER},
    {553, "5.1.8", "mail", REFUSAL_OTHER},
    {501, "5.5.4", "rcpt", REFUSAL_OTHER},
    {554, "5.6.0", "dot", REFUSAL_OTHER},
    {503, NULL, "rcpt", REFUSAL_OTHER},
    {550, "no status", "rcpt", REFUSAL_MAILBOX},
};

static void the_cause_is_read_from_code_status_and_step(G_GNUC_UNUSED void **state) {
  for (gsize i = 0; i < G_N_ELEMENTS(refusals); i++) {
    enum refusal_cause is = refusal_cause_of(refusals[i].code, refusals[i].status, refusals[i].step);
    if (is != refusals[i].cause)
      fail_msg("%d %s at %s: %s instead of %s", refusals[i].code, refusals[i].status, refusals[i].step,
               refusal_cause_name(is), refusal_cause_name(refusals[i].cause));
  }
}

typedef struct {
  Fixture *f;
  gint64 delivery;
  enum delivery_state from, to;
  gint64 epoch;
} ChangeWork;

static int work_change(Link *link, gpointer data, GError **error) {
  const ChangeWork *w = data;
  DeliveryChange change = {.delivery = w->delivery,
                           .mailing = 1,
                           .from = w->from,
                           .epoch = w->epoch,
                           .to = w->to,
                           .next_epoch = w->to == DELIVERY_CLAIMED,
                           .kind = ENTRY_DELIVERY_READY};
  return delivery_change(outbox_door(w->f->outbox), link, &change, error);
}

static void change(Fixture *f, gint64 delivery, enum delivery_state from, gint64 epoch,
                   enum delivery_state to) {
  ChangeWork w = {f, delivery, from, to, epoch};
  assert_done(store_write(f->store, work_change, &w, error));
}

static void refuse(Fixture *f, gint64 delivery) {
  change(f, delivery, DELIVERY_PLANNED, 0, DELIVERY_READY);
  change(f, delivery, DELIVERY_READY, 0, DELIVERY_CLAIMED);
  change(f, delivery, DELIVERY_CLAIMED, 1, DELIVERY_REFUSED);
}

typedef struct {
  Fixture *f;
  DeliveryPlan plan;
  gint64 id;
} SucceedWork;

static int work_succeed(Link *link, gpointer data, GError **error) {
  SucceedWork *w = data;
  int r = delivery_plan(outbox_door(w->f->outbox), link, &w->plan, &w->id, error);
  return r == 0 && w->plan.supersedes != 0 ? refusal_strike(link, w->plan.supersedes, error) : r;
}

static int succeed(Fixture *f, gint64 supersedes, gint64 addressee, gint64 channel, const char *by_hand,
                   gint64 *ret_id) {
  g_autoptr(GError) refusal = NULL;
  SucceedWork w = {f,
                   {.mailing = 1,
                    .addressee = addressee,
                    .contact = 1,
                    .channel = channel,
                    .variant = "full",
                    .address = "b@attendee.example",
                    .language = "fr",
                    .due = 1,
                    .supersedes = supersedes,
                    .by_hand = by_hand},
                   0};
  int r = store_write(f->store, work_succeed, &w, &refusal);
  *ret_id = w.id;
  return r;
}

static gint64 waiting(Fixture *f) {
  gint64 n = -1;
  g_autoptr(Link) link = NULL;
  assert_done(store_read(f->store, &link, error));
  assert_done(refusal_count(link, 1, &n, error));
  return n;
}

#define ADDRESSEE(n) (1000000 + (n)) /* as the fixture numbers them */

static void a_refusal_waits_until_it_is_struck_out(G_GNUC_UNUSED void **state) {
  Fixture *f = fixture_new("null:", 1);
  fixture_plan(f, (PlanWork){.mailing = 1, .from = 1, .count = 2});
  assert_int_equal(waiting(f), 0);
  refuse(f, 1);
  assert_int_equal(waiting(f), 1);
  g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(gint64));
  g_autoptr(Link) link = NULL;
  assert_done(store_read(f->store, &link, error));
  assert_done(refusal_waiting(link, 10, ids, error));
  assert_int_equal(ids->len, 1);
  assert_int_equal(g_array_index(ids, gint64, 0), 1);
  g_clear_pointer(&link, link_return);
  gint64 next = 0;
  assert_int_equal(succeed(f, 1, ADDRESSEE(1), 2, NULL, &next), 0);
  assert_int_equal(waiting(f), 0);
  g_autoptr(DeliveryRow) row = fixture_find(f, next);
  assert_int_equal(row->supersedes, 1);
  assert_int_equal(row->state, DELIVERY_PLANNED);
  fixture_free(f);
}

static void only_a_refused_one_is_superseded_and_once(G_GNUC_UNUSED void **state) {
  Fixture *f = fixture_new("null:", 1);
  fixture_plan(f, (PlanWork){.mailing = 1, .from = 1, .count = 2});
  gint64 next = 0;
  assert_int_equal(succeed(f, 1, ADDRESSEE(1), 2, NULL, &next), FAULT_RULE); /* planned */
  change(f, 1, DELIVERY_PLANNED, 0, DELIVERY_READY);
  change(f, 1, DELIVERY_READY, 0, DELIVERY_CLAIMED);
  change(f, 1, DELIVERY_CLAIMED, 1, DELIVERY_COMMITTING);
  assert_int_equal(succeed(f, 1, ADDRESSEE(1), 2, NULL, &next), FAULT_RULE); /* committing */
  change(f, 1, DELIVERY_COMMITTING, 1, DELIVERY_IN_DOUBT);
  assert_int_equal(succeed(f, 1, ADDRESSEE(1), 2, NULL, &next), FAULT_RULE); /* in-doubt */
  change(f, 1, DELIVERY_IN_DOUBT, 1, DELIVERY_REFUSED);
  assert_int_equal(succeed(f, 1, ADDRESSEE(2), 2, NULL, &next), FAULT_RULE); /* somebody else's */
  assert_int_equal(succeed(f, 1, ADDRESSEE(1), 2, NULL, &next), 0);
  gint64 second = 0;
  assert_int_equal(succeed(f, 1, ADDRESSEE(1), 3, NULL, &second), FAULT_RULE); /* twice */
  refuse(f, next);
  assert_int_equal(succeed(f, 1, ADDRESSEE(1), 3, NULL, &second),
                   FAULT_RULE);                                          /* the first has its successor */
  assert_int_equal(succeed(f, next, ADDRESSEE(1), 3, NULL, &second), 0); /* the chain goes on */
  fixture_free(f);
}

static void who_was_superseded_is_not_sent_again(G_GNUC_UNUSED void **state) {
  Fixture *f = fixture_new("null:", 1);
  fixture_plan(f, (PlanWork){.mailing = 1, .from = 1, .count = 1});
  refuse(f, 1);
  gint64 next = 0;
  assert_int_equal(succeed(f, 1, ADDRESSEE(1), 2, NULL, &next), 0);
  g_autoptr(GError) refusal = NULL;
  assert_int_equal(outbox_settle(f->outbox, &fixture_organiser, 1, SETTLE_RESEND, "again", TRUE, &refusal),
                   FAULT_RULE);
  assert_non_null(strstr(refusal->message, "took its place"));
  refuse(f, next);
  assert_done(outbox_settle(f->outbox, &fixture_organiser, next, SETTLE_RESEND, "again", FALSE, error));
  fixture_free(f);
}

static gint64 to_carry(Fixture *f) {
  g_autoptr(GPtrArray) rows = NULL;
  g_autoptr(Link) link = NULL;
  assert_done(store_read(f->store, &link, error));
  assert_done(outbox_to_carry(link, clock_wall(f->clock), 10, &rows, error));
  return rows->len;
}

/* The couriers' way leaves it alone; it waits behind the gate as any other does. */
static void by_hand_is_not_made_ready(G_GNUC_UNUSED void **state) {
  Fixture *f = fixture_new("null:", 1);
  fixture_plan(f, (PlanWork){.mailing = 1, .from = 1, .count = 1, .closed = TRUE});
  gint64 id = 0;
  assert_int_equal(succeed(f, 0, ADDRESSEE(9), 4, "post", &id), 0);
  assert_int_equal(to_carry(f), 0);
  fixture_plan(f, (PlanWork){.mailing = 1, .from = 2, .count = 1});
  assert_int_equal(to_carry(f), 1);
  fixture_tick(f);
  assert_int_equal(fixture_count(f, 1, DELIVERY_READY), 2);
  assert_int_equal(fixture_count(f, 1, DELIVERY_PLANNED), 1);
  g_autoptr(DeliveryRow) row = fixture_find(f, id);
  assert_string_equal(row->by_hand, "post");
  change(f, id, DELIVERY_PLANNED, 0, DELIVERY_TO_DO);
  assert_int_equal(to_carry(f), 0);
  gint64 n = 0;
  assert_done(outbox_cancel(f->outbox, 1, FALSE, "olga", "called back", &n, error));
  assert_int_equal(n, 3);
  assert_int_equal(fixture_count(f, 1, DELIVERY_TO_DO), 0);
  fixture_free(f);
}

/* Given up by a person: what is to be carried, or held; nothing that moves by itself. */
static void what_waits_for_a_person_is_given_up(G_GNUC_UNUSED void **state) {
  Fixture *f = fixture_new("null:", 1);
  gint64 to_do = 0;
  fixture_plan(f, (PlanWork){.mailing = 1, .from = 1, .count = 1});
  fixture_plan(f, (PlanWork){.mailing = 1, .from = 2, .count = 1, .held = "holder-stale"});
  assert_int_equal(succeed(f, 0, ADDRESSEE(9), 4, "post", &to_do), 0);
  change(f, to_do, DELIVERY_PLANNED, 0, DELIVERY_TO_DO);
  g_autoptr(GError) refusal = NULL;
  assert_int_equal(
      outbox_settle(f->outbox, &fixture_organiser, 1, SETTLE_CANCELLED, "no more", FALSE, &refusal),
      FAULT_RULE);
  assert_non_null(strstr(refusal->message, "only what is held, parked or to-do"));
  assert_done(outbox_settle(f->outbox, &fixture_organiser, 2, SETTLE_CANCELLED, "no more", FALSE, error));
  assert_done(outbox_settle(f->outbox, &fixture_organiser, to_do, SETTLE_CANCELLED, "no more", FALSE, error));
  assert_int_equal(fixture_count(f, 1, DELIVERY_CANCELLED), 2);
  g_autoptr(DeliveryRow) row = fixture_find(f, to_do);
  assert_string_equal(row->reason, "cancelled");
  fixture_free(f);
}

static void a_to_do_expires(G_GNUC_UNUSED void **state) {
  Fixture *f = fixture_new("null:", 1);
  gint64 soon = clock_wall(f->clock) + MINUTE, id = 0;
  fixture_plan(f, (PlanWork){.mailing = 1, .from = 1, .count = 0, .not_after = soon});
  assert_int_equal(succeed(f, 0, ADDRESSEE(9), 4, "post", &id), 0);
  change(f, id, DELIVERY_PLANNED, 0, DELIVERY_TO_DO);
  fixture_tick(f);
  assert_int_equal(fixture_count(f, 1, DELIVERY_TO_DO), 1);
  clock_advance(f->clock, 2 * MINUTE);
  fixture_tick(f);
  assert_int_equal(fixture_count(f, 1, DELIVERY_EXPIRED), 1);
  fixture_free(f);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_cause_is_read_from_code_status_and_step),
      cmocka_unit_test(a_refusal_waits_until_it_is_struck_out),
      cmocka_unit_test(only_a_refused_one_is_superseded_and_once),
      cmocka_unit_test(who_was_superseded_is_not_sent_again),
      cmocka_unit_test(by_hand_is_not_made_ready),
      cmocka_unit_test(what_waits_for_a_person_is_given_up),
      cmocka_unit_test(a_to_do_expires),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
