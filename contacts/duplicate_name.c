/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contacts/duplicate_name.h"

#include "base/text.h"

#include <string.h>

#define WORDS_MAX 12 /* of a name that are compared */
#define WORD_MAX  40 /* letters of a word whose distance is measured */

/* Folded letters that keep no accent to lose. Parted by spaces: letter, what it becomes. */
static const char letters[] =
    "ø o ł l đ d ð d þ th æ ae œ oe ı i ŋ n ħ h ʻ - ʼ - ’ - "
    "а a б b в v г g д d е e ж zh з z и i й i к k л l м m н n о o п p р r с s т t у u ф f х kh ц ts ч ch ш "
    "sh щ "
    "shch ъ - ы y ь - э e ю yu я ya і i ї i є ye ґ g ў u ђ dj ј j љ lj њ nj ћ c џ dz "
    "α a β v γ g δ d ε e ζ z η i θ th ι i κ k λ l μ m ν n ξ x ο o π p ρ r σ s ς s τ t υ y φ f χ ch ψ ps ω o";

static const char *latin_of(gunichar letter) {
  static GHashTable *table;
  static gsize once;
  if (g_once_init_enter(&once)) {
    g_auto(GStrv) pairs = g_strsplit(letters, " ", 0);
    table = g_hash_table_new(NULL, NULL);
    for (char **pair = pairs; pair[0] != NULL && pair[1] != NULL; pair += 2)
      g_hash_table_insert(table, GUINT_TO_POINTER(g_utf8_get_char(pair[0])),
                          g_strdup(g_str_equal(pair[1], "-") ? "" : pair[1]));
    g_once_init_leave(&once, 1);
  }
  return g_hash_table_lookup(table, GUINT_TO_POINTER(letter));
}

char *duplicate_name_plain(const char *name) {
  g_autofree char *folded = text_fold(name);
  GString *out = g_string_sized_new(strlen(folded));
  gboolean gap = FALSE;
  for (const char *c = folded; *c != '\0'; c = g_utf8_next_char(c)) {
    gunichar letter = g_utf8_get_char(c);
    const char *latin = latin_of(letter);
    if (latin == NULL && letter == '\'')
      latin = "";
    if (latin == NULL && !g_unichar_isalnum(letter)) {
      gap = out->len > 0;
      continue;
    }
    if (gap)
      g_string_append_c(out, ' ');
    gap = FALSE;
    if (latin != NULL)
      g_string_append(out, latin);
    else
      g_string_append_unichar(out, letter);
  }
  return g_string_free(out, FALSE);
}

char **duplicate_name_words(const char *name) {
  g_autofree char *plain = duplicate_name_plain(name);
  return *plain != '\0' ? g_strsplit(plain, " ", 0) : g_new0(char *, 1);
}

char *duplicate_name_skeleton(const char *word) {
  GString *out = g_string_new(NULL);
  gunichar last = 0;
  for (const char *c = word; *c != '\0'; c = g_utf8_next_char(c)) {
    gunichar letter = g_utf8_get_char(c);
    gboolean vowel = letter < 0x80 && strchr("aeiouyhw", (int)letter) != NULL;
    if ((!vowel || c == word) && letter != last)
      g_string_append_unichar(out, letter);
    last = letter;
  }
  return g_string_free(out, FALSE);
}

/* ---- two words ---- */

static glong letters_of(const char *word, gunichar to[WORD_MAX]) {
  glong count = 0;
  for (const char *c = word; *c != '\0' && count < WORD_MAX; c = g_utf8_next_char(c))
    to[count++] = g_utf8_get_char(c);
  return count;
}

/* Letters to be put in, left out, replaced or exchanged with their neighbour (Damerau). */
static glong distance(const char *a, const char *b) {
  gunichar x[WORD_MAX], y[WORD_MAX];
  glong n = letters_of(a, x), m = letters_of(b, y);
  glong cost[3][WORD_MAX + 1];
  for (glong j = 0; j <= m; j++)
    cost[0][j] = j;
  for (glong i = 1; i <= n; i++) {
    glong *now = cost[i % 3], *before = cost[(i + 2) % 3], *earlier = cost[(i + 1) % 3];
    now[0] = i;
    for (glong j = 1; j <= m; j++) {
      now[j] = MIN(MIN(before[j], now[j - 1]) + 1, before[j - 1] + (x[i - 1] != y[j - 1]));
      if (i > 1 && j > 1 && x[i - 1] == y[j - 2] && x[i - 2] == y[j - 1])
        now[j] = MIN(now[j], earlier[j - 2] + 1);
    }
  }
  return cost[n % 3][m];
}

static gboolean is_initial(const char *word) {
  return *word != '\0' && *g_utf8_next_char(word) == '\0';
}

enum word_likeness { WORDS_DIFFER, WORDS_SAME, WORDS_INITIAL, WORDS_SIMILAR };

static enum word_likeness compare_words(const char *a, const char *b) {
  if (g_str_equal(a, b))
    return WORDS_SAME;
  if (is_initial(a) || is_initial(b))
    return g_utf8_get_char(a) == g_utf8_get_char(b) ? WORDS_INITIAL : WORDS_DIFFER;
  glong length = MIN(g_utf8_strlen(a, -1), g_utf8_strlen(b, -1));
  glong allowed = length >= 8 ? 2 : length >= 4 ? 1 : 0;
  return allowed > 0 && distance(a, b) <= allowed ? WORDS_SIMILAR : WORDS_DIFFER;
}

/* ---- two names ---- */

static gint by_text(gconstpointer a, gconstpointer b) {
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static gboolean same_in_order(char *const *a, char *const *b, gsize count) {
  for (gsize i = 0; i < count; i++)
    if (!g_str_equal(a[i], b[i]))
      return FALSE;
  return TRUE;
}

static gboolean same_in_any_order(char *const *a, char *const *b, gsize count) {
  char *x[WORDS_MAX], *y[WORDS_MAX];
  memcpy(x, a, count * sizeof *x);
  memcpy(y, b, count * sizeof *y);
  qsort(x, count, sizeof *x, by_text);
  qsort(y, count, sizeof *y, by_text);
  return same_in_order(x, y, count);
}

/* Finds for WORD one of OTHERS that is not yet taken, the likest first. */
static enum word_likeness match(const char *word, char *const *others, gsize count, gboolean *taken) {
  for (int wanted = WORDS_SAME; wanted <= WORDS_SIMILAR; wanted++) {
    for (gsize i = 0; i < count; i++) {
      if (!taken[i] && compare_words(word, others[i]) == (enum word_likeness)wanted) {
        taken[i] = TRUE;
        return (enum word_likeness)wanted;
      }
    }
  }
  return WORDS_DIFFER;
}

/* Every word of the shorter name is to have its like in the longer one, and one at least must be whole. */
static enum duplicate_likeness compare_loosely(char *const *shorter, gsize few, char *const *longer,
                                               gsize many) {
  gboolean taken[WORDS_MAX] = {FALSE};
  gsize counts[WORDS_SIMILAR + 1] = {0};
  for (gsize i = 0; i < few; i++)
    counts[match(shorter[i], longer, many, taken)]++;
  if (counts[WORDS_DIFFER] > 0 || few < 2 || counts[WORDS_INITIAL] == few)
    return NAMES_DIFFER;
  if (counts[WORDS_INITIAL] > 0)
    return counts[WORDS_SAME] > 0 ? NAMES_INITIALS : NAMES_DIFFER;
  return NAMES_SIMILAR;
}

enum duplicate_likeness duplicate_name_compare(char *const *a, char *const *b) {
  gsize n = MIN(g_strv_length((char **)a), WORDS_MAX), m = MIN(g_strv_length((char **)b), WORDS_MAX);
  if (n == 0 || m == 0)
    return NAMES_DIFFER;
  if (n == m && same_in_order(a, b, n))
    return NAMES_SAME;
  if (n == m && same_in_any_order(a, b, n))
    return NAMES_SWAPPED;
  return n <= m ? compare_loosely(a, n, b, m) : compare_loosely(b, m, a, n);
}
