/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tree_rows.h - the SQL of the tree. Only this room includes it. */
#pragma once

#include "journal/chain.h"
#include "journal/tree.h"

/* How many blocks, from the first on, have their root. */
int tree_rows_blocks(Link *link, gint64 *ret, GError **error);
int tree_rows_put(Link *link, gint64 block, const Digest *root, GError **error);
/* 1 when it has none. */
int tree_rows_find(Link *link, gint64 block, Digest *ret, GError **error);

/* Negative ends it. */
typedef int (*TreeLineSeen)(const char *line, gsize length, gpointer data, GError **error);
/* The lines after AFTER up to LAST, as the chain has them. FAULT_RULE when one is missing. */
int tree_rows_lines(Link *link, gint64 after, gint64 last, TreeLineSeen seen, gpointer data, GError **error);
