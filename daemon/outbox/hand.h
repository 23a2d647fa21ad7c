/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hand.h - outcomes of attempts that a courier has in hand, and their record. Only this room includes it. */
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

/* All that one courier has in hand: N places, one for each of its connections. */
typedef struct {
  InHand *of;
  guint n;
} Hands;

gboolean hand_is_any_full(const Hands *hands);
/* Within a unit of work: what became of the deliveries, and the attempts. Nothing where HANDS are empty; they
 * stay full, because only a commit makes it so. */
int hand_record(const Hands *hands, Outbox *outbox, Link *link, GError **error);
/* What was in them is durable: it is counted and forgotten. Nothing where they are empty. */
void hand_empty(const Hands *hands, Outbox *outbox);
/* Records what is in them and empties them, however long that takes; nothing new is to be begun meanwhile.
 * FALSE when it never can be recorded. */
gboolean hand_record_stubbornly(const Hands *hands, Outbox *outbox);
