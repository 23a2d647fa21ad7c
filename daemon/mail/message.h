/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * message.h - one finished message: its bytes in pieces, its envelope, its digest
 *
 * The bytes are canonical (every line ends with CRLF, no bare CR or LF, no NUL, lines of at most 998 octets,
 * RFC 5322 §2.1.1) and are not dot-stuffed. They are made of literal pieces and of ranges of files (the
 * base64 form of an attachment, made once per language version), so that a large attachment is read in pieces
 * and not held once per courier.
 */
#pragma once

#include "base/digest.h"

#include <glib.h>

typedef struct {
  GBytes *bytes; /* a literal piece, or NULL for a file */
  char *path;    /* a file, read whole; it does not change while it is named here */
  guint64 size;  /* of the piece, in bytes */
  Digest digest; /* of the file's bytes; unused for a literal piece */
} MessagePiece;

typedef struct {
  char *from;  /* of MAIL FROM, without angle brackets; "" is the null reverse-path */
  char *to;    /* of the one RCPT TO, its domain as A-label */
  char *envid; /* RFC 3461 §4.4, at most 100 printable characters; NULL asks nothing */
  char *orcpt; /* RFC 3461 §4.2, the address to be named in reports (without its type); NULL for none */
  gboolean no_reports;     /* nothing of RFC 3461 is asked */
  gboolean notify_success; /* NOTIFY=SUCCESS,FAILURE,DELAY instead of FAILURE,DELAY */
  gboolean utf8; /* needs SMTPUTF8 and 8BITMIME (RFC 6531): a local-part or a header outside ASCII */
} Envelope;

typedef struct {
  Envelope envelope;
  char *message_id;  /* with its angle brackets */
  char *signed_by;   /* fingerprint of the key or certificate that signed it; NULL: it is not signed */
  GPtrArray *pieces; /* of MessagePiece */
  guint64 size;      /* of all pieces */
  Digest digest;     /* SHA-256 of all bytes */
} Message;

Message *message_new(void);
void message_free(Message *message);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Message, message_free)

/* Adds a literal piece (takes a reference) or a file (copies the path). */
void message_add_bytes(Message *message, GBytes *bytes);
void message_add_file(Message *message, const char *path, guint64 size, const Digest *digest);

/* Adds what STRING holds as a literal piece and frees STRING; copies nothing. An empty string adds no piece.
 */
void message_add_string(Message *message, GString *string);

/* Computes size and digest of the whole, reading its files once. FAULT_ABSENT or FAULT_RULE for a file that
 * is missing or changed, FAULT_SYSTEM for one that cannot be read. */
int message_seal(Message *message, GError **error);

/* Reads all bytes and finds what must never leave: a bare CR or LF, NUL, a line over 998 octets, a last line
 * without its end (RFC 5322 §2.1.1, §2.3, RFC 5321 §2.3.8). 0, or FAULT_RULE with the offence and its octet.
 */
int message_check(const Message *message, GError **error);

/* Reads a message from its first byte to its last: a literal piece at once and in place, a file in pieces of
 * at most MESSAGE_READ_MAX octets. */
#define MESSAGE_READ_MAX 65536
typedef struct MessageReader MessageReader;
MessageReader *message_reader_new(const Message *message);
/* The next piece: > 0 its length, 0 at the end; *ret_bytes is valid until the next call. < 0 when a file is
 * missing (FAULT_ABSENT), cannot be read (FAULT_SYSTEM), or has another size or digest than it should
 * (FAULT_RULE): its last octets are given out only after the whole of it has been checked. */
gssize message_reader_next(MessageReader *reader, const guint8 **ret_bytes, GError **error);
void message_reader_free(MessageReader *reader);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MessageReader, message_reader_free)
