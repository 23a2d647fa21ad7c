/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * signed_mail.h - a raw message, and what its signature is worth: the one question, with one good answer
 *
 * Good says: exactly one signature, over the whole message, by the key or certificate with this fingerprint,
 * and valid at NOW. It does not say whose key that is: the caller must find SIGNATURE.fingerprint bound, by a
 * person, to the contact whose address PARTS.from is. Sender, Reply-To and display names count for nothing.
 *
 * Header fields outside PARTS.headers are not covered: an old message of the same author may have been sent
 * again under another subject. What a reply answers is to be read from its signed text.
 */
#pragma once

#include "sign/signature_check.h"
#include "sign/signed_parts.h"

typedef struct {
  SignedParts parts;
  SignatureCheck signature; /* looked at only when PARTS are whole */
} SignedMail;
void signed_mail_clear(SignedMail *mail);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(SignedMail, signed_mail_clear)

/* HOME holds the keys and certificates of others. A fault only when gpg could not be asked; then nothing is
 * known and nothing counts as good. */
int signed_mail_check(Home *home, GBytes *raw, gint64 now, SignedMail *ret, GError **error);

gboolean signed_mail_is_good(const SignedMail *mail);
/* "good", or the name and sentence of what keeps it from being good: of signed_parts_states.def or of
 * signature_states.def. */
const char *signed_mail_name(const SignedMail *mail);
const char *signed_mail_sentence(const SignedMail *mail);
