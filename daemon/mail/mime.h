/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * mime.h - the structure of a message (RFC 2045, RFC 2046), written straight through
 *
 * Everything is appended to a GString; files join as pieces of a Message. One convention makes all of it fit
 * together: every function begins and ends at the beginning of a line. The CRLF at the end of a part's body
 * belongs to the delimiter that follows (RFC 2046 §5.1.1), so a text arrives without a line break it did not
 * have; who signs a part signs it without those last two octets (RFC 3156 §5).
 *
 *     fields of the message ...                 header_*
 *     mime_multipart(to, "mixed", outer)        ends the header
 *     mime_delimiter(to, outer)
 *       mime_multipart(to, "alternative", inner)
 *       mime_delimiter(to, inner)
 *         mime_text(to, "plain", text)
 *       mime_delimiter(to, inner)
 *         mime_text(to, "html", html)
 *       mime_close(to, inner)
 *     mime_delimiter(to, outer)
 *       mime_attachment(to, type, name)
 *       message_add_string(message, head)       the head, one per recipient
 *       message_add_file(message, base64)       the base64 form, the same for all
 *     mime_close(to, outer)
 *     message_add_string(message, tail)
 */
#pragma once

#include "mail/header.h"
#include "mail/message.h"

#include <glib.h>

#define MIME_BOUNDARY_MAX  70 /* RFC 2046 §5.1.1 */
#define MIME_BOUNDARY_SIZE (MIME_BOUNDARY_MAX + 1)

/* "=_ROLE_SEED": "=_" occurs neither in quoted-printable nor in base64 (RFC 2045 §6.7). ROLE tells the
 * multiparts of one message apart ("mixed", "alt"), SEED comes from the delivery. Cut to 70 characters;
 * others than letters and digits of SEED are left out. */
void mime_boundary(const char *role, const char *seed, char ret[MIME_BOUNDARY_SIZE]);

/* Content-Type of a multipart and the empty line. SUBTYPE: mixed, alternative, related. BOUNDARY must hold
 * "=_". */
int mime_multipart(GString *to, const char *subtype, const char *boundary, GError **error);
/* The same with parameters of its own (multipart/signed: protocol, micalg; multipart/report: report-type). */
int mime_multipart_with(GString *to, const char *subtype, const char *boundary,
                        const HeaderParameter *parameters, gsize count, GError **error);
void mime_delimiter(GString *to, const char *boundary);
void mime_close(GString *to, const char *boundary);

/* A text part: Content-Type text/SUBTYPE in UTF-8, quoted-printable, body. FAULT_INPUT for NUL and invalid
 * UTF-8 and control characters other than TAB and line breaks. LENGTH may be -1. */
int mime_text(GString *to, const char *subtype, const char *text, gssize length, GError **error);

/* The fields of a part whose base64 body follows. NAME in any script is the file name: by RFC 2231 in
 * Content-Disposition, with an ASCII stand-in as "name" of Content-Type for readers that know only that. (The
 * parameter "filename" is not written twice: some readers take that for a defect.) */
int mime_attachment(GString *to, const char *media_type, const char *name, GError **error);

/* The same with its body, for small things that are in memory: a signature, a key. */
int mime_attachment_bytes(GString *to, const char *media_type, const char *name, gconstpointer bytes,
                          gsize length, GError **error);
