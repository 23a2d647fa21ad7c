/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "web/page.h"

#include <string.h>

#include "templates/escape.h"

struct Page {
  enum language language;
  GString *html;
};

/* No picture, no font, no script: nothing is fetched from anywhere, and little has to be sent over a slow
 * line. */
const char page_style[] =
    ":root{color-scheme:light dark}"
    "body{font:1.125rem/1.5 system-ui,sans-serif;max-inline-size:42rem;margin:2rem auto;padding-inline:1rem;"
    "color:#1a1a1a;background:#fff}"
    "header{border-block-end:1px solid #767676}header p{margin-block:.5rem}form{margin-block:1.5rem}"
    "h1{font-size:1.6rem;line-height:1.25}h2{font-size:1.2rem;margin-block-start:2rem}"
    "a{color:#0b4a8f}nav a{display:inline-block;padding-block:.4rem;margin-inline-end:1rem}"
    "code{overflow-wrap:anywhere;font-size:.95rem}dt{font-weight:600}dd{margin-inline-start:0;margin-block-"
    "end:.6rem}"
    "input,textarea,button{font:inherit;padding:.6rem .9rem;min-block-size:2.75rem;box-sizing:border-box}"
    "input,textarea{inline-size:100%;border:1px solid #595959;margin-block:.4rem "
    "1rem;color:inherit;background:inherit}"
    "button{border:2px solid #0b4a8f;background:#0b4a8f;color:#fff;cursor:pointer}"
    "a:focus-visible,button:focus-visible,input:focus-visible,textarea:focus-visible{outline:3px solid "
    "#c25400;outline-offset:2px}"
    "[role=alert]{border-inline-start:.4rem solid #b00020;padding:.6rem 1rem;font-weight:600}"
    "form button{margin-block-end:.5rem}"
    "[role=status]{border-inline-start:.4rem solid #0b4a8f;padding:.6rem 1rem;font-weight:600}"
    "@media (prefers-color-scheme:dark){body{color:#eee;background:#161616}a{color:#9cc7ff}"
    "button{background:#9cc7ff;border-color:#9cc7ff;color:#10243a}[role=status]{border-color:#9cc7ff}}"
    "@media print{nav,form{display:none}}\n";

static void add(Page *page, const char *html) {
  g_string_append(page->html, html);
}

static void add_value(Page *page, const char *value) {
  escape_append(PLACE_HTML, value, strlen(value), page->html);
}

static void add_foreign(Page *page, const char *value) {
  add(page, "<bdi>");
  add_value(page, value);
  add(page, "</bdi>");
}

static void add_element(Page *page, const char *begin, const char *value, const char *end) {
  add(page, begin);
  add_value(page, value);
  add(page, end);
}

Page *page_new(enum language language, const char *title, const char *organisation) {
  Page *page = g_new0(Page, 1);
  page->language = language;
  page->html = g_string_sized_new(4096);
  g_string_append_printf(page->html,
                         "<!DOCTYPE html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n",
                         language_code(language));
  add(page, "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
            "<meta name=\"robots\" content=\"noindex\">\n<link rel=\"stylesheet\" href=\"/style.css\">\n");
  add_element(page, "<title>", title, "");
  add_element(page, " – ", organisation, "</title>\n</head>\n<body>\n<header><p>");
  add_foreign(page, organisation);
  add_element(page, "</p></header>\n<main>\n<h1>", title, "</h1>\n");
  return page;
}

void page_free(Page *page) {
  if (page == NULL)
    return;
  g_string_free(page->html, TRUE);
  g_free(page);
}

void page_paragraph(Page *page, const char *text) {
  add_element(page, "<p>", text, "</p>\n");
}

void page_answer(Page *page, const char *text) {
  add_element(page, "<p role=\"status\">", text, "</p>\n");
}

void page_problem(Page *page, const char *text) {
  add_element(page, "<p role=\"alert\">", text, "</p>\n");
}

void page_heading(Page *page, const char *text) {
  add(page, "<h2>");
  add_foreign(page, text);
  add(page, "</h2>\n");
}

void page_facts_begin(Page *page) {
  add(page, "<dl>\n");
}

void page_fact(Page *page, const char *term, const char *value, gboolean code) {
  add_element(page, "<dt>", term, "</dt><dd>");
  if (code)
    add_element(page, "<code>", value, "</code>");
  else
    add_foreign(page, value);
  add(page, "</dd>\n");
}

void page_facts_end(Page *page) {
  add(page, "</dl>\n");
}

static void add_link(Page *page, const char *href, const char *text, enum language language) {
  add_element(page, "<a href=\"", href, "\"");
  g_string_append_printf(page->html, " hreflang=\"%s\">", language_code(language));
  add_foreign(page, text);
  add(page, "</a>");
}

void page_link(Page *page, const char *href, const char *text, enum language language) {
  add(page, "<p>");
  add_link(page, href, text, language);
  add(page, "</p>\n");
}

void page_button(Page *page, const char *action, const char *name, const char *value, const char *label) {
  add_element(page, "<form method=\"post\" action=\"", action, "\">");
  add_element(page, "<button name=\"", name, "\"");
  add_element(page, " value=\"", value, "\">");
  add_value(page, label);
  add(page, "</button></form>\n");
}

void page_form_begin(Page *page, const char *action) {
  add_element(page, "<form method=\"post\" action=\"", action, "");
  g_string_append_printf(page->html, "?language=%s\">\n", language_code(page->language));
}

void page_field(Page *page, const char *name, const char *label, const char *value, guint max) {
  add_element(page, "<label for=\"", name, "\">");
  add_value(page, label);
  add_element(page, "</label>\n<input id=\"", name, "\"");
  add_element(page, " name=\"", name, "\"");
  g_string_append_printf(page->html, " maxlength=\"%u\" dir=\"auto\" autocomplete=\"off\"", max);
  add_element(page, " value=\"", value != NULL ? value : "", "\">\n");
}

/* The first line break behind the tag is none (HTML §13.1.2.5), so that one of the value stays. */
void page_text(Page *page, const char *name, const char *label, const char *value, guint max) {
  add_element(page, "<label for=\"", name, "\">");
  add_value(page, label);
  add_element(page, "</label>\n<textarea id=\"", name, "\"");
  add_element(page, " name=\"", name, "\"");
  g_string_append_printf(page->html, " rows=\"6\" maxlength=\"%u\" dir=\"auto\">", max);
  add_element(page, "\n", value != NULL ? value : "", "</textarea>\n");
}

void page_submit(Page *page, const char *name, const char *value, const char *label) {
  add_element(page, "<button name=\"", name, "\"");
  add_element(page, " value=\"", value, "\">");
  add_value(page, label);
  add(page, "</button>\n");
}

void page_form_end(Page *page) {
  add(page, "</form>\n");
}

void page_question(Page *page, const char *action, const char *name, const char *label, const char *value,
                   const char *button) {
  add_element(page, "<form method=\"get\" action=\"", action, "\">");
  add_element(page, "<label for=\"", name, "\">");
  add_value(page, label);
  add_element(page, "</label>\n<input id=\"", name, "\"");
  add_element(page, " name=\"", name, "\" autocomplete=\"off\" spellcheck=\"false\" value=\"");
  add_value(page, value != NULL ? value : "");
  g_string_append_printf(page->html, "\">\n<input type=\"hidden\" name=\"language\" value=\"%s\">\n",
                         language_code(page->language));
  add_element(page, "<button>", button, "</button></form>\n");
}

void page_file(Page *page, const char *action, const char *label, const char *button) {
  add_element(page, "<form method=\"post\" enctype=\"multipart/form-data\" action=\"", action, "");
  g_string_append_printf(page->html, "?language=%s\"><label for=\"file\">", language_code(page->language));
  add_value(page, label);
  add_element(page, "</label>\n<input id=\"file\" name=\"file\" type=\"file\">\n<button>", button,
              "</button></form>\n");
}

void page_languages(Page *page, const char *path) {
  add(page, "<nav>");
  for (int i = 0; i < LANGUAGE_COUNT; i++) {
    enum language language = (enum language)i;
    g_autofree char *href = g_strconcat(path, "?language=", language_code(language), NULL);
    if (language == page->language)
      continue;
    g_string_append_printf(page->html, "<span lang=\"%s\">", language_code(language));
    add_link(page, href, language_name_in(language, language), language);
    add(page, "</span> ");
  }
  add(page, "</nav>\n");
}

void page_respond(Page *page, guint status, Response *response) {
  add(page, "</main>\n</body>\n</html>\n");
  response_set_header(
      response, "Content-Security-Policy",
      "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'");
  response_set_header(response, "Content-Language", language_code(page->language));
  response_set_header(response, "X-Robots-Tag", "noindex");
  g_autoptr(GBytes) body = g_bytes_new(page->html->str, page->html->len);
  response_bytes(response, status, "text/html; charset=utf-8", body);
  page_free(page);
}
