/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/moment.h"

#include <stdio.h>
#include <string.h>

#include "base/fault.h"

char *moment_rfc3339(gint64 wall) {
  g_autoptr(GDateTime) t = g_date_time_new_from_unix_utc(wall / SECOND);
  g_autofree char *whole = t != NULL ? g_date_time_format(t, "%Y-%m-%dT%H:%M:%S") : g_strdup("?");
  return g_strdup_printf("%s.%06dZ", whole, (int)(wall % SECOND));
}

char *moment_local(gint64 wall, GTimeZone *zone) {
  g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(wall / SECOND);
  if (utc == NULL)
    return g_strdup("?");
  g_autoptr(GDateTime) t = g_date_time_to_timezone(utc, zone);
  return g_date_time_format(t, "%Y-%m-%dT%H:%M:%S%:z");
}

/* Not strftime: its %a and %b follow the process's locale. */
char *moment_rfc5322(gint64 wall) {
  static const char days[][4] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
  static const char months[][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  g_autoptr(GDateTime) t = g_date_time_new_from_unix_utc(wall / SECOND);
  g_return_val_if_fail(t != NULL, g_strdup("?"));
  return g_strdup_printf("%s, %02d %s %04d %02d:%02d:%02d +0000", days[g_date_time_get_day_of_week(t) - 1],
                         g_date_time_get_day_of_month(t), months[g_date_time_get_month(t) - 1],
                         g_date_time_get_year(t), g_date_time_get_hour(t), g_date_time_get_minute(t),
                         g_date_time_get_second(t));
}

int moment_parse(const char *text, gint64 *ret_wall, GError **error) {
  g_autoptr(GDateTime) t = g_date_time_new_from_iso8601(text, NULL);
  if (t == NULL || strchr(text, 'T') == NULL)
    return fault(error, FAULT_INPUT,
                 "\"%s\" is no time: write it as RFC 3339 with its offset, such as 2013-12-02T10:00:00+01:00",
                 text);
  *ret_wall = g_date_time_to_unix(t) * SECOND + g_date_time_get_microsecond(t);
  return 0;
}

/* ---- times of a zone ---- */

#define NEAR (26 * 3600) /* seconds: further than any offset from UTC */

gint64 moment_zone_offset(GTimeZone *zone, gint64 second) {
  return g_time_zone_get_offset(zone, g_time_zone_find_interval(zone, G_TIME_TYPE_UNIVERSAL, second));
}

gint64 moment_zone_jump(GTimeZone *zone, gint64 from, gint64 to) {
  gint64 before = moment_zone_offset(zone, from);
  while (to - from > 1) {
    gint64 middle = from + (to - from) / 2;
    if (moment_zone_offset(zone, middle) == before)
      from = middle;
    else
      to = middle;
  }
  return to;
}

/* "2013-12-02 10:00" or with T, with seconds or without: what a clock on a wall shows, in seconds as if it
 * were UTC. FALSE when it is not of that form, or no day of the calendar. */
static gboolean read_clock(const char *text, gint64 *ret) {
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, end = 0;
  char between = '\0';
  if (strspn(text, "0123456789") != 4 ||
      sscanf(text, "%4d-%2d-%2d%c%2d:%2d%n", &year, &month, &day, &between, &hour, &minute, &end) < 6)
    return FALSE;
  if (between != ' ' && between != 'T')
    return FALSE;
  if (text[end] == ':') {
    int more = 0;
    if (sscanf(text + end, ":%2d%n", &second, &more) < 1)
      return FALSE;
    end += more;
  }
  g_autoptr(GDateTime) t = g_date_time_new_utc(year, month, day, hour, minute, second);
  if (text[end] != '\0' || t == NULL)
    return FALSE;
  *ret = g_date_time_to_unix(t);
  return TRUE;
}

static int tell_skipped(const char *text, GTimeZone *zone, gint64 local, GError **error) {
  gint64 at = moment_zone_jump(zone, local - NEAR, local + NEAR);
  g_autofree char *before = moment_local((at - 60) * SECOND, zone), *after = moment_local(at * SECOND, zone);
  return fault(error, FAULT_INPUT,
               "\"%s\" does not exist in %s, where clocks are put forward then; the nearest that do are %s "
               "and %s",
               text, g_time_zone_get_identifier(zone), before, after);
}

static int tell_twice(const char *text, GTimeZone *zone, gint64 first, gint64 second, GError **error) {
  g_autofree char *one = moment_local(first * SECOND, zone), *other = moment_local(second * SECOND, zone);
  return fault(
      error, FAULT_INPUT,
      "\"%s\" comes twice in %s, where clocks are put back then; say which with its offset: %s or %s", text,
      g_time_zone_get_identifier(zone), one, other);
}

int moment_parse_in(const char *text, GTimeZone *zone, gint64 *ret_wall, GError **error) {
  gint64 local = 0;
  g_autofree char *joined = g_strdup(text);
  if (strlen(joined) > 10 && joined[10] == ' ')
    joined[10] = 'T';
  if (!read_clock(text, &local))
    return moment_parse(joined, ret_wall, error);
  /* Whichever offsets are in force around: the time exists once for each that is in force at it. */
  gint64 early = local - moment_zone_offset(zone, local - NEAR),
         late = local - moment_zone_offset(zone, local + NEAR);
  gboolean early_is = early + moment_zone_offset(zone, early) == local,
           late_is = late + moment_zone_offset(zone, late) == local;
  if (!early_is && !late_is)
    return tell_skipped(text, zone, local, error);
  if (early_is && late_is && early != late)
    return tell_twice(text, zone, early, late, error);
  *ret_wall = (early_is ? early : late) * SECOND;
  return 0;
}

#define OFFICE_HOUR 9

gint64 moment_next_working_day(gint64 now, GTimeZone *zone) {
  g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(now / SECOND);
  g_autoptr(GDateTime) today = g_date_time_to_timezone(utc, zone);
  int week_day = g_date_time_get_day_of_week(today); /* 1 is Monday */
  g_autoptr(GDateTime) day = g_date_time_add_days(today, week_day >= 5 ? 8 - week_day : 1);
  g_autoptr(GDateTime) nine = g_date_time_new(zone, g_date_time_get_year(day), g_date_time_get_month(day),
                                              g_date_time_get_day_of_month(day), OFFICE_HOUR, 0, 0);
  return g_date_time_to_unix(nine) * SECOND;
}
