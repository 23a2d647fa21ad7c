/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * evidence.h - all that shows what became of one delivery, as a folder that a stranger checks with gpgv and
 * sha256sum
 *
 *     README.txt, verify.sh         what this is, and the script that checks it
 *     about.txt                     which delivery it is about, and what could not be included
 *     message.eml                   the message exactly as it left
 *     document-…, document-….asc    the files that went with it, and our detached signatures
 *     dialogue.txt                  each attempt, with the far side's words
 *     inbound-…, answer-…, proof-…  what came in, what answers rest on, that it was carried by hand
 *     timeline.txt, timeline.json   what happened, in order
 *     entry-N.txt                   each entry of the journal that concerns it, with its salt
 *     lines.txt, proofs.txt         their lines of the chain, each one's way to the root in the head
 *     manifest.txt                  what was approved
 *     approval.asc                  the approver's own signature over it, if he gave one
 *     override.txt, override.asc    the Board's reason to do without a ground, if it was signed
 *     leaf.txt, leaf-proof.txt      the addressee's line of the roll, its way to the manifest's root
 *     head-N.txt, MANIFEST-N, .asc  the signed head
 *     heads.txt                     the heads before it
 *     *-key.gpg                     the public keys
 *     SHA256SUMS, SHA256SUMS.asc    the digests of all these files, and our signature over them
 *
 * Nothing of any other recipient is in it.
 */
#pragma once

#include "journal/actor.h"
#include "mailing/desk.h"

#include <glib.h>

/* Notes in the journal that a bundle of DELIVERY is made, and has the head signed by KEEPER so that all that
 * concerns it lies under a signature; without a key of it, or when it cannot sign, the bundle leads to the
 * last head that was signed: *ret_unsigned (the caller frees it) says why, else NULL. FAULT_ABSENT when there
 * is none that the actor may see. */
int evidence_announce(Desk *desk, Keeper *keeper, const Actor *actor, gint64 delivery, char **ret_unsigned,
                      GError **error);

typedef struct {
  gint64 delivery;
  const char *language; /* of README.txt: "fr" or "en" */
  const char *inbound;  /* the folder of messages that came in */
} EvidenceTerms;
/* Writes the bundle into FOLDER, which is there and empty. It changes nothing. FAULT_ABSENT when there is no
 * such delivery that the actor may see. */
int evidence_write(Desk *desk, const Actor *actor, const EvidenceTerms *terms, const char *folder,
                   GError **error);
