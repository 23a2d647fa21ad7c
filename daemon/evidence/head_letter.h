/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * head_letter.h - a signed head of the journal, mailed to those who keep it elsewhere
 *
 *                  intent                accept
 *     READY ──────────────► COMMITTING ─────────► RELAYED
 *       ▲  └── refuse ──► REFUSED ◄── refuse ─┤
 *       └──────────────── defer ──────────────┤
 *                                             └── lose track, or an abrupt stop ──► IN_DOUBT
 *
 * An outbox of its own, because what it carries belongs to no mailing, no roll and no contact; the rules are
 * those of deliveries (outbox/delivery.h). The intent is durable before the end of data goes, and no letter
 * that may have been taken is offered again: in doubt it stays, and the next week's tells the same and more.
 * What was only deferred is tried again until it is taken or refused. Each change is one unit with its entry.
 *
 * One thread calls it.
 */
#pragma once

#include "mailing/desk.h"

#include <glib.h>

extern const Schema evidence_schema;

/* After an abrupt stop: what was COMMITTING is IN_DOUBT. Before the others. */
int head_letter_recover(Desk *desk, GError **error);
/* Plans letters with the newest signed head to ADDRESSES (ended by NULL; one that occurs twice gets one),
 * when the last were planned EVERY microseconds ago or more and the head is newer than theirs. 0; 1 when it
 * is not time, or there is no head. */
int head_letter_plan(Desk *desk, const char *const *addresses, gint64 every, GError **error);
/* Offers all that are due, one after the other; waits for the relay's answers. Nothing while the house is on
 * hold. STOP (atomic): 1 ends it before the next one. */
int head_letter_send(Desk *desk, const gint *stop, GError **error);

typedef struct {
  gint64 relayed_at, head; /* when the last one went, and which head it had; 0: none yet */
  gint64 waiting, doubtful, refused;
} HeadLetterStatus;
int head_letter_status(Link *link, HeadLetterStatus *ret, GError **error);
