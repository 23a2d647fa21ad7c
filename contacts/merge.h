/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * merge.h - one contact goes into another, and comes out of it again
 *
 * What is noted of the one that goes (channels, tenures, grounds, lists, memberships, objections, overrides)
 * becomes the other's, unless that has the same already; its card fills what the other's card leaves empty.
 * Where the two differ the stricter holds: an objection of either is one of both, a route that is suspect,
 * dead or refused for either is so. Its number and its id of its own lead to the other from then on, so that
 * a file which names it means the other. What was sent to it stays under its number: the past is not
 * rewritten; but whether a contact had something is asked of all that went into it (merge_family_rows.h).
 *
 * Nothing is thrown away. Rows change their owner, and what has no place is shelved (born in a generation
 * that never comes); every step is noted, so that merge_undo takes back exactly what was done. It refuses
 * when anything of the contact was changed since, and says what.
 *
 * Letters that were planned for either are held by their stamps, as after any change. Whoever merges for a
 * person asks before whether one is on its way (api/merges_api.c): that is refused, because the two would be
 * written to twice.
 */
#pragma once

#include "contacts/contact.h"

/* What went from one to the other, counted. */
typedef struct {
  gint64 channels, tenures, grounds, lists, memberships, objections; /* that are the other's now */
  gint64 shelved;                                                    /* that it had already */
  char *fields;     /* of the card, that were empty: "city, openpgp" */
  gboolean objects; /* it objects by it */
} MergeReport;
void merge_report_clear(MergeReport *report);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(MergeReport, merge_report_clear)

/* GONE goes into KEPT; *ret says what that does. DRY_RUN: and nothing is changed. FAULT_ABSENT for a contact
 * that the actor may not see; FAULT_INPUT for one contact twice; FAULT_RULE for two kinds, one that was
 * erased, a pair marked as not the same, and two offices with different holders at present. */
int merge_contacts(const Contacts *contacts, const Actor *actor, gint64 kept, gint64 gone, gboolean dry_run,
                   MergeReport *ret, GError **error);
/* GONE comes out of KEPT. FAULT_ABSENT when it never went into it; FAULT_RULE when something changed since.
 */
int merge_undo(const Contacts *contacts, const Actor *actor, gint64 kept, gint64 gone, gboolean dry_run,
               GError **error);

/* Where a contact went. */
typedef struct {
  gint64 id, kept, gone, made_at;
  char *made_by, *left_state;
} Merge;
void merge_clear(Merge *merge);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Merge, merge_clear)

/* 0 and *ret for a contact that went into another, or 1; also for what is hidden from CLEARANCE. */
int merge_find(Link *link, gint64 gone, gint64 clearance, Merge *ret, GError **error);
/* The contact that GONE is now, through all merges; GONE itself when it went nowhere. */
int merge_final(Link *link, gint64 gone, gint64 *ret, GError **error);
/* The contact into which the one went that had this id of its own: 0 and *ret, or 1. */
int merge_by_external(Link *link, const char *external_id, gint64 *ret, GError **error);
/* Those that went into a contact, the latest last. */
typedef int (*MergeSeen)(const Merge *merge, gpointer data, GError **error);
int merge_each(Link *link, gint64 kept, gint64 clearance, MergeSeen seen, gpointer data, GError **error);
