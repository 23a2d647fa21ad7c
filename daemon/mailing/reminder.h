/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * reminder.h - a mailing of its own, to those who had a letter and are silent
 *
 * Draft, roll, approval and release are as for any mailing. On its roll is who is still on the lists of the
 * mailing that it reminds of, whom that letter reached, and of whom an answer is wanted: not who answered,
 * declined, objected or was waived. Who answers between the roll and the sending is not reminded either.
 * There are two at most: `reminder-first`, then `reminder-last`.
 */
#pragma once

#include "contacts/eligibility.h"
#include "mailing/roll.h"

#include <glib.h>

#define REMINDERS_MAX 2

typedef struct {
  gint64 mailing; /* 0: nobody is silent, and nothing was made */
  gboolean made; /* FALSE: one waits already, to be submitted, approved or released; a draft has a new roll */
  gint64 number; /* 1 or 2 */
  gint64 base;   /* which mailing it reminds of */
  gint64 reminded; /* how many are on its roll */
} Reminder;

/* Makes the next reminder of MAILING (or of the one that it reminds of) and its roll. FAULT_RULE when no
 * answer is asked, when it was not sent, when one is on its way, and after the last. */
int reminder_make(Desk *desk, const Actor *actor, gint64 mailing, Reminder *ret, GError **error);
/* Which mailing MAILING reminds of; 0 for none. */
int reminder_of(Link *link, gint64 mailing, gint64 *ret_base, GError **error);

/* ---- for the other files of this room ---- */

/* Excludes LINE when anything stands against reminding its contact of BASE (0: it is no reminder). */
int reminder_check(Desk *desk, Link *link, gint64 base, Addressee *line, GError **error);
/* The same for what is about to leave: *ret is REASON_NONE when it may. */
int reminder_stands_against(Desk *desk, Link *link, gint64 base, gint64 contact, enum reason *ret,
                            GError **error);
