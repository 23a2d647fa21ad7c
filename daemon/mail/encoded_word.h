/* SPDX-License-Identifier: GPL-3.0-or-later */
/* encoded_word.h - letters outside ASCII in a header field (RFC 2047) */
#pragma once

#include <glib.h>

/* Appends TEXT (valid UTF-8) as encoded words in Q or B, whichever is shorter, Q when equal. COLUMN is that
 * of the GString's present line; lines end at column 76, words have at most 75 characters, no character is
 * split. PHRASE keeps to what RFC 2047 §5 (3) allows in a display name. */
void encoded_word_append(GString *to, const char *text, gsize column, gboolean phrase);

/* TRUE when a reader could take a part of TEXT for an encoded word, so that it must be encoded to stay what
 * it is. */
gboolean encoded_word_mistakable(const char *text);

/* The other way: every encoded word of TEXT (one line, unfolded) in its place as UTF-8, the white space
 * between two of them left out (RFC 2047 §6.2). NULL when a word or its charset cannot be read, or what comes
 * out is not UTF-8. The caller frees it. */
char *encoded_word_decode(const char *text);
