/* SPDX-License-Identifier: GPL-3.0-or-later */
/* folded.h - text in the one spelling in which the tables of phrases are compared with it */
#pragma once

#include <glib.h>

/* ASCII letters in lower case, every run of white space one space, so that lines may break anywhere. Valid
 * UTF-8 in and out; the caller frees it. */
char *folded_text(const char *text);

/* TRUE when PATTERN stands in TEXT; "*" in it stands for anything. An empty pattern stands everywhere. */
gboolean folded_contains(const char *text, const char *pattern);

/* The beginning of a report's text: up to the copy of the message that it returns, and without lines that
 * quote
 * (">"). A copy; the caller frees it. */
char *folded_own_words(const char *body);
