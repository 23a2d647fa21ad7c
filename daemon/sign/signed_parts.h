/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * signed_parts.h - takes a message apart into what was signed and the signature, or says why it cannot be
 *
 * No gpg, no decoding, no recursion: one pass over the lines. Whole is one thing only: the root is
 * multipart/signed (RFC 1847 §2.1, RFC 3156 §5, RFC 8551 §3.5.3) with exactly two parts, the second of the
 * announced type, nothing before, between or after them that a reader could show (the customary sentence for
 * old readers aside), one author with one address, and no field twice that may stand there once. Whatever
 * readers are known to read differently is not whole.
 */
#pragma once

#include "mail/address.h"

#define SIGNED_PARTS_MESSAGE_MAX   (64 * 1024 * 1024)
#define SIGNED_PARTS_SIGNATURE_MAX (128 * 1024) /* octets of the second part's body */

enum signed_parts_state {
#define STATE(symbol, name, sentence) symbol,
#include "sign/signed_parts_states.def"
#undef STATE
  SIGNED_PARTS_STATES
};
const char *signed_parts_state_name(enum signed_parts_state state);
const char *signed_parts_state_sentence(enum signed_parts_state state);

enum signed_protocol { SIGNED_OPENPGP, SIGNED_SMIME };

/* Which fields of the header outside the signed part repeats, so that the signature covers them (RFC 9788,
 * hp="clear", and its forerunner protected-headers="v1"). From and Subject have then been found equal. */
enum signed_header {
  SIGNED_HEADER_FROM = 1,
  SIGNED_HEADER_SUBJECT = 2,
  SIGNED_HEADER_TO = 4,
  SIGNED_HEADER_DATE = 8,
  SIGNED_HEADER_MESSAGE_ID = 16,
};

typedef struct {
  enum signed_parts_state state;
  enum signed_protocol protocol; /* when whole, as all below but FROM */
  Address *from; /* whom the signature's key must be bound to; NULL when unclear. Of an unsigned message it is
                    a claim and no more */
  gboolean made_canonical; /* it came with LF alone, and its lines were given CRLF once */
  guint headers;           /* an or of enum signed_header */
  GBytes *text;            /* the first part, header and all, exactly as it was signed */
  GBytes *signature;       /* OpenPGP: armoured; S/MIME: DER */
} SignedParts;
void signed_parts_clear(SignedParts *parts);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(SignedParts, signed_parts_clear)

/* RAW as it was received. Never fails: what cannot be read has a state that says so. */
void signed_parts_read(GBytes *raw, SignedParts *ret);
