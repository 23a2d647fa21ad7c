/* SPDX-License-Identifier: GPL-3.0-or-later */
/* merge_rows.h - the SQL of merges. Only merge.c and erase.c include it */
#pragma once

#include "contacts/merge.h"
#include "contacts/revision.h"

/* What can have another owner: what is listed is what KEPT has not already. */
enum merge_part {
  MERGE_CHANNELS,
  MERGE_TENURES_OF_PERSON,
  MERGE_TENURES_OF_OFFICE,
  MERGE_GROUNDS,
  MERGE_MEMBERS,
  MERGE_OBJECTIONS,
  MERGE_OVERRIDES,
  MERGE_MEMBERSHIPS,
  MERGE_MEMBERSHIPS_IN,
  MERGE_FACILITATORS,
  MERGE_RAPPORTEURS,
  MERGE_UNSUBSCRIPTIONS,
  MERGE_KEYS,
  MERGE_PARTS
};

/* Steps of a merge as they are noted: a part that has another owner (enum merge_part), or one of these. */
enum merge_deed {
  MERGE_SHELVED_CARD = 100,
  MERGE_SHELVED_CHANNEL,
  MERGE_SHELVED_TENURE,
  MERGE_SHELVED_GROUND,
  MERGE_SHELVED_MEMBER,
  MERGE_MADE_CARD = 200, /* a version of the card that was not there before */
  MERGE_PLACED_CHANNEL,  /* was: its position */
  MERGE_JUDGED_CHANNEL,  /* was: its standing */
};

typedef struct {
  Revision *revision;
  gint64 merge, kept, gone;
  gint64 number; /* of the last step */
} MergeSteps;

int merge_rows_begin(Revision *revision, gint64 kept, gint64 gone, gint64 restricted, gint64 *ret_id,
                     GError **error);
/* How it was left, to see later whether anything changed since. */
int merge_rows_leave(Link *link, gint64 merge, const char *state, GError **error);
int merge_rows_undone(Revision *revision, gint64 merge, GError **error);
/* Forgets that KEPT ever took in others, and what was shelved of it. */
int merge_rows_forget(Link *link, gint64 kept, GError **error);

/* Gives KEPT what GONE has of PART; *ret counts. */
int merge_rows_move(MergeSteps *steps, enum merge_part part, gint64 *ret, GError **error);
/* Shelves whatever GONE still has that stands in generations; *ret counts. */
int merge_rows_shelve_rest(MergeSteps *steps, gint64 *ret, GError **error);
int merge_rows_shelve_card(MergeSteps *steps, gint64 contact, GError **error);
int merge_rows_note_card(MergeSteps *steps, gint64 version, GError **error);
int merge_rows_place_channel(MergeSteps *steps, gint64 version, gint64 position, GError **error);
int merge_rows_judge_channel(MergeSteps *steps, gint64 version, gint64 standing, GError **error);
/* Takes all steps back, the last first: 0, or 1 when one of them finds another row than it left. */
int merge_rows_take_back(MergeSteps *steps, GError **error);

/* What stands beside the generations, in one line: counts and sums. */
int merge_rows_beside(Link *link, gint64 contact, char **ret, GError **error);
/* TRUE in *ret when the two are marked as not the same (duplicate.h). */
int merge_rows_marked(Link *link, gint64 a, gint64 b, gboolean *ret, GError **error);
