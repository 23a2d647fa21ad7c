/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * wrap.h - plain text in lines of at most 72 columns
 *
 * Greedy, a paragraph at a time. A word that is longer than a line (a URL, a digest) is kept whole. Columns
 * are those of a terminal: East Asian wide characters take two, combining marks none.
 *
 * Text to be wrapped is marked, so that what is known beforehand can be wrapped beforehand: a paragraph
 * stands between WRAP_BEGIN and WRAP_END, and what follows WRAP_BEGIN up to WRAP_BODY is put before each of
 * its lines but the first (the first one's is already written, and equally wide). Line breaks within a
 * paragraph are kept. An empty paragraph vanishes with the line breaks that follow it.
 */
#pragma once

#include <glib.h>

#define WRAP_COLUMNS 72
#define WRAP_BEGIN   '\001'
#define WRAP_BODY    '\002'
#define WRAP_END     '\003'

/* How many columns TEXT (UTF-8, one line) takes. */
guint wrap_columns(const char *text, gsize length);

/* Appends TEXT to OUT, marked paragraphs wrapped, all else as it is. */
void wrap_append(const char *text, gsize length, GString *out);
