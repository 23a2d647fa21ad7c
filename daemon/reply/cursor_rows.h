/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cursor_rows.h - cursors as rows. Only this room includes it. */
#pragma once

#include "reply/cursor.h"

/* 0; 1 when there is none. *ret_place: whose it was; the caller frees it. */
int cursor_rows_find(Link *link, const CursorOf *of, MailCursor *ret, char **ret_place, GError **error);
int cursor_rows_left(Link *link, const CursorOf *of, gint64 numbering, GArray *to, GError **error);
int cursor_rows_write(Link *link, const CursorOf *of, const MailCursor *cursor, GError **error);
int cursor_rows_leave(Link *link, const CursorOf *of, gint64 numbering, gint64 uid, GError **error);
int cursor_rows_known(Link *link, const char *account, const char *name, enum mail_kept *ret, GError **error);
