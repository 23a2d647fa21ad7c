/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/moment.h"

#include <string.h>

#include "base/fault.h"
#include "support/case.h"

static const struct {
  const char *zone, *text, *utc; /* NULL: refused */
  const char *one, *other;       /* then these two are named */
} times[] = {
    {"Europe/Paris", "2013-12-02T10:00", "2013-12-02T09:00:00.000000Z", NULL, NULL},
    {"Europe/Paris", "2013-12-02 10:00", "2013-12-02T09:00:00.000000Z", NULL, NULL},
    {"Europe/Paris", "2013-12-02 10:00:30", "2013-12-02T09:00:30.000000Z", NULL, NULL},
    {"Europe/Paris", "2013-07-14T10:00", "2013-07-14T08:00:00.000000Z", NULL, NULL},
    {"Europe/Paris", "2013-12-02T10:00:00-05:00", "2013-12-02T15:00:00.000000Z", NULL, NULL},
    {"Europe/Paris", "2013-12-02 10:00:00-05:00", "2013-12-02T15:00:00.000000Z", NULL, NULL},
    {"Europe/Paris", "2013-12-02T10:00:00Z", "2013-12-02T10:00:00.000000Z", NULL, NULL},
    /* the night in spring */
    {"Europe/Paris", "2013-03-31T01:59", "2013-03-31T00:59:00.000000Z", NULL, NULL},
    {"Europe/Paris", "2013-03-31T02:00", NULL, "2013-03-31T01:59:00+01:00", "2013-03-31T03:00:00+02:00"},
    {"Europe/Paris", "2013-03-31T02:30", NULL, "2013-03-31T01:59:00+01:00", "2013-03-31T03:00:00+02:00"},
    {"Europe/Paris", "2013-03-31T03:00", "2013-03-31T01:00:00.000000Z", NULL, NULL},
    /* the night in autumn */
    {"Europe/Paris", "2013-10-27T01:59", "2013-10-26T23:59:00.000000Z", NULL, NULL},
    {"Europe/Paris", "2013-10-27T02:00", NULL, "2013-10-27T02:00:00+02:00", "2013-10-27T02:00:00+01:00"},
    {"Europe/Paris", "2013-10-27 02:30", NULL, "2013-10-27T02:30:00+02:00", "2013-10-27T02:30:00+01:00"},
    {"Europe/Paris", "2013-10-27T02:30:00+01:00", "2013-10-27T01:30:00.000000Z", NULL, NULL},
    {"Europe/Paris", "2013-10-27T03:00", "2013-10-27T02:00:00.000000Z", NULL, NULL},
    /* half an hour, and a day that an island left out */
    {"Australia/Lord_Howe", "2013-10-06T02:15", NULL, "2013-10-06T01:59:00+10:30",
     "2013-10-06T02:30:00+11:00"},
    {"Pacific/Apia", "2011-12-30T12:00", NULL, "2011-12-29T23:59:00-10:00", "2011-12-31T00:00:00+14:00"},
    {"UTC", "2013-03-31T02:30", "2013-03-31T02:30:00.000000Z", NULL, NULL},
    /* what is no time */
    {"Europe/Paris", "2013-02-30T10:00", NULL, NULL, NULL},
    {"Europe/Paris", "2013-12-02", NULL, NULL, NULL},
    {"Europe/Paris", "2013-12-02T25:00", NULL, NULL, NULL},
    {"Europe/Paris", "2013-12-02T10:00:00.5", NULL, NULL, NULL},
    {"Europe/Paris", "2013-12-02T10:00 tomorrow", NULL, NULL, NULL},
    {"Europe/Paris", "02/12/2013 10:00", NULL, NULL, NULL},
    {"Europe/Paris", "", NULL, NULL, NULL},
};

static void times_of_a_zone(G_GNUC_UNUSED void **state) {
  for (gsize i = 0; i < G_N_ELEMENTS(times); i++) {
    g_autoptr(GTimeZone) zone = g_time_zone_new_identifier(times[i].zone);
    g_autoptr(GError) error = NULL;
    gint64 wall = 0;
    assert_non_null(zone);
    int r = moment_parse_in(times[i].text, zone, &wall, &error);
    g_autofree char *utc = moment_rfc3339(wall);
    if (times[i].utc != NULL && (r != 0 || strcmp(utc, times[i].utc) != 0))
      fail_msg("%s: %s", times[i].text, r != 0 ? error->message : utc);
    if (times[i].utc == NULL && r != FAULT_INPUT)
      fail_msg("%s: taken as %s", times[i].text, utc);
    if (times[i].one != NULL &&
        (strstr(error->message, times[i].one) == NULL || strstr(error->message, times[i].other) == NULL))
      fail_msg("%s: %s", times[i].text, error->message);
  }
}

static const struct {
  const char *now, *next;
} days[] = {
    {"2013-12-02T08:59:59+01:00", "2013-12-03T09:00:00+01:00"}, /* Monday */
    {"2013-12-05T23:59:59+01:00", "2013-12-06T09:00:00+01:00"},
    {"2013-12-06T00:00:00+01:00", "2013-12-09T09:00:00+01:00"}, /* Friday */
    {"2013-12-07T12:00:00+01:00", "2013-12-09T09:00:00+01:00"},
    {"2013-12-08T23:30:00+01:00", "2013-12-09T09:00:00+01:00"},
    {"2013-10-25T12:00:00+02:00", "2013-10-28T09:00:00+01:00"}, /* over the night in autumn */
    {"2013-12-31T22:59:00Z", "2014-01-01T09:00:00+01:00"},
};

static void the_next_working_day(G_GNUC_UNUSED void **state) {
  g_autoptr(GTimeZone) zone = g_time_zone_new_identifier("Europe/Paris");
  for (gsize i = 0; i < G_N_ELEMENTS(days); i++) {
    gint64 now = 0;
    assert_done(moment_parse(days[i].now, &now, error));
    g_autofree char *next = moment_local(moment_next_working_day(now, zone), zone);
    assert_string_equal(next, days[i].next);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(times_of_a_zone),
                                     cmocka_unit_test(the_next_working_day)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
