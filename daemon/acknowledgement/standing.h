/* SPDX-License-Identifier: GPL-3.0-or-later */
/* standing.h - how an addressee stands: what all its events together come to */
#pragma once

#include "acknowledgement/acknowledgement.h"

enum standing_state {
  STANDING_SILENT,
  STANDING_ANSWERED,
  STANDING_DECLINED,
  STANDING_WAIVED,
  STANDING_OBJECTED,
  STANDING_WRONG_ADDRESSEE,
  STANDING_NEVER_REACHED, /* silent, and the letter did not reach it; never a note of events */
  STANDING_STATES
};
const char *standing_state_name(enum standing_state state);
enum standing_state standing_state_of(const char *name); /* STANDING_STATES: none */

typedef struct {
  enum standing_state state;
  const Acknowledgement *shown;  /* the one that tells most of it; NULL: none */
  const Acknowledgement *beside; /* the latest that declines, objects or says wrong, when it is not shown */
  gint64 since;                  /* when the first one of that state came; 0: none */
  gboolean support;              /* one of those that stand expresses it */
} Standing;

/*
 * EVENTS (Acknowledgement *) in the order of their noting; WAIVED: a person decided so. Pure.
 *
 * An event counts from COUNTS_FROM on, `displayed` never. The first that holds:
 *   answered         one that counts says receipt, forwarded, holding, substantive or support
 *   declined         one that counts declines
 *   waived
 *   objected         one objects
 *   wrong-addressee  one says so
 *   silent           nothing, or only what does not count
 * Shown is what says most, among those the strongest kind, among those the earliest: so a later, lesser event
 * takes nothing away. What another event corrects counts for nothing.
 */
Standing standing_of(const GPtrArray *events, enum acknowledgement_kind counts_from, gboolean waived);
