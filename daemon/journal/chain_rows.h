/* SPDX-License-Identifier: GPL-3.0-or-later */
/* chain_rows.h - the rows of the journal in the order of the chain, with all that it commits to; for export
 * and verification, which hand nothing restricted on by themselves */
#pragma once

#include "journal/chain.h"
#include "journal/entry.h"

typedef struct {
  ChainLine line;
  EntryContent content; /* valid during the call */
  gboolean erased;      /* its text and salt are gone: only the line is left */
  gint64 restricted;
} ChainRow;

/* 0 goes on, any other value ends the walk and is its result. */
typedef int (*ChainRowSeen)(const ChainRow *row, gpointer data, GError **error);

/* Hands over the rows from the first to that of index LAST, in chunks, each on a link lent for it: a long
 * walk holds no snapshot. */
int chain_rows_each(Store *store, gint64 last, ChainRowSeen seen, gpointer data, GError **error);
