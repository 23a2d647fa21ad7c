/* SPDX-License-Identifier: GPL-3.0-or-later */
/* html_words.h - an HTML text as lines that a person can read, with ">" before what is quoted; nothing is
 * loaded, run or shown */
#pragma once

#include <glib.h>

#define HTML_WORDS_DEPTH_MAX 200

/* HTML is valid UTF-8. Paragraphs are parted by a blank line, items of a list begin with "- ", cells of a
 * table with a tab. At most MAX bytes. The caller frees it. */
char *html_words(const char *html, gsize length, gsize max);
