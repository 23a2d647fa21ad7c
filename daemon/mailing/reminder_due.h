/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * reminder_due.h - pure: when reminders fall due, on working days of their recipients' places
 *
 * A mailing says after how many days it is reminded of: "20,20", or "20,20,30". The first number counts from
 * the end of its own sending, the second from that of the first reminder, the third from that of the last,
 * until the next channel is tried; where only two are given the second counts twice, where one is given there
 * is one reminder by itself.
 */
#pragma once

#include "contacts/day.h"
#include "templates/workdays.h"

#include <glib.h>

#define REMINDER_DUE_STEPS 3   /* the first, the last, and the one by the next channel */
#define REMINDER_DUE_MOST  366 /* days */

typedef struct {
  guint count; /* 0: none by itself */
  gint64 days[REMINDER_DUE_STEPS];
} ReminderDays;

/* "20,20"; NULL, "" and "none" are none. FAULT_INPUT with a sentence. */
int reminder_due_parse(const char *text, ReminderDays *ret, GError **error);
/* As it is stored: "20,20"; NULL for none. The caller frees it. */
char *reminder_due_text(const ReminderDays *days);
/* After how many days reminder NUMBER (from 1) follows by itself; 0: it does not. */
gint64 reminder_due_after(const ReminderDays *days, gint64 number);

/* Days, first and last, on which the house itself sends nothing. */
typedef struct {
  Day first, last;
} ReminderClosure;

typedef struct {
  const Workdays *workdays; /* NULL: Saturday and Sunday alone are none */
  const GArray *closed;     /* of ReminderClosure; NULL: none */
  GTimeZone *zone;          /* the house's own */
} ReminderCalendar;

/* The first day from DAY on which offices of COUNTRY work and the house is not closed; 0 when there is none
 * within a year. */
Day reminder_due_day(const ReminderCalendar *calendar, const char *country, Day day);
/* Nine o'clock of DAY, in the house's zone. */
gint64 reminder_due_nine(const ReminderCalendar *calendar, Day day);
/* Nine o'clock of that day for whom SINCE (a moment) lies DAYS behind. 0 as above. */
gint64 reminder_due_moment(const ReminderCalendar *calendar, const char *country, gint64 since, gint64 days);
