/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/nearest.h"

#include <string.h>

#define WORD_MAX 64

static char plain(char c) {
  return c == '-' ? '_' : g_ascii_tolower(c);
}

static guint least(guint a, guint b, guint c) {
  return MIN(a, MIN(b, c));
}

/* Optimal string alignment: three rows of the classic table suffice. */
static guint distance(const char *a, const char *b) {
  const gsize m = strlen(a), n = strlen(b);
  guint rows[3][WORD_MAX + 1];
  guint *before = rows[0], *last = rows[1], *row = rows[2];
  for (gsize j = 0; j <= n; j++)
    last[j] = (guint)j;
  for (gsize i = 1; i <= m; i++) {
    row[0] = (guint)i;
    for (gsize j = 1; j <= n; j++) {
      const guint cost = plain(a[i - 1]) == plain(b[j - 1]) ? 0 : 1;
      row[j] = least(last[j] + 1, row[j - 1] + 1, last[j - 1] + cost);
      if (i > 1 && j > 1 && plain(a[i - 1]) == plain(b[j - 2]) && plain(a[i - 2]) == plain(b[j - 1]))
        row[j] = MIN(row[j], before[j - 2] + 1);
    }
    guint *spare = before;
    before = last;
    last = row;
    row = spare;
  }
  return last[n];
}

const char *nearest_of(const char *word, const char *const *candidates) {
  const gsize length = strlen(word);
  if (length == 0 || length > WORD_MAX)
    return NULL;
  const char *best = NULL;
  guint best_distance = (guint)MAX(length / 3, 1) + 1;
  for (; *candidates != NULL; candidates++) {
    if (strlen(*candidates) > WORD_MAX)
      continue;
    const guint d = distance(word, *candidates);
    if (d < best_distance) {
      best = *candidates;
      best_distance = d;
    }
  }
  return best;
}
