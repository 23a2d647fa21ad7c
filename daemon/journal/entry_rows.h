/* SPDX-License-Identifier: GPL-3.0-or-later */
/* entry_rows.h - the SQL of entries as they are added. Only this room includes it. */
#pragma once

#include "journal/entry.h"

/* BEFORE is the head that this entry follows. */
int entry_rows_insert(Link *link, const EntryContent *content, gboolean restricted, const Head *before,
                      const Digest *commitment, GError **error);
/* Notes the earliest and the latest moment of the block of entries that ends with LAST (journal_rows.c). */
int entry_rows_sum_up(Link *link, gint64 last, GError **error);
/* The head of the chain in the database. */
int entry_rows_head(Link *link, Head *ret_head, GError **error);
