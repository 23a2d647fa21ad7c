/* SPDX-License-Identifier: GPL-3.0-or-later */
/* backend.h - inside transport/ only: what a Relay holds, and the few functions that each kind of it brings
 */
#pragma once

#include "transport/transport.h"

/* How long to wait, in microseconds (RFC 5321 §4.5.3.2). */
typedef struct {
  gint64 greeting; /* also each reply to EHLO, STARTTLS, AUTH */
  gint64 mail;
  gint64 rcpt;
  gint64 data;
  gint64 block; /* for any part of the body to be taken */
  gint64 dot;
} RelayWaits;

typedef struct Backend {
  gboolean local;
  /* The session's own state; the functions below take it. */
  gpointer (*begin)(const Relay *relay, const gint *stop);
  void (*end)(gpointer state);
  /* As the functions of that name in transport.h. */
  int (*offer)(gpointer state, const Message *message, Outcome *ret_outcome, GError **error);
  gboolean (*end_data)(gpointer state, Outcome *ret_outcome);
  void (*abandon)(gpointer state);
  gboolean (*is_open)(gconstpointer state);
  int (*probe)(const Relay *relay, char **ret_words, GError **error);
  /* Only where offer and end_data may have to wait. */
  int (*open)(gpointer state, Outcome *ret_outcome);
  int (*go_on)(gpointer state, Outcome *ret_outcome, GError **error);
  gboolean (*answer)(gpointer state, Outcome *ret_outcome);
  short (*awaits)(gconstpointer state, int *ret_fd);
} Backend;

struct Relay {
  const Backend *backend;
  char *name;
  char *url;
  char *path; /* maildir: */
  char *host; /* smtp:, smtps:, as in the URL: a name, an IPv4 address, or an IPv6 address in brackets */
  guint port;
  gboolean loopback;  /* the host is this machine by its spelling */
  gboolean tls_first; /* smtps: */
  enum relay_tls tls;
  char *user;
  char *password;
  char *token_file;
  char *ca_file;
  char *fingerprint;
  char *ehlo;
  guint dot_timeout; /* seconds */
  guint messages_max;
  guint couriers;
  RelayWaits waits;
};

extern const Backend BACKEND_SMTP;
extern const Backend BACKEND_MAILDIR;
extern const Backend BACKEND_NULL;
