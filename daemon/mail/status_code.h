/* SPDX-License-Identifier: GPL-3.0-or-later */
/* status_code.h - the status codes of RFC 3463 ("5.1.1"), as a reply's text (RFC 2034) or a report carries
 * them */
#pragma once

#include <glib.h>

#define STATUS_CODE_SIZE       10  /* "5.999.999" and NUL */
#define STATUS_CODE_SEARCH_MAX 200 /* octets of a reply in which a code is looked for */

enum status_class {
  STATUS_SUCCESS = 2,
  STATUS_TRANSIENT = 4, /* persistent transient failure: later it may work */
  STATUS_PERMANENT = 5,
};

typedef struct {
  enum status_class class;
  int subject; /* 0 to 999: 1 address, 2 mailbox, 3 system, 4 network, 5 protocol, 6 content, 7 policy */
  int detail;  /* 0 to 999 */
} StatusCode;

/* Exactly a status code, nothing around it. LENGTH may be -1. */
gboolean status_code_parse(const char *text, gssize length, StatusCode *ret);

/* The code in the text of an SMTP reply (without the three digits): at its beginning (RFC 2034 §4), or after
 * "#", "(" or
 * "[" as some servers write it. FALSE when there is none whose class is that of REPLY_CODE (RFC 2034 §4: they
 * must agree; 0 asks nothing). LENGTH may be -1; reads at most STATUS_CODE_SEARCH_MAX octets. */
gboolean status_code_of_reply(int reply_code, const char *text, gssize length, StatusCode *ret);

/* "5.1.1"; returns TO. */
const char *status_code_text(const StatusCode *code, char to[STATUS_CODE_SIZE]);
