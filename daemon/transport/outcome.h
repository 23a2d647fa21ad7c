/* SPDX-License-Identifier: GPL-3.0-or-later */
/* outcome.h - what became of one attempt, in the far side's words */
#pragma once

#include <glib.h>

enum outcome_kind {
  OUTCOME_ACCEPTED, /* the relay took charge: 2yz to the dot */
  OUTCOME_DEFERRED, /* not now: 4yz, or no connection; before the dot nothing can have been taken */
  OUTCOME_REFUSED,  /* for good: 5yz to MAIL, RCPT, DATA or the dot */
  OUTCOME_IN_DOUBT, /* the dot was begun and no understood reply came: only the relay knows */
  OUTCOME_NOT_SENT, /* the relay lacks what this message needs: to be held, with the reason */
};

/* Where in the dialogue it was decided. Names are shown and stored: outcome_step_name. */
enum outcome_step {
  STEP_CONNECT,
  STEP_GREETING,
  STEP_EHLO,
  STEP_STARTTLS, /* and the TLS handshake, with smtps:// too */
  STEP_AUTH,
  STEP_MAIL,
  STEP_RCPT,
  STEP_DATA,
  STEP_BODY,
  STEP_DOT,
};

#define OUTCOME_REPLY_MAX 2000 /* octets of a reply that are kept */

typedef struct {
  enum outcome_kind kind;
  enum outcome_step step;
  int code;     /* RFC 5321 reply code, 0 when there was none */
  char *status; /* RFC 3463 status code "5.1.1", or NULL */
  char *reply; /* the far side's words, an SMTP reply with its code, lines joined by " / ", control characters
                  replaced, valid UTF-8 */
  char *trouble; /* our own sentence when no understood reply decided it ("the relay closed the connection"),
                    or NULL */
  const char *lacks;   /* OUTCOME_NOT_SENT: "smtputf8", "size", "tls" (static) */
  char *tls;           /* "TLS1.3 …" or NULL for clear text */
  gboolean closed;     /* the connection is closed, so nothing more can happen on it */
  gboolean relay_down; /* about the relay, not the message: connection, greeting, TLS, AUTH, or 421 */
  gboolean dsn_asked;  /* the relay announced DSN and the parameters of RFC 3461 went with MAIL and RCPT */
} Outcome;

const char *outcome_kind_name(enum outcome_kind kind); /* accepted, deferred, refused, in-doubt, not-sent */
const char *outcome_step_name(enum outcome_step step); /* connect, greeting, ehlo, starttls, auth, mail, … */
/* Frees what it holds and makes it all zero; harmless on one that is. */
void outcome_clear(Outcome *outcome);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Outcome, outcome_clear)
