/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "inbound/html_text.h"

#include <libxml/HTMLparser.h>
#include <string.h>

static gboolean is_one_of(const xmlNode *node, const char *const *names) {
  return node->type == XML_ELEMENT_NODE && node->name != NULL &&
         g_strv_contains(names, (const char *)node->name);
}

static gboolean is_left_out(const xmlNode *node) {
  static const char *const names[] = {"script", "style", "head", "title", "noscript", NULL};
  return is_one_of(node, names);
}

static gboolean ends_line(const xmlNode *node) {
  static const char *const names[] = {"br", "p",  "div", "tr",  "li",    "h1",
                                      "h2", "h3", "h4",  "pre", "table", NULL};
  return is_one_of(node, names);
}

static void add_node(GString *to, const xmlNode *node) {
  if (node->type == XML_TEXT_NODE && node->content != NULL)
    g_string_append(to, (const char *)node->content);
  else if (ends_line(node))
    g_string_append_c(to, '\n');
}

/* Without recursion: the depth of a tree from outside must not be that of our stack. */
static void add_tree(GString *to, const xmlNode *root, gsize max) {
  const xmlNode *node = root;
  guint depth = 0;
  while (node != NULL && to->len < max) {
    gboolean skip = is_left_out(node);
    if (!skip)
      add_node(to, node);
    if (!skip && node->children != NULL && node->type == XML_ELEMENT_NODE && depth < HTML_TEXT_DEPTH_MAX) {
      node = node->children;
      depth++;
      continue;
    }
    while (node != root && node->next == NULL) {
      node = node->parent;
      depth--;
    }
    node = node == root ? NULL : node->next;
  }
}

char *html_text(const char *html, gsize length, gsize max) {
  g_autoptr(GString) text = g_string_new(NULL);
  if (length > 0 && length <= G_MAXINT) {
    htmlDocPtr document =
        htmlReadMemory(html, (int)length, NULL, "UTF-8",
                       HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING | HTML_PARSE_NONET);
    if (document != NULL) {
      const xmlNode *root = xmlDocGetRootElement(document);
      if (root != NULL)
        add_tree(text, root, max);
      xmlFreeDoc(document);
    }
  }
  g_autofree char *valid = g_utf8_make_valid(text->str, (gssize)MIN(text->len, max));
  return g_steal_pointer(&valid);
}
