/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * clock.h - time as something handed in
 *
 * The wall hand gives moments (moment.h), the monotonic one intervals. Pure cores are handed moments and
 * never read a clock.
 *
 * A wall clock may be put back: by an administrator, by a virtual machine that is restored. What must not
 * happen after some moment is therefore judged by clock_latest, which never goes back.
 */
#pragma once

#include "base/moment.h"

#include <glib.h>

typedef struct Clock Clock;

/* The machine's own clock; shared, never freed. */
Clock *clock_system(void);
/* The machine's clock, whose wall hand clock_shift moves; for rehearsals. Free with clock_free. */
Clock *clock_shifted(void);
/* A clock that stands at WALL until it is advanced (both its wall and its monotonic hand move); for tests.
 * Free with clock_free. */
Clock *clock_stepped(gint64 wall);
void clock_advance(Clock *clock, gint64 microseconds);
/* The wall hand of a shifted clock is OFFSET ahead of the machine's from now on. */
void clock_shift(Clock *clock, gint64 offset);
void clock_free(Clock *clock);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Clock, clock_free)

/* All are thread-safe. */
gint64 clock_wall(const Clock *clock);
gint64 clock_monotonic(const Clock *clock);
/* The latest moment that the wall hand has shown since the clock was made, or that it was told. */
gint64 clock_latest(const Clock *clock);
/* It has shown MOMENT before: kept from an earlier run. */
void clock_remember(Clock *clock, gint64 moment);
/* What it shows now is right, and what it showed before is not: clock_latest begins anew. */
void clock_forget(Clock *clock);
