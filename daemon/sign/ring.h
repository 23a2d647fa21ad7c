/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ring.h - what lies in a home, keys or certificates, listed and added to. Only this room includes it. */
#pragma once

#include "sign/operation.h"

typedef struct {
  gpgme_protocol_t protocol;
  gpointer (*make)(gpgme_key_t from);
  GDestroyNotify free;
  const char *what; /* failed when gpg cannot list it */
} RingKind;

/* Those that NAME means, or all of them when it is NULL, as KIND makes them. */
int ring_list(Home *home, const RingKind *kind, const char *name, gboolean secret, GPtrArray **ret,
              GError **error);
/* Appends the fingerprints of what could be taken in, newly or again. RET_SECRET (NULL: not wanted): was
 * there a secret key among BYTES? */
gpgme_error_t ring_import(Operation *operation, GBytes *bytes, GPtrArray *fingerprints, gboolean *ret_secret);
/* The public part, of an OpenPGP key without the signatures of others. FAULT_ABSENT when it is not there. */
int ring_export(Home *home, gpgme_protocol_t protocol, const char *fingerprint, gboolean armoured,
                GBytes **ret, GError **error);
/* FAULT_RULE when it is not there. */
int ring_delete(Home *home, gpgme_protocol_t protocol, const char *fingerprint, GError **error);
