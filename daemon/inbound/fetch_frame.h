/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * fetch_frame.h - what the daemon and the process that reads mailboxes say to each other (frame.h)
 *
 *   the daemon                             the process
 *     SOURCE for each mailbox, START ────►   reads them all, each in a thread of its own
 *     ANSWER ◄─────────────────────────────  LOGIN, TAKE, NOTE, KNOWN: it waits for the answer
 *            ◄─────────────────────────────  REMEMBER, BEGIN, PASSED, FAILED: it goes on
 *     EXAMINE ───────────────────────────►   EXAMINED, when it has looked
 *
 * Every frame begins with a **lane**: who asks, and therefore who is answered. Lane N below the number of
 * mailboxes is the thread of mailbox N; that number more is the one that examines it for `doctor`.
 */
#pragma once

#include "inbound/fetch_port.h"
#include "inbound/frame.h"

#include <glib.h>

#define FETCH_SOURCES_MAX 16
#define FETCH_NAMES_MAX   256
#define FETCH_WORDS_MAX   4096
#define FETCH_SMALL_MAX   (256 * 1024) /* of what the daemon says */

enum fetch_frame {
  FETCH_SOURCE = 1, /* a MailSource */
  FETCH_START,
  FETCH_ANSWER,
  FETCH_EXAMINE,
  FETCH_LOGIN,    /* answered with password, token: one of them */
  FETCH_TAKE,     /* a MailPlace, bytes */
  FETCH_NOTE,     /* a MailPlace, the reason, bytes or none */
  FETCH_KNOWN,    /* a number of names, the names; answered with a digit (enum mail_kept) for each */
  FETCH_REMEMBER, /* a MailCursor */
  FETCH_BEGIN,    /* a MailPlace */
  FETCH_PASSED,   /* a complaint, or none */
  FETCH_FAILED,   /* words */
  FETCH_EXAMINED, /* a fault or 0, words */
};

/* CODE is 0 or a fault; then FIRST is its sentence. */
typedef struct {
  gint64 code;
  char *first, *second;
} FetchAnswer;
void fetch_answer_clear(FetchAnswer *answer);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(FetchAnswer, fetch_answer_clear)

/* Without the lane, which stands before it. What is read may be half read: ask frame_read_whole. */
void fetch_frame_add_source(GByteArray *fields, const MailSource *source);
MailSource *fetch_frame_read_source(FrameReading *reading);
void fetch_frame_add_cursor(GByteArray *fields, const MailCursor *cursor);
MailCursor fetch_frame_read_cursor(FrameReading *reading);
void fetch_frame_add_place(GByteArray *fields, const MailPlace *place);
/* *ret_name holds the place's name; the caller frees it. */
MailPlace fetch_frame_read_place(FrameReading *reading, char **ret_name);
void fetch_frame_add_answer(GByteArray *fields, const FetchAnswer *answer);
FetchAnswer fetch_frame_read_answer(FrameReading *reading);
/* Wipes what may have held a password. */
void fetch_frame_wipe(GByteArray *fields);
void fetch_frame_wipe_body(Frame *frame);
