/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * moment.h - points in time: how they are written and read
 *
 * A moment is a gint64 of microseconds since 1970-01-01T00:00:00Z; 0 means "none".
 */
#pragma once

#include <glib.h>

#define SECOND G_GINT64_CONSTANT(1000000)
#define MINUTE (60 * SECOND)
#define HOUR   (60 * MINUTE)
#define DAY    (24 * HOUR)

/* RFC 3339 in UTC with six decimals, "2013-12-02T09:00:00.000000Z". The caller frees it. */
char *moment_rfc3339(gint64 wall);
/* RFC 3339 in ZONE without decimals, with its offset: "2013-12-02T10:00:00+01:00". The caller frees it. */
char *moment_local(gint64 wall, GTimeZone *zone);
/* RFC 5322 §3.3 date-time in UTC: "Mon, 02 Dec 2013 09:00:00 +0000". The caller frees it. */
char *moment_rfc5322(gint64 wall);
/* Reads RFC 3339 with an offset or Z. 0 and *ret_wall, or FAULT_INPUT with a sentence. */
int moment_parse(const char *text, gint64 *ret_wall, GError **error);
/* The same; and without an offset ("2013-12-02T10:00", "2013-12-02 10:00:30") the time that clocks in ZONE
 * show. FAULT_INPUT also for a time that clocks there skip (the two nearest that they show are named) and for
 * one that they show twice (both are named: it needs its offset). */
int moment_parse_in(const char *text, GTimeZone *zone, gint64 *ret_wall, GError **error);
/* Of a zone's clocks, in whole seconds since 1970: how far they are ahead of UTC; and the one after FROM, TO
 * at the latest, from which that is no longer what it is at FROM. */
gint64 moment_zone_offset(GTimeZone *zone, gint64 second);
gint64 moment_zone_jump(GTimeZone *zone, gint64 from, gint64 to);
/* Nine o'clock in ZONE on the first day from Monday to Friday after that of NOW. Knows no holidays. */
gint64 moment_next_working_day(gint64 now, GTimeZone *zone);
