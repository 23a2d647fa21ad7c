/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * signer.h - detached OpenPGP signatures by one key of ours; any number of threads at once
 *
 * It fails closed: what cannot be signed by exactly this key is a fault, never something unsigned or signed
 * by another.
 */
#pragma once

#include "mail/message.h"
#include "sign/key.h"

typedef struct Signer Signer;

/* A detached signature (RFC 9580 §10.4), armoured, its lines ended by LF; or one of S/MIME (smime_signer.h).
 */
typedef struct {
  GBytes *armour;
  char fingerprint[KEY_FINGERPRINT_SIZE]; /* of the primary key */
  char micalg[24];                        /* "pgp-sha512", for RFC 3156 §5 */
  gint64 at;
} Signature;
void signature_clear(Signature *signature);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Signature, signature_clear)

/* KEY as key_find takes it. PASSPHRASE (NULL: none) is copied, and wiped at the end. Signs a few bytes as a
 * proof, so that a wrong passphrase shows now and not with the first letter. FAULT_RULE for a key that cannot
 * sign or is no longer valid. HOME outlives it. */
int signer_open(Home *home, const char *key, const char *passphrase, Signer **ret, GError **error);
void signer_close(Signer *signer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Signer, signer_close)

const Key *signer_key(const Signer *signer); /* as it was when the signer was opened */
int signer_sign(Signer *signer, gconstpointer bytes, gsize size, Signature *ret, GError **error);
/* The same over a whole file. */
int signer_sign_file(Signer *signer, const char *path, Signature *ret, GError **error);
/* The same over the first OCTETS of TEXT's pieces, which are read in turn and never held whole. Fails as
 * their reader does: nothing is signed when a file is missing or has changed. */
int signer_sign_pieces(Signer *signer, const Message *text, guint64 octets, Signature *ret, GError **error);
/* Is the key valid now and until UNTIL? Looks at the ring anew. FAULT_RULE says what is wrong, and until when
 * it would do. */
int signer_check(Signer *signer, gint64 now, gint64 until, GError **error);
/* Until when it serves, looked up as signer_check does; 0: for ever. FAULT_RULE when it does not serve NOW.
 */
int signer_look(Signer *signer, gint64 now, gint64 *ret_expires, GError **error);
