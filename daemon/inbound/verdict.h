/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * verdict.h - what a message that came in is, and why it is held to be that
 *
 * Claims, not facts: all of it was written by whoever sent the message, and any of it may be forged. What a
 * claim may change is decided where a token is known. Every text is valid UTF-8 of one line, without control
 * characters, of at most VERDICT_TEXT_MAX bytes.
 */
#pragma once

#include "base/text.h"
#include "mail/status_code.h"

#include <glib.h>

#define VERDICT_TEXT_MAX        2000
#define VERDICT_REFERENCES_MAX  100
#define VERDICT_OWN_TEXT_MAX    TEXT_LONG_MAX
#define VERDICT_ATTACHMENTS_MAX 100
#define VERDICT_SERVERS_MAX     20

enum verdict_kind {
#define KIND(symbol, name) symbol,
#include "inbound/verdict_kinds.def"
#undef KIND
  VERDICT_KIND_COUNT
};

enum verdict_class {
#define CLASS(symbol, name) symbol,
#include "inbound/verdict_classes.def"
#undef CLASS
  VERDICT_CLASS_COUNT
};

enum verdict_cause {
#define CAUSE(symbol, name) symbol,
#include "inbound/verdict_causes.def"
#undef CAUSE
  VERDICT_CAUSE_COUNT
};

enum verdict_disposition {
#define DISPOSITION(symbol, name) symbol,
#include "inbound/verdict_dispositions.def"
#undef DISPOSITION
  VERDICT_DISPOSITION_COUNT
};

enum verdict_reason {
#define REASON(symbol, name, guess, sentence) symbol,
#include "inbound/verdict_reasons.def"
#undef REASON
  VERDICT_REASON_COUNT
};

/* A file that came with it. */
typedef struct {
  char *name;  /* as the sender calls it; NULL for none. No path to be trusted */
  char *type;  /* "application/pdf", lower case */
  gint64 size; /* bytes, decoded */
} VerdictAttachment;

/* What one server along the way says that it checked (RFC 8601). Anybody can write such a field: it counts
 * only under the name of the own server, which removes those that come with that name from outside, and of
 * several under that name the first. */
typedef struct {
  char *server; /* authserv-id, lower case */
  char *dmarc;  /* "pass", "fail", "none", …, lower case; NULL when it says nothing of DMARC */
  char *domain; /* of From as DMARC saw it (header.from), lower case; NULL when it does not say */
} VerdictAuthentication;

/* A NULL text or an empty list means that the message does not say. */
typedef struct {
  enum verdict_kind kind;
  enum verdict_class class; /* of a delivery report; CLASS_NONE for all else */
  enum verdict_cause cause; /* of hard, soft and delayed */
  enum verdict_disposition disposition;
  gboolean is_manual;            /* of a disposition: it says that a person did it, not a program by itself */
  char status[STATUS_CODE_SIZE]; /* "5.1.1", or "" */
  int smtp_code;                 /* 550, or 0 */
  char *family;                  /* the mail system whose habits were recognised; NULL for the standard */
  char *recipient;               /* whom a report means, as it was written to us if that is told */
  char *original_recipient;  /* the former, where the report says that it is that one (RFC 3464 §2.3.1) */
  char *final_recipient;     /* the same after forwarding, where told */
  char *envelope_id;         /* RFC 3464 §2.2.1, decoded */
  char *returned_message_id; /* of the message that a report returns or names, with angle brackets */
  char *returned_reply_to;   /* bare address: where answers to the message that it returns were to go */
  char *words;               /* of the other server, for people */

  /* of the message itself */
  char *message_id;
  GPtrArray *references; /* of char *: In-Reply-To, then References, each with angle brackets */
  GPtrArray *addressed;  /* of char *: bare addresses of Delivered-To, X-Original-To, To, Cc */
  char *from;            /* bare address */
  char *from_name;
  char *reply_to; /* bare address */
  char *subject;
  gint64 date; /* wall time in microseconds as claimed; 0 for none */

  char *text; /* what the sender wrote himself, without quotations and signature; several lines, without other
                 control characters, of at most VERDICT_OWN_TEXT_MAX bytes; NULL for reports */
  GPtrArray *attachments; /* of VerdictAttachment * */
  GPtrArray
      *authentication; /* of VerdictAuthentication *, the last server first, as they stand in the header */
  gboolean is_signed;  /* it claims to be, or a part of it does; not verified */

  GArray *reasons; /* of enum verdict_reason, in the order in which they judged */
} Verdict;

Verdict *verdict_new(void);
void verdict_free(Verdict *verdict);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Verdict, verdict_free)

VerdictAttachment *verdict_attachment_new(const char *name, const char *type, gint64 size);
void verdict_attachment_free(VerdictAttachment *attachment);
VerdictAuthentication *verdict_authentication_new(const char *server, const char *dmarc, const char *domain);
void verdict_authentication_free(VerdictAuthentication *authentication);

void verdict_add_reason(Verdict *verdict, enum verdict_reason reason);
gboolean verdict_has_reason(const Verdict *verdict, enum verdict_reason reason);
/* TRUE when one of its reasons is a guess: such a verdict is marked where it is shown. */
gboolean verdict_is_guess(const Verdict *verdict);

/* Puts a text from outside into *to, freeing what was there: made valid, controls replaced, trimmed, cut to
 * VERDICT_TEXT_MAX at the end of a character. A blank one gives NULL. */
void verdict_set(char **to, const char *text);
/* The same for a text of several lines, to VERDICT_OWN_TEXT_MAX: line breaks and tabs stay. */
void verdict_set_lines(char **to, const char *text);

const char *verdict_kind_name(enum verdict_kind kind);
const char *verdict_class_name(enum verdict_class class);
const char *verdict_cause_name(enum verdict_cause cause);
const char *verdict_disposition_name(enum verdict_disposition disposition);
const char *verdict_reason_name(enum verdict_reason reason);
const char *verdict_reason_sentence(enum verdict_reason reason);
gboolean verdict_reason_is_guess(enum verdict_reason reason);
