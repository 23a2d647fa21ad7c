/* SPDX-License-Identifier: GPL-3.0-or-later */
/* edition_rows.h - the SQL of editions and their questions. Only this room includes it. */
#pragma once

#include "proposals/edition.h"

/* 1 when none was ever given a number. */
int edition_rows_present(Link *link, gint64 *ret, GError **error);
/* 1 when there is no such edition. */
int edition_rows_is(Link *link, gint64 number, GError **error);
int edition_rows_begin(Link *link, gint64 number, gint64 at, const char *by, GError **error);
/* All that belongs to the edition FROM belongs to TO. */
int edition_rows_renumber(Link *link, gint64 from, gint64 to, GError **error);
/* WORDS NULL: none any more. */
int edition_rows_word(Link *link, gint64 edition, gint64 question, const char *language, const char *words,
                      GError **error);

/* Words and counts, put into TO (Question *); the theme is always there. */
int edition_rows_load(Link *link, gint64 clearance, gint64 edition, GPtrArray *to, GError **error);
/* How many questions are worded, and whether NUMBER is one of them. */
int edition_rows_worded(Link *link, gint64 edition, gint64 number, gint64 *ret_worded, gboolean *ret_is,
                        GError **error);
