/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * calendar.h - pure: when mail may leave by itself, and from when on if not now
 *
 * Quiet hours, days of closure and days of the week, all by the clock on the wall of one time zone: what that
 * clock shows decides, also on the two days of the year on which it jumps. A quiet hour that the clock skips
 * is over when it has skipped it; one that it shows twice is quiet twice.
 */
#pragma once

#include <glib.h>

/* Minutes of a day, from FROM up to but not including TO; FROM above TO goes over midnight. */
typedef struct {
  guint from, to;
} CalendarQuiet;

/* Days since 1970-01-01, both included. */
typedef struct {
  gint64 first, last;
} CalendarClosure;

#define CALENDAR_WEEK 0x7FU /* bit 0 is Monday */

typedef struct {
  const CalendarQuiet *quiet;
  guint n_quiet;
  const CalendarClosure *closed;
  guint n_closed;
  guint weekdays; /* the days on which mail may leave; 0 for all of CALENDAR_WEEK */
} CalendarRules;

typedef struct Calendar Calendar;

enum calendar_why { CALENDAR_OPEN, CALENDAR_QUIET, CALENDAR_CLOSED, CALENDAR_WEEKDAY };

/* Copies RULES, takes a reference to ZONE. */
Calendar *calendar_new(const CalendarRules *rules, GTimeZone *zone);
void calendar_free(Calendar *calendar);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Calendar, calendar_free)

/* The first moment (base/moment.h) from NOW on at which mail may leave: NOW itself when it may. 0 when there
 * is none within three years. *ret_why (may be NULL): what stands against it now. Any thread. */
gint64 calendar_opens(const Calendar *calendar, gint64 now, enum calendar_why *ret_why);

/* "quiet hours", "closed", "no day for sending"; NULL for CALENDAR_OPEN. */
const char *calendar_why_words(enum calendar_why why);
