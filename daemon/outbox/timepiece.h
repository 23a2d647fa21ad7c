/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * timepiece.h - what the house remembers of the time from one run to the next
 *
 * How late it has been, so that a clock that was put back brings nothing back that had expired; whether this
 * database belongs to a rehearsal; and how far a rehearsal's clock is ahead of the machine's.
 */
#pragma once

#include "base/clock.h"
#include "journal/actor.h"
#include "journal/journal.h"
#include "store/store.h"

#include <glib.h>

#define TIMEPIECE_TOLERANCE (5 * SECOND) /* a clock is put back by less now and then, to be right */

/* After store_migrate, before anything asks CLOCK for the time: tells it how late it has been and, in a
 * rehearsal (a shifted clock), how far it is ahead. The first time it notes what kind of database this is.
 * FAULT_RULE when it is of the other kind. */
int timepiece_open(Store *store, Clock *clock, gboolean rehearsal, GError **error);
/* Makes durable how late it is. */
int timepiece_keep(Store *store, Clock *clock, GError **error);
/* How far the clock was put back; 0 within TIMEPIECE_TOLERANCE. */
gint64 timepiece_behind(const Clock *clock);

/* The rehearsal's clock shows WALL from now on, also after a restart. FAULT_RULE when it would go back once a
 * mailing has been released. Admins. */
int timepiece_set(Store *store, Journal *journal, Clock *clock, const Actor *actor, gint64 wall,
                  GError **error);
/* What the clock shows is right, although it showed a later time before: that was the mistake. REASON is a
 * checked line. FAULT_RULE when it is not behind. Admins. */
int timepiece_accept(Store *store, Journal *journal, Clock *clock, const Actor *actor, const char *reason,
                     GError **error);
