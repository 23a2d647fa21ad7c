/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "inbound/html_words.h"

#include "inbound/own_words.h"

#include <libxml/HTMLparser.h>
#include <string.h>

#define MARKS_MAX 9 /* quoted deeper than this is quoted all the same */

typedef struct {
  GString *text, *line, *last; /* LAST: the last line that was not blank */
  guint quotes, preformatted;
  gboolean space;                             /* white space is due before the next word */
  gboolean counted[HTML_WORDS_DEPTH_MAX + 1]; /* of the element at that depth: it is a quotation */
} Page;

/* ---- what an element is -------------------------------------------------------------------------- */

static gboolean is_one_of(const xmlNode *node, const char *const *names) {
  return node->type == XML_ELEMENT_NODE && node->name != NULL &&
         g_strv_contains(names, (const char *)node->name);
}

static gboolean is_left_out(const xmlNode *node) {
  static const char *const names[] = {"script", "style", "head", "title", "noscript", NULL};
  return is_one_of(node, names);
}

static gboolean is_block(const xmlNode *node) {
  static const char *const names[] = {"div",    "tr",      "li",      "table", "ul", "ol", "hr", "body",
                                      "center", "section", "article", "dl",    "dt", "dd", NULL};
  return is_one_of(node, names);
}

static gboolean is_paragraph(const xmlNode *node) {
  static const char *const names[] = {"p", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "blockquote", NULL};
  return is_one_of(node, names);
}

static gboolean is_named(const xmlNode *node, const char *name) {
  return node->type == XML_ELEMENT_NODE && node->name != NULL && strcmp((const char *)node->name, name) == 0;
}

static char *attribute(const xmlNode *node, const char *name) {
  xmlChar *value = xmlGetProp((xmlNode *)node, (const xmlChar *)name);
  char *low = value != NULL ? g_ascii_strdown((const char *)value, -1) : g_strdup("");
  xmlFree(value);
  return low;
}

/* The element is also how text is indented: only what a mail program marks, or what a sentence announces, is
 * a quotation. */
static gboolean is_quotation(const Page *page, const xmlNode *node) {
  if (!is_named(node, "blockquote"))
    return FALSE;
  g_autofree char *type = attribute(node, "type"), *class = attribute(node, "class");
  g_autofree char *cite = attribute(node, "cite"), *style = attribute(node, "style");
  return g_str_equal(type, "cite") || cite[0] != '\0' || strstr(class, "quote") != NULL ||
         strstr(class, "cite") != NULL || strstr(style, "border-left:") != NULL ||
         own_words_announce(page->last->str);
}

/* ---- lines --------------------------------------------------------------------------------------- */

static void add_marks(Page *page) {
  for (guint i = 0; i < page->quotes && i < MARKS_MAX; i++)
    g_string_append_c(page->text, '>');
  /* A text that begins like a quotation is none. */
  if (page->quotes > 0 || page->line->str[0] == '>')
    g_string_append_c(page->text, ' ');
}

static void end_line(Page *page) {
  page->space = FALSE;
  if (page->line->len == 0)
    return;
  add_marks(page);
  g_string_append_len(page->text, page->line->str, (gssize)page->line->len);
  g_string_append_c(page->text, '\n');
  g_string_assign(page->last, page->line->str);
  g_string_truncate(page->line, 0);
}

static void end_paragraph(Page *page) {
  end_line(page);
  gsize length = page->text->len;
  if (length > 1 && page->text->str[length - 2] != '\n')
    g_string_append_c(page->text, '\n');
}

static void add_preformatted(Page *page, const char *text) {
  for (; *text != '\0'; text++)
    if (*text == '\n') {
      gboolean blank = page->line->len == 0;
      end_line(page);
      if (blank)
        g_string_append_c(page->text, '\n');
    } else if (*text != '\r')
      g_string_append_c(page->line, *text);
}

static void add_text(Page *page, const char *text) {
  if (page->preformatted > 0) {
    add_preformatted(page, text);
    return;
  }
  for (; *text != '\0'; text++)
    if (g_ascii_isspace(*text))
      page->space = page->line->len > 0;
    else {
      if (page->space)
        g_string_append_c(page->line, ' ');
      page->space = FALSE;
      g_string_append_c(page->line, *text);
    }
}

/* ---- the walk ------------------------------------------------------------------------------------ */

static void enter(Page *page, const xmlNode *node, guint depth) {
  page->counted[depth] = FALSE;
  if (node->type == XML_TEXT_NODE && node->content != NULL)
    add_text(page, (const char *)node->content);
  else if (is_named(node, "br")) {
    gboolean blank = page->line->len == 0;
    end_line(page);
    if (blank && page->text->len > 0)
      g_string_append_c(page->text, '\n');
  } else if (is_paragraph(node))
    end_paragraph(page);
  else if (is_block(node))
    end_line(page);
  else if ((is_named(node, "td") || is_named(node, "th")) && page->line->len > 0)
    g_string_append_c(page->line, '\t');
  if (is_named(node, "li"))
    g_string_append(page->line, "- ");
  if (is_named(node, "pre"))
    page->preformatted++;
  page->counted[depth] = is_quotation(page, node);
  page->quotes += page->counted[depth] ? 1 : 0;
}

static void leave(Page *page, const xmlNode *node, guint depth) {
  if (is_paragraph(node))
    end_paragraph(page);
  else if (is_block(node))
    end_line(page);
  if (is_named(node, "pre") && page->preformatted > 0)
    page->preformatted--;
  page->quotes -= page->counted[depth] ? 1 : 0;
}

/* Without recursion: the depth of a tree from outside must not be that of our stack. What lies deeper than
 * the ceiling is left out. */
static void walk(Page *page, const xmlNode *root, gsize max) {
  const xmlNode *node = root;
  guint depth = 0;
  while (node != NULL && page->text->len + page->line->len < max) {
    if (!is_left_out(node)) {
      enter(page, node, depth);
      if (node->type == XML_ELEMENT_NODE && node->children != NULL && depth < HTML_WORDS_DEPTH_MAX) {
        node = node->children;
        depth++;
        continue;
      }
      leave(page, node, depth);
    }
    while (node != root && node->next == NULL) {
      node = node->parent;
      depth--;
      leave(page, node, depth);
    }
    node = node == root ? NULL : node->next;
  }
  end_line(page);
}

char *html_words(const char *html, gsize length, gsize max) {
  if (length == 0 || length > G_MAXINT)
    return g_strdup("");
  htmlDocPtr document =
      htmlReadMemory(html, (int)length, NULL, "UTF-8",
                     HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING | HTML_PARSE_NONET);
  const xmlNode *root = document != NULL ? xmlDocGetRootElement(document) : NULL;
  Page page = {.text = g_string_new(NULL), .line = g_string_new(NULL), .last = g_string_new(NULL)};
  if (root != NULL)
    walk(&page, root, max);
  char *words = g_utf8_make_valid(page.text->str, (gssize)MIN(page.text->len, max));
  xmlFreeDoc(document);
  g_string_free(page.text, TRUE);
  g_string_free(page.line, TRUE);
  g_string_free(page.last, TRUE);
  return words;
}
