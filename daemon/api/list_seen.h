/* SPDX-License-Identifier: GPL-3.0-or-later */
/* list_seen.h - a list whose members the asker may not see, one and all, does not exist for him. Only this
 * room includes it. */
#pragma once

#include "api/ask.h"

/* 0 and *ret_id; FAULT_ABSENT for a list that is not there or is hidden, in the same words. */
int list_seen_find(const Ask *ask, Link *link, const char *name, gint64 *ret_id, GError **error);
/* TRUE in *ret_hidden when LIST has members but none that the asker may see. */
int list_seen_hidden(const Ask *ask, Link *link, gint64 list, gboolean *ret_hidden, GError **error);
