/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * statistics.h - the answers to a mailing in figures, as they were known at any moment, and as they stay true
 *
 * Country and language are those of the roll, the channel that of the letter which arrived: what a contact
 * became since rewrites nothing. Counted is what was noted until the moment asked for, so that a report can
 * be made again to the same figures. Each addressee counts once: the states of standing.h and never_reached
 * add up to the addressees. What each figure means stands in statistics_figures.def and is told with them.
 */
#pragma once

#include "acknowledgement/standing.h"

#include <glib.h>

enum figure {
#define FIGURE(symbol, name, timed, sentence) symbol,
#include "acknowledgement/statistics_figures.def"
#undef FIGURE
  FIGURES
};
const char *statistics_figure_name(enum figure figure);
const char *statistics_figure_sentence(enum figure figure);
gboolean statistics_figure_is_timed(enum figure figure);

/* By what the rows are told apart; none: the total alone. */
enum statistics_by {
  STATISTICS_BY_NONE,
  STATISTICS_BY_COUNTRY,
  STATISTICS_BY_AREA, /* UN M49: the largest region that the country lies in */
  STATISTICS_BY_LANGUAGE,
  STATISTICS_BY_WEEK, /* ISO 8601, in the house's zone: "2013-W49" */
  STATISTICS_BY_CHANNEL,
  STATISTICS_BYS
};
extern const char *const statistics_by_names[]; /* "none", "country", ...; ended by NULL */

typedef struct {
  char *key; /* "XA", "002", "fr", "2013-W49", "post"; "" where there is none */
  gint64 figures[FIGURES];
} StatisticsRow;

typedef struct {
  gint64 mailing, at;
  enum statistics_by by;
  gint64 total[FIGURES];
  GPtrArray *rows; /* of StatisticsRow, by key; the one without a key last */
} Statistics;
void statistics_free(Statistics *statistics);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Statistics, statistics_free)

typedef struct {
  gint64 mailing;
  gint64 at; /* as it was known then; 0: now */
  enum statistics_by by;
  gboolean supplements; /* with those who got it by a supplement, who then count there alone */
} StatisticsQuery;
/* FAULT_ABSENT for a mailing that CLEARANCE may not see; FAULT_RULE for one that was not released then;
 * FAULT_INPUT for a moment that lies ahead. */
int statistics_make(Desk *desk, Link *link, gint64 clearance, const StatisticsQuery *query, Statistics **ret,
                    GError **error);
/* The share of the reached that acknowledged, in tenths of a per cent; -1 when nobody was reached. */
gint64 statistics_rate(const gint64 figures[FIGURES]);

/* ---- the pure core ---- */

/* One addressee, as it was known. Borrowed. */
typedef struct {
  const char *country, *language; /* may be NULL */
  const char *channel;            /* by which the letter arrived; NULL: none did */
  gint64 reached_at;              /* the first that did; 0: none */
  Standing standing;
} StatisticsLine;
typedef struct {
  const States *states; /* for areas; NULL: none are known */
  GTimeZone *zone;      /* for weeks */
} StatisticsPlaces;
Statistics *statistics_new(enum statistics_by by);
void statistics_add(Statistics *statistics, const StatisticsPlaces *places, const StatisticsLine *line);
/* Puts the rows in order; after the last line. */
void statistics_finish(Statistics *statistics);
