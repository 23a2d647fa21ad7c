/* SPDX-License-Identifier: GPL-3.0-or-later */
/* seating.h - the workshop that a proposal comes from, as who enters it needs it. Only this room includes it.
 */
#pragma once

#include "proposals/proposal.h"

typedef struct {
  gint64 list, question; /* QUESTION 0: it works on none in particular */
  char *language;        /* in which it works; NULL: not said */
  gboolean restricted;   /* nobody sits there that who sees attendees alone may see */
  char *warning;         /* fewer or more seats than it should have; NULL: none */
} Seating;

/* For proposal_write: name of a list -> Seating. */
GHashTable *seating_table_new(void);
/* The workshop NAME, owned by the unit. FAULT_ABSENT for a list that the actor may not see, FAULT_RULE for
 * one that is no workshop. */
int seating_find(const ProposalUnit *unit, const char *name, const Seating **ret, GError **error);
