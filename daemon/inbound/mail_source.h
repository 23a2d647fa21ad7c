/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * mail_source.h - a mailbox that is read, and how far
 *
 * People share that mailbox: nothing in it is ever marked as read or deleted, and what AFTER says is done to
 * a message only once whoever keeps the mail (fetch_port.h) has said that it is kept.
 *
 * A server's messages have numbers that only grow (RFC 3501 §2.3.1.1), so a **cursor** says how far a folder
 * was read. It holds for one numbering. When the numbers cannot be those that they were (another UIDVALIDITY,
 * be it greater or smaller; a UIDNEXT that went back; another message under a number that was taken), a new
 * numbering begins and all is read anew: what is known is then told by its bytes, not by its number.
 */
#pragma once

#include <glib.h>

enum mail_source_kind { MAIL_SOURCE_IMAP, MAIL_SOURCE_MAILDIR };
enum mail_after { MAIL_AFTER_NOTHING, MAIL_AFTER_KEYWORD, MAIL_AFTER_MOVE };

/* The keyword that AFTER_KEYWORD gives. */
#define MAIL_KEYWORD "Valise"

typedef struct {
  gint64 uid_validity;   /* 0: the folder was never opened */
  gint64 uid;            /* all up to it are kept; 0: none */
  gint64 numbering;      /* 0, and one more each time the numbers began anew */
  gint64 witness;        /* a number whose message was taken; 0: none */
  gint64 witness_moment; /* when the server received it, as it told */
} MailCursor;

typedef struct {
  char *name; /* "answers" */
  char *url;  /* for sentences; it holds no secret */
  enum mail_source_kind kind;
  char *host; /* of a server */
  guint port;
  gboolean tls_first;                          /* imaps: */
  char *user, *folder, *ca_file, *fingerprint; /* the last two may be NULL */
  char *path;                                  /* of a Maildir */
  enum mail_after after;
  char *move_to;   /* NULL but for AFTER_MOVE */
  gint64 poll;     /* microseconds between two looks, at most */
  gint64 patience; /* how long a server may be silent when it is its turn */
  MailCursor cursor;
  GArray
      *left; /* gint64: numbers of this numbering of which not all is kept, so that AFTER is not for them */
} MailSource;

/* As the configuration has it (config/config.h); USER to FINGERPRINT may be NULL. FAULT_INPUT with a
 * sentence. */
typedef struct {
  const char *name, *url, *user, *folder, *after, *ca_file, *fingerprint;
  gint64 poll, patience;
} MailSourceOptions;
int mail_source_new(const MailSourceOptions *options, MailSource **ret, GError **error);
void mail_source_free(MailSource *source);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MailSource, mail_source_free)

/* ---- numbers ------------------------------------------------------------------------------------- */

/* A folder was opened and tells UID_VALIDITY and UID_NEXT (0: not told). TRUE when the numbers cannot be
 * those that the cursor was made from; it has then begun a new numbering. */
gboolean mail_cursor_open(MailCursor *cursor, gint64 uid_validity, gint64 uid_next);
/* The message under the witness's number was received at MOMENT. TRUE as above. */
gboolean mail_cursor_testify(MailCursor *cursor, gint64 moment);
/* UID is kept, and the server received it at MOMENT (0: it did not tell, and then it is no witness). */
void mail_cursor_pass(MailCursor *cursor, gint64 uid, gint64 moment);
/* What tells a number from the same one of an earlier numbering: NULL for the first; the caller frees it. */
char *mail_cursor_name(const MailCursor *cursor);

/* ---- waits --------------------------------------------------------------------------------------- */

/* Before try number TRIES (1: the first after a failure): from two seconds to five minutes, by CHANCE (0 to
 * 1) up to a half shorter, so that many who were cut off together do not come back together. */
gint64 mail_source_wait(guint tries, double chance);

/* The name of a folder as the protocol wants it (RFC 3501 §5.1.3: modified UTF-7); the caller frees it. */
char *mail_folder_encode(const char *name);
