/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * waypoint.h - heads that were signed, through each of which a chain must pass, and the roots of its tree
 *
 * Only this room includes it. The signatures themselves are gpg's business; here a head must name the line
 * and the root that the chain has there, and each manifest what its head says and the manifest before.
 */
#pragma once

#include "base/merkle.h"
#include "journal/chain.h"

typedef struct {
  GArray *heads;  /* of Waypoint, in the order of their numbers */
  GArray *blocks; /* of Digest: the roots that are kept of full blocks (tree.h) */
  guint next;     /* of HEADS */
  Merkle tree, block;
  char *trouble; /* what was found wrong with the heads themselves, at line BAD; NULL: nothing */
  gint64 bad;
} Waypoints;

Waypoints *waypoints_new(void);
void waypoints_free(Waypoints *waypoints);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Waypoints, waypoints_free)

/* All that are in the database, or in an export. */
int waypoints_read_store(Waypoints *waypoints, Store *store, GError **error);
int waypoints_read_folder(Waypoints *waypoints, const char *folder, GError **error);

/* LINE was followed, its digest is that of HEAD. NULL, or a sentence (the caller frees it): a head or a kept
 * root is another here. */
char *waypoints_pass(Waypoints *waypoints, const ChainLine *line, const Head *head);
/* The chain ended at REACHED. NULL, or a sentence: a signed head names a later line. */
char *waypoints_end(const Waypoints *waypoints, const Head *reached);
