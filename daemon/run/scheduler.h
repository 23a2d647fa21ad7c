/* SPDX-License-Identifier: GPL-3.0-or-later */
/* scheduler.h - the thread that wakes what is due (gates, planned deliveries, last moments), watches the
 * clock, and has the journal's head signed now and then */
#pragma once

#include "mailing/desk.h"
#include "outbox/outbox.h"

typedef struct Scheduler Scheduler;

/* All of it outlives the scheduler. */
typedef struct {
  Desk *desk;
  Outbox *outbox;
  Clock *clock;
  Keeper *log_keeper; /* who signs heads of the journal; may have no key */
  gint64 log_every;
} SchedulerOptions;

Scheduler *scheduler_start(const SchedulerOptions *options);
/* Look now. Any thread. */
void scheduler_wake(Scheduler *scheduler);
/* When the thread last came round (monotonic): the watchdog's question. */
gint64 scheduler_last_round(Scheduler *scheduler);
/* Ends the thread after its present chunk; scheduler_wake stays harmless. */
void scheduler_stop(Scheduler *scheduler);
void scheduler_free(Scheduler *scheduler); /* after scheduler_stop, when nobody can wake it any more */
