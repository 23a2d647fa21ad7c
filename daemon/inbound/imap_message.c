/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "inbound/imap_message.h"

#include "base/fault.h"

#define PIECE        ((gsize)512 * 1024)
#define PIECES_MAX   512 /* of one message: a server that gives it by the octet is no server */
#define STRIKES_MAX  12
#define STRIKE_LOST  1 /* the connection was lost meanwhile, which may have other reasons */
#define STRIKE_WRONG 4 /* the answer was none */

/* ---- trouble ------------------------------------------------------------------------------------- */

void imap_trials_clear(ImapTrials *trials) {
  g_clear_pointer(&trials->longest, g_byte_array_unref);
  g_clear_pointer(&trials->words, g_free);
}

gboolean imap_trials_exhausted(const ImapTrials *trials, gint64 uid) {
  return trials->uid == uid && trials->strikes >= STRIKES_MAX;
}

static void turn_to(ImapTrials *trials, gint64 uid) {
  if (trials->uid == uid)
    return;
  imap_trials_clear(trials);
  trials->uid = uid;
  trials->strikes = 0;
  trials->received_at = 0;
}

void imap_trials_add(ImapTrials *trials, gint64 uid, int r, const GError *error) {
  if (r == FAULT_BUSY)
    return;
  turn_to(trials, uid);
  trials->strikes += r == FAULT_INPUT ? STRIKE_WRONG : STRIKE_LOST;
  g_free(trials->words);
  trials->words = g_strdup(error->message);
}

static void keep_longest(ImapTrials *trials, gint64 uid, const GByteArray *bytes, gint64 received_at) {
  turn_to(trials, uid);
  if (received_at != 0)
    trials->received_at = received_at;
  if (trials->longest != NULL && trials->longest->len >= bytes->len)
    return;
  g_clear_pointer(&trials->longest, g_byte_array_unref);
  trials->longest = g_byte_array_sized_new(bytes->len);
  g_byte_array_append(trials->longest, bytes->data, bytes->len);
}

/* ---- reading ------------------------------------------------------------------------------------- */

/* Nothing came where a message was listed: has it been expunged meanwhile (RFC 2180 §4.1)? */
static int ask_whether_gone(ImapSession *session, gint64 uid, enum imap_message_state *ret, GError **error) {
  gboolean there = FALSE;
  int r = imap_session_sync(session, error);
  if (r == 0)
    r = imap_session_holds(session, uid, &there, error);
  if (r == 0 && there)
    return fault(error, FAULT_INPUT, "the server lists the message and gives nothing of it");
  *ret = IMAP_MESSAGE_GONE;
  return r;
}

/* It has ended. Is that all of it? */
static int judge_length(ImapTrials *trials, gint64 uid, gsize length, gint64 size, GError **error) {
  if (size <= 0 || (gint64)length >= size || trials->estimates)
    return 0;
  if (length == 0)
    return fault(error, FAULT_INPUT,
                 "the server says that the message has %" G_GINT64_FORMAT " octets and gives none", size);
  if (trials->doubted == uid && trials->doubted_length == length) {
    trials->estimates = TRUE;
    return 0;
  }
  trials->doubted = uid;
  trials->doubted_length = length;
  return fault(error, FAULT_SYSTEM,
               "the server says that a message has %" G_GINT64_FORMAT
               " octets and gives %zu; it is asked again",
               size, length);
}

typedef struct {
  gint64 uid;
  gsize max;
  GByteArray *to;
  ImapPiece piece; /* the last one */
} Reading;

/* 1: more may come. */
static int read_piece(ImapSession *session, Reading *reading, GError **error) {
  const gsize want = MIN(PIECE, reading->max + 1 - reading->to->len);
  int r =
      imap_session_piece(session, reading->uid, reading->to->len, want, reading->to, &reading->piece, error);
  if (r < 0 || !reading->piece.there)
    return r;
  if (!reading->piece.has_bytes && reading->to->len == 0)
    return fault(error, FAULT_INPUT, "the server gives NIL for the content of the message");
  if (reading->to->len > reading->max || reading->piece.got == 0)
    return 0;
  return reading->piece.got == want || reading->to->len != (gsize)reading->piece.size;
}

static int read_all(ImapSession *session, Reading *reading, GError **error) {
  int r = 1;
  for (guint n = 0; r > 0 && n < PIECES_MAX; n++)
    r = read_piece(session, reading, error);
  return r > 0 ? fault(error, FAULT_INPUT, "the server gives the message in more than %d pieces", PIECES_MAX)
               : r;
}

int imap_message_read(ImapSession *session, ImapTrials *trials, gint64 uid, gsize max, GByteArray *to,
                      enum imap_message_state *ret, gint64 *ret_received_at, GError **error) {
  Reading reading = {.uid = uid, .max = max, .to = to};
  int r = read_all(session, &reading, error);
  *ret_received_at = reading.piece.received_at;
  if (r == 0 && !reading.piece.there)
    return ask_whether_gone(session, uid, ret, error);
  if (r == 0 && to->len > max) {
    g_byte_array_set_size(to, (guint)max);
    *ret = IMAP_MESSAGE_TOO_LARGE;
    return 0;
  }
  if (r == 0)
    r = judge_length(trials, uid, to->len, reading.piece.size, error);
  if (r < 0)
    keep_longest(trials, uid, to, reading.piece.received_at);
  *ret = to->len > 0 ? IMAP_MESSAGE_WHOLE : IMAP_MESSAGE_EMPTY;
  return r;
}
