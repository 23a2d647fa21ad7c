/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "outbox/calendar.h"

#include "base/clock.h"

#define DAY_SECONDS    86400
#define MINUTE_SECONDS 60
#define HORIZON        (3 * 366) /* days that are looked through */

struct Calendar {
  GTimeZone *zone;
  GArray *quiet;  /* of CalendarQuiet */
  GArray *closed; /* of CalendarClosure */
  guint weekdays;
};

Calendar *calendar_new(const CalendarRules *rules, GTimeZone *zone) {
  Calendar *calendar = g_new0(Calendar, 1);
  calendar->zone = g_time_zone_ref(zone);
  calendar->quiet = g_array_new(FALSE, FALSE, sizeof(CalendarQuiet));
  calendar->closed = g_array_new(FALSE, FALSE, sizeof(CalendarClosure));
  if (rules->n_quiet > 0)
    g_array_append_vals(calendar->quiet, rules->quiet, rules->n_quiet);
  if (rules->n_closed > 0)
    g_array_append_vals(calendar->closed, rules->closed, rules->n_closed);
  calendar->weekdays = rules->weekdays != 0 ? rules->weekdays & CALENDAR_WEEK : CALENDAR_WEEK;
  return calendar;
}

void calendar_free(Calendar *calendar) {
  if (calendar == NULL)
    return;
  g_time_zone_unref(calendar->zone);
  g_array_free(calendar->quiet, TRUE);
  g_array_free(calendar->closed, TRUE);
  g_free(calendar);
}

/* ---- the clock on the wall: seconds since 1970 as it shows them ---- */

static gint64 shown_at(const Calendar *calendar, gint64 second) {
  return second + moment_zone_offset(calendar->zone, second);
}

static gint64 floor_div(gint64 n, gint64 by) {
  return n >= 0 ? n / by : -((-n + by - 1) / by);
}

/* ---- rules, by what the clock shows ---- */

static gboolean is_quiet(const CalendarQuiet *quiet, guint minute) {
  if (quiet->from < quiet->to)
    return minute >= quiet->from && minute < quiet->to;
  return minute >= quiet->from || minute < quiet->to;
}

/* Until when (as shown) the rules stand against SHOWN; SHOWN itself when they do not. */
static gint64 closed_until(const Calendar *calendar, gint64 shown, enum calendar_why *ret_why) {
  gint64 day = floor_div(shown, DAY_SECONDS);
  guint minute = (guint)((shown - day * DAY_SECONDS) / MINUTE_SECONDS);
  for (guint i = 0; i < calendar->closed->len; i++) {
    const CalendarClosure *closed = &g_array_index(calendar->closed, CalendarClosure, i);
    if (day >= closed->first && day <= closed->last)
      return *ret_why = CALENDAR_CLOSED, (closed->last + 1) * DAY_SECONDS;
  }
  /* 1970-01-01 was a Thursday. */
  guint weekday = (guint)(((day + 3) % 7 + 7) % 7);
  if ((calendar->weekdays & 1U << weekday) == 0)
    return *ret_why = CALENDAR_WEEKDAY, (day + 1) * DAY_SECONDS;
  for (guint i = 0; i < calendar->quiet->len; i++) {
    const CalendarQuiet *quiet = &g_array_index(calendar->quiet, CalendarQuiet, i);
    if (is_quiet(quiet, minute))
      return *ret_why = CALENDAR_QUIET,
             (day + (quiet->to <= minute)) * DAY_SECONDS + (gint64)quiet->to * MINUTE_SECONDS;
  }
  return *ret_why = CALENDAR_OPEN, shown;
}

/* The first second after SECOND at which the clock shows UNTIL or has jumped over it. */
static gint64 second_of(const Calendar *calendar, gint64 second, gint64 until) {
  gint64 straight = until - moment_zone_offset(calendar->zone, second);
  gint64 corrected = until - moment_zone_offset(calendar->zone, straight);
  if (corrected == straight)
    return straight;
  /* A jump lies in between. Back: the clock shows UNTIL later than the straight reckoning has it. Forward:
   * earlier, but not before the jump. */
  if (corrected > straight)
    return corrected;
  return MAX(corrected, moment_zone_jump(calendar->zone, second, straight));
}

gint64 calendar_opens(const Calendar *calendar, gint64 now, enum calendar_why *ret_why) {
  enum calendar_why first = CALENDAR_OPEN, why = CALENDAR_OPEN;
  gint64 second = floor_div(now, SECOND), began = second;
  for (;;) {
    gint64 shown = shown_at(calendar, second);
    gint64 until = closed_until(calendar, shown, &why);
    if (first == CALENDAR_OPEN)
      first = why;
    if (why == CALENDAR_OPEN)
      break;
    second = MAX(second_of(calendar, second, until), second + 1);
    if (second - began > (gint64)HORIZON * DAY_SECONDS)
      break;
  }
  if (ret_why != NULL)
    *ret_why = first;
  if (why != CALENDAR_OPEN)
    return 0;
  return second == began ? now : second * SECOND;
}

const char *calendar_why_words(enum calendar_why why) {
  static const char *const words[] = {NULL, "quiet hours", "closed", "no day for sending"};
  return words[why];
}
