/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contacts/day.h"

#include "base/fault.h"

#include <string.h>

/* Reads up to MAX digits; their count, and *AT stands behind them. */
static gsize digits(const char **at, gsize max, gint64 *ret) {
  gsize count = 0;
  *ret = 0;
  for (; count < max && g_ascii_isdigit(**at); count++, (*at)++)
    *ret = *ret * 10 + (**at - '0');
  return count;
}

/* What may follow a full-date: nothing, or a time of day (RFC 3339 §5.6). */
static gboolean ends_well(const char *at) {
  return *at == '\0' || *at == 'T' || *at == ' ';
}

static gboolean read_parts(const char *text, gint64 *year, gint64 *month, gint64 *day) {
  const char *at = text;
  if (digits(&at, 4, year) == 4)
    return *at++ == '-' && digits(&at, 2, month) == 2 && *at++ == '-' && digits(&at, 2, day) == 2 &&
           ends_well(at);
  at = text;
  if (digits(&at, 2, day) == 0)
    return FALSE;
  char separator = *at++;
  return separator != '\0' && strchr("/.-", separator) != NULL && digits(&at, 2, month) > 0 &&
         *at++ == separator && digits(&at, 4, year) == 4 && ends_well(at);
}

int day_parse(const char *text, Day *ret, GError **error) {
  gint64 year, month, day;
  if (!read_parts(text, &year, &month, &day))
    return fault(error, FAULT_INPUT, "\"%s\" is no day; write it as 2013-12-02 or 02/12/2013", text);
  if (!g_date_valid_dmy((GDateDay)day, (GDateMonth)month, (GDateYear)year))
    return fault(
        error, FAULT_INPUT,
        "\"%s\" is a day that no calendar has; the day comes first (02/12/2013 is 2 December), or the year "
        "(2013-12-02)",
        text);
  GDate date;
  g_date_clear(&date, 1);
  g_date_set_dmy(&date, (GDateDay)day, (GDateMonth)month, (GDateYear)year);
  *ret = (Day)g_date_get_julian(&date);
  return 0;
}

/* FALSE for none. */
static gboolean day_to_date(Day day, GDate *ret) {
  if (day <= 0 || !g_date_valid_julian((guint32)day))
    return FALSE;
  g_date_clear(ret, 1);
  g_date_set_julian(ret, (guint32)day);
  return TRUE;
}

const char *day_text(Day day, char to[DAY_TEXT_SIZE]) {
  GDate date;
  to[0] = '\0';
  if (day_to_date(day, &date))
    g_snprintf(to, DAY_TEXT_SIZE, "%04u-%02u-%02u", g_date_get_year(&date) % 10000U,
               g_date_get_month(&date) % 100U, g_date_get_day(&date) % 100U);
  return to;
}

Day day_of_moment(gint64 wall, GTimeZone *zone) {
  if (wall == 0)
    return 0;
  gint64 seconds = wall / 1000000 - (wall % 1000000 < 0);
  g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(seconds);
  if (utc == NULL)
    return 0;
  g_autoptr(GDateTime) there = zone != NULL ? g_date_time_to_timezone(utc, zone) : g_date_time_ref(utc);
  GDate date;
  g_date_clear(&date, 1);
  g_date_set_dmy(&date, (GDateDay)g_date_time_get_day_of_month(there),
                 (GDateMonth)g_date_time_get_month(there), (GDateYear)g_date_time_get_year(there));
  return (Day)g_date_get_julian(&date);
}

char *day_words(Day day, enum language language) {
  GDate date;
  if (!day_to_date(day, &date))
    return NULL;
  return language_date(language, g_date_get_year(&date), (guint)g_date_get_month(&date),
                       g_date_get_day(&date));
}

gint64 day_begin(Day day, GTimeZone *zone) {
  GDate date;
  if (!day_to_date(day, &date))
    return 0;
  g_autoptr(GTimeZone) utc = zone == NULL ? g_time_zone_new_utc() : g_time_zone_ref(zone);
  g_autoptr(GDateTime) begin = g_date_time_new(utc, g_date_get_year(&date), (gint)g_date_get_month(&date),
                                               g_date_get_day(&date), 0, 0, 0);
  return begin != NULL ? g_date_time_to_unix(begin) * 1000000 : 0;
}
