/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * fetch_port.h - what a mailbox that is read asks of whoever keeps the mail
 *
 * Whoever reads a mailbox may forget a message once take or note has returned 0, and not before: then it is
 * durable there. Faults of the port end the present look at the mailbox, which is looked at again later;
 * nothing is passed over.
 */
#pragma once

#include "inbound/imap_connection.h"
#include "inbound/mail_source.h"

#include <glib.h>

/* Where a message lies: a number in a folder, or a name in a Maildir. */
typedef struct {
  gint64 uid_validity, uid; /* 0: has none */
  const char *name;         /* of a Maildir's file; of a numbering after the first; NULL */
  gint64 received_at;       /* 0: not told */
} MailPlace;

enum mail_kept {
  MAIL_KEPT_NOT,   /* it is wanted */
  MAIL_KEPT_WHOLE, /* it is kept */
  MAIL_KEPT_PARTLY /* it was noted, because it could not be had whole */
};

typedef struct {
  gpointer self;
  int stop_fd; /* becomes readable when all is to end */
  /* What to log in with now: asked for each connection. */
  int (*login)(gpointer self, MailLogin *ret, GError **error);
  /* BYTES are kept, or were before. */
  int (*take)(gpointer self, const MailPlace *place, GBytes *bytes, GError **error);
  /* What could not be had whole: it is noted with REASON and HEAD, what there is of it (may be NULL). */
  int (*note)(gpointer self, const MailPlace *place, const char *reason, GBytes *head, GError **error);
  /* What is known of each of NAMES (char *) of a Maildir; RET has room for as many. */
  int (*known)(gpointer self, const GPtrArray *names, enum mail_kept *ret, GError **error);
  /* The cursor from now on. */
  int (*remember)(gpointer self, const MailCursor *cursor, GError **error);
  /* UID is about to be read: should this process die of it, somebody knows. */
  int (*begin)(gpointer self, const MailPlace *place, GError **error);
  /* The mailbox was looked at: all of it is kept. COMPLAINT: what was not as it should be; NULL. */
  int (*passed)(gpointer self, const char *complaint, GError **error);
  /* It could not be looked at; it is tried again by itself. */
  int (*failed)(gpointer self, const char *words, GError **error);
} FetchPort;

/* Waits until UNTIL (a moment of g_get_monotonic_time), or until FD (-1: none) is readable. FALSE when all is
 * to end. */
gboolean fetch_port_wait(const FetchPort *port, int fd, gint64 until);

/* One straight line each: looks at the mailbox, waits for news, looks again, until STOP_FD says so. */
void imap_source_run(MailSource *source, const FetchPort *port);
void maildir_source_run(MailSource *source, const FetchPort *port);
/* Could it be read, and AFTER be done? Takes nothing. 0 and what was found in words, or a fault. */
int imap_source_examine(const MailSource *source, const FetchPort *port, char **ret_words, GError **error);
int maildir_source_examine(const MailSource *source, char **ret_words, GError **error);
