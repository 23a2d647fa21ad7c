/* SPDX-License-Identifier: GPL-3.0-or-later */
/* keeper.h - our signing key as the configuration names it, opened when it is first needed; any thread */
#pragma once

#include "sign/signer.h"

typedef struct Keeper Keeper;

/* Wherever a keeper is wanted, NULL is one without a home and without a key.
 *
 * FOLDER is the home; KEY NULL: none is configured, and nothing is ever signed. All is copied. Touches
 * nothing. */
Keeper *keeper_new(const char *folder, const char *key, const char *passphrase);
void keeper_free(Keeper *keeper);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Keeper, keeper_free)

gboolean keeper_has_key(const Keeper *keeper);
/* *ret is the keeper's. A fault is not kept: the next call tries again. FAULT_RULE when no key is configured.
 */
int keeper_signer(Keeper *keeper, Signer **ret, GError **error);
/* The public key that the configured one belongs to; *ret is the keeper's. */
int keeper_public(Keeper *keeper, gboolean armoured, GBytes **ret, GError **error);
/* The home alone, for keys that are not configured: listing, exporting. *ret is the keeper's. */
int keeper_home(Keeper *keeper, Home **ret, GError **error);
