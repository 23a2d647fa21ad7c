/* SPDX-License-Identifier: GPL-3.0-or-later */
/* statistics_rows.h - the SQL of statistics. Only this room includes it. */
#pragma once

#include "acknowledgement/statistics.h"

/* What is seen: by whom, and until when. */
typedef struct {
  gint64 clearance, at;
  gboolean supplements;
  enum acknowledgement_kind counts_from;
} StatisticsCut;

/* The roll of MAILING and, where the cut wants them, those of its supplements; in TO (gint64). */
int statistics_rows_rolls(Link *link, const Mailing *mailing, const StatisticsCut *cut, GArray *to,
                          GError **error);
typedef int (*StatisticsSeen)(const StatisticsLine *line, gpointer data, GError **error);
/* Each line of ROLL once, but those that a supplement took over. Memory is flat. */
int statistics_rows_each(Link *link, gint64 roll, const StatisticsCut *cut, StatisticsSeen seen,
                         gpointer data, GError **error);
