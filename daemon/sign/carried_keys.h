/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * carried_keys.h - the public keys that a signed message brings along, found in its signed part alone
 *
 * A part of type application/pgp-keys (RFC 3156 §7), or what the signature of S/MIME holds of certificates.
 * Nothing of it is believed: whoever signs can put there what he likes.
 */
#pragma once

#include "sign/signed_parts.h"

#define CARRIED_PARTS_MAX 100 /* parts looked at */
#define CARRIED_DEPTH_MAX 5   /* parts within parts */
#define CARRIED_KEYS_MAX  4   /* parts taken */

/* PARTS are whole. *ret: GBytes, each for key_file_read; may be empty. Never fails. */
void carried_keys_find(const SignedParts *parts, GPtrArray **ret);
