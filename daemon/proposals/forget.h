/* SPDX-License-Identifier: GPL-3.0-or-later */
/* forget.h - somebody's names and addresses taken out of a text. Pure */
#pragma once

#include <glib.h>

#define FORGET_SIGNS_LEAST 3 /* a shorter name is no name to find: "Li" stands in too many words */
#define FORGET_MARK        "[…]"

/* TEXT with FORGET_MARK for each of WORDS (ended by NULL) that stands in it as a whole word: as it is written
 * or in capitals, and what has a "@" or a space in whatever case. The caller frees it; NULL when nothing of
 * them stands in it. */
char *forget_words(const char *text, const char *const *words);
