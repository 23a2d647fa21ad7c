/* SPDX-License-Identifier: GPL-3.0-or-later */
/* outbox_private.h - what the files of this room share */
#pragma once

#include "outbox/outbox.h"
#include "outbox/relays.h"
#include "outbox/stock.h"
#include "outbox/turn.h"

struct Outbox {
  OutboxOptions options;
  DeliveryDoor *door;
  Relays *relays;
  Stock *stock;
  Turn *turn;
  GPtrArray *couriers; /* of Courier */
  gint stop;           /* atomic: 1 ends the couriers */
  gint gates;          /* atomic: raised whenever a gate may have changed */
  gint held;           /* atomic: the house is on hold */
  gint busy, stuck; /* atomic: connections with a message; couriers with outcomes that cannot be recorded */
  gint relayed, attempts;
  GMutex lock;
  GCond work;
  guint64 wakes; /* under LOCK */
};

/* Waits until somebody wakes the outbox after it was at SEEN wakes, at most until UNTIL (monotonic). Returns
 * the number of wakes by then. */
guint64 outbox_wait(Outbox *outbox, guint64 seen, gint64 until);
/* A clock that was put back makes nothing timely again. NOT_AFTER 0 is never. */
gboolean outbox_is_too_late(const Outbox *outbox, gint64 not_after);
/* NULL is nothing. */
void claim_free(const Outbox *outbox, Claim *claim);
