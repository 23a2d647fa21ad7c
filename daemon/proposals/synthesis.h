/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * synthesis.h - what becomes of proposals: merged, set aside, placed; and each of it taken back
 *
 * Nothing is removed by any of it: each proposal of an edition stands in exactly one of five states, so what
 * was received is what is in the draft (submitted, moderated, in-synthesis), what was merged into others, and
 * what was set aside.
 *
 * Merging is transitive: what went into B goes with it into A, and comes out with it again. An office's
 * proposal may go into an attendee's, never the other way: who may see attendees alone would miss it there.
 *
 * Organisers, admins and volunteers, each with what they may see.
 */
#pragma once

#include "proposals/proposal.h"

#define SYNTHESIS_SOURCES_MAX 1000 /* proposals in one item */

/* GONE goes into KEPT. FAULT_INPUT for one proposal twice; FAULT_RULE when GONE is merged already, when KEPT
 * is part of it or set aside, for two editions, and beyond the ceiling. */
int synthesis_merge(const Contacts *house, const Actor *actor, gint64 kept, gint64 gone, GError **error);
/* Why is wanted. ERASE: its words go for good (the person wishes it); it can then not be taken back. */
int synthesis_set_aside(const Contacts *house, const Actor *actor, gint64 id, const char *reason,
                        gboolean erase, GError **error);
/* IDS are the first items of QUESTION, in this order; those that had a place and are not named follow in the
 * order that they had. FAULT_RULE for one of another question, merged or set aside; FAULT_INPUT for one
 * twice. */
int synthesis_order(const Contacts *house, const Actor *actor, gint64 question, const gint64 *ids,
                    gsize count, GError **error);
/* The last decision about it is undone: it comes out of what it was merged into, back from aside, or out of
 * the order. FAULT_RULE when there is nothing to take back, or no words any more. */
int synthesis_take_back(const Contacts *house, const Actor *actor, gint64 id, GError **error);
