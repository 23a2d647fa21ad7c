/* SPDX-License-Identifier: GPL-3.0-or-later */
/* facts.h - reading the facts of an entry, lines "key=value" (entry.h), and the ranges in them; pure */
#pragma once

#include <glib.h>

/* The value of KEY's first line; NULL when FACTS (may be NULL) has none. The caller frees it. */
char *facts_value(const char *facts, const char *key);
/* Reads "12-75,77" from *AT on, which is moved on: TRUE with the next range, FALSE at the end or at what is
 * none. */
gboolean facts_range(const char **at, gint64 *ret_first, gint64 *ret_last);
