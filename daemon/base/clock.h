/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * clock.h - time as something handed in
 *
 * A moment is a gint64 of microseconds since 1970-01-01T00:00:00Z ("wall"); 0 means "none". Intervals come
 * from the monotonic clock. Pure cores are handed moments and never read a clock.
 */
#pragma once

#include <glib.h>

#define SECOND G_GINT64_CONSTANT(1000000)
#define MINUTE (60 * SECOND)
#define HOUR   (60 * MINUTE)
#define DAY    (24 * HOUR)

typedef struct Clock Clock;

/* The machine's own clock; shared, never freed. */
Clock *clock_system(void);
/* A clock that stands at WALL until it is advanced (both its wall and its monotonic hand move); for tests
 * and rehearsals. Thread-safe. Free with clock_free. */
Clock *clock_stepped(gint64 wall);
void clock_advance(Clock *clock, gint64 microseconds);
void clock_free(Clock *clock);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Clock, clock_free)

gint64 clock_wall(const Clock *clock);
gint64 clock_monotonic(const Clock *clock);

/* RFC 3339 in UTC with six decimals, "2013-12-02T09:00:00.000000Z". The caller frees it. */
char *moment_rfc3339(gint64 wall);
/* RFC 3339 in ZONE without decimals, with its offset: "2013-12-02T10:00:00+01:00". The caller frees it. */
char *moment_local(gint64 wall, GTimeZone *zone);
/* RFC 5322 §3.3 date-time in UTC: "Mon, 02 Dec 2013 09:00:00 +0000". The caller frees it. */
char *moment_rfc5322(gint64 wall);
/* Reads RFC 3339 with an offset or Z. 0 and *ret_wall, or FAULT_INPUT with a sentence. */
int moment_parse(const char *text, gint64 *ret_wall, GError **error);
