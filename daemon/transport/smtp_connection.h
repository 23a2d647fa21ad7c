/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * smtp_connection.h - inside transport/ only: a connection that is open, secured and authenticated, and its
 * bytes
 *
 * libcurl opens it (CURLOPT_CONNECT_ONLY: addresses, greeting, EHLO, STARTTLS, SASL); from then on nobody but
 * the functions below speaks on it. One thread at a time.
 */
#pragma once

#include "transport/backend.h"
#include "transport/smtp_capabilities.h"
#include "transport/smtp_reply.h"

typedef struct SmtpConnection SmtpConnection;

/* What a wait or a write came to. */
enum smtp_wire {
  SMTP_WIRE_DONE,
  SMTP_WIRE_SPOKEN,  /* the relay has spoken where it was not its turn */
  SMTP_WIRE_CLOSED,  /* it has closed the connection */
  SMTP_WIRE_BROKEN,  /* the connection is reset, or the network or TLS fails */
  SMTP_WIRE_TIMEOUT, /* the time of RFC 5321 §4.5.3.2 is over */
  SMTP_WIRE_STOPPED, /* our own side is stopping */
  SMTP_WIRE_FAULTY,  /* a reply that is none: see its fault */
  SMTP_WIRE_WAITS,   /* nothing more for now: the relay takes, or says, nothing */
};

/* 0 and *ret; 1 and *ret_outcome (DEFERRED with relay_down, or NOT_SENT lacking "tls"). STOP may be NULL. */
int smtp_connection_open(const Relay *relay, const gint *stop, SmtpConnection **ret, Outcome *ret_outcome);

/* Closes at once and frees: no QUIT, no further byte. NULL is harmless. */
void smtp_connection_close(SmtpConnection *connection);

/* QUIT (RFC 5321 §4.1.1.10), a short wait for its reply, then smtp_connection_close. Only between
 * transactions. */
void smtp_connection_quit(SmtpConnection *connection);

const SmtpCapabilities *smtp_connection_capabilities(const SmtpConnection *connection);
const char *
smtp_connection_tls(const SmtpConnection *connection); /* "TLS1.3 AES-256-GCM", NULL in clear text */

/* DONE when the relay is silent and the line is up, as it must be before we speak; else SPOKEN, CLOSED,
 * BROKEN. */
enum smtp_wire smtp_connection_quiet(SmtpConnection *connection);

/* TRUE when something was received that no reply has taken. */
gboolean smtp_connection_holds(const SmtpConnection *connection);

/* Writes what is taken of BYTES at once; *ret_sent says how much. DONE when that is all, else WAITS or
 * BROKEN. *begun becomes TRUE when any of the bytes may have left, however it ended. */
enum smtp_wire smtp_connection_send(SmtpConnection *connection, const char *bytes, gsize length,
                                    gsize *ret_sent, gboolean *begun);

/* Reads on in REPLY (smtp_reply_begin has been called) with what is there; what follows it stays for the next
 * call. Gives DONE when it is whole, else WAITS, CLOSED, BROKEN or FAULTY. */
enum smtp_wire smtp_connection_read(SmtpConnection *connection, SmtpReply *reply);

/* The same for a reply that must be there soon: waits for it, WAIT microseconds at most. TIMEOUT or STOPPED
 * instead of WAITS. */
enum smtp_wire smtp_connection_read_soon(SmtpConnection *connection, SmtpReply *reply, gint64 wait);

/* For poll(2). */
int smtp_connection_socket(const SmtpConnection *connection);

/* A sentence about what WIRE means, beginning with the relay; REPLY for SMTP_WIRE_FAULTY, else NULL. Caller
 * frees. */
char *smtp_connection_trouble(const SmtpConnection *connection, enum smtp_wire wire, const SmtpReply *reply);
