/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * act_signature.h - the detached OpenPGP signature that a person made over an act of his own
 *
 * He made it on his machine, by a key whose secret part is never here: nobody who holds this house's database
 * and keys can make it in his place. What it is over is the act's own text (of an approval the manifest, of
 * an override its statement).
 */
#pragma once

#include "base/digest.h"

#include <glib.h>

#define ACT_SIGNATURE_MAX 16384 /* bytes of an armoured one */

typedef struct {
  GBytes *armour, *key; /* as it came; his public key, as it was */
  char *fingerprint;    /* of that key */
  char *signer;         /* the user */
  gint64 at;            /* when it says that it was made */
} ActSignature;
void act_signature_free(ActSignature *signature);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ActSignature, act_signature_free)

Digest act_signature_digest(const ActSignature *signature); /* of the armour */
/* Adds what the act's entry says of it: signature=its digest, signed-by=fingerprint. NULL adds nothing. */
void act_signature_facts(const ActSignature *signature, GString *facts);
