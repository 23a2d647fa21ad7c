/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * onward.h - several channels of one addressee: all at once, or one after the other until he answers
 *
 * What a mailing does with the channels after the first (its next_channel):
 * - none: nothing;
 * - on-refusal: who is refused gets the next one (successor.h);
 * - until-acknowledged: the same, and who is silent for next_after days after a letter reached him gets the
 * next one too, on a working day of his place, as a delivery that supersedes; never while an earlier one may
 * still arrive (outbox/delivery.h), and each channel once;
 * - all: each channel has its delivery from the start; what is refused leads to nothing.
 * With the last two an answer by one channel closes the others: what was not carried yet is called off.
 */
#pragma once

#include "mailing/mailing.h"

#include <glib.h>

#define ONWARD_AFTER 14 /* days, where a mailing says nothing else */

/* TRUE for the policies that an answer closes. */
gboolean onward_is_closed_by_answers(const char *next_channel);
/* Who of MAILING was silent for long enough goes on to his next channel. Called by the scheduler. */
int onward_tick(Desk *desk, gint64 mailing, gint64 *ret_next, GError **error);
/* Within a unit, when ADDRESSEE answered or is not to be written to any more: calls off what is open. */
int onward_close(Desk *desk, Link *link, const char *user, gint64 addressee, GError **error);
/* The mailing whose answers stand against sending a delivery of MAILING: the one that it reminds of; itself,
 * where an answer closes it; 0 for none. */
int onward_stands_by(Link *link, gint64 mailing, gint64 *ret, GError **error);
