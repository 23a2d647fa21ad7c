/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * imap_connection.h - inside inbound/ only: a connection that is open, secured and logged in, and its bytes
 *
 * libcurl opens it (CURLOPT_CONNECT_ONLY: addresses, greeting, STARTTLS with the certificate checked, SASL);
 * it never falls back to clear text. From then on its bytes go to and come from whoever reads IMAP
 * (imap_session.c).
 *
 * A server may be silent, never end, or announce what no memory holds. So every command has a budget of
 * octets that may come back and a time in which they may; what goes beyond breaks the connection. One thread
 * at a time.
 */
#pragma once

#include "inbound/mail_source.h"

#include <sys/types.h>

typedef struct ImapConnection ImapConnection;

/* What to log in with: one of the two. Wiped by mail_login_clear. */
typedef struct {
  char *password;
  char *token; /* OAUTHBEARER (RFC 7628), XOAUTH2 */
} MailLogin;
void mail_login_clear(MailLogin *login);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(MailLogin, mail_login_clear)

/* STOP_FD becomes readable when all waiting is to end. FAULT_SYSTEM with a sentence that says what to do;
 * FAULT_BUSY when we are stopping. */
int imap_connection_open(const MailSource *source, const MailLogin *login, int stop_fd, ImapConnection **ret,
                         GError **error);
/* Closes at once: no further byte. NULL is nothing. */
void imap_connection_close(ImapConnection *connection);

/* A command follows: at most BUDGET octets may answer it. */
void imap_connection_begin(ImapConnection *connection, gsize budget);
/* > 0 octets, or -1: then imap_connection_trouble. Never 0. */
ssize_t imap_connection_read(ImapConnection *connection, void *to, gsize size);
ssize_t imap_connection_write(ImapConnection *connection, const void *from, gsize size);
/* Until the server says something that nobody asked for, or UNTIL (a moment of g_get_monotonic_time) comes.
 * FALSE when the connection is of no use any more. */
gboolean imap_connection_wait(ImapConnection *connection, gint64 until);

enum imap_trouble {
  IMAP_TROUBLE_NONE,
  IMAP_TROUBLE_CLOSED,  /* by the server */
  IMAP_TROUBLE_BROKEN,  /* the network, or TLS */
  IMAP_TROUBLE_SILENT,  /* its time is over */
  IMAP_TROUBLE_ENDLESS, /* it says more than can be meant */
  IMAP_TROUBLE_STOPPED, /* our own side is stopping */
};
enum imap_trouble imap_connection_trouble(const ImapConnection *connection);
/* "mail.example.org:993". Owned by the connection. */
const char *imap_connection_where(const ImapConnection *connection);
