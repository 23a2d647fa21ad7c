/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hand.h - the outcome of an attempt that a courier has in hand, and its record. Only this room includes it.
 */
#pragma once

#include "outbox/outbox.h"

typedef struct {
  gboolean full;
  Claim *claim; /* owned */
  Outcome outcome;
  gboolean intended; /* the intent was committed, so the row is COMMITTING */
  gint64 at, dot_at, ended_at;
  const char *relay;
  DeliveryChange change; /* by hand_prepare: what becomes of the delivery */
  GString *facts;        /* owned; of the change */
} InHand;

/* The change of a claimed delivery, as its courier last saw it. */
DeliveryChange hand_change(const Claim *claim, enum delivery_state from, enum delivery_state to,
                           enum entry_kind kind);
/* The far side's words, or our own sentence when there are none. */
const char *hand_words(const Outcome *outcome);
/* Once it is full: works out what becomes of the delivery, so that the unit that records it has only to
 * write.
 */
void hand_prepare(InHand *hand, const Outbox *outbox);
/* Within a unit of work: what became of the delivery, and the attempt. Nothing when HAND is empty; HAND stays
 * full, because only a commit makes it so. */
int hand_record(const InHand *hand, Outbox *outbox, Link *link, GError **error);
/* What was in it is durable: it is counted and forgotten. Nothing when it is empty. */
void hand_empty(InHand *hand, Outbox *outbox);
/* Records what is in it and empties it, however long that takes; nothing new is to be begun meanwhile. FALSE
 * when it never can be recorded. */
gboolean hand_record_stubbornly(InHand *hand, Outbox *outbox);
