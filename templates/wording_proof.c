/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a proofreader marks: in the file, line by line, and in a letter filled with the samples. */
#include "templates/wording_inner.h"

#include "base/file.h"
#include "templates/letter.h"
#include "templates/wrap.h"

#include <string.h>

#define CAPITALS_MAX 4 /* capital letters in a row that may be an abbreviation */

void wording_complain(GPtrArray *complaints, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  g_ptr_array_add(complaints, g_strdup_vprintf(format, arguments));
  va_end(arguments);
}

/* ---- the file ---- */

typedef struct {
  const Wording *wording;
  guint line;
  GPtrArray *complaints;
} Proof;

/* A line as a reader sees it: a letter in the place of each value, no section tags, no addresses of links. */
static char *masked(const char *line) {
  g_autoptr(GRegex) unseen =
      g_regex_new("\\{\\{[#^/!][^}]*\\}\\}|\\]\\([^)]*\\)|(?:https?://|mailto:)[^\\s)>]*", 0, 0, NULL);
  g_autoptr(GRegex) value = g_regex_new("\\{\\{[^}]*\\}\\}", 0, 0, NULL);
  g_autofree char *without = g_regex_replace_literal(unseen, line, -1, 0, "", 0, NULL);
  return g_regex_replace_literal(value, without, -1, 0, "x", 0, NULL);
}

static void check_dates(const Proof *proof, const char *line) {
  const char *at = language_date_in_figures(line);
  if (at == NULL)
    return;
  gsize length = strspn(at, "0123456789/.-");
  while (!g_ascii_isdigit(at[length - 1])) /* the end of a sentence is none of the date's */
    length--;
  g_autofree char *date = g_strndup(at, length);
  wording_complain(
      proof->complaints,
      "%s line %u: \"%s\" is a date in figures, which each reader reads in another way; write the month in "
      "words, or declare a field of kind time",
      proof->wording->path, proof->line, date);
}

static gboolean is_no_break(gunichar c) {
  return c == 0xA0 || c == 0x202F;
}

/* In French a no-break space stands before : ; ? ! and within « »; in a time (10:30) and a run (?!) it does
 * not. */
static gboolean needs_no_break(gunichar before, gunichar mark, gunichar after) {
  if (mark == 0xAB)
    return !is_no_break(after);
  if (mark == ':' && g_unichar_isdigit(before) && g_unichar_isdigit(after))
    return FALSE;
  gboolean high = mark == ':' || mark == ';' || mark == '?' || mark == '!' || mark == 0xBB;
  return high && before != '?' && before != '!' && !is_no_break(before);
}

static void check_french(const Proof *proof, const char *line) {
  gunichar before = '\n';
  for (const char *c = line; *c != '\0'; c = g_utf8_next_char(c)) {
    gunichar mark = g_utf8_get_char(c), after = g_utf8_get_char(g_utf8_next_char(c));
    char text[8] = {0};
    g_unichar_to_utf8(mark, text);
    if (needs_no_break(before, mark, after))
      wording_complain(proof->complaints, "%s line %u: no no-break space %s %s; put U+00A0 there",
                       proof->wording->path, proof->line, mark == 0xAB ? "after" : "before", text);
    if (mark == '"')
      wording_complain(proof->complaints,
                       "%s line %u: a straight quotation mark; write « » with no-break spaces within",
                       proof->wording->path, proof->line);
    before = mark;
  }
}

static guint count_of(const char *line, const char *mark) {
  guint count = 0;
  for (const char *at = line; (at = strstr(at, mark)) != NULL; at += strlen(mark))
    count++;
  return count;
}

static void check_spanish(const Proof *proof, const char *line) {
  static const char *const pairs[][2] = {{"¿", "?"}, {"¡", "!"}};
  for (gsize i = 0; i < G_N_ELEMENTS(pairs); i++)
    if (count_of(line, pairs[i][0]) != count_of(line, pairs[i][1]))
      wording_complain(proof->complaints,
                       "%s line %u: %s and %s do not come in pairs; put the one that is missing",
                       proof->wording->path, proof->line, pairs[i][0], pairs[i][1]);
}

static void check_line(const Proof *proof, const char *raw) {
  g_autofree char *line = masked(proof->line == 1 ? raw + MIN(strlen("Subject:"), strlen(raw)) : raw);
  check_dates(proof, line);
  if (proof->wording->language == LANGUAGE_FR)
    check_french(proof, line);
  if (proof->wording->language == LANGUAGE_ES)
    check_spanish(proof, line);
}

void wording_proof_file(const Wording *wording, GPtrArray *complaints) {
  g_autoptr(GBytes) bytes = NULL;
  if (file_read(wording->path, WORDING_FILE_MAX, &bytes, NULL) < 0)
    return; /* it was loaded a moment ago; who took it away will be told by the next check */
  g_autofree char *text = g_strndup(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
  g_auto(GStrv) lines = g_strsplit(g_str_has_prefix(text, "\xEF\xBB\xBF") ? text + 3 : text, "\n", -1);
  Proof proof = {wording, 1, complaints};
  for (char **line = lines; *line != NULL; line++, proof.line++)
    check_line(&proof, g_strchomp(*line));
}

/* ---- the letter ---- */

static gboolean is_capitals(const char *word, glong *ret_letters) {
  *ret_letters = 0;
  for (const char *c = word; *c != '\0'; c = g_utf8_next_char(c)) {
    gunichar character = g_utf8_get_char(c);
    if (g_unichar_islower(character))
      return FALSE;
    *ret_letters += g_unichar_isupper(character);
  }
  return *ret_letters > 1;
}

/* "URGENT", or "TO ALL OF YOU": shouting, which filters take for advertising too. */
static gboolean has_capitals_run(const char *subject) {
  g_auto(GStrv) words = g_strsplit_set(subject, " ()", -1);
  guint run = 0;
  for (char **word = words; *word != NULL; word++) {
    glong letters = 0;
    if (**word == '\0')
      continue;
    run = is_capitals(*word, &letters) ? run + 1 : 0;
    if (letters > CAPITALS_MAX && run > 0)
      return TRUE;
    if (run > 1)
      return TRUE;
  }
  return FALSE;
}

static void check_subject(const Wording *wording, const char *subject, GPtrArray *complaints) {
  glong length = g_utf8_strlen(subject, -1);
  if (length > WORDING_SUBJECT_MAX)
    wording_complain(
        complaints,
        "%s line 1: the subject has %ld characters with the samples, at most %d are shown whole; "
        "shorten it",
        wording->path, length, WORDING_SUBJECT_MAX);
  if (has_capitals_run(subject))
    wording_complain(complaints,
                     "%s line 1: the subject \"%s\" has a run of capitals; write it in small letters",
                     wording->path, subject);
}

/* A line of several words that is too long: its words stand in code, which is not wrapped. */
static void check_width(const Wording *wording, const char *line, GPtrArray *complaints) {
  guint width = wrap_columns(line, strlen(line));
  const char *words = line + strspn(line, " >-0123456789.");
  if (width <= WRAP_COLUMNS || strchr(words, ' ') == NULL)
    return;
  g_autofree char *start = g_utf8_substring(words, 0, MIN(g_utf8_strlen(words, -1), 30));
  wording_complain(
      complaints,
      "%s: the text part has a line of %u columns, \"%s...\", at most %d are read well; write it as a "
      "paragraph, which is wrapped",
      wording->path, width, start, WRAP_COLUMNS);
}

static void check_left_over(const Wording *wording, const char *line, GPtrArray *complaints) {
  g_autoptr(GRegex) html =
      g_regex_new("</?[A-Za-z][A-Za-z0-9]*(?:\\s[^<>]*)?/?>|&#?[A-Za-z0-9]+;", 0, 0, NULL);
  g_autoptr(GMatchInfo) match = NULL;
  if (g_regex_match(html, line, 0, &match)) {
    g_autofree char *found = g_match_info_fetch(match, 0);
    wording_complain(complaints,
                     "%s: \"%s\" is left over from HTML and would be read as such; write it in Markdown",
                     wording->path, found);
  }
}

static void check_text(const Wording *wording, const char *text, GPtrArray *complaints) {
  g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
  for (char **line = lines; *line != NULL; line++) {
    check_width(wording, *line, complaints);
    check_left_over(wording, *line, complaints);
  }
}

void wording_proof_letter(const Wording *wording, GPtrArray *complaints) {
  g_autoptr(ValuePool) pool = value_pool_new();
  Value mailing = wording_samples(wording, FIELD_MAILING, pool);
  Value recipient = wording_samples(wording, FIELD_RECIPIENT, pool);
  g_autoptr(Letter) letter = NULL;
  g_autoptr(GError) error = NULL;
  g_autoptr(GString) subject = g_string_new(NULL);
  g_autoptr(GString) text = g_string_new(NULL);
  g_autoptr(GString) html = g_string_new(NULL);
  int r = letter_new(wording, &mailing, &letter, &error);
  if (r == 0)
    r = letter_render(letter, &recipient, subject, text, html, &error);
  if (r < 0) {
    wording_complain(complaints, "%s", error->message);
    return;
  }
  check_subject(wording, subject->str, complaints);
  check_text(wording, text->str, complaints);
}
