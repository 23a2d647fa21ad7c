/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * imap_message.h - inside inbound/ only: the bytes of one message from a server, in pieces, whatever it says
 * of them
 *
 * A piece that is shorter than asked for is the last one, or the server was short: it is asked on until
 * nothing more comes, where its own figure of the size does not agree. A message that stays shorter than that
 * figure is asked for once more over another connection, and believed when it is the same again (there are
 * servers that estimate the size).
 */
#pragma once

#include "inbound/imap_session.h"

/* What a source remembers of the message that gives trouble, from one connection to the next. */
typedef struct {
  gint64 uid;
  guint strikes;
  GByteArray *longest; /* the most that was ever had of it */
  gint64 received_at;
  char *words;          /* the last trouble */
  gint64 doubted;       /* a message that was shorter than said */
  gsize doubted_length; /* and how long it was */
  gboolean estimates;   /* the server's sizes are none */
} ImapTrials;

void imap_trials_clear(ImapTrials *trials);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ImapTrials, imap_trials_clear)
/* It gave trouble so often that the scan goes on without it: then it is noted with WORDS and LONGEST. */
gboolean imap_trials_exhausted(const ImapTrials *trials, gint64 uid);
/* The try at UID ended with ERROR (a fault of code R): an answer that is none weighs more than a lost
 * connection. */
void imap_trials_add(ImapTrials *trials, gint64 uid, int r, const GError *error);

enum imap_message_state {
  IMAP_MESSAGE_WHOLE,
  IMAP_MESSAGE_GONE,      /* somebody has taken it away */
  IMAP_MESSAGE_TOO_LARGE, /* TO holds its beginning */
  IMAP_MESSAGE_EMPTY,
};
/* 0, *ret and *ret_received_at (0: not told); faults as those of imap_session.h, FAULT_INPUT also for a
 * message of which the server gives nothing. MAX: a larger one is TOO_LARGE. */
int imap_message_read(ImapSession *session, ImapTrials *trials, gint64 uid, gsize max, GByteArray *to,
                      enum imap_message_state *ret, gint64 *ret_received_at, GError **error);
