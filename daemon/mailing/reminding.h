/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * reminding.h - reminders by themselves: drafted, rolled and submitted when they are due; never sent so
 *
 *     sent, and due ──► a draft, in the charge of who wrote the first letter ──► its roll ──► submitted
 *          │                        │ a crash anywhere goes on from here ▲           │
 *          └ nobody is silent:      └────────────────────────────────────┘           ├─► nobody is left:
 * cancelled nothing                                                                 └─► refused by a rule: a
 * draft, for a person
 *
 * What is due follows from the database and the time alone (reminder_due.h): the same reminder is never made
 * twice, and of a window that was missed, or of several, one reminder comes. It is approved as any mailing.
 * One that a person cancels is not made again.
 */
#pragma once

#include "mailing/mailing.h"

#include <glib.h>

/* What time does to the mailing MAILING, which was sent; called by release_tick. *ret_next as there. */
int reminding_tick(Desk *desk, gint64 mailing, gint64 *ret_next, GError **error);

/* How far the reminders of a mailing are. */
typedef struct {
  gint64 mailing;           /* which is reminded of */
  gint64 number;            /* of the next reminder */
  gint64 due;               /* 0: it is made already */
  gint64 reminder;          /* which waits; 0: none is made yet */
  enum mailing_state state; /* of that one */
  char *trouble;            /* why it could not be submitted; NULL: no trouble */
} Reminding;
void reminding_free(Reminding *reminding);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Reminding, reminding_free)

/* Of all mailings that CLEARANCE may see and that are reminded of by themselves (Reminding *), but those
 * after their last. */
int reminding_list(Desk *desk, Link *link, gint64 clearance, GPtrArray **ret, GError **error);
