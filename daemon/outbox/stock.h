/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * stock.h - what is claimed and not begun yet: one stock that all couriers take from, in order. Only this
 * room includes it.
 *
 * Couriers that are at work together so change neighbouring rows, which costs their commit few pages; a small
 * mailing goes out over all connections; and a courier that is held up keeps nothing from the others. One
 * courier at a time claims for all, before the stock runs out; batch by batch it takes the open sendings in
 * turn.
 *
 * A thread of the stock's own, the maker, makes messages ahead of who asks for them, and claims more when the
 * stock is low, so that couriers do little but talk and commit. What is not made yet when it is taken, its
 * courier makes itself: nobody waits. An empty stock is filled by the courier that finds it so.
 */
#pragma once

#include "outbox/hand.h"
#include "outbox/outbox_rows.h"

typedef struct Stock Stock;

enum stocked_stage {
  STOCKED_RAW,    /* its message is not made yet */
  STOCKED_APART,  /* the same, and to make it may take long */
  STOCKED_MAKING, /* the stock's own thread is at it; nobody takes it */
  STOCKED_MADE,   /* RESULT (enum compose_outcome, or < 0 with FAULT) and COMPOSED */
};

typedef struct {
  Claim *claim;
  SendingRow sending;
  gint gates; /* outbox->gates when its sending was found open */
  enum stocked_stage stage;
  int result;
  Composed composed;
  GError *fault;
} Stocked;

Stock *stock_new(Outbox *outbox);
/* What it still has stays CLAIMED until the next start gives it back. NULL is nothing. */
void stock_free(Stock *stock);

/* 1: *RET is the caller's now; 0: nothing is due, and *ret_until (monotonic) is brought forward when it is
 * known that something will be. Whoever finds the stock empty claims more, for RELAY, and what is in HANDS is
 * recorded with the claim; others wait for that. */
int stock_take(Stock *stock, const Hands *hands, const Relay *relay, Stocked *ret, gint64 *ret_until,
               GError **error);
/* The maker works until stock_rest. Without one, who takes claims more when the stock is low. */
void stock_start(Stock *stock);
void stock_rest(Stock *stock);
/* It comes first again. */
void stock_put_back(Stock *stock, const Stocked *stocked);
/* The deliveries of MAILING (0: all) become ready again, and what is in HANDS is recorded with that. Those
 * that cannot be given back stay CLAIMED until the next start: nothing of them has left. */
void stock_give_back(Stock *stock, const Hands *hands, gint64 mailing);
