/* SPDX-License-Identifier: GPL-3.0-or-later */
/* key.h - an OpenPGP key of a home: what it is, and how long it serves */
#pragma once

#include "sign/home.h"

#define KEY_FINGERPRINT_SIZE                                                                                 \
  65 /* hexadecimal digits of a v6 fingerprint, and NUL; those of today have 40                              \
      */

typedef struct {
  char fingerprint[KEY_FINGERPRINT_SIZE]; /* of the primary key */
  char *user_id;                          /* the first: "Forum of Examples <forum@forum.example>" */
  char *algorithm;                        /* of what signs: "ed25519", "rsa3072" */
  gint64 created;                         /* moment */
  gint64 expires; /* the earlier of the primary key's and of the last signing one; 0: never */
  gboolean secret, can_sign, revoked, expired, disabled;
} Key;
void key_free(Key *key);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Key, key_free)

/* The one key that NAME (a fingerprint, key id, or part of a user id) means. FAULT_ABSENT for none,
 * FAULT_RULE for several, each with what to do. */
int key_find(Home *home, const char *name, gboolean secret, Key **ret, GError **error);
/* All keys (Key *), public ones or those with a secret part. */
int key_list(Home *home, gboolean secret, GPtrArray **ret, GError **error);
/* Takes in what BYTES holds; *ret_fingerprints (char *) names the keys, new or known. FAULT_INPUT when there
 * is none. A secret key is refused in a home of others. */
int key_import(Home *home, GBytes *bytes, GPtrArray **ret_fingerprints, GError **error);
/* The public key: armoured for people, binary for the web key directory. */
int key_export(Home *home, const char *fingerprint, gboolean armoured, GBytes **ret, GError **error);
int key_delete(Home *home, const char *fingerprint, GError **error);
