/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * stock.h - what is claimed and not begun yet: one stock that all couriers take from, in order. Only this
 * room includes it.
 *
 * Couriers that are at work together so change neighbouring rows, which costs their commit few pages; a small
 * mailing goes out over all connections; and a courier that is held up keeps nothing from the others. One
 * courier at a time claims for all, before the stock runs out; batch by batch it takes the open sendings in
 * turn.
 */
#pragma once

#include "outbox/hand.h"
#include "outbox/outbox_rows.h"

typedef struct Stock Stock;

typedef struct {
  Claim *claim; /* whoever took it owns it */
  SendingRow sending;
  gint gates; /* outbox->gates when its sending was found open */
} Stocked;

Stock *stock_new(Outbox *outbox);
/* What it still has stays CLAIMED until the next start gives it back. NULL is nothing. */
void stock_free(Stock *stock);

/* 1: *RET is the caller's now; 0: nothing is due, and *ret_until (monotonic) is brought forward when it is
 * known that something will be. Whoever finds the stock low claims more, for RELAY, and what is in HANDS is
 * recorded with the claim; others wait for that only when there is nothing left. */
int stock_take(Stock *stock, const Hands *hands, const Relay *relay, Stocked *ret, gint64 *ret_until,
               GError **error);
/* It comes first again. */
void stock_put_back(Stock *stock, const Stocked *stocked);
/* The deliveries of MAILING (0: all) become ready again, and what is in HANDS is recorded with that. Those
 * that cannot be given back stay CLAIMED until the next start: nothing of them has left. */
void stock_give_back(Stock *stock, const Hands *hands, gint64 mailing);
