/* SPDX-License-Identifier: GPL-3.0-or-later */
/* split.h - one proposal that is several: its parts are proposals of their own, and it is set aside as split
 */
#pragma once

#include "proposals/proposal.h"

typedef struct {
  gint64 question; /* 0: none */
  const char *text;
} SplitPart;

/*
 * Each part has author, workshop, language and source of the whole, which says where they are ("split into
 * P-8, P-9"). COUNT 0: by the numbers in its own words (numbering.h). *ret: ProposalEntered.
 *
 * FAULT_RULE when others went into it, when it is decided already, and, with COUNT 0, when its words go by no
 * numbers.
 */
int split_proposal(const Contacts *house, const Actor *actor, gint64 id, const SplitPart *parts, gsize count,
                   GArray **ret, GError **error);
