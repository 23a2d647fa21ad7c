/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/clock.h"

#include "base/fault.h"

struct Clock {
  gboolean stepped;
  GMutex lock;
  gint64 wall, monotonic;
};

Clock *clock_system(void) {
  static Clock machine = {.stepped = FALSE};
  return &machine;
}

Clock *clock_stepped(gint64 wall) {
  Clock *clock = g_new0(Clock, 1);
  clock->stepped = TRUE;
  clock->wall = wall;
  clock->monotonic = SECOND;
  g_mutex_init(&clock->lock);
  return clock;
}

void clock_advance(Clock *clock, gint64 microseconds) {
  g_return_if_fail(clock->stepped);
  g_mutex_lock(&clock->lock);
  clock->wall += microseconds;
  clock->monotonic += microseconds;
  g_mutex_unlock(&clock->lock);
}

void clock_free(Clock *clock) {
  if (clock == NULL || !clock->stepped)
    return;
  g_mutex_clear(&clock->lock);
  g_free(clock);
}

static gint64 stepped_hand(const Clock *clock, const gint64 *hand) {
  GMutex *lock = (GMutex *)&clock->lock;
  g_mutex_lock(lock);
  gint64 value = *hand;
  g_mutex_unlock(lock);
  return value;
}

gint64 clock_wall(const Clock *clock) {
  return clock->stepped ? stepped_hand(clock, &clock->wall) : g_get_real_time();
}

gint64 clock_monotonic(const Clock *clock) {
  return clock->stepped ? stepped_hand(clock, &clock->monotonic) : g_get_monotonic_time();
}

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
