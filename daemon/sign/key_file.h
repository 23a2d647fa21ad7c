/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * key_file.h - bytes from outside that hold public keys or certificates, taken apart into each by itself
 *
 * They are looked at in a home made for this look alone and removed after it, so nothing that is kept
 * anywhere can change by it. Of an OpenPGP key the key's own signatures stay and those of others go: a key
 * that strangers have buried under signatures is as small as its owner made it.
 */
#pragma once

#include "base/digest.h"
#include "sign/key.h"
#include "sign/signature_check.h"
#include "sign/signed_parts.h"

#define KEY_FILE_MAX      (1024 * 1024) /* bytes of one file */
#define KEY_FILE_KEYS_MAX 20            /* keys in one file */
#define KEY_MATERIAL_MAX  (64 * 1024)   /* bytes of one key, without the signatures of others */

typedef struct {
  enum signed_protocol protocol;
  char fingerprint[KEY_FINGERPRINT_SIZE];
  char *user_id;   /* one line: the first user id, or subject and address of a certificate */
  char *address;   /* of a certificate: the first in it; else NULL */
  char *algorithm; /* "ed25519"; "" when not known */
  gint64 created;
  gint64 expires; /* 0: never */
  gboolean revoked;
  gboolean can_sign; /* also of one that has ended, of which gpg does not say it */
  GBytes *bytes;     /* binary: a transferable public key (RFC 9580 §10.1), or a certificate in DER */
  Digest digest;     /* of BYTES */
} KeyMaterial;
void key_material_free(KeyMaterial *material);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(KeyMaterial, key_material_free)

/* FOLDER: where the home of this look may lie, short as home.h wants it. *ret: KeyMaterial, at least one, in
 * the order of the file; certificates that issue others are left out. FAULT_INPUT when there is none, when
 * the file holds a secret key, or for what is above a ceiling. */
int key_file_read(const char *folder, GBytes *bytes, GPtrArray **ret, GError **error);
/* Is SIGNATURE, a detached one of OpenPGP over DATA, good by a key in BYTES, and whose is it? As
 * signature_check, in a home of this look alone, so that no other key counts. */
int key_file_check(const char *folder, GBytes *bytes, GBytes *signature, gconstpointer data, gsize size,
                   gint64 now, SignatureCheck *ret, GError **error);
/* After an abrupt end: removes the homes of looks that were cut off. */
void key_file_clean(const char *folder);
