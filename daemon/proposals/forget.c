/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proposals/forget.h"

#include "base/text.h"

#include <string.h>

/* A name alone may be a word of the language: only as names are written. */
static char *pattern_of(const char *word) {
  gboolean anyhow = strpbrk(word, "@ ") != NULL;
  g_autofree char *capitals = g_utf8_strup(word, -1);
  g_autofree char *plain = g_regex_escape_string(word, -1);
  g_autofree char *upper = g_regex_escape_string(capitals, -1);
  return g_strdup_printf("%s(?<![\\p{L}\\p{N}])(?:%s|%s)(?![\\p{L}\\p{N}])", anyhow ? "(?i)" : "", plain,
                         upper);
}

/* NULL when WORD is not in TEXT. */
static char *without(const char *text, const char *word) {
  g_autofree char *pattern = pattern_of(word);
  g_autoptr(GRegex) regex = g_regex_new(pattern, G_REGEX_DEFAULT, G_REGEX_MATCH_DEFAULT, NULL);
  if (regex == NULL || !g_regex_match(regex, text, G_REGEX_MATCH_DEFAULT, NULL))
    return NULL;
  return g_regex_replace_literal(regex, text, -1, 0, FORGET_MARK, G_REGEX_MATCH_DEFAULT, NULL);
}

static gint longest_first(gconstpointer a, gconstpointer b) {
  gsize one = strlen(*(const char *const *)a), other = strlen(*(const char *const *)b);
  return one == other ? 0 : one < other ? 1 : -1;
}

/* A whole name goes before its parts, so that one mark stands for it. */
char *forget_words(const char *text, const char *const *words) {
  g_autoptr(GPtrArray) order = g_ptr_array_new();
  char *now = NULL;
  for (; *words != NULL; words++)
    if (!text_blank(*words) && g_utf8_strlen(*words, -1) >= FORGET_SIGNS_LEAST)
      g_ptr_array_add(order, (gpointer)*words);
  g_ptr_array_sort(order, longest_first);
  for (guint i = 0; i < order->len; i++) {
    char *next = without(now != NULL ? now : text, order->pdata[i]);
    if (next != NULL) {
      g_free(now);
      now = next;
    }
  }
  return now;
}
