/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proposals/numbering.h"

#include "base/text.h"

#include <string.h>

#define EDGE "[\\s>*#_•–-]*" /* what may stand before a number, as lists and quotes have it */

/* The number is the first group, what follows it on the line the second. */
static const char worded[] =
    "^" EDGE "(?:(?:réponse|reponse|respuesta|resposta|answer)\\s+(?:à|a|to)\\s+(?:la\\s+)?)?"
    "(?:question|pregunta|pergunta|quest[aã]o|q)\\s*(?:n\\s?[°ºo.]{0,2}|no\\.?|#)?\\s*(\\d{1,2})"
    "\\s*[*_]*\\s*(?:[:.)\\]/–—-]+|$)[*_]*\\s*(.*)$";
/* The number, the way of numbering, and what follows. */
static const char bare[] = "^" EDGE "(?:\\(?)(\\d{1,2})(?=(\\s?[.)/°:–—-]))\\s?[.)/°:–—-]+[*_]*\\s+(\\S.*)$";

void numbered_part_free(NumberedPart *part) {
  if (part == NULL)
    return;
  g_free(part->text);
  g_free(part);
}

static void part_free(gpointer data) {
  numbered_part_free(data);
}

static void add_line(GString *to, const char *line) {
  g_string_append(to, line);
  g_string_append_c(to, '\n');
}

static void begin_part(GPtrArray *parts, GPtrArray *texts, gint64 question) {
  NumberedPart *part = g_new0(NumberedPart, 1);
  part->question = question;
  g_ptr_array_add(parts, part);
  g_ptr_array_add(texts, g_string_new(NULL));
}

static void free_string(gpointer data) {
  g_string_free(data, TRUE);
}

/* Takes the texts over into the parts; parts without words go, and a greeting does. */
static GPtrArray *finish(GPtrArray *parts, const GPtrArray *texts) {
  for (guint i = parts->len; i > 0; i--) {
    NumberedPart *part = parts->pdata[i - 1];
    const GString *text = texts->pdata[i - 1];
    part->text = g_strstrip(g_strdup(text->str));
    gboolean greeting = i == 1 && g_utf8_strlen(part->text, -1) < NUMBERING_GREETING;
    if (greeting || text_blank(part->text))
      g_ptr_array_remove_index(parts, i - 1);
  }
  return parts;
}

/* ---- by the word ---- */

static gint64 number_of(const GMatchInfo *match) {
  g_autofree char *digits = g_match_info_fetch(match, 1);
  return g_ascii_strtoll(digits, NULL, 10);
}

static GPtrArray *split_worded(char **lines, gint64 most) {
  g_autoptr(GRegex) regex = g_regex_new(worded, G_REGEX_CASELESS, G_REGEX_MATCH_DEFAULT, NULL);
  g_autoptr(GPtrArray) parts = g_ptr_array_new_with_free_func(part_free);
  g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(free_string);
  begin_part(parts, texts, 0);
  for (char **line = lines; *line != NULL; line++) {
    g_autoptr(GMatchInfo) match = NULL;
    if (g_regex_match(regex, *line, G_REGEX_MATCH_DEFAULT, &match)) {
      gint64 number = number_of(match);
      g_autofree char *rest = g_match_info_fetch(match, 2);
      begin_part(parts, texts, number >= 1 && number <= most ? number : 0);
      add_line(texts->pdata[texts->len - 1], rest);
    } else
      add_line(texts->pdata[texts->len - 1], *line);
  }
  return parts->len > 1 ? finish(g_steal_pointer(&parts), texts) : NULL;
}

/* ---- by bare numbers ---- */

/* As the first of them: the mark behind the number, and whether something stands before it. */
static gboolean is_same_way(const GMatchInfo *match, const char *line, char **way) {
  g_autofree char *mark = g_match_info_fetch(match, 2);
  const char *bracket = strchr(line, '(');
  gboolean opened = bracket != NULL && g_ascii_isdigit(bracket[1]);
  char *this = g_strconcat(opened ? "(" : "", g_strstrip(mark), NULL);
  if (*way == NULL) {
    *way = this;
    return TRUE;
  }
  gboolean same = g_str_equal(*way, this);
  g_free(this);
  return same;
}

static GPtrArray *split_bare(char **lines, gint64 most) {
  g_autoptr(GRegex) regex = g_regex_new(bare, G_REGEX_DEFAULT, G_REGEX_MATCH_DEFAULT, NULL);
  g_autoptr(GPtrArray) parts = g_ptr_array_new_with_free_func(part_free);
  g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(free_string);
  g_autofree char *way = NULL;
  gint64 last = 0;
  begin_part(parts, texts, 0);
  for (char **line = lines; *line != NULL; line++) {
    g_autoptr(GMatchInfo) match = NULL;
    if (g_regex_match(regex, *line, G_REGEX_MATCH_DEFAULT, &match) && is_same_way(match, *line, &way)) {
      g_autofree char *rest = g_match_info_fetch(match, 3);
      gint64 number = number_of(match);
      if (number <= last || number > most)
        return NULL;
      last = number;
      begin_part(parts, texts, number);
      add_line(texts->pdata[texts->len - 1], rest);
    } else
      add_line(texts->pdata[texts->len - 1], *line);
  }
  return parts->len > 2 ? finish(g_steal_pointer(&parts), texts) : NULL;
}

GPtrArray *numbering_split(const char *text, gint64 most) {
  g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
  GPtrArray *parts = split_worded(lines, most);
  if (parts == NULL)
    parts = split_bare(lines, most);
  if (parts != NULL && parts->len == 0)
    g_clear_pointer(&parts, g_ptr_array_unref);
  return parts;
}
