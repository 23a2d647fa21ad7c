/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * export.h - the journal as a folder that a third party can check with sha256sum alone
 *
 *     chain.txt    every line of the chain
 *     entries.txt  each entry that the asker may see and nobody erased: "entry INDEX BYTES\n", then its
 * canonical text (entry.h), in the order of the chain HEAD         "INDEX DIGEST\n" of the last line
 *     README.txt   what this is, and verify.sh once more
 *     verify.sh    checks all of it with sh, sha256sum, cut, head, sed
 *     signed.sh    the signed heads, with sha256sum and gpgv; verify.sh runs it
 *     head-N.txt, MANIFEST-N, MANIFEST-N.asc, log-key.gpg   signed heads and their keys (signed_head.h)
 *     MANIFEST-N.tsr                                        where an authority of time stamped it
 */
#pragma once

#include "journal/journal.h"

typedef struct {
  Head head;
  gint64 entries; /* written; the others stand there by their commitment only */
} Exported;

/* Writes the journal, up to its head as of now, as FOLDER: beside it under a temporary name, renamed when it
 * is whole and durable. FAULT_RULE when FOLDER exists and is not empty. Memory is flat. */
int journal_export(Journal *journal, Store *store, gint64 clearance, const char *folder, Exported *ret,
                   GError **error);
