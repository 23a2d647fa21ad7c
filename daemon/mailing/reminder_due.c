/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailing/reminder_due.h"

#include <string.h>

#include "base/clock.h"
#include "base/fault.h"

#define HORIZON      366 /* days that are looked through */
#define HOUR_OF_WORK 9

int reminder_due_parse(const char *text, ReminderDays *ret, GError **error) {
  *ret = (ReminderDays){0};
  if (text == NULL || *text == '\0' || strcmp(text, "none") == 0)
    return 0;
  g_auto(GStrv) words = g_strsplit(text, ",", -1);
  for (char **word = words; *word != NULL; word++) {
    gint64 days = 0;
    if (ret->count == REMINDER_DUE_STEPS ||
        !g_ascii_string_to_signed(g_strstrip(*word), 10, 1, REMINDER_DUE_MOST, &days, NULL))
      return fault(error, FAULT_INPUT,
                   "remind-after: \"%s\": up to %d numbers of days from 1 to %d are wanted, as in 20,20, or "
                   "none",
                   text, REMINDER_DUE_STEPS, REMINDER_DUE_MOST);
    ret->days[ret->count++] = days;
  }
  return 0;
}

char *reminder_due_text(const ReminderDays *days) {
  g_autoptr(GString) text = g_string_new(NULL);
  for (guint i = 0; i < days->count; i++)
    g_string_append_printf(text, "%s%" G_GINT64_FORMAT, i > 0 ? "," : "", days->days[i]);
  return days->count > 0 ? g_string_free(g_steal_pointer(&text), FALSE) : NULL;
}

gint64 reminder_due_after(const ReminderDays *days, gint64 number) {
  if (number < 1 || number > REMINDER_DUE_STEPS)
    return 0;
  if ((guint)number <= days->count)
    return days->days[number - 1];
  return number == REMINDER_DUE_STEPS && days->count == REMINDER_DUE_STEPS - 1 ? days->days[1] : 0;
}

static gboolean is_closed(const ReminderCalendar *calendar, Day day) {
  for (guint i = 0; calendar->closed != NULL && i < calendar->closed->len; i++) {
    const ReminderClosure *closed = &g_array_index(calendar->closed, ReminderClosure, i);
    if (day >= closed->first && day <= closed->last)
      return TRUE;
  }
  return FALSE;
}

Day reminder_due_day(const ReminderCalendar *calendar, const char *country, Day day) {
  for (Day on = day; on < day + HORIZON; on++)
    if (workdays_is_working(calendar->workdays, country, on) && !is_closed(calendar, on))
      return on;
  return 0;
}

gint64 reminder_due_nine(const ReminderCalendar *calendar, Day day) {
  GDate date;
  g_date_clear(&date, 1);
  g_date_set_julian(&date, (guint32)day);
  g_autoptr(GDateTime) at =
      g_date_time_new(calendar->zone, g_date_get_year(&date), (gint)g_date_get_month(&date),
                      g_date_get_day(&date), HOUR_OF_WORK, 0, 0);
  return at != NULL ? g_date_time_to_unix(at) * SECOND : 0;
}

gint64 reminder_due_moment(const ReminderCalendar *calendar, const char *country, gint64 since, gint64 days) {
  Day day = reminder_due_day(calendar, country, day_of_moment(since, calendar->zone) + (Day)days);
  return day != 0 ? reminder_due_nine(calendar, day) : 0;
}
