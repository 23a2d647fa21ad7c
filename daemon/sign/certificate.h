/* SPDX-License-Identifier: GPL-3.0-or-later */
/* certificate.h - an X.509 certificate of a home, for S/MIME: what it is, and how long it serves */
#pragma once

#include "sign/key.h"

#define CERTIFICATE_KEYGRIP_SIZE 41

typedef struct {
  char fingerprint[KEY_FINGERPRINT_SIZE]; /* SHA-1 of the certificate, 40 hexadecimal digits, as gpgsm names
                                             it */
  char keygrip[CERTIFICATE_KEYGRIP_SIZE]; /* what the agent calls its key */
  char *subject, *issuer;
  char *algorithm; /* "rsa2048"; "" when not known */
  char *address;   /* the first mail address in it, or NULL */
  char *chain;   /* fingerprint of the issuer's certificate, its own for a root, NULL when that is not here */
  gint64 begins; /* moment */
  gint64 expires; /* the earliest in its chain, as far as the chain is here; 0: never */
  gboolean secret, can_sign, revoked, expired;
  gboolean authority; /* it issues others */
} Certificate;
void certificate_free(Certificate *certificate);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Certificate, certificate_free)

/* The one certificate that NAME (a fingerprint, or an address) means. FAULT_ABSENT for none, FAULT_RULE for
 * several, each with what to do. */
int certificate_find(Home *home, const char *name, gboolean secret, Certificate **ret, GError **error);
/* All certificates (Certificate *), or those with a secret key. */
int certificate_list(Home *home, gboolean secret, GPtrArray **ret, GError **error);
/* Takes in the certificates that BYTES holds (PEM, DER, or a bag of them); *ret_fingerprints (char *) names
 * them. FAULT_INPUT when there is none. What is taken in is known, not trusted: trustlist.txt names
 * authorities. */
int certificate_import(Home *home, GBytes *bytes, GPtrArray **ret_fingerprints, GError **error);
/* In DER. */
int certificate_export(Home *home, const char *fingerprint, GBytes **ret, GError **error);
int certificate_delete(Home *home, const char *fingerprint, GError **error);
