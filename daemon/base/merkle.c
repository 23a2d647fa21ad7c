/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/merkle.h"

#include <string.h>

void merkle_begin(Merkle *tree) {
  memset(tree, 0, sizeof *tree);
}

void merkle_follow(Merkle *tree, guint64 index) {
  g_return_if_fail(tree->count == 0);
  tree->follow = TRUE;
  tree->followed = index;
}

/* RFC 6962 §2.1: the prefix keeps a node from passing for a leaf. */
Digest merkle_leaf(gconstpointer bytes, gsize length) {
  DigestState *state = digest_begin();
  digest_add(state, "\x00", 1);
  digest_add(state, bytes, length);
  return digest_finish(state);
}

static Digest node_of(const Digest *left, const Digest *right) {
  guint8 both[1 + 2 * DIGEST_SIZE] = {0x01};
  memcpy(both + 1, left->bytes, DIGEST_SIZE);
  memcpy(both + 1 + DIGEST_SIZE, right->bytes, DIGEST_SIZE);
  return digest_of(both, sizeof both);
}

/* A full tree of 2^LEVEL leaves, the last of them number END - 1, is joined to the one of the same size
 * before it. The followed leaf lies in one of the two: the other is the next step of its proof, because a
 * leaf's trees only grow. */
static void note_siblings(Merkle *tree, guint level, guint64 end, const Digest *left, const Digest *right) {
  if (!tree->follow)
    return;
  guint64 size = G_GUINT64_CONSTANT(1) << level;
  if (tree->followed >= end - size && tree->followed < end)
    tree->proof[tree->proof_length++] = *left;
  else if (tree->followed >= end - 2 * size && tree->followed < end - size)
    tree->proof[tree->proof_length++] = *right;
}

void merkle_add_tree(Merkle *tree, const Digest *root, guint level) {
  guint64 size = G_GUINT64_CONSTANT(1) << level, end = tree->count + size;
  g_return_if_fail((tree->count & (size - 1)) == 0);
  Digest carried = *root;
  for (; (tree->count >> level & 1) != 0; level++) {
    note_siblings(tree, level, end, &tree->level[level], &carried);
    carried = node_of(&tree->level[level], &carried);
  }
  tree->level[level] = carried;
  tree->count = end;
}

void merkle_add(Merkle *tree, gconstpointer bytes, gsize length) {
  Digest leaf = merkle_leaf(bytes, length);
  merkle_add_tree(tree, &leaf, 0);
}

/* RFC 6962 §2.1 splits at the largest power of two below the count, so the full trees join from the right:
 * the smallest first. PROOF, when given, takes the last steps of the followed leaf. */
static Digest join_from_right(const Merkle *tree, Digest *proof, guint *length) {
  Digest joined = {{0}};
  gboolean begun = FALSE, within = FALSE;
  guint64 end = tree->count;
  for (guint level = 0; level < MERKLE_LEVELS; level++) {
    if ((tree->count >> level & 1) == 0)
      continue;
    guint64 begin = end - (G_GUINT64_CONSTANT(1) << level);
    gboolean here = tree->followed >= begin && tree->followed < end;
    if (begun && proof != NULL && (within || here))
      proof[(*length)++] = within ? tree->level[level] : joined;
    joined = begun ? node_of(&tree->level[level], &joined) : tree->level[level];
    within = within || here;
    begun = TRUE;
    end = begin;
  }
  return joined;
}

Digest merkle_root(const Merkle *tree) {
  return tree->count == 0 ? digest_of("", 0) : join_from_right(tree, NULL, NULL);
}

guint merkle_proof(const Merkle *tree, Digest proof[MERKLE_LEVELS]) {
  g_return_val_if_fail(tree->follow && tree->followed < tree->count, 0);
  guint length = tree->proof_length;
  memcpy(proof, tree->proof, length * sizeof(Digest));
  join_from_right(tree, proof, &length);
  return length;
}

/* RFC 9162 §2.1.3.2, steps and names as there. */
gboolean merkle_verify(const Digest *leaf, guint64 index, guint64 count, const Digest *proof, guint length,
                       const Digest *root) {
  if (index >= count)
    return FALSE;
  guint64 fn = index, sn = count - 1;
  Digest r = *leaf;
  for (guint i = 0; i < length; i++) {
    if (sn == 0)
      return FALSE;
    if ((fn & 1) != 0 || fn == sn) {
      r = node_of(&proof[i], &r);
      while ((fn & 1) == 0 && fn != 0) {
        fn >>= 1;
        sn >>= 1;
      }
    } else {
      r = node_of(&r, &proof[i]);
    }
    fn >>= 1;
    sn >>= 1;
  }
  return sn == 0 && digest_equal(&r, root);
}
