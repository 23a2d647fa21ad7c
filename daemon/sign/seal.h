/* SPDX-License-Identifier: GPL-3.0-or-later */
/* seal.h - what letters are signed with, a key or a certificate of ours: borrowed of the keeper, passed by
 * value */
#pragma once

#include "sign/signed_parts.h"
#include "sign/smime_signer.h"

typedef struct {
  enum signed_protocol protocol;
  Signer *key;              /* of OpenPGP; else NULL */
  SmimeSigner *certificate; /* of S/MIME; else NULL */
} Seal;                     /* all zero: nothing is signed */

gboolean seal_is_there(const Seal *seal);
const char *seal_fingerprint(const Seal *seal);
const char *seal_name(const Seal *seal); /* the first user id, or the subject */
gint64 seal_expires(const Seal *seal);   /* as it was when it was opened; 0: never */
/* Until when it serves by what lies in the home now; faults as seal_check's. */
int seal_look(const Seal *seal, gint64 now, gint64 *ret_expires, GError **error);
/* As signer_check and signer_sign_pieces, and as those of smime_signer.h. */
int seal_check(const Seal *seal, gint64 now, gint64 until, GError **error);
int seal_sign_pieces(const Seal *seal, const Message *text, guint64 octets, Signature *ret, GError **error);

/* How many letters a second it signs, one after the other: signs a few bytes to find out. */
int seal_speed(const Seal *seal, double *ret, GError **error);

/* "openpgp", "smime" */
const char *signed_protocol_name(enum signed_protocol protocol);
gboolean signed_protocol_parse(const char *name, enum signed_protocol *ret);
