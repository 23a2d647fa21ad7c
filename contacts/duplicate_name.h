/* SPDX-License-Identifier: GPL-3.0-or-later */
/* duplicate_name.h - names in one plain spelling, and how alike two of them are. Pure */
#pragma once

#include <glib.h>

/* The words of NAME in small Latin letters and digits, without accents; Greek and Cyrillic letters as their
 * usual transliteration. Ended by NULL; the caller frees them. Letters of other scripts stay as they are. */
char **duplicate_name_words(const char *name);
/* The same in one text, words parted by single spaces. */
char *duplicate_name_plain(const char *name);
/* A word as it sounds, roughly: its first letter and the consonants that follow, none twice in a row. */
char *duplicate_name_skeleton(const char *word);

enum duplicate_likeness {
  NAMES_DIFFER,
  NAMES_SAME,
  NAMES_SWAPPED,  /* the same words in another order */
  NAMES_INITIALS, /* "J. Norvane", "Jean Norvane" */
  NAMES_SIMILAR   /* a letter or two apart, or one has a name more */
};
/* Names as their words. A name without words is like none. */
enum duplicate_likeness duplicate_name_compare(char *const *a, char *const *b);
