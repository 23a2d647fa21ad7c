/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * header.h - writes header fields, each with its CRLF, at the end of a GString
 *
 * Every value is checked here once more, whoever checked it before: CR, LF, NUL, other control characters and
 * invalid UTF-8 give FAULT_INPUT and leave the GString as it was. Lines are at most 78 columns where the
 * value has a place to fold, 76 where they hold encoded words (RFC 2047 §2), and never over 998 (RFC 5322
 * §2.1.1). The same values give the same bytes. FIELD is a field name without its colon, at most
 * HEADER_FIELD_MAX characters.
 */
#pragma once

#include "mail/address.h"

#include <glib.h>

#define HEADER_FIELD_MAX 40
#define HEADER_VALUE_MAX 4000 /* octets of one value as given */

/* Unstructured text: Subject, Comments (RFC 5322 §2.2.1). ASCII stays as it is; anything else, and ASCII
 * that a reader could take for an encoded word, becomes encoded words in Q or B, whichever is shorter. */
int header_text(GString *to, const char *field, const char *text, GError **error);

/* One mailbox: From, To, Reply-To. NAME may be NULL or blank; it is written as atoms, a quoted-string or
 * encoded words, as its characters demand (RFC 5322 §3.2.3, RFC 2047 §5), without bidirectional control
 * characters. */
int header_mailbox(GString *to, const char *field, const char *name, const Address *address, GError **error);

/* A structured value made by our own code, in printable ASCII, folded at its spaces: MIME-Version,
 * References, List-Unsubscribe, Auto-Submitted. */
int header_verbatim(GString *to, const char *field, const char *value, GError **error);

/* RFC 5322 §3.3, in UTC. FAULT_INPUT when WALL is none or outside the years 1970 to 9999. */
int header_date(GString *to, const char *field, gint64 wall, GError **error);

/* One identifier with its angle brackets: Message-ID, In-Reply-To, Content-ID (RFC 5322 §3.6.4). */
int header_message_id(GString *to, const char *field, const char *id, GError **error);

/* A token or media type with parameters: Content-Type, Content-Disposition. A value is written as a token or
 * quoted-string where it is ASCII and fits, else by RFC 2231 (charset, percent-encoding, continuations). A
 * parameter with a NULL value is left out. */
typedef struct {
  const char *name;
  const char *value;
} HeaderParameter;
int header_parameters(GString *to, const char *field, const char *value, const HeaderParameter *parameters,
                      gsize count, GError **error);

/* A name for people as it may be shown: without the controls that turn the direction of writing (U+202A to
 * U+202E, U+2066 to U+2069) and make "exe.pdf" of "fdp.exe". Valid UTF-8 in; the caller frees it. */
char *header_shown_name(const char *name);

/* An ASCII stand-in for a file name: accents dropped, anything else outside ASCII, quotes and slashes as "_".
 * The caller frees it. */
char *header_ascii_name(const char *name);
