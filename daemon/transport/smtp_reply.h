/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * smtp_reply.h - bytes in, one SMTP reply out; strict, bounded, pure
 *
 * The grammar is that of RFC 5321 §4.2: three digits (the first 2 to 5), "-" on every line but the last, a
 * space or nothing on the last, each line ended by CRLF, the same code on all lines. Anything else is a fault
 * with a name: what a reply to the end of data means decides over a copy, so nothing here is guessed.
 */
#pragma once

#include "transport/outcome.h"

#include <glib.h>

#define SMTP_REPLY_OCTETS_MAX ((gsize)64 * 1024) /* of one reply, all lines; more is a fault */

enum smtp_reply_state {
  SMTP_REPLY_MORE,  /* not whole yet */
  SMTP_REPLY_WHOLE, /* the last line has ended */
  SMTP_REPLY_FAULTY,
};

enum smtp_reply_fault {
  SMTP_FAULT_NONE,
  SMTP_FAULT_CODE,    /* a line does not begin with a reply code */
  SMTP_FAULT_MIXED,   /* lines of one reply with different codes */
  SMTP_FAULT_NUL,     /* a NUL */
  SMTP_FAULT_BARE_CR, /* CR without LF */
  SMTP_FAULT_BARE_LF, /* LF without CR */
  SMTP_FAULT_LONG,    /* one line above SMTP_REPLY_OCTETS_MAX */
  SMTP_FAULT_ENDLESS, /* many lines above SMTP_REPLY_OCTETS_MAX */
};

typedef struct {
  int code; /* of the first line, as soon as that is read */
  guint lines;
  enum smtp_reply_fault fault;
  gsize length; /* of text */
  char text[OUTCOME_REPLY_MAX +
            1]; /* the texts of the lines joined by " / ", raw octets, cut at OUTCOME_REPLY_MAX */

  /* how far the reading is */
  gsize octets;
  gsize column; /* octets of this line so far */
  int line_code;
  gboolean last;
  gboolean cr; /* the octet before was CR */
} SmtpReply;

void smtp_reply_begin(SmtpReply *reply);

/* Takes bytes until the reply is whole or faulty; *ret_used says how many, the rest is another reply's. */
enum smtp_reply_state smtp_reply_feed(SmtpReply *reply, const guint8 *bytes, gsize length, gsize *ret_used);

/* TRUE when at least one octet has been taken. */
gboolean smtp_reply_begun(const SmtpReply *reply);

/* "its reply holds a NUL": for a sentence that begins with the relay. Static. */
const char *smtp_reply_fault_words(enum smtp_reply_fault fault);

/* The text for people: valid UTF-8, control characters replaced. The caller frees it. */
char *smtp_reply_words(const SmtpReply *reply);
