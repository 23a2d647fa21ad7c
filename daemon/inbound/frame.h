/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * frame.h - what two processes of this house say to each other, over a socket of their own
 *
 *     length    4 bytes, the highest first: of all that follows, 1 to FRAME_MAX
 *     kind      1 byte: which fields follow; each pair of processes has its table of kinds
 *     fields    in the order that the kind fixes
 *
 *     number    8 bytes, the highest first, two's complement
 *     bytes     a length (4 bytes; all ones: absent), then so many
 *     text      bytes that are valid UTF-8 without NUL
 *
 * Nothing is named in it and nothing may be left out or added, so that there is one way to read a frame. The
 * other end may be what a hostile message made of it: each length is held against a ceiling before anything
 * is kept, and a frame that is not whole is refused as a whole.
 */
#pragma once

#include "inbound/read.h"

#include <glib.h>

#define FRAME_MAX (READ_SIZE_MAX + 64 * 1024) /* a message and what is said of it */

typedef struct {
  guint8 kind;
  GBytes *body;
} Frame;

void frame_clear(Frame *frame);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Frame, frame_clear)

enum {
  FRAME_ENDED = 1, /* the other end is closed: its process has ended */
  FRAME_LATE = 2,  /* not done at UNTIL; what is half said makes the socket useless */
};

/* Says one frame on FD. FIELDS were filled by frame_add_*; NULL for none. TAIL, if given, follows as one more
 * field of bytes, uncopied. UNTIL is a moment of g_get_monotonic_time, or 0 to wait for ever. 0, FRAME_ENDED
 * or FRAME_LATE. */
int frame_send(int fd, guint8 kind, const GByteArray *fields, GBytes *tail, gint64 until, GError **error);
/* Hears one frame of at most MAX bytes. 0 and *ret (to be cleared), FRAME_ENDED or FRAME_LATE; FAULT_INPUT
 * for a length that may not be. */
int frame_receive(int fd, gsize max, gint64 until, Frame *ret, GError **error);

/* ---- writing fields ------------------------------------------------------------------------------ */
void frame_add_number(GByteArray *fields, gint64 number);
void frame_add_text(GByteArray *fields, const char *text); /* NULL: absent */
void frame_add_bytes(GByteArray *fields, GBytes *bytes);   /* NULL: absent */

/* ---- reading fields ------------------------------------------------------------------------------ */
/* A field that is not there, or over its ceiling, breaks the reading: from then on every field is 0 or NULL.
 * So all are read first, and frame_read_whole is asked once. */
typedef struct {
  GBytes *body; /* not owned */
  gsize at;
  gboolean broken;
} FrameReading;

FrameReading frame_read(const Frame *frame);
gint64 frame_read_number(FrameReading *reading, gint64 least, gint64 most);
/* At most MAX bytes; NULL when absent. The caller frees it. */
char *frame_read_text(FrameReading *reading, gsize max);
/* The same for bytes, which share the memory of the frame. */
GBytes *frame_read_bytes(FrameReading *reading, gsize max);
/* For what a reader finds wrong by itself: a name of no table, a list that is too long. */
void frame_read_break(FrameReading *reading);
/* TRUE when all was as it must be and nothing is left. */
gboolean frame_read_whole(const FrameReading *reading);
