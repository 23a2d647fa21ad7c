/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config/spans.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/units.h"

#define RATE_MAX 1000000

gboolean spans_rate(const char *text, ConfigRate *ret) {
  const char *slash = strchr(text, '/');
  if (slash == NULL)
    return FALSE;
  g_autofree char *number = g_strndup(text, (gsize)(slash - text));
  g_autofree char *unit = g_strdup(slash + 1);
  g_strstrip(number);
  g_strstrip(unit);
  g_autofree char *time = g_strdup_printf("%s%s", g_ascii_isalpha(*unit) ? "1 " : "", unit);
  gint64 n, per;
  if (!g_ascii_string_to_signed(number, 10, 1, RATE_MAX, &n, NULL) || !units_duration(time, &per) ||
      per < SECOND || per > DAY)
    return FALSE;
  *ret = (ConfigRate){.n = (guint)n, .per = per};
  return TRUE;
}

/* "07:00" and nothing else; 24:00 is the end of a day. */
static gboolean minute_of(const char *text, guint *ret) {
  guint hour, minute;
  if (strlen(text) != 5 || text[2] != ':' || strspn(text, "0123456789:") != 5 ||
      sscanf(text, "%2u:%2u", &hour, &minute) != 2 || minute > 59 || hour > 24 || (hour == 24 && minute > 0))
    return FALSE;
  *ret = hour * 60 + minute;
  return TRUE;
}

gboolean spans_quiet(const char *text, ConfigQuiet *ret) {
  g_auto(GStrv) ends = g_strsplit(text, "-", 2);
  if (g_strv_length(ends) != 2)
    return FALSE;
  g_strstrip(ends[0]);
  g_strstrip(ends[1]);
  if (!minute_of(ends[0], &ret->from) || !minute_of(ends[1], &ret->to))
    return FALSE;
  ret->from %= 24 * 60;
  return ret->from != ret->to % (24 * 60);
}

static gboolean day_of(const char *text, gint64 *ret) {
  int year, month, day;
  if (strlen(text) != 10 || strspn(text, "0123456789-") != 10 ||
      sscanf(text, "%4d-%2d-%2d", &year, &month, &day) != 3 || year < 1970 ||
      !g_date_valid_dmy((GDateDay)day, (GDateMonth)month, (GDateYear)year))
    return FALSE;
  g_autoptr(GDate) date = g_date_new_dmy((GDateDay)day, (GDateMonth)month, (GDateYear)year);
  g_autoptr(GDate) epoch = g_date_new_dmy(1, G_DATE_JANUARY, 1970);
  *ret = g_date_days_between(epoch, date);
  return TRUE;
}

gboolean spans_closure(const char *text, ConfigClosure *ret) {
  g_auto(GStrv) ends = g_strsplit(text, "..", 2);
  const char *last = ends[0] != NULL && ends[1] != NULL ? ends[1] : ends[0];
  if (last == NULL)
    return FALSE;
  for (char **end = ends; *end != NULL; end++)
    g_strstrip(*end);
  return day_of(ends[0], &ret->first) && day_of(last, &ret->last) && ret->first <= ret->last;
}

static int weekday_of(const char *text) {
  static const char *const names[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
  for (int i = 0; i < 7; i++)
    if (g_ascii_strcasecmp(names[i], text) == 0)
      return i;
  return -1;
}

gboolean spans_weekdays(const char *text, guint *ret) {
  g_auto(GStrv) items = g_strsplit(text, ",", -1);
  *ret = 0;
  for (char **item = items; *item != NULL; item++) {
    g_auto(GStrv) ends = g_strsplit(*item, "-", 2);
    for (char **end = ends; *end != NULL; end++)
      g_strstrip(*end);
    int first = ends[0] != NULL ? weekday_of(ends[0]) : -1;
    int last = first >= 0 && ends[1] != NULL ? weekday_of(ends[1]) : first;
    if (first < 0 || last < 0)
      return FALSE;
    *ret |= 1U << last;
    for (int day = first; day != last; day = (day + 1) % 7)
      *ret |= 1U << day;
  }
  return *ret != 0;
}
