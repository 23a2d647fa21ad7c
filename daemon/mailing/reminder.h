/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * reminder.h - a mailing of its own, to those who had a letter and are silent
 *
 * Draft, roll, approval and release are as for any mailing. On its roll is who is still on the lists of the
 * mailing that it reminds of, whom that letter reached, and of whom an answer is wanted: not who answered,
 * declined, objected or was waived, nor whose office has another holder since. The same is asked again when
 * it is released and when each letter is about to leave. There are two at most by the channel of the first
 * letter, `reminder-first` and `reminder-last`, and one more, `reminder-channel`, by the next channel of
 * those who have one. Each letter leaves on a working day of its addressee's place (reminder_due.h).
 *
 * A person makes one whenever he likes; by themselves they are made when they are due (reminding.h).
 */
#pragma once

#include "contacts/eligibility.h"
#include "mailing/reminder_due.h"
#include "mailing/roll.h"

#include <glib.h>

#define REMINDERS_MAX  2 /* by the channel of the first letter */
#define REMINDER_LATER 7 /* days: who is to be reminded later than that is left for the next one */

typedef struct {
  gint64 mailing; /* 0: nobody is silent, and nothing was made */
  gboolean made; /* FALSE: one waits already, to be submitted, approved or released; a draft has a new roll */
  gint64 number; /* 1, 2; 3 by the next channel */
  gint64 base;   /* which mailing it reminds of */
  gint64 reminded; /* how many are on its roll */
} Reminder;

/* Makes the next reminder of MAILING (or of the one that it reminds of) and its roll. FAULT_RULE when no
 * answer is asked, when it was not sent, when one is on its way, and after the last. */
int reminder_make(Desk *desk, const Actor *actor, gint64 mailing, Reminder *ret, GError **error);
/* Which mailing MAILING reminds of; 0 for none. */
int reminder_of(Link *link, gint64 mailing, gint64 *ret_base, GError **error);

/* ---- for the other files of this room ---- */

/* What a mailing is as a reminder; BASE is 0 for one that is none. */
typedef struct {
  gint64 base, number;
  gint64 days; /* that are to lie between a letter and this one */
} Reminds;
int reminder_read(Link *link, gint64 mailing, Reminds *ret, GError **error);

/* May reminder NUMBER of BASE follow? FAULT_RULE when not. *ret is its number. */
int reminder_next(Link *link, const Mailing *base, gint64 *ret_number, GError **error);
/* A draft without a roll; BY_ITSELF: the scheduler makes it, in the charge of who wrote BASE. */
int reminder_draft(Desk *desk, const Actor *actor, Link *link, const Mailing *base, gint64 number,
                   gboolean by_itself, gint64 *ret, GError **error);
/* Excludes LINE, a new one, when anything stands against reminding its contact; gives it the next channel
 * where that is what the reminder is for. */
int reminder_check(Desk *desk, Link *link, const Reminds *reminds, Addressee *line, GError **error);
/* From when on LINE is to be reminded: AT, or a later working day's nine o'clock. */
int reminder_line_due(Desk *desk, Link *link, const Reminds *reminds, const Addressee *line, gint64 at,
                      gint64 *ret, GError **error);
/* *ret is what stands against reminding CONTACT of BASE (0: it is no reminder), REASON_NONE when nothing
 * does. */
int reminder_stands_against(Desk *desk, Link *link, gint64 base, gint64 contact, enum reason *ret,
                            GError **error);
/* Within a unit: calls off DELIVERY, planned this instant or a to-do, when anything stands against it by now.
 * 0; 1 when it was called off. */
int reminder_call_off(Desk *desk, Link *link, gint64 base, gint64 delivery, GError **error);
/* Working days and closures, borrowed from SETTINGS. */
ReminderCalendar reminder_calendar(const MailingSettings *settings);
