/* SPDX-License-Identifier: GPL-3.0-or-later */
/* text.h - checks at the edge and again at the writer: what may be in a value that came from outside */
#pragma once

#include <glib.h>

/* Named ceilings for values from outside, in bytes of UTF-8. */
#define TEXT_NAME_MAX 400    /* a name, a title, a subject */
#define TEXT_LINE_MAX 2000   /* one line: a reason, a note of evidence */
#define TEXT_LONG_MAX 100000 /* a text of several lines */

/* A value of one line: valid UTF-8, no NUL, CR, LF or other control character but TAB, at most MAX bytes.
 * 0, or FAULT_INPUT with a sentence that names WHAT ("title", "column Nom") and the offence. */
int text_check_line(const char *what, const char *value, gssize length, gsize max, GError **error);
/* The same, but line breaks are allowed. */
int text_check_lines(const char *what, const char *value, gssize length, gsize max, GError **error);

/* The form in which two spellings compare equal: NFKD without marks, case-folded, white space collapsed
 * ("Éric  DUPONT" and "eric dupont"). The caller frees it. Text must be valid UTF-8. */
char *text_fold(const char *text);
/* NFC, outer white space removed, inner runs of spaces and line breaks collapsed to one space. Caller frees.
 */
char *text_tidy(const char *text);
/* TRUE when TEXT is NULL or has no character but white space. */
gboolean text_blank(const char *text);
/* Does TEXT (NULL: no) hold one of WORDS, ended by NULL, in whatever case? An empty word counts for nothing.
 */
gboolean text_holds_any(const char *text, const char *const *words);
