/* SPDX-License-Identifier: GPL-3.0-or-later */
/* keeper.h - our signing key, and our certificate for S/MIME, as the configuration names them, opened when
 * they are first needed; any thread */
#pragma once

#include "sign/seal.h"

typedef struct Keeper Keeper;

/* Wherever a keeper is wanted, NULL is one without a home and without a key.
 *
 * FOLDER is the home; KEY NULL: none is configured, and nothing is ever signed. All is copied. Touches
 * nothing. */
Keeper *keeper_new(const char *folder, const char *key, const char *passphrase);
void keeper_free(Keeper *keeper);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Keeper, keeper_free)

/* Before it is used; all is copied. NAME: fingerprint of the certificate, or an address in it. AUTHORITIES
 * (authorities.h): a file with what the certificate leads to; NULL: trustlist.txt of the home is the admin's.
 */
void keeper_set_certificate(Keeper *keeper, const char *name, const char *passphrase,
                            const char *authorities);

gboolean keeper_has_key(const Keeper *keeper);
gboolean keeper_has_certificate(const Keeper *keeper);
/* Whichever of the two PROTOCOL asks for. */
gboolean keeper_has_seal(const Keeper *keeper, enum signed_protocol protocol);
/* *ret is the keeper's. A fault is not kept: the next call tries again. FAULT_RULE when no key is configured.
 */
int keeper_signer(Keeper *keeper, Signer **ret, GError **error);
int keeper_certificate(Keeper *keeper, SmimeSigner **ret, GError **error);
int keeper_seal(Keeper *keeper, enum signed_protocol protocol, Seal *ret, GError **error);
/* Until when it serves, looked up anew when that was more than ten minutes ago; 0: for ever. FAULT_RULE when
 * it does not serve now: revoked, ended, gone. */
int keeper_expires(Keeper *keeper, enum signed_protocol protocol, gint64 *ret, GError **error);
/* The public key that the configured one belongs to, as it was when keeper_expires last looked or later. The
 * caller unrefs *ret. */
int keeper_public(Keeper *keeper, gboolean armoured, GBytes **ret, GError **error);
/* What others check PROTOCOL's signatures with, binary: the public key, or the certificate in DER. Read anew;
 * the caller unrefs *ret. */
int keeper_material(Keeper *keeper, enum signed_protocol protocol, GBytes **ret, GError **error);
/* The home alone, for keys that are not configured: listing, exporting. *ret is the keeper's. */
int keeper_home(Keeper *keeper, Home **ret, GError **error);
