/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * smtp_envelope.h - the MAIL and RCPT lines with their parameters; pure
 *
 * The last writer before the wire checks again what the edge has checked: an address that holds CR, LF, NUL,
 * another control character, "<" or ">" is never written (RFC 5321 §4.1.2), nor one outside ASCII without
 * SMTPUTF8.
 */
#pragma once

#include "mail/message.h"
#include "transport/smtp_capabilities.h"

#include <glib.h>

#define SMTP_PATH_MAX  320 /* octets: local-part 64, "@", domain 255 (RFC 5321 §4.5.3.1) */
#define SMTP_ENVID_MAX 100 /* RFC 3461 §4.4 */
#define SMTP_ORCPT_MAX 500 /* RFC 3461 §4.2; a longer one is left out */

/* 0, or FAULT_INPUT with a sentence that names the part of the envelope but does not repeat its value. */
int smtp_envelope_check(const Envelope *envelope, GError **error);

/* What this message needs and the relay lacks, "smtputf8" or "size" (static), or NULL when it can go. */
const char *smtp_envelope_lacks(const Envelope *envelope, const SmtpCapabilities *capabilities, guint64 size);

/* TRUE when the parameters of RFC 3461 go along: the relay announces DSN, and there is a sender to report to.
 */
gboolean smtp_envelope_asks_dsn(const Envelope *envelope, const SmtpCapabilities *capabilities);

/* Each appends one line with its CRLF. The envelope has passed smtp_envelope_check. */
void smtp_envelope_mail(const Envelope *envelope, const SmtpCapabilities *capabilities, guint64 size,
                        GString *to);
void smtp_envelope_rcpt(const Envelope *envelope, const SmtpCapabilities *capabilities, GString *to);
