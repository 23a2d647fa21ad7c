/* SPDX-License-Identifier: GPL-3.0-or-later */
/* smtp_capabilities.h - what a relay announced in its reply to EHLO (RFC 5321 §4.1.1.1); pure */
#pragma once

#include <glib.h>

typedef struct {
  gboolean pipelining; /* RFC 2920 */
  gboolean dsn;        /* RFC 3461 */
  gboolean eightbit;   /* 8BITMIME, RFC 6152 */
  gboolean smtputf8;   /* RFC 6531 */
  gboolean starttls;   /* RFC 3207 */
  gboolean auth;       /* RFC 4954 */
  gboolean size;       /* RFC 1870 */
  guint64 size_max;    /* 0: no limit is stated */
} SmtpCapabilities;

/* Takes one line of a reply to EHLO, code included, line end or not; the caller leaves out the first line,
 * which names the host. Unknown keywords are passed over; a malformed SIZE counts as SIZE without a limit. */
void smtp_capabilities_line(SmtpCapabilities *capabilities, const char *line, gsize length);

/* "PIPELINING DSN SIZE 10240000"; the caller frees it. */
char *smtp_capabilities_words(const SmtpCapabilities *capabilities);
