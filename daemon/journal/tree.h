/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tree.h - the hash tree over the lines of the chain, so that one entry can be shown without all others
 *
 * RFC 6962 §2.1: leaf N is line N + 1 of the chain, its line feed included. The root over all lines up to a
 * head stands in that head (signed_head.h), so that a line and some twenty digests lead to a signature.
 * Roots of whole blocks are kept, each written once when the block is full: a proof reads two blocks and the
 * roots of the others. Verification makes them anew (journal_verify.h).
 */
#pragma once

#include "base/merkle.h"
#include "journal/journal.h"

#define TREE_LEVEL 10
#define TREE_BLOCK (1 << TREE_LEVEL) /* lines of a block */

/* Keeps the roots of all blocks that are full by line SIZE. Not within a unit; in chunks. */
int tree_grow(Store *store, gint64 size, GError **error);

/* The root over the first SIZE lines, all durable. */
int tree_root(Link *link, gint64 size, Digest *ret, GError **error);

/* That line INDEX is among the first SIZE, checkable by merkle_verify. */
typedef struct {
  gint64 index, size;
  Digest line; /* its leaf */
  Digest path[MERKLE_LEVELS];
  guint length;
  Digest root;
} TreeProof;
/* FAULT_ABSENT when there is no such line. */
int tree_prove(Link *link, gint64 index, gint64 size, TreeProof *ret, GError **error);
