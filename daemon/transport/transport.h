/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * transport.h - takes a message, gives an outcome; knows no outbox
 *
 * A Relay is one configured next hop (shared, immutable, any thread). A Session is one courier's way to it
 * (one thread at a time): it connects when needed, is reused for many messages, and is renewed after
 * SESSION_MESSAGES_MAX.
 *
 * A message goes in two steps, because the instant before the dot belongs to the caller:
 *     session_offer   everything up to, not including, the end of data (RFC 5321 §4.1.1.10: until then the
 *                     relay can hold no copy)
 *     session_finish  the end of data, then the reply to it
 * Between the two the caller makes its intent durable. session_abandon instead closes without the end of
 * data.
 *
 * Both wait for the relay. Who has several sessions uses their parts, which wait for nobody:
 *
 *                   ┌──────── SESSION_TO_OPEN ◄─┐       ┌► SESSION_WAITS ─ poll ─┐
 *     session_begin ┤          session_open ────┤       │                        ▼
 *                   └───────────────────────────┴──► session_go_on ◄─────────────┘
 *                                                       │
 *                  SESSION_DECIDED: it will not go ◄────┴──► SESSION_OFFERED, the caller's instant
 *
 *     session_end_data ──► session_answer ◄─ poll ─┐
 *                                  └───────────────┴──► the outcome
 */
#pragma once

#include "mail/message.h"
#include "transport/outcome.h"

#include <glib.h>

#define SESSION_MESSAGES_MAX 1000
#define RELAY_COURIERS_MAX   64
#define DOT_TIMEOUT_MIN                                                                                      \
  600 /* seconds, RFC 5321 §4.5.3.2.6; less only with VALISE_TEST_HOOKS and a loopback relay */

/* Prepares what all relays share (libcurl, SIGPIPE ignored). Once, by main, before any thread. */
int transport_init(GError **error);

typedef struct Relay Relay;
typedef struct Session Session;

enum relay_tls {
  RELAY_TLS_REQUIRED, /* STARTTLS (smtp://) or TLS (smtps://), certificate checked; never clear text */
  RELAY_TLS_NONE,     /* clear text: for a relay on loopback */
};

typedef struct {
  const char *name; /* of the section [relay "main"] */
  const char
      *url; /* smtp://host[:port] (port 25), smtps://host[:port] (465), maildir:PATH (absolute), null: */
  const char *user;     /* SASL; NULL for none */
  const char *password; /* copied, wiped on free; NULL for none */
  enum relay_tls tls;
  const char *ca_file;    /* PEM to trust instead of the system's; NULL for the system's */
  const char *ehlo;       /* the name we give; a domain or address literal; NULL for the machine's name */
  const char *token_file; /* SASL with a bearer token (RFC 7628, XOAUTH2) instead of a password: the file that
                             holds it, read anew for each connection; NULL for none */
  const char *fingerprint; /* "sha256//…" of the public key that the relay must show, besides the
                              certificate's check; NULL for any */
  guint couriers;          /* connections at once, for who opens them; 0 for RELAY_COURIERS_MAX */
  guint messages;          /* on one connection, then it is renewed; 0 for SESSION_MESSAGES_MAX */
  guint dot_timeout;       /* seconds, 0 for DOT_TIMEOUT_MIN */
} RelayOptions;

/* FAULT_INPUT with a sentence when the options cannot work (unknown scheme, password without TLS unless on
 * loopback, a dot_timeout below the minimum where that is not allowed). Opens nothing. The waits before the
 * dot are those of RFC 5321 §4.5.3.2. With VALISE_TEST_HOOKS and a relay on loopback the environment may
 * shorten them all: VALISE_STEP_TIMEOUT, in seconds. */
int relay_new(const RelayOptions *options, Relay **ret, GError **error);
void relay_free(Relay *relay);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Relay, relay_free)
const char *relay_name(const Relay *relay);
const char *relay_url(const Relay *relay);   /* never holds a user or password */
gboolean relay_is_local(const Relay *relay); /* maildir:, null: */
guint relay_dot_timeout(const Relay *relay);
guint relay_couriers(const Relay *relay);

/* Never fails; connecting is the first offer's business. *STOP (NULL for nobody) outlives the session;
 * another thread sets it (atomically, to 1) to end the waits for the relay before the end of data. The wait
 * for the reply to the end of data it does not end. */
Session *session_new(const Relay *relay, const gint *stop);
void session_free(Session *session); /* says QUIT when nothing is open in between */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Session, session_free)

/* 0: everything but the end of data is with the relay; now session_finish or session_abandon must follow.
 * 1: it will not go; *ret_outcome (cleared by the caller) is DEFERRED, REFUSED or NOT_SENT, never in doubt.
 * < 0: our own side failed (a file of the message is missing or changed, an address that cannot be written
 * safely, a bare CR or LF in a body); nothing is offered, the connection is closed if DATA had been said. A
 * reused connection that turns out to be closed by the relay is opened anew once, within the call. */
int session_offer(Session *session, const Message *message, Outcome *ret_outcome, GError **error);

/* Sends the end of data and waits for its reply. Always gives an outcome: ACCEPTED, DEFERRED, REFUSED, or
 * IN_DOUBT (then the connection is closed: whatever the relay says later is not heard on it). When the relay
 * has spoken or hung up before the end of data, that is not sent any more: DEFERRED or REFUSED with step
 * STEP_BODY, and no copy exists. */
void session_finish(Session *session, Outcome *ret_outcome);

/* ---- the parts of both ---- */

enum session_part {
  SESSION_OFFERED = 0, /* everything but the end of data is with the relay */
  SESSION_DECIDED = 1, /* it will not go: *ret_outcome, as session_offer gives it */
  SESSION_WAITS,       /* for the relay: session_go_on when what session_awaits names has come */
  SESSION_TO_OPEN,     /* a connection has to be opened first: session_open, then session_go_on */
};

/* How often, in microseconds, to call session_go_on and session_answer though nothing has come: the time that
 * the relay has, and the stop flag, are judged there. */
#define SESSION_LOOK 250000

/* session_offer in parts: each gives an enum session_part, or < 0 as session_offer does. MESSAGE is used
 * until it gives another than the last two. */
int session_begin(Session *session, const Message *message, Outcome *ret_outcome, GError **error);
int session_go_on(Session *session, Outcome *ret_outcome, GError **error);

/* Opens the connection that SESSION_TO_OPEN asks for, which may take minutes: the one thing that a caller
 * with several sessions leaves to another thread, and keeps away from SESSION meanwhile. 0, or 1 and
 * *ret_outcome: the message will not go. */
int session_open(Session *session, Outcome *ret_outcome);

/* session_finish in parts: TRUE with *ret_outcome, FALSE when session_answer is to be asked once there is
 * something to hear. */
gboolean session_end_data(Session *session, Outcome *ret_outcome);
gboolean session_answer(Session *session, Outcome *ret_outcome);

/* The events of poll(2), and the descriptor, that the session waits for. */
short session_awaits(const Session *session, int *ret_fd);

/* Closes without the end of data. Harmless when nothing is offered. */
void session_abandon(Session *session);

/* TRUE while a connection stands. */
gboolean session_is_open(const Session *session);

/* For doctor: connects, EHLO, TLS, AUTH, QUIT. 0 with *ret_words ("mail.example.org, TLS1.3, PIPELINING DSN
 * SIZE …"), or the fault in the relay's words. */
int relay_probe(const Relay *relay, char **ret_words, GError **error);
