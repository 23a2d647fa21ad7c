/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * mbox.h - the messages of a file that may hold many (RFC 4155, in the "mboxrd" dialect); pure
 *
 * A file is an mbox when its first line is a "From " line: "From ", a sender, and somewhere behind it a time
 * ("10:00"). Anything else is one message. Such a line parts messages only behind an empty line. Lines of
 * ">"s before "From " lose one ">". The empty line before the next "From " line is the file's, not the
 * message's.
 */
#pragma once

#include <glib.h>

/* Walks the bytes; start with {0}. */
typedef struct {
  gsize at;
  guint count; /* of messages that were given */
} MboxWalk;

gboolean mbox_is(GBytes *file);
/* The next message, for the caller to free; NULL when there are no more. A message that is not changed shares
 * the bytes of FILE. One without a single byte is left out. */
GBytes *mbox_next(GBytes *file, MboxWalk *walk);
