/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * courier.h - a thread that walks one straight line: claim, compose, transmit, settle
 *
 *   claim     one ready delivery from the stock of claims that all couriers share (stock.h)
 *   compose   one message from what was loaded for it
 *   offer     everything but the end of data; no copy can exist
 *   intent    committed, fenced by the epoch; the outcome of the message before shares that commit
 *   dot       the end of data, then its reply
 *   outcome   kept in hand, and recorded with the next intent, claim or rest, whichever comes first, at the
 * latest when the relay lets the courier wait for a quarter of a second
 *
 * What is in hand is never dropped: while it cannot be recorded the courier claims and offers nothing.
 */
#pragma once

#include "outbox/outbox.h"

typedef struct Courier Courier;

Courier *courier_start(Outbox *outbox, guint number);
/* After outbox->stop is set: waits until the courier has ended its message, then frees it. */
void courier_join(Courier *courier);
