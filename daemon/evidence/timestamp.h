/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * timestamp.h - what a time-stamping authority is asked and what it answers (RFC 3161); pure
 *
 * The few values that are looked at are read by a DER reader of a page with ceilings
 * (notes/0011-der-by-hand.md). The authority's signature over them is not judged here: `openssl ts -verify`
 * does it, with the certificates that whoever verifies trusts.
 */
#pragma once

#include "base/digest.h"

#include <glib.h>

#define TIMESTAMP_NONCE     8           /* bytes */
#define TIMESTAMP_REPLY_MAX (64 * 1024) /* bytes of an answer; they have some five thousand */

/* Random, and such that DER has it as these bytes. */
void timestamp_nonce(guint8 ret_nonce[TIMESTAMP_NONCE]);
/* A TimeStampReq (§2.4.1) for DIGEST, SHA-256, that wants the authority's certificate in the answer. */
GBytes *timestamp_request(const Digest *digest, const guint8 nonce[TIMESTAMP_NONCE]);
/* Does the TimeStampResp (§2.4.2) stamp this digest for this request? 0 and *ret_at, the moment that it says;
 * FAULT_RULE when the authority refused, or stamped something else; FAULT_INPUT when it is no such answer. */
int timestamp_read(GBytes *reply, const Digest *digest, const guint8 nonce[TIMESTAMP_NONCE], gint64 *ret_at,
                   GError **error);
