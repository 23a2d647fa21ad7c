/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * status_lines.h - what gpg and gpgsm say, line by line, of one detached signature, and what follows from it.
 * Only this room includes it.
 */
#pragma once

#include <gpgme.h>

#include "sign/signature_check.h"

enum status_line {
  STATUS_NEWSIG,
  STATUS_GOODSIG,
  STATUS_VALIDSIG,
  STATUS_TRUST_FULLY,
  STATUS_BADSIG,
  STATUS_ERRSIG,
  STATUS_EXPSIG,
  STATUS_EXPKEYSIG,
  STATUS_REVKEYSIG,
  STATUS_NO_PUBKEY,
  STATUS_TRUST_NEVER,
  STATUS_TRUST_UNDEFINED,
  STATUS_ERROR,
  STATUS_LINE_KINDS
};

typedef struct StatusLines StatusLines;

/* What the two programs say each in its own way. */
typedef struct {
  gpgme_protocol_t protocol;
  guint valid_words;                                             /* how many VALIDSIG has at least */
  void (*read_valid)(char **words, SignatureCheck *check);       /* whose it is, and when it was made */
  void (*read_error)(const char *arguments, StatusLines *lines); /* NULL: as counted */
  enum signature_state (*judge_trust)(const StatusLines *lines); /* NULL: who is known is trusted */
  gboolean (*has_answered)(const StatusLines *lines, gpgme_err_code_t failure); /* without a signature */
} StatusManner;

struct StatusLines {
  const StatusManner *manner;
  SignatureCheck *check;
  guint n[STATUS_LINE_KINDS];
  guint hash;       /* RFC 9580 §9.5, or gcrypt's number: the same up to SHA-512 */
  gboolean unknown; /* who signed is not known, whatever else is said */
};

extern const StatusManner status_lines_gpg, status_lines_gpgsm;

/* One more line. */
void status_lines_note(StatusLines *lines, const char *keyword, const char *arguments);
/* What all of them come to. */
enum signature_state status_lines_judge(const StatusLines *lines, gint64 now);

/* As signature_check. */
int status_lines_check(const StatusManner *manner, Home *home, GBytes *signature, gconstpointer data,
                       gsize size, gint64 now, SignatureCheck *ret, GError **error);
