/* SPDX-License-Identifier: GPL-3.0-or-later */
/* journal_verify.h - is the journal what it was? Of an export folder without any daemon, or of the live
 * database */
#pragma once

#include "journal/journal.h"

enum { JOURNAL_NOT_INTACT = 1 };

typedef struct {
  Head head;      /* of the chain as far as it is intact */
  gint64 entries; /* whose text was there and matched its commitment */
  gint64 bad;     /* when not intact: the first index that is wrong */
  char *trouble;  /* and a sentence that says what is wrong with it; NULL when intact */
} Verified;
void verified_clear(Verified *verified);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Verified, verified_clear)

/*
 * Both return 0 when intact and JOURNAL_NOT_INTACT when not. KNOWN is a head that somebody kept elsewhere, or
 * NULL: the chain must reach it and pass through it; without one a cut tail cannot be seen (an export's own
 * HEAD stands in the same folder and proves only that the folder is whole). Text that is absent (erased, or
 * not shown to whoever exported) is no flaw: its commitment stands in the chain. The heads that were signed
 * (signed_head.h) must be met on the way, with the roots of the tree; who signed them is not asked here.
 */
int journal_verify_folder(const char *folder, const Head *known, Verified *ret, GError **error);
/* Checks the rows of the live database in chunks, while others write; up to the head as of now. */
int journal_verify_store(Journal *journal, Store *store, const Head *known, Verified *ret, GError **error);
