/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * signed_entity.h - writes multipart/signed (RFC 3156 §5, RFC 8551 §3.5.3) around what was signed, in pieces
 *
 * An entity is a finished part: its fields, the empty line, its body; it ends with CRLF. All but that last
 * CRLF is signed (it belongs to the delimiter behind it), so a signature is made and used like this:
 *
 *     fields of the message ...                            header_*, into HEAD
 *     signed_entity_protect(text, HEAD->str, HEAD->len)    its protected fields, first in the entity
 *     mime_multipart_with(text, "mixed", outer, &signed_entity_clear, 1)
 *     ... the body; files join as pieces of ENTITY
 *     signed_entity_check(ENTITY, boundary)                fit to be signed, and to be delimited by BOUNDARY?
 *     signer_sign_pieces(signer, ENTITY, signed_entity_octets(ENTITY), &signature)
 *     signed_entity_write(MESSAGE, HEAD, ENTITY, SIGNED_OPENPGP, &signature, boundary)
 */
#pragma once

#include "mail/mime.h"
#include "sign/signed_parts.h"
#include "sign/signer.h"

/* hp="clear" (RFC 9788 §2.1.1): to be given to whatever writes the entity's own Content-Type. */
extern const HeaderParameter signed_entity_clear;

/* Appends the fields of HEADER (lines with CRLF, as our writers make them) that a recipient's program shows:
 * From, To, Subject, Date, Message-ID, octet for octet. A To that is not ASCII is left out: what is signed is
 * 7-bit (RFC 3156 §3). FAULT_INPUT when From is missing or not ASCII, or a field stands there twice. */
int signed_entity_protect(GString *to, const char *header, gsize size, GError **error);

/* Reads all of it: lines that end with CRLF, of at most 998 octets, 7-bit, without white space at their ends,
 * none that begins with "From " or with a delimiter of BOUNDARY (RFC 3156 §3, §5). FAULT_RULE with the line
 * and the offence; the faults of its files. */
int signed_entity_check(const Message *entity, const char *boundary, GError **error);
/* How many of its first octets are signed. */
guint64 signed_entity_octets(const Message *entity);

/* Adds to MESSAGE: HEAD (freed) with Content-Type, ENTITY's pieces, the signature. FAULT_INPUT when SIGNATURE
 * is not one of PROTOCOL; HEAD is then left to the caller. */
int signed_entity_write(Message *message, GString *head, const Message *entity, enum signed_protocol protocol,
                        const Signature *signature, const char *boundary, GError **error);
