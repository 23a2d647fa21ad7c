/* SPDX-License-Identifier: GPL-3.0-or-later */
/* scheduler.h - the thread that wakes what is due (gates, planned deliveries, last moments), and watches the
 * clock */
#pragma once

#include "mailing/desk.h"
#include "outbox/outbox.h"

typedef struct Scheduler Scheduler;

Scheduler *scheduler_start(Desk *desk, Outbox *outbox, Clock *clock);
/* Look now. Any thread. */
void scheduler_wake(Scheduler *scheduler);
/* When the thread last came round (monotonic): the watchdog's question. */
gint64 scheduler_last_round(Scheduler *scheduler);
/* Ends the thread after its present chunk; scheduler_wake stays harmless. */
void scheduler_stop(Scheduler *scheduler);
void scheduler_free(Scheduler *scheduler); /* after scheduler_stop, when nobody can wake it any more */
