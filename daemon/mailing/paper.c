/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailing/paper.h"

#include <string.h>

#include "templates/escape.h"

/* Millimetres, as an envelope has them. The window begins 20 mm from the right and 45 from the top. */
static const char style[] =
    "@page{size:A4;margin:18mm 20mm 14mm 25mm}"
    "html{font:10.5pt/1.4 \"Liberation Serif\",\"DejaVu Serif\",serif;color:#000;background:#fff}"
    "body{margin:0;position:relative;min-height:262mm;display:flex;flex-direction:column}"
    "p,ul,ol{margin:0 0 2.6mm}ul,ol{padding-inline-start:6mm}hr{display:none}"
    "a{color:inherit;text-decoration:none;overflow-wrap:anywhere}"
    "#head{position:absolute;top:0;left:0;width:75mm}#head strong{display:block;font-size:12pt}"
    "#to{position:absolute;top:27mm;left:80mm;width:85mm;overflow-wrap:anywhere}"
    "#letter{padding-top:66mm}#letter>div{max-width:none!important;orphans:3;widows:3}"
    ".hand{height:14mm}"
    "#foot{margin-top:auto;border-top:.2mm solid #000;padding-top:1mm;"
    "font:7.5pt/1.3 \"Liberation Sans\",\"DejaVu Sans\",sans-serif}"
    "code{font-family:\"Liberation Mono\",\"DejaVu Sans Mono\",monospace;overflow-wrap:anywhere}"
    "@media screen{body{max-width:165mm;margin:18mm auto}}";

static void add(GString *to, enum place place, const char *value) {
  (void)escape_append(place, value, strlen(value), to);
}

static void add_lines(GString *to, const char *begin, const char *value, const char *end) {
  g_string_append(to, begin);
  add(to, PLACE_HTML_LINES, value);
  g_string_append(to, end);
}

/* ---- what the letter says at its head already ---- */

/* Words alone, folded to single blanks, without tags. */
static char *words_of(const char *html, gsize length) {
  g_autoptr(GString) bare = g_string_sized_new(length);
  gboolean in_tag = FALSE;
  for (gsize i = 0; i < length; i++) {
    in_tag = in_tag || html[i] == '<';
    if (!in_tag || html[i] == '>')
      g_string_append_c(bare, in_tag || html[i] == '\n' ? ' ' : html[i]);
    in_tag = in_tag && html[i] != '>';
  }
  /* As values are written, and as Markdown writes them. */
  static const char *const same[][2] = {{"&#39;", "'"}, {"&quot;", "\""}, {"\302\240", " "}};
  for (gsize i = 0; i < G_N_ELEMENTS(same); i++)
    g_string_replace(bare, same[i][0], same[i][1], 0);
  g_auto(GStrv) words = g_strsplit(bare->str, " ", -1);
  g_autoptr(GPtrArray) kept = g_ptr_array_new();
  for (char **word = words; *word != NULL; word++)
    if (**word != '\0')
      g_ptr_array_add(kept, *word);
  g_ptr_array_add(kept, NULL);
  return g_strjoinv(" ", (char **)kept->pdata);
}

static char *words_of_lines(const char *first, const char *second) {
  g_autoptr(GString) html = g_string_new(NULL);
  add(html, PLACE_HTML_LINES, first != NULL ? first : "");
  g_string_append_c(html, ' ');
  add(html, PLACE_HTML_LINES, second != NULL ? second : "");
  return words_of(html->str, html->len);
}

/* Is it our own address, or the addressee's? */
static gboolean is_said_above(const PaperLetter *letter, const char *words) {
  g_autofree char *ours = words_of_lines(letter->organisation, letter->address);
  g_autofree char *theirs = words_of_lines(letter->inside, NULL);
  return *words != '\0' && (strcmp(words, ours) == 0 || strcmp(words, theirs) == 0);
}

/* Above who signs there is room for his hand. */
static gboolean is_signed(const PaperLetter *letter, const char *words) {
  g_autofree char *signer = words_of_lines(letter->signer, NULL);
  return *signer != '\0' && g_str_has_prefix(words, signer);
}

static void add_paragraph(GString *to, const PaperLetter *letter, const char *html, gsize length) {
  g_autofree char *words = words_of(html, length);
  if (is_said_above(letter, words))
    return;
  if (is_signed(letter, words))
    g_string_append(to, "<p class=\"hand\"></p>\n");
  g_string_append_len(to, html, (gssize)length);
}

/* Between the letter's own beginning and end; the whole when it has none. */
static void find_body(const char *html, const char **ret_begin, const char **ret_end) {
  const char *body = strstr(html, "<body"), *begin = body != NULL ? strchr(body, '>') : NULL;
  *ret_begin = begin != NULL ? begin + 1 : html;
  const char *end = g_strrstr(*ret_begin, "</body>");
  *ret_end = end != NULL ? end : *ret_begin + strlen(*ret_begin);
}

static void add_letter(GString *to, const PaperLetter *letter) {
  const char *at = NULL, *end = NULL;
  find_body(letter->html, &at, &end);
  while (at < end) {
    const char *paragraph = strstr(at, "<p>"), *over = paragraph != NULL ? strstr(paragraph, "</p>") : NULL;
    if (over == NULL || over > end)
      break;
    over += strlen("</p>");
    g_string_append_len(to, at, paragraph - at);
    add_paragraph(to, letter, paragraph, (gsize)(over - paragraph));
    at = over;
  }
  g_string_append_len(to, at, end - at);
}

/* ---- the page ---- */

static void add_head(GString *to, const PaperLetter *letter) {
  g_string_append(to, "<!DOCTYPE html>\n<html lang=\"");
  add(to, PLACE_HTML, letter->language);
  g_string_append(to, "\">\n<head>\n<meta charset=\"utf-8\">\n"
                      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                      "style-src 'unsafe-inline'\">\n<title>");
  add(to, PLACE_HTML, letter->title);
  g_string_append_printf(to, "</title>\n<style>%s</style>\n</head>\n<body>\n", style);
}

/* What of the files the letter does not say itself. */
static void add_foot(GString *to, const PaperLetter *letter) {
  add_lines(to, "<footer id=\"foot\"><strong>", letter->reference, "</strong>");
  if (letter->verify_url != NULL)
    add_lines(to, " · ", letter->verify_url, "");
  for (gsize i = 0; i < letter->file_count; i++) {
    if (strstr(letter->html, letter->files[i].digest) != NULL)
      continue;
    add_lines(to, "<br><bdi>", letter->files[i].name, "</bdi>");
    add_lines(to, " · SHA-256 <code>", letter->files[i].digest, "</code>");
  }
  g_string_append(to, "</footer>\n");
}

char *paper_of(const PaperLetter *letter) {
  GString *to = g_string_sized_new(8192);
  add_head(to, letter);
  add_lines(to, "<header id=\"head\"><strong>", letter->organisation, "</strong>");
  add_lines(to, "", letter->address != NULL ? letter->address : "", "</header>\n<div id=\"to\"><bdi>");
  add_lines(to, "", letter->inside != NULL ? letter->inside : "", "</bdi>");
  if (letter->postal != NULL)
    add_lines(to, "<br><bdi>", letter->postal, "</bdi>");
  g_string_append(to, "</div>\n<main id=\"letter\">\n");
  add_letter(to, letter);
  g_string_append(to, "\n</main>\n");
  add_foot(to, letter);
  g_string_append(to, "</body>\n</html>\n");
  return g_string_free(to, FALSE);
}
