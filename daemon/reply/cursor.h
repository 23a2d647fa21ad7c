/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cursor.h - how far each mailbox was read (inbound/mail_source.h says what a cursor is), from one start to
 * the next
 *
 * It is written after the messages that it passes over: a crash between the two has them told as known.
 */
#pragma once

#include "inbound/fetch_port.h"
#include "store/store.h"

#include <glib.h>

extern const Schema cursor_schema;

/* A folder of a mailbox, as the configuration calls it, and whose it is: URL and user. */
typedef struct {
  const char *account, *folder, *place;
} CursorOf;

/* Into *ret, and the numbers that were left (gint64) into LEFT. Nothing there: a cursor of nothing. Another
 * mailbox under the same name: a new numbering. */
int cursor_load(Store *store, const CursorOf *of, MailCursor *ret, GArray *left, GError **error);
int cursor_save(Store *store, const CursorOf *of, const MailCursor *cursor, GError **error);
/* Number UID of that numbering was noted, not kept whole. */
int cursor_leave(Store *store, const CursorOf *of, gint64 numbering, gint64 uid, GError **error);

/* What is known of each of NAMES (char *) in ACCOUNT's Maildir. */
int cursor_known(Store *store, const char *account, const GPtrArray *names, enum mail_kept *ret,
                 GError **error);
