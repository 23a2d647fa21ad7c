/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * imap_session.h - inside inbound/ only: what Valise says to an IMAP server (RFC 3501), and what it makes of
 * the answers
 *
 * libetpan reads the answers; this file alone knows it. Messages are asked for by BODY.PEEK[] alone, in
 * pieces, and never by what a stranger could write into the grammar of IMAP (ENVELOPE, BODYSTRUCTURE). No
 * literal is believed: what comes back has a ceiling that the question sets.
 *
 * Faults: FAULT_SYSTEM when the connection or the server fails, FAULT_INPUT for an answer that is none (the
 * session is of no use after either), FAULT_RULE when the server refuses (it goes on), FAULT_BUSY when we are
 * stopping.
 */
#pragma once

#include "inbound/imap_connection.h"

#include <glib.h>

typedef struct ImapSession ImapSession;

int imap_session_open(const MailSource *source, const MailLogin *login, int stop_fd, ImapSession **ret,
                      GError **error);
/* Says LOGOUT where that can still be said. NULL is nothing. */
void imap_session_close(ImapSession *session);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ImapSession, imap_session_close)

/* Of the server: "IDLE", "MOVE". */
gboolean imap_session_can(ImapSession *session, const char *capability);

typedef struct {
  gint64 uid_validity, uid_next; /* UID_NEXT 0: not told */
  gboolean writable;             /* it was asked for, and granted */
  gboolean keywords;             /* MAIL_KEYWORD may be given and will be kept */
} ImapFolder;
/* SELECT when WRITE, else EXAMINE, which changes nothing at all. */
int imap_session_folder(ImapSession *session, const char *folder, gboolean write, ImapFolder *ret,
                        GError **error);
/* Is there a folder of that name, which could be opened? Selects nothing. */
int imap_session_has_folder(ImapSession *session, const char *folder, gboolean *ret, GError **error);
/* Lets the server tell what has changed (NOOP). */
int imap_session_sync(ImapSession *session, GError **error);

/* Numbers (gint64) above AFTER, ascending, each once. */
int imap_session_after(ImapSession *session, gint64 after, GArray *to, GError **error);
/* The same, up to UPTO; with LACKING only those without that keyword. */
int imap_session_upto(ImapSession *session, gint64 upto, const char *lacking, GArray *to, GError **error);

/* Is there still such a message? */
int imap_session_holds(ImapSession *session, gint64 uid, gboolean *ret, GError **error);

typedef struct {
  gboolean there;     /* FALSE: there is no such message any more */
  gint64 received_at; /* 0: not told */
  gint64 size;        /* as the server says, which may be wrong; -1: not told */
  gboolean has_bytes; /* FALSE: NIL in their place */
  gsize got;          /* how many came; fewer than asked for at the message's end */
} ImapPiece;
/* At most LENGTH octets of UID from OFFSET on, added to TO. LENGTH 0: none, only what is said of it. */
int imap_session_piece(ImapSession *session, gint64 uid, gsize offset, gsize length, GByteArray *to,
                       ImapPiece *ret, GError **error);

/* UIDS: COUNT numbers. */
int imap_session_mark(ImapSession *session, const gint64 *uids, guint count, const char *keyword,
                      GError **error);
int imap_session_move(ImapSession *session, const gint64 *uids, guint count, const char *folder,
                      GError **error);

/* Until the server tells something, or UNTIL (IDLE, RFC 2177). */
int imap_session_idle(ImapSession *session, gint64 until, GError **error);
