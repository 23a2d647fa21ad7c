/* SPDX-License-Identifier: GPL-3.0-or-later */
/* survey.h - how the addressees of a mailing stand: line by line, and counted */
#pragma once

#include "acknowledgement/standing.h"

typedef struct {
  gint64 addressee, mailing, contact;
  char *name, *country, *language; /* COUNTRY may be NULL */
  gboolean restricted;
  enum standing_state state;
  gint64 since;
  gboolean support;
  Acknowledgement *shown, *beside; /* as standing.h; NULL: none */
  char *waived_reason, *waived_by; /* NULL: not waived */
  gint64 waived_at;
  gint64 delivery;      /* the newest; 0: none */
  char *delivery_state; /* NULL: none */
  gint64 reached_at;    /* 0: it was not */
} SurveyLine;
void survey_line_free(SurveyLine *line);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SurveyLine, survey_line_free)

typedef struct {
  gint64 mailing;
  gint64 addressee;     /* this one alone; 0: all */
  gboolean missing;     /* those of whom an answer is still wanted */
  const char *kind;     /* with an event of this kind; NULL: any */
  const char *country;  /* NULL: any */
  const char *language; /* NULL: any */
  gint64 reached_until; /* reached at that moment or before; 0: any */
  gint64 after, limit;
} SurveyFilter;
/* Lines (SurveyLine *) that CLEARANCE may see, by addressee; who is excluded from the roll is none.
 * FAULT_ABSENT for a mailing that CLEARANCE may not see. */
int survey_list(Link *link, gint64 clearance, const SurveyFilter *filter, GPtrArray **ret, GError **error);
/* The line of one addressee. FAULT_ABSENT. */
int survey_find(Link *link, gint64 clearance, gint64 addressee, SurveyLine **ret, GError **error);

/* What tells most of an addressee's answers: 0 and *ret, NULL when there is nothing. */
int survey_shown(Link *link, gint64 clearance, gint64 addressee, Acknowledgement **ret, GError **error);

/* By state; all lines of the roll but the excluded ones. Cheap: what changes is counted when it changes. */
int survey_counts(Link *link, const Mailing *mailing, gint64 ret_counts[STANDING_STATES], GError **error);
/* Of whom an answer is still wanted: who is neither answered, declined nor waived. */
gint64 survey_missing(const gint64 counts[STANDING_STATES]);
