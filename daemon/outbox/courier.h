/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * courier.h - a thread that walks one straight line for several connections at a time: claim, compose,
 * transmit, settle
 *
 *   claim     for each free connection (lane.h), from the stock of claims that all couriers share (stock.h)
 *   compose   the message of each, and offer it: everything but the end of data; no copy can exist
 *   listen    until the relay has answered on all connections; who is late is not waited for again
 *   intent    of all that are offered, fenced by their epochs, in one unit of work; the outcomes of the
 *             messages before share that commit
 *   dot       the end of data, on all of them
 *   outcome   kept in hand, and recorded with the next intents, claim or rest, whichever comes first, at the
 *             latest when the relay lets the courier wait for a quarter of a second
 *
 * So each wait, for the relay and for the disk, serves many messages. What happens on one connection concerns
 * its own message alone: it has its outcome, and the others go on.
 *
 * What is in hand is never dropped: while it cannot be recorded the courier claims and offers nothing.
 */
#pragma once

#include "outbox/outbox.h"

/* Connections of one courier, at most. */
#define COURIER_LANES_MAX 8

typedef struct Courier Courier;

/* With LANES connections, at most. */
Courier *courier_start(Outbox *outbox, guint number, guint lanes);
/* After outbox->stop is set: waits until the courier has ended its messages, then frees it. */
void courier_join(Courier *courier);
