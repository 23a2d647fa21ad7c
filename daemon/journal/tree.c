/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "journal/tree.h"

#include "base/fault.h"
#include "journal/tree_rows.h"

static int add_line(const char *line, gsize length, gpointer data, G_GNUC_UNUSED GError **error) {
  merkle_add(data, line, length);
  return 0;
}

/* ---- keeping the roots of full blocks ---- */

typedef struct {
  gint64 block; /* counted from 1, as lines are */
  Digest root;
} Full;

static int keep(Link *link, gpointer data, GError **error) {
  const Full *full = data;
  return tree_rows_put(link, full->block, &full->root, error);
}

static int find_next(Store *store, gint64 size, Full *ret, GError **error) {
  g_autoptr(Link) link = NULL;
  Merkle tree;
  merkle_begin(&tree);
  int r = store_read(store, &link, error);
  if (r == 0)
    r = tree_rows_blocks(link, &ret->block, error);
  if (r < 0)
    return r;
  ret->block++;
  if (ret->block * TREE_BLOCK > size)
    return 1;
  r = tree_rows_lines(link, (ret->block - 1) * TREE_BLOCK, ret->block * TREE_BLOCK, add_line, &tree, error);
  ret->root = merkle_root(&tree);
  return r;
}

int tree_grow(Store *store, gint64 size, GError **error) {
  Full full;
  int r;
  while ((r = find_next(store, size, &full, error)) == 0 &&
         (r = store_write_aside(store, keep, &full, error)) == 0)
    ;
  return MIN(r, 0);
}

/* ---- roots and proofs ---- */

/* All lines up to SIZE go into TREE: blocks that hold nothing followed by their root, where it is kept. */
static int plant(Link *link, gint64 size, Merkle *tree, GError **error) {
  int r = 0;
  for (gint64 after = 0; r == 0 && after < size; after += TREE_BLOCK) {
    gint64 last = MIN(after + TREE_BLOCK, size);
    gboolean here = tree->follow && (gint64)tree->followed >= after && (gint64)tree->followed < last;
    Digest root;
    int kept = here || last - after < TREE_BLOCK ? 1 : tree_rows_find(link, last / TREE_BLOCK, &root, error);
    if (kept == 0)
      merkle_add_tree(tree, &root, TREE_LEVEL);
    else
      r = kept < 0 ? kept : tree_rows_lines(link, after, last, add_line, tree, error);
  }
  return r;
}

int tree_root(Link *link, gint64 size, Digest *ret, GError **error) {
  Merkle tree;
  merkle_begin(&tree);
  int r = plant(link, size, &tree, error);
  *ret = merkle_root(&tree);
  return r;
}

static int take_leaf(const char *line, gsize length, gpointer data, G_GNUC_UNUSED GError **error) {
  *(Digest *)data = merkle_leaf(line, length);
  return 0;
}

int tree_prove(Link *link, gint64 index, gint64 size, TreeProof *ret, GError **error) {
  if (index < 1 || index > size)
    return fault(error, FAULT_ABSENT, "line %" G_GINT64_FORMAT " is not among the first %" G_GINT64_FORMAT,
                 index, size);
  Merkle tree;
  merkle_begin(&tree);
  merkle_follow(&tree, (guint64)index - 1);
  *ret = (TreeProof){.index = index, .size = size};
  int r = tree_rows_lines(link, index - 1, index, take_leaf, &ret->line, error);
  if (r == 0)
    r = plant(link, size, &tree, error);
  if (r < 0)
    return r;
  ret->root = merkle_root(&tree);
  ret->length = merkle_proof(&tree, ret->path);
  return 0;
}
