/* SPDX-License-Identifier: GPL-3.0-or-later */
/* When a reminder falls due: days counted, weekends and holidays of the place, closures of the house. */
#include "mailing/reminder_due.h"

#include "base/fault.h"
#include "base/moment.h"
#include "support/case.h"

static Day day_from(const char *text) {
  Day day = 0;
  assert_done(day_parse(text, &day, error));
  return day;
}

static gint64 moment_from(const char *text) {
  gint64 wall = 0;
  assert_done(moment_parse(text, &wall, error));
  return wall;
}

static void moments(void **state) {
  static const struct {
    const char *name, *country, *since;
    gint64 days;
    const char *due; /* NULL: never */
  } rows[] = {
      {"twenty days later is a Sunday", "XB", "2013-12-02T10:00:00+01:00", 20, "2013-12-23T09:00:00+01:00"},
      {"a working day", "XB", "2013-12-03T23:30:00+01:00", 20, "2013-12-23T09:00:00+01:00"},
      {"the day is that of the house's zone", "XB", "2013-12-03T23:30:00+00:00", 20,
       "2013-12-24T09:00:00+01:00"},
      {"within the house's closure, which ends before a Monday", "XB", "2013-12-06T10:00:00+01:00", 20,
       "2014-01-06T09:00:00+01:00"},
      {"the place begins its closure earlier", "XA", "2013-12-04T10:00:00+01:00", 20,
       "2014-01-06T09:00:00+01:00"},
      {"Friday is weekend there", "XH", "2014-01-03T10:00:00+01:00", 7, "2014-01-12T09:00:00+01:00"},
      {"and Sunday is none", "XH", "2014-01-05T10:00:00+01:00", 7, "2014-01-12T09:00:00+01:00"},
      {"nobody knows where", NULL, "2014-01-04T10:00:00+01:00", 7, "2014-01-13T09:00:00+01:00"},
      {"over the change of the clocks", "XB", "2014-03-10T10:00:00+01:00", 21, "2014-03-31T09:00:00+02:00"},
      {"a holiday of the place", "XA", "2013-05-25T10:00:00+02:00", 20, "2013-06-17T09:00:00+02:00"},
      {"closed for two years", "XB", "2019-12-20T10:00:00+01:00", 20, NULL},
  };
  static const char *const closures[][2] = {{"2013-12-25", "2014-01-05"}, {"2020-01-01", "2021-12-31"}};
  (void)state;
  g_autoptr(Workdays) workdays = NULL;
  g_autoptr(GArray) closed = g_array_new(FALSE, FALSE, sizeof(ReminderClosure));
  g_autoptr(GTimeZone) zone = g_time_zone_new_identifier("Europe/Paris");
  assert_done(workdays_load(SOURCE_DIR "/templates", &workdays, error));
  for (gsize i = 0; i < G_N_ELEMENTS(closures); i++) {
    ReminderClosure closure = {day_from(closures[i][0]), day_from(closures[i][1])};
    g_array_append_val(closed, closure);
  }
  ReminderCalendar calendar = {workdays, closed, zone};
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    gint64 due = reminder_due_moment(&calendar, rows[i].country, moment_from(rows[i].since), rows[i].days);
    gint64 wanted = rows[i].due != NULL ? moment_from(rows[i].due) : 0;
    g_autofree char *found = moment_local(due, zone);
    if (due != wanted)
      fail_msg("%s: %s", rows[i].name, found);
  }
}

static void numbers(void **state) {
  static const struct {
    const char *given, *stored;
    gint64 after[4]; /* reminders 1 to 4 */
  } rows[] = {
      {NULL, NULL, {0}},
      {"", NULL, {0}},
      {"none", NULL, {0}},
      {"20", "20", {20, 0, 0, 0}},
      {"20,28", "20,28", {20, 28, 28, 0}},
      {" 20 , 28,7", "20,28,7", {20, 28, 7, 0}},
      {"366,1", "366,1", {366, 1, 1, 0}},
  };
  static const char *const wrong[] = {"0", "20,", "20,0", "-3", "367", "soon", "1,2,3,4", "20;20", "20.5"};
  (void)state;
  ReminderDays days;
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    assert_done(reminder_due_parse(rows[i].given, &days, error));
    g_autofree char *text = reminder_due_text(&days);
    if (g_strcmp0(text, rows[i].stored) != 0)
      fail_msg("\"%s\" is stored as \"%s\"", rows[i].given, text);
    for (gint64 n = 1; n <= 4; n++)
      assert_int_equal(reminder_due_after(&days, n), rows[i].after[n - 1]);
    assert_int_equal(reminder_due_after(&days, 0), 0);
  }
  for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++)
    assert_fault(FAULT_INPUT, wrong[i], reminder_due_parse(wrong[i], &days, error));
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(moments), cmocka_unit_test(numbers)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
