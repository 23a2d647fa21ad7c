/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * smtp_body.h - a body on its way to the wire: dot-stuffed, and refused unless canonical; pure
 *
 * RFC 5321 §4.5.2: a line that begins with a dot gets another. §2.3.8: a bare CR or LF is never sent, because
 * a relay that takes one for a line end would see an end of data where there is none, and "no copy before the
 * dot" would be untrue. Works piece by piece; CRLF and dots may fall on either side of a boundary.
 */
#pragma once

#include <glib.h>

#define SMTP_LINE_MAX 998 /* octets without CRLF, RFC 5322 §2.1.1, RFC 5321 §4.5.3.1.6 */

typedef struct {
  gsize column; /* octets of the line so far, without CR */
  gboolean cr;  /* the octet before was CR */
} SmtpBody;

/* Octets that LENGTH octets can grow to. */
#define SMTP_BODY_ROOM(length) ((length) + (length) / 3 + 1)

void smtp_body_begin(SmtpBody *body);

/* Writes the transparent form of BYTES to TO, which has SMTP_BODY_ROOM(LENGTH), and its length to
 * *ret_written. FAULT_INPUT when they hold a NUL, a bare CR or LF, or a line that is too long. */
int smtp_body_add(SmtpBody *body, const guint8 *bytes, gsize length, guint8 *to, gsize *ret_written,
                  GError **error);

/* FAULT_INPUT when the last octet is a CR that waits for its LF. */
int smtp_body_end(const SmtpBody *body, GError **error);

/* The end of data: ".CRLF", with a CRLF before it when the last line has none. Static. */
const char *smtp_body_terminator(const SmtpBody *body);
