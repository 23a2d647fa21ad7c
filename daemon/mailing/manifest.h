/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * manifest.h - what an approval covers, as lines that anybody can read and hash again
 *
 * Canonical UTF-8, each line ended by one LF; in values \\, line breaks and control characters are escaped as
 * in the journal (entry.h):
 *
 *     valise-manifest 1
 *     composer 1
 *     mailing M-7
 *     category forum
 *     supplements M-3                     (only when it does)
 *     document F-1 pre-report edition=6 The title
 *     file F-1 fr 9f86d0... 2097152 application/pdf its name.pdf
 *     wording fr synthesis 1b4f0e...
 *     word /from presidence@forum.example
 *     word fr/organisation Rencontres d'exemple
 *     forms 60303a...
 *     relay 1 main smtp://localhost:25
 *     sign none
 *     acknowledgement requested counts-from=link
 *     delivery-policy never-twice
 *     next-channel none
 *     variant link above=10485760 after=552,5.2.3,5.3.4
 *     at 2013-12-02T09:00:00.000000Z      (or: at release)
 *     not-after none
 *     journal 20412 fd61a0...
 *     wave 1 at=none list=canary          (none when it goes as a whole)
 *     wave 2 at=2013-12-03T09:00:00.000000Z kind=office
 *     wave 3 at=none rest
 *     mailbox cabinet@arvania.example one C-31
 *     addressees included=61 held=12 excluded=3
 *     root 4e0740...
 *
 * The root is that of RFC 6962 over one leaf for each line of the roll in the order of their numbers; a
 * leaf's text (manifest_leaf) begins with its own salt, so that a leaf can be shown without the others being
 * guessed. The digest of a mailing is the SHA-256 of these bytes.
 */
#pragma once

#include "base/merkle.h"
#include "mailing/roll.h"

#include <glib.h>

#define MANIFEST_MAX (1024 * 1024) /* bytes of the text */

struct Terms;
/* Builds the manifest of MAILING with the words of TERMS and of NOTE (of covering notes, may be NULL): files
 * of documents are read, the forms are those of the present settings, leaves are computed from the roll. HEAD
 * is the journal's head that it names. */
int manifest_build(Desk *desk, Link *link, const Mailing *mailing, const struct Terms *terms,
                   const struct Terms *note, const Head *head, char **ret_text, GError **error);
/* The languages (LANGUAGE_BIT) in which somebody on the roll is written to. */
int manifest_languages(Link *link, const Mailing *mailing, guint *ret, GError **error);
Digest manifest_digest(const char *text);
/* The journal's head that TEXT names; FALSE when it is none of ours. */
gboolean manifest_head(const char *text, Head *ret);
/* Builds it anew with the stored one's head and compares. 0 the same; 1 and *ret_difference, a sentence
 * naming the first line that differs (was "wording fr ...", is "wording fr ..."). */
int manifest_compare(Desk *desk, const Mailing *mailing, char **ret_difference, GError **error);
/* The text that was submitted. FAULT_ABSENT when there is none that CLEARANCE may see, FAULT_FORBIDDEN when
 * its waves' rules are not to be seen. */
int manifest_text(Link *link, gint64 clearance, gint64 mailing, char **ret, GError **error);

/* The canonical text of one leaf; TO is emptied first. ROUTES (of struct Route) are those that its rows keep,
 * NULL for a line without any. */
void manifest_leaf(const Addressee *addressee, const GPtrArray *routes, GString *to);

/* The hash of that text, as the tree has it, of one line of a roll; what was erased has kept it. */
int manifest_leaf_hash(Link *link, const Addressee *addressee, GString *leaf, Digest *ret, GError **error);

/* That one addressee is among those that were approved, checkable by a third party. */
typedef struct {
  char *leaf;    /* its text; NULL: it was erased */
  Digest digest; /* of the leaf, as the tree has it */
  guint64 index, count;
  Digest path[MERKLE_LEVELS];
  guint length;
  Digest root;
} ManifestProof;
void manifest_proof_clear(ManifestProof *proof);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ManifestProof, manifest_proof_clear)
int manifest_prove(Desk *desk, gint64 clearance, gint64 addressee, ManifestProof *ret, GError **error);
