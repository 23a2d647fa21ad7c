/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "outbox/calendar.h"

#include "base/fault.h"
#include "base/moment.h"
#include "support/case.h"

static const CalendarQuiet nights[] = {{20 * 60, 7 * 60}};
static const CalendarQuiet two_pauses[] = {{12 * 60, 13 * 60}, {12 * 60 + 30, 14 * 60}};
static const CalendarQuiet at_the_jump[] = {{60, 150}}; /* 01:00-02:30 */
/* 2013-12-23..2014-01-05 */
static const CalendarClosure christmas[] = {{16062, 16075}};

#define NIGHTS                                                                                               \
  { .quiet = nights, .n_quiet = 1 }
#define PAUSES                                                                                               \
  { .quiet = two_pauses, .n_quiet = 2 }
#define JUMP                                                                                                 \
  { .quiet = at_the_jump, .n_quiet = 1 }
#define CLOSED                                                                                               \
  { .closed = christmas, .n_closed = 1 }
#define WEEK                                                                                                 \
  { .weekdays = 0x1F }
#define ALL                                                                                                  \
  { .quiet = nights, .n_quiet = 1, .closed = christmas, .n_closed = 1, .weekdays = 0x1F }
#define NOTHING                                                                                              \
  { .quiet = NULL }

static const struct {
  const char *name;
  CalendarRules rules;
  const char *zone, *now, *opens; /* opens NULL: at once */
  enum calendar_why why;
} rows[] = {
    {"no rules", NOTHING, "Europe/Paris", "2013-12-25T03:00:00+01:00", NULL, CALENDAR_OPEN},
    {"by day", NIGHTS, "Europe/Paris", "2013-12-02T10:00:00+01:00", NULL, CALENDAR_OPEN},
    {"last second", NIGHTS, "Europe/Paris", "2013-12-02T19:59:59+01:00", NULL, CALENDAR_OPEN},
    {"evening", NIGHTS, "Europe/Paris", "2013-12-02T20:00:00+01:00", "2013-12-03T07:00:00+01:00",
     CALENDAR_QUIET},
    {"small hours", NIGHTS, "Europe/Paris", "2013-12-02T03:00:00+01:00", "2013-12-02T07:00:00+01:00",
     CALENDAR_QUIET},
    {"it ends", NIGHTS, "Europe/Paris", "2013-12-02T07:00:00+01:00", NULL, CALENDAR_OPEN},
    {"another zone", NIGHTS, "America/Montreal", "2013-12-02T23:00:00Z", NULL, CALENDAR_OPEN},
    {"half an hour off", NIGHTS, "Asia/Kolkata", "2013-12-02T14:30:00Z", "2013-12-03T01:30:00Z",
     CALENDAR_QUIET},
    {"one pause leads into the next", PAUSES, "Europe/Paris", "2013-12-02T12:15:00+01:00",
     "2013-12-02T14:00:00+01:00", CALENDAR_QUIET},
    {"first day closed", CLOSED, "Europe/Paris", "2013-12-23T00:00:00+01:00", "2014-01-06T00:00:00+01:00",
     CALENDAR_CLOSED},
    {"the evening before", CLOSED, "Europe/Paris", "2013-12-22T23:59:59+01:00", NULL, CALENDAR_OPEN},
    {"last day closed", CLOSED, "Europe/Paris", "2014-01-05T23:59:59+01:00", "2014-01-06T00:00:00+01:00",
     CALENDAR_CLOSED},
    {"Saturday", WEEK, "Europe/Paris", "2013-12-07T10:00:00+01:00", "2013-12-09T00:00:00+01:00",
     CALENDAR_WEEKDAY},
    {"Friday", WEEK, "Europe/Paris", "2013-12-06T23:59:59+01:00", NULL, CALENDAR_OPEN},
    {"Friday night: quiet, then no day, then quiet", ALL, "Europe/Paris", "2013-12-06T21:00:00+01:00",
     "2013-12-09T07:00:00+01:00", CALENDAR_QUIET},
    {"closed over a week-end into a quiet night", ALL, "Europe/Paris", "2013-12-24T10:00:00+01:00",
     "2014-01-06T07:00:00+01:00", CALENDAR_CLOSED},
    /* the clock is put on: 2013-03-31 from 02:00 to 03:00 */
    {"night of the clock put on", NIGHTS, "Europe/Paris", "2013-03-30T22:00:00+01:00",
     "2013-03-31T07:00:00+02:00", CALENDAR_QUIET},
    {"the end is skipped", JUMP, "Europe/Paris", "2013-03-31T01:15:00+01:00", "2013-03-31T03:00:00+02:00",
     CALENDAR_QUIET},
    /* and put back: 2013-10-27 from 03:00 to 02:00 */
    {"night of the clock put back", NIGHTS, "Europe/Paris", "2013-10-26T22:00:00+02:00",
     "2013-10-27T07:00:00+01:00", CALENDAR_QUIET},
    {"the end is shown twice: once", JUMP, "Europe/Paris", "2013-10-27T01:15:00+02:00",
     "2013-10-27T02:30:00+02:00", CALENDAR_QUIET},
    {"the end is shown twice: again", JUMP, "Europe/Paris", "2013-10-27T02:10:00+01:00",
     "2013-10-27T02:30:00+01:00", CALENDAR_QUIET},
    {"before 1970", NIGHTS, "UTC", "1969-12-31T21:00:00Z", "1970-01-01T07:00:00Z", CALENDAR_QUIET},
};

static gint64 moment_of(const char *text) {
  gint64 moment = 0;
  assert_done(moment_parse(text, &moment, error));
  return moment;
}

static void opens(G_GNUC_UNUSED void **state) {
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autoptr(GTimeZone) zone = g_time_zone_new_identifier(rows[i].zone);
    g_autoptr(Calendar) calendar = calendar_new(&rows[i].rules, zone);
    enum calendar_why why = CALENDAR_OPEN;
    gint64 now = moment_of(rows[i].now), wanted = rows[i].opens != NULL ? moment_of(rows[i].opens) : now;
    gint64 found = calendar_opens(calendar, now, &why);
    g_autofree char *words = moment_local(found, zone);
    if (found != wanted || why != rows[i].why)
      fail_msg("%s: %s (%d)", rows[i].name, words, why);
    assert_int_equal(calendar_opens(calendar, found, NULL), found);
  }
}

static void a_moment_within_a_second_stays_as_it_is(G_GNUC_UNUSED void **state) {
  g_autoptr(GTimeZone) zone = g_time_zone_new_utc();
  g_autoptr(Calendar) calendar = calendar_new(&(CalendarRules)NIGHTS, zone);
  gint64 noon = moment_of("2013-12-02T12:00:00Z") + 123456;
  assert_int_equal(calendar_opens(calendar, noon, NULL), noon);
}

static void closed_for_ever(G_GNUC_UNUSED void **state) {
  static const CalendarClosure closed[] = {{0, 100000}};
  g_autoptr(GTimeZone) zone = g_time_zone_new_utc();
  g_autoptr(Calendar) calendar = calendar_new(&(CalendarRules){.closed = closed, .n_closed = 1}, zone);
  assert_int_equal(calendar_opens(calendar, moment_of("2013-12-02T12:00:00Z"), NULL), 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(opens),
                                     cmocka_unit_test(a_moment_within_a_second_stays_as_it_is),
                                     cmocka_unit_test(closed_for_ever)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
