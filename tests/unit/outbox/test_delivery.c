/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "outbox_fixture.h"

/* The drawing of delivery.h once more, written by hand: what is not here must be refused. */
static const char *const drawn[] = {
    "planned>ready",       "planned>held",       "planned>expired",  "planned>cancelled",
    "planned>parked",      "held>ready",         "held>expired",     "held>cancelled",
    "held>parked",         "ready>claimed",      "ready>held",       "ready>expired",
    "ready>cancelled",     "ready>parked",       "claimed>ready",    "claimed>committing",
    "claimed>refused",     "claimed>held",       "claimed>expired",  "claimed>cancelled",
    "claimed>parked",      "committing>relayed", "committing>ready", "committing>refused",
    "committing>in-doubt", "committing>parked",  "in-doubt>relayed", "in-doubt>ready",
    "in-doubt>refused",    "in-doubt>presumed",  "refused>ready",    "parked>ready",
    "parked>cancelled",    "planned>to-do",      "to-do>done",       "to-do>expired",
    "to-do>cancelled",
};

static void the_drawing_and_nothing_else(G_GNUC_UNUSED void **state) {
  for (int from = 0; from < DELIVERY_STATES; from++)
    for (int to = 0; to < DELIVERY_STATES; to++) {
      g_autofree char *arrow = g_strdup_printf("%s>%s", delivery_state_name(from), delivery_state_name(to));
      gboolean expected = FALSE;
      for (gsize i = 0; i < G_N_ELEMENTS(drawn); i++)
        expected |= g_str_equal(drawn[i], arrow);
      if (delivery_may_change(from, to) != expected)
        fail_msg("%s: %s", arrow, expected ? "is missing" : "must not be");
    }
}

static void names_go_both_ways(G_GNUC_UNUSED void **state) {
  for (int s = 0; s < DELIVERY_STATES; s++)
    assert_int_equal(delivery_state_of(delivery_state_name(s)), s);
  assert_int_equal(delivery_state_of("lost"), DELIVERY_STATES);
  assert_int_equal(delivery_state_of(NULL), DELIVERY_STATES);
}

typedef struct {
  Fixture *f;
  DeliveryChange change;
  int result;
  gboolean fail_after;
} ChangeWork;

static int work_change(Link *link, gpointer data, GError **error) {
  ChangeWork *w = data;
  w->result = delivery_change(outbox_door(w->f->outbox), link, &w->change, error);
  if (w->result == 0 && w->fail_after)
    return fault(error, FAULT_RULE, "undone on purpose");
  return MIN(w->result, 0);
}

static int change(Fixture *f, gint64 id, enum delivery_state from, gint64 epoch, enum delivery_state to,
                  gboolean fail_after) {
  g_autoptr(GError) refusal = NULL;
  ChangeWork w = {.f = f,
                  .change = {.delivery = id,
                             .mailing = 1,
                             .from = from,
                             .epoch = epoch,
                             .to = to,
                             .kind = ENTRY_DELIVERY_READY},
                  .fail_after = fail_after};
  int r = store_write(f->store, work_change, &w, &refusal);
  return r < 0 ? r : w.result;
}

static void the_fence_holds(G_GNUC_UNUSED void **state) {
  Fixture *f = fixture_new("null:", 1);
  fixture_plan(f, (PlanWork){.mailing = 1, .from = 1, .count = 2});
  assert_int_equal(change(f, 1, DELIVERY_READY, 0, DELIVERY_CLAIMED, FALSE), 1);
  assert_int_equal(change(f, 1, DELIVERY_PLANNED, 5, DELIVERY_READY, FALSE), 1);
  assert_int_equal(change(f, 99, DELIVERY_PLANNED, 0, DELIVERY_READY, FALSE), 1);
  Head head;
  journal_head(f->journal, &head);
  assert_int_equal(head.index, 0);
  assert_int_equal(change(f, 1, DELIVERY_PLANNED, 0, DELIVERY_READY, FALSE), 0);
  assert_int_equal(change(f, 1, DELIVERY_PLANNED, 0, DELIVERY_READY, FALSE), 1);
  journal_head(f->journal, &head);
  assert_int_equal(head.index, 1);
  fixture_free(f);
}

static void an_undone_unit_counts_nothing(G_GNUC_UNUSED void **state) {
  Fixture *f = fixture_new("null:", 1);
  fixture_plan(f, (PlanWork){.mailing = 1, .from = 1, .count = 3});
  assert_int_equal(change(f, 1, DELIVERY_PLANNED, 0, DELIVERY_READY, TRUE), FAULT_RULE);
  assert_int_equal(fixture_count(f, 1, DELIVERY_PLANNED), 3);
  assert_int_equal(change(f, 1, DELIVERY_PLANNED, 0, DELIVERY_READY, FALSE), 0);
  assert_int_equal(fixture_count(f, 1, DELIVERY_PLANNED), 2);
  assert_int_equal(fixture_count(f, 1, DELIVERY_READY), 1);
  assert_int_equal(fixture_count(f, 0, DELIVERY_READY), 1);
  fixture_free(f);
}

static void nobody_is_planned_twice(G_GNUC_UNUSED void **state) {
  Fixture *f = fixture_new("null:", 1);
  fixture_plan(f, (PlanWork){.mailing = 1, .from = 1, .count = 3});
  g_autoptr(GError) refusal = NULL;
  PlanWork again = {.f = f, .mailing = 1, .from = 3, .count = 1};
  assert_int_equal(store_write(f->store, fixture_work_plan, &again, &refusal), FAULT_RULE);
  assert_int_equal(fixture_count(f, 1, DELIVERY_PLANNED), 3);
  fixture_free(f);
}

typedef struct {
  Fixture *f;
  GArray *ids;
  gint64 n;
} BatchWork;

static int work_claim(Link *link, gpointer data, GError **error) {
  BatchWork *w = data;
  DeliveryBatch batch = {.mailing = 1,
                         .from = DELIVERY_READY,
                         .to = DELIVERY_CLAIMED,
                         .due_until = clock_wall(w->f->clock),
                         .limit = 3,
                         .dated = 42,
                         .kind = ENTRY_DELIVERIES_CLAIMED};
  return delivery_change_batch(outbox_door(w->f->outbox), link, &batch, w->ids, &w->n, error);
}

static void a_claim_raises_the_epoch_and_dates_once(G_GNUC_UNUSED void **state) {
  Fixture *f = fixture_new("null:", 1);
  fixture_plan(f, (PlanWork){.mailing = 1, .from = 1, .count = 5});
  fixture_tick(f);
  g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(gint64));
  BatchWork w = {f, ids, 0};
  assert_done(store_write(f->store, work_claim, &w, error));
  assert_int_equal(w.n, 3);
  assert_int_equal(g_array_index(ids, gint64, 0), 1);
  g_autoptr(DeliveryRow) row = fixture_find(f, 1);
  assert_int_equal(row->epoch, 1);
  assert_int_equal(row->dated, 42);
  assert_int_equal(fixture_count(f, 1, DELIVERY_CLAIMED), 3);
  assert_done(store_write(f->store, work_claim, &w, error));
  assert_int_equal(w.n, 2);
  assert_done(store_write(f->store, work_claim, &w, error));
  assert_int_equal(w.n, 0);
  fixture_free(f);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_drawing_and_nothing_else),
      cmocka_unit_test(names_go_both_ways),
      cmocka_unit_test(the_fence_holds),
      cmocka_unit_test(an_undone_unit_counts_nothing),
      cmocka_unit_test(nobody_is_planned_twice),
      cmocka_unit_test(a_claim_raises_the_epoch_and_dates_once),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
