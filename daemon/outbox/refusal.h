/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * refusal.h - what a relay's final "no" was about, and which refusals wait for somebody to decide what
 * follows
 *
 * The door of deliveries notes each refusal in the transaction that records it; who notes that a delivery
 * bounced (fact.h) may note that as one. Whoever plans deliveries takes the notes up
 * (mailing/successor.h), plans what takes the place of the refused one or nothing, and strikes the note out
 * in that same unit of work: a crash leaves the note, or the decision.
 */
#pragma once

#include "outbox/outbox.h"

#include <glib.h>

enum refusal_cause {
  REFUSAL_SIZE,    /* the message is too large for this mailbox or relay */
  REFUSAL_MAILBOX, /* no such mailbox, or it takes nothing */
  REFUSAL_POLICY,  /* the far side does not want this message, or us */
  REFUSAL_OTHER,   /* our sender, the protocol, the content: another channel would meet the same */
};
const char *refusal_cause_name(enum refusal_cause cause); /* size, mailbox, policy, other */
enum refusal_cause refusal_cause_named(const char *name); /* REFUSAL_OTHER for any other word */

/* Pure. CODE of the reply, STATUS code ("5.1.1") or NULL, and the name of the step at which it came. */
enum refusal_cause refusal_cause_of(int code, const char *status, const char *step);

/* Refused deliveries (gint64) that wait for a decision, oldest first. */
int refusal_waiting(Link *link, gint64 limit, GArray *to, GError **error);
/* Within a unit: DELIVERY, which the relay took, came back for good; what follows is to be decided. */
int refusal_note(Link *link, gint64 delivery, gint64 mailing, GError **error);
/* How many of MAILING wait: something still happens there by itself. */
int refusal_count(Link *link, gint64 mailing, gint64 *ret_n, GError **error);
/* Strikes the note out. 0; 1 when it was not there any more. */
int refusal_strike(Link *link, gint64 delivery, GError **error);
