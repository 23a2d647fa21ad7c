/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * signed_head.h - the chain's end, signed now and then by a key that signs nothing else
 *
 * Without a signature somebody who holds the database could write the whole chain anew. A signed head is two
 * small files and a signature, whose digests follow one another as the lines of the chain do:
 *
 * - head-7.txt: index and digest of the last line, "20412 9f86d0…", and on a second line the root of the hash
 *   tree over all lines up to it (tree.h), "tree 4e0740…";
 * - MANIFEST-7: the digests of head-7.txt and of MANIFEST-6, as `sha256sum -c` reads them;
 * - MANIFEST-7.asc: a detached OpenPGP signature over MANIFEST-7.
 *
 * A tail that is cut off shows when any later head is kept elsewhere: in a letter, in a mail, with another
 * person.
 */
#pragma once

#include "journal/journal.h"
#include "sign/keeper.h"

typedef struct {
  gint64 number, at;
  Head head;
  gboolean has_root; /* those that were signed before there was a tree have none */
  Digest root;
  char *manifest;
  GBytes *armour;
  char *fingerprint;
} SignedHead;
void signed_head_free(SignedHead *head);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SignedHead, signed_head_free)

/* Signs the head as of now with KEEPER's key, whose public part is kept beside what it signed. 0 and
 * *ret (may be NULL); 1 when this very head is signed already, or the journal is empty. */
int signed_head_make(Journal *journal, Store *store, Keeper *keeper, gint64 now, SignedHead **ret,
                     GError **error);
/* Is it time: was the last head signed EVERY microseconds ago or more, or has a mailing ended since? */
int signed_head_is_due(Link *link, gint64 now, gint64 every, gboolean *ret, GError **error);

/* The last one; 1 when there is none. */
int signed_head_last(Link *link, SignedHead **ret, GError **error);
/* Is the last one signed by a key of KEEPER's home? Each manifest names the one before, so that the last
 * stands for all. 0 when it is, when there is none, and when no key is configured; 1 and *ret_why, a sentence
 * (the caller frees it), with *ret_index, the line that it names. */
int signed_head_check(Store *store, Keeper *keeper, gint64 now, gint64 *ret_index, char **ret_why,
                      GError **error);
typedef int (*SignedHeadSeen)(const SignedHead *head, gpointer data, GError **error);
/* From the first on, with numbers above AFTER and heads up to line UPTO; at most LIMIT. */
int signed_head_each(Link *link, gint64 after, gint64 upto, gint64 limit, SignedHeadSeen seen, gpointer data,
                     GError **error);
/* The public keys that ever signed heads, one after the other as gpgv wants a ring; empty when none did. */
int signed_head_ring(Link *link, GBytes **ret, GError **error);

/* What an authority of time (RFC 3161) answered to MANIFEST-NUMBER, for `openssl ts -verify`; the first one
 * stays. Within a unit. AT: the moment that it says. */
int signed_head_stamp_put(Link *link, gint64 number, gint64 at, const char *url, GBytes *reply,
                          GError **error);
/* *ret is NULL when there is none. */
int signed_head_stamp(Link *link, gint64 number, GBytes **ret, GError **error);

/* "head-7.txt" with its content; the caller frees both. */
char *signed_head_file_name(gint64 number);
char *signed_head_file(const SignedHead *head);
/* What its manifest must say after BEFORE, the digest of the manifest before (NULL: it is the first). */
char *signed_head_manifest(const SignedHead *head, const Digest *before);

/* ---- the rows (signed_head_rows.c); for this room ---- */

/* 1 when its number is taken: nothing was written. */
int signed_head_rows_insert(Link *link, SignedHead *head, GBytes *public, GError **error);
