/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * wave.h - a mailing in several waves, each after a stop
 *
 *     PLANNED ──wave_open, or by itself at its time──► OPEN
 *
 * Each wave has a rule in the words of a list's (contacts/list.h); who matches several goes with the first of
 * them, who matches none with the last wave, which needs no rule and is there only when somebody is left for
 * it. The first wave goes when the mailing does; a later one after the one before it, once a person says so
 * or its own time has come. Waves, times and who goes with which stand in the manifest.
 */
#pragma once

#include "contacts/candidate.h"
#include "contacts/rule.h"
#include "mailing/mailing.h"

#include <glib.h>

#define WAVES_MAX 50

typedef struct Wave {
  gint64 number;         /* from 1 */
  char *rule;            /* NULL: all that no rule matches */
  gint64 at;             /* 0: when a person says so (the first: with the mailing) */
  gint64 opened_at;      /* 0: not yet */
  char *opened_by;       /* NULL: not yet */
  gint64 included, held; /* of the roll */
  gboolean under_way;    /* it is open, and some of its deliveries may not know yet */
  Rule *matcher;         /* of RULE; set by wave_list */
} Wave;
void wave_free(Wave *wave);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Wave, wave_free)

/* "RULE" or "RULE@TIME", the time as moment_parse_in reads it. */
int wave_parse(const char *text, GTimeZone *zone, Wave **ret, GError **error);
/* The waves (Wave) of MAILING in their order; none when it goes as a whole. */
int wave_list(Link *link, gint64 mailing, GPtrArray **ret, GError **error);
/* TRUE in *ret when a rule of MAILING's waves tells of what CLEARANCE may not see. */
int wave_are_hidden(Link *link, gint64 mailing, gint64 clearance, gboolean *ret, GError **error);
/* Which wave CANDIDATE goes with; 0 without waves. */
int wave_of(Link *link, const GPtrArray *waves, const Candidate *candidate, gint64 *ret, GError **error);
/* From when on a delivery of WAVE, planned now, is due. */
gint64 wave_due(const GPtrArray *waves, gint64 wave, gint64 at);
/* The wave that is to leave next, when it waits for a person to say so; else NULL. */
const Wave *wave_next(const GPtrArray *waves);

/* Lets wave NUMBER leave, the next of a mailing that is sending. Who may release may do so. 0; 1 when it is
 * open already. */
int wave_open(Desk *desk, const Actor *actor, gint64 mailing, gint64 number, GError **error);

/* ---- for the other files of this room ---- */

/* WAVES (Wave, as wave_parse made them) instead of those that MAILING had; in a unit of work. Checks rules,
 * lists and times for who may see CLEARANCE at NOW. */
int wave_write(Link *link, const Mailing *mailing, const GPtrArray *waves, gint64 clearance, gint64 now,
               GError **error);
/* The times of waves that would already have passed at NOW, or come after not_after. */
int wave_check_times(Desk *desk, const GPtrArray *waves, const Mailing *mailing, GError **error);
/* Lines of the manifest. */
void wave_manifest(const GPtrArray *waves, GString *to);
/* Counts into WAVES how many lines of ROLL go with which: one pass, for a reading link. Then, in the unit
 * that shows the roll, wave_write_counts; none is open any more. */
int wave_count(Link *link, gint64 roll, const GPtrArray *waves, GError **error);
int wave_write_counts(Link *link, gint64 mailing, const GPtrArray *waves, GError **error);
/* In the unit that opens the gate: the first one leaves with it, unless it has a time of its own. */
int wave_begin(Link *link, gint64 mailing, gint64 now, GError **error);
/* What time does with the waves of a mailing that is sending; finishes what was cut off. */
int wave_tick(Desk *desk, gint64 mailing, gint64 *ret_next, GError **error);
