/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "outbox/pace.h"

#include "base/moment.h"
#include "support/case.h"

#define T0 (1000 * DAY)

static const char *const houses[] = {"ministry.example", NULL};

enum act { BOOK, PASS, REMEMBER };

typedef struct {
  enum act act;
  const char *address;
  gboolean restricted;
  gint64 at, held, wanted; /* seconds after T0 */
} Step;

#define RATE                                                                                                 \
  {                                                                                                          \
    .per_domain = { 30, MINUTE }                                                                             \
  }
#define INTERVAL                                                                                             \
  { .domain_interval = MINUTE, .together = houses }
#define BOTH                                                                                                 \
  { .per_domain = {6, MINUTE}, .domain_interval = MINUTE }

static const struct {
  const char *name;
  PaceRules rules;
  Step steps[8];
} rows[] = {
    {"no limit",
     {.domain_interval = 0},
     {{BOOK, "a@x.example", TRUE, 0, 0, 0}, {BOOK, "a@x.example", TRUE, 0, 0, 0}}},
    {"a rate is dealt out evenly",
     RATE,
     {{BOOK, "a@x.example", FALSE, 0, 0, 0},
      {BOOK, "b@x.example", FALSE, 0, 0, 2},
      {BOOK, "c@x.example", FALSE, 0, 0, 4},
      {BOOK, "d@y.example", FALSE, 0, 0, 0},
      {BOOK, "e@X.Example", FALSE, 1, 0, 6},
      {BOOK, "f@x.example", FALSE, 60, 0, 60}}},
    {"a moment is kept",
     RATE,
     {{BOOK, "a@x.example", FALSE, 0, 0, 0},
      {BOOK, "b@x.example", FALSE, 0, 0, 2},
      {BOOK, "c@x.example", FALSE, 0, 0, 4},
      {BOOK, "b@x.example", FALSE, 2, 2, 2},
      {BOOK, "c@x.example", FALSE, 5, 4, 5},
      {BOOK, "d@x.example", FALSE, 5, 0, 6}}},
    {"attendees are not kept apart",
     INTERVAL,
     {{BOOK, "a@x.example", FALSE, 0, 0, 0}, {BOOK, "a@x.example", FALSE, 0, 0, 0}}},
    {"offices of one domain are, and one more second for the way",
     INTERVAL,
     {{BOOK, "a@x.example", TRUE, 0, 0, 0},
      {BOOK, "b@x.example", TRUE, 0, 0, 62},
      {BOOK, "c@x.example", TRUE, 1, 0, 124},
      {BOOK, "d@y.example", TRUE, 1, 0, 1}}},
    {"domains below one that counts as one",
     INTERVAL,
     {{PASS, "a@ministry.example", TRUE, 0, 0, 0},
      {PASS, "b@cabinet.ministry.example", TRUE, 1, 0, 60},
      {PASS, "c@deep.down.ministry.example", TRUE, 60, 0, 60},
      {PASS, "d@notministry.example", TRUE, 60, 0, 60},
      {PASS, "e@a.other.example", TRUE, 60, 0, 60},
      {PASS, "f@b.other.example", TRUE, 60, 0, 60}}},
    {"passing goes by what went, not by what was booked",
     INTERVAL,
     {{BOOK, "a@x.example", TRUE, 0, 0, 0},
      {BOOK, "b@x.example", TRUE, 0, 0, 62},
      {PASS, "a@x.example", TRUE, 50, 0, 50},
      {PASS, "b@x.example", TRUE, 62, 0, 110},
      {PASS, "b@x.example", TRUE, 110, 0, 110}}},
    {"a start remembers",
     INTERVAL,
     {{REMEMBER, "a@x.example", TRUE, -20, 0, 0},
      {BOOK, "b@x.example", TRUE, 0, 0, 40},
      {PASS, "c@x.example", TRUE, 39, 0, 40},
      {PASS, "c@x.example", TRUE, 40, 0, 40}}},
    {"what was booked before a start is booked anew",
     INTERVAL,
     {{BOOK, "a@x.example", TRUE, 100, 40, 100}, {BOOK, "b@x.example", TRUE, 100, 60, 100}}},
    {"both",
     BOTH,
     {{BOOK, "a@x.example", FALSE, 0, 0, 0},
      {BOOK, "b@x.example", FALSE, 0, 0, 10},
      {BOOK, "c@x.example", TRUE, 0, 0, 20},
      {BOOK, "d@x.example", TRUE, 0, 0, 82}}},
};

static gint64 take_step(Pace *pace, const Step *s) {
  gint64 now = T0 + s->at * SECOND, held = s->held != 0 ? T0 + s->held * SECOND : 0;
  switch (s->act) {
  case BOOK:
    return pace_book(pace, s->address, s->restricted, held, now);
  case PASS:
    return pace_pass(pace, s->address, s->restricted, now);
  case REMEMBER:
    pace_remember(pace, s->address, now);
    break;
  }
  return T0 + s->wanted * SECOND;
}

static void domains(G_GNUC_UNUSED void **state) {
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autoptr(Pace) pace = pace_new(&rows[i].rules);
    for (gsize j = 0; j < G_N_ELEMENTS(rows[i].steps) && rows[i].steps[j].address != NULL; j++) {
      gint64 found = take_step(pace, &rows[i].steps[j]) - T0;
      if (found != rows[i].steps[j].wanted * SECOND)
        fail_msg("%s, step %zu: after %" G_GINT64_FORMAT " us", rows[i].name, j, found);
    }
  }
}

static void the_whole(G_GNUC_UNUSED void **state) {
  g_autoptr(Pace) pace = pace_new(&(PaceRules){.total = {600, MINUTE}});
  gint64 next = 0;
  /* One second's worth may go at once, and then one in a tenth of a second. */
  assert_int_equal(pace_take(pace, 64, T0, &next), 11);
  assert_int_equal(next, T0 + SECOND / 10);
  assert_int_equal(pace_take(pace, 64, T0, &next), 0);
  assert_int_equal(pace_take(pace, 64, T0 + SECOND / 10, &next), 1);
  assert_int_equal(pace_take(pace, 2, T0 + SECOND, &next), 2);
  assert_int_equal(next, T0 + SECOND);
  guint n = 0;
  for (gint64 at = T0 + SECOND; at < T0 + 61 * SECOND; at += SECOND / 3)
    n += pace_take(pace, 64, at, &next);
  assert_in_range(n, 590, 610);
}

static void without_limits_nothing_is_kept(G_GNUC_UNUSED void **state) {
  g_autoptr(Pace) pace = pace_new(&(PaceRules){.domain_interval = MINUTE});
  gint64 next = 0;
  assert_false(pace_limits_domains(pace, FALSE));
  assert_true(pace_limits_domains(pace, TRUE));
  assert_int_equal(pace_take(pace, 1000000, T0, &next), 1000000);
}

static void many_domains_are_forgotten_again(G_GNUC_UNUSED void **state) {
  g_autoptr(Pace) pace = pace_new(&(PaceRules){.domain_interval = MINUTE});
  for (int i = 0; i < 50000; i++) {
    g_autofree char *address = g_strdup_printf("a@d%d.example", i);
    gint64 now = T0 + i * 10 * SECOND / 1000;
    assert_int_equal(pace_pass(pace, address, TRUE, now), now);
  }
  assert_true(pace_pass(pace, "a@d49999.example", TRUE, T0 + 500 * SECOND) > T0 + 500 * SECOND);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(domains), cmocka_unit_test(the_whole),
                                     cmocka_unit_test(without_limits_nothing_is_kept),
                                     cmocka_unit_test(many_domains_are_forgotten_again)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
