/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * merkle.h - the hash tree of RFC 6962 §2.1, built while its leaves pass by; pure
 *
 * Leaves are hashed with 0x00 before them, nodes with 0x01. The tree keeps one hash per level, so that a
 * million leaves need no memory, and can gather the proof for one leaf on the way.
 */
#pragma once

#include "base/digest.h"

#include <glib.h>

#define MERKLE_LEVELS 64

typedef struct {
  guint64 count;               /* leaves so far */
  Digest level[MERKLE_LEVELS]; /* level[i]: root of a full tree of 2^i leaves, when bit i of count is set */
  gboolean follow;
  guint64 followed; /* the leaf whose proof is gathered */
  Digest proof[MERKLE_LEVELS];
  guint proof_length;
} Merkle;

/* An empty tree. */
void merkle_begin(Merkle *tree);
/* Gather the proof of leaf INDEX (from 0); before the first leaf is added. */
void merkle_follow(Merkle *tree, guint64 index);
/* Adds the leaf whose content is these bytes. */
void merkle_add(Merkle *tree, gconstpointer bytes, gsize length);
/* Adds a whole tree of 2^LEVEL leaves by its root. The count so far is a multiple of that, and the followed
 * leaf is not in it. */
void merkle_add_tree(Merkle *tree, const Digest *root, guint level);
/* The root over what was added, without ending anything; of no leaves the SHA-256 of nothing. */
Digest merkle_root(const Merkle *tree);
/* The audit path (RFC 6962 §2.1.1) of the followed leaf, from its sibling upwards; PROOF has MERKLE_LEVELS
 * places. Returns its length; the leaf must have been added. */
guint merkle_proof(const Merkle *tree, Digest proof[MERKLE_LEVELS]);

/* SHA-256 (0x00 || bytes). */
Digest merkle_leaf(gconstpointer bytes, gsize length);
/* Does PROOF lead from LEAF (merkle_leaf) at INDEX of COUNT leaves to ROOT? (RFC 9162 §2.1.3.2) */
gboolean merkle_verify(const Digest *leaf, guint64 index, guint64 count, const Digest *proof, guint length,
                       const Digest *root);
