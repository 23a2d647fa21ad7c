/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * turn.h - when a ready delivery may leave: calendar and pace, as couriers ask for them. Only this room
 * includes it.
 *
 *   turn_opens   may anything leave at this hour? Asked before a claim and before each message.
 *   turn_claim   which of the due ones may be claimed: those that must wait are put off to the moment that
 * was booked for them, once, and stay READY; the claim that follows finds the others first turn_pass    right
 * before a message goes: the last word, by what really went
 *
 * What a limit puts off has the reason TURN_REASON and its moment in DUE. A start, which may bring other
 * limits, makes it due at once, to be booked anew.
 */
#pragma once

#include "outbox/calendar.h"
#include "outbox/outbox.h"
#include "outbox/pace.h"

#define TURN_REASON "pace"

typedef struct Turn Turn;

/* Reads what left lately, so that a start brings no two letters into the same minute. Before any courier
 * runs. */
int turn_new(const OutboxOptions *options, Turn **ret, GError **error);
void turn_free(Turn *turn);

/* NOW when mail (RESTRICTED or not) may leave, else from when on; 0 for no moment within sight. */
gint64 turn_opens(const Turn *turn, gboolean restricted, gint64 now, enum calendar_why *ret_why);

/* Within the unit of work that claims from MAILING for RELAY, before it: how many, at most WANTED, in *ret_n.
 * When none, *ret_until is when it is worth asking again, 0 for no moment that is known here. */
int turn_claim(Turn *turn, Link *link, const DeliveryBatch *batch, const Relay *relay, gint64 *ret_n,
               gint64 *ret_until, GError **error);

/* NOW: the message goes. Later: it must be put off to that moment. */
gint64 turn_pass(Turn *turn, const Claim *claim, const Relay *relay, gint64 now);
