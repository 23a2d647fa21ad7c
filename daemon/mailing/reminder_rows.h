/* SPDX-License-Identifier: GPL-3.0-or-later */
/* reminder_rows.h - the SQL of reminders. Only this room includes it. */
#pragma once

#include "store/store.h"

int reminder_rows_insert(Link *link, gint64 mailing, gint64 base, GError **error);
int reminder_rows_base(Link *link, gint64 mailing, gint64 *ret, GError **error);
/* The latest one of BASE that was not released yet; 0 for none. */
int reminder_rows_open(Link *link, gint64 base, gint64 *ret, GError **error);
/* How many of BASE were released, and the latest of them that is not sent yet (0: none). */
int reminder_rows_released(Link *link, gint64 base, gint64 *ret_n, gint64 *ret_under_way, GError **error);
