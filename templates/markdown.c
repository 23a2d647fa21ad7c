/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "templates/markdown.h"

#include "base/fault.h"
#include "templates/escape.h"
#include "templates/markdown_inner.h"
#include "templates/wrap.h"

#include <string.h>

#define PREFIX_MAX 100 /* bytes before a line of text; deeper quotes and lists are not indented further */

/* The walker of the plain text. PREFIX goes before each line of what we are within ("> ", "  "); MARKER is
 * what the first line of a list's item has instead of the last piece of it. */
typedef struct {
  GString *out;
  GString *prefix;
  GString *first;  /* as PREFIX, but with the markers of items that have not written a line yet */
  GArray *lengths; /* of gsize: PREFIX before each block we are within */
  gboolean tight;  /* within a list whose items are not parted by empty lines */
} TextWalk;

cmark_node *markdown_tree(const char *markdown, gsize length) {
  return cmark_parse_document(markdown, length, CMARK_OPT_DEFAULT);
}

/* A reference (&#1;) can bring in a control character, which would be taken for a mark of wrap.h. */
static void write_words(GString *out, const char *words) {
  (void)escape_append(PLACE_TEXT, words, strlen(words), out);
}

static void write_code(GString *out, const char *literal, const char *between) {
  g_auto(GStrv) lines = g_strsplit(literal, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++) {
    if (i > 0 && lines[i + 1] == NULL && lines[i][0] == '\0')
      return; /* the literal of a block ends with a line break */
    g_string_append(out, i > 0 ? between : "");
    write_words(out, lines[i]);
  }
}

static void write_inlines(cmark_node *parent, GString *out);

/* "words <address>"; an address that is its own words is written once, a mailto: one as the mail address. */
static void write_link(cmark_node *node, GString *out) {
  gsize start = out->len;
  const char *url = cmark_node_get_url(node);
  write_inlines(node, out);
  const char *shown = g_str_has_prefix(url, "mailto:") ? url + strlen("mailto:") : url;
  if (*url == '\0' || strcmp(out->str + start, shown) == 0 || strcmp(out->str + start, url) == 0)
    return;
  g_string_append(out, out->len > start ? " <" : "<");
  write_words(out, shown);
  g_string_append_c(out, '>');
}

static void write_inline(cmark_node *node, GString *out) {
  switch (cmark_node_get_type(node)) {
  case CMARK_NODE_TEXT:
  case CMARK_NODE_CODE:
    write_words(out, cmark_node_get_literal(node));
    break;
  case CMARK_NODE_SOFTBREAK:
    g_string_append_c(out, ' ');
    break;
  case CMARK_NODE_LINEBREAK:
    g_string_append_c(out, '\n');
    break;
  case CMARK_NODE_LINK:
    write_link(node, out);
    break;
  case CMARK_NODE_HTML_INLINE:
    break;
  default: /* emphasis and images: their words */
    write_inlines(node, out);
    break;
  }
}

static void write_inlines(cmark_node *parent, GString *out) {
  for (cmark_node *node = cmark_node_first_child(parent); node != NULL; node = cmark_node_next(node))
    write_inline(node, out);
}

/* Begins a line with its prefix, the markers of items included; they are written once. */
static void begin_line(TextWalk *walk) {
  g_string_append(walk->out, walk->first->str);
  g_string_assign(walk->first, walk->prefix->str);
}

static void end_block(TextWalk *walk) {
  g_string_append(walk->out, walk->tight ? "\n" : "\n\n");
}

static void write_paragraph(TextWalk *walk, cmark_node *node) {
  begin_line(walk);
  g_string_append_c(walk->out, WRAP_BEGIN);
  g_string_append(walk->out, walk->prefix->str);
  g_string_append_c(walk->out, WRAP_BODY);
  write_inlines(node, walk->out);
  g_string_append_c(walk->out, WRAP_END);
  end_block(walk);
}

static void write_heading(TextWalk *walk, cmark_node *node) {
  gsize start = walk->out->len;
  write_paragraph(walk, node);
  g_string_truncate(walk->out, walk->out->len - (walk->tight ? 1 : 2));
  const char *body = memchr(walk->out->str + start, WRAP_BODY, walk->out->len - start);
  gsize words = strlen(body + 1) - 1; /* without the mark of its end */
  glong width = MIN((glong)wrap_columns(body + 1, words), WRAP_COLUMNS - (glong)walk->prefix->len);
  g_string_append_printf(walk->out, "\n%s", walk->prefix->str);
  for (glong i = 0; i < width; i++)
    g_string_append_c(walk->out, cmark_node_get_heading_level(node) == 1 ? '=' : '-');
  end_block(walk);
}

static void write_code_block(TextWalk *walk, cmark_node *node) {
  g_autofree char *between = g_strdup_printf("\n%s    ", walk->prefix->str);
  begin_line(walk);
  g_string_append(walk->out, "    ");
  write_code(walk->out, cmark_node_get_literal(node), between);
  end_block(walk);
}

static void write_break(TextWalk *walk) {
  begin_line(walk);
  for (glong i = (glong)walk->prefix->len; i < WRAP_COLUMNS; i++)
    g_string_append_c(walk->out, '-');
  end_block(walk);
}

static void enter_block(TextWalk *walk, const char *first, const char *further) {
  g_array_append_val(walk->lengths, walk->prefix->len);
  if (walk->prefix->len + strlen(further) > PREFIX_MAX)
    return;
  g_string_append(walk->prefix, further);
  g_string_append(walk->first, first);
}

static void leave_block(TextWalk *walk) {
  g_string_truncate(walk->prefix, g_array_index(walk->lengths, gsize, walk->lengths->len - 1));
  g_array_set_size(walk->lengths, walk->lengths->len - 1);
  g_string_assign(walk->first, walk->prefix->str);
}

static void enter_item(TextWalk *walk, cmark_node *item) {
  cmark_node *list = cmark_node_parent(item);
  if (cmark_node_get_list_type(list) == CMARK_BULLET_LIST) {
    enter_block(walk, "- ", "  ");
    return;
  }
  int number = cmark_node_get_list_start(list);
  for (cmark_node *before = cmark_node_previous(item); before != NULL; before = cmark_node_previous(before))
    number++;
  g_autofree char *marker = g_strdup_printf("%d. ", number);
  g_autofree char *further = g_strnfill(strlen(marker), ' ');
  enter_block(walk, marker, further);
}

static gboolean within_tight_list(cmark_node *node) {
  for (; node != NULL; node = cmark_node_parent(node)) {
    if (cmark_node_get_type(node) == CMARK_NODE_LIST)
      return cmark_node_get_list_tight(node) != 0;
  }
  return FALSE;
}

static void enter_node(TextWalk *walk, cmark_node *node) {
  switch (cmark_node_get_type(node)) {
  case CMARK_NODE_PARAGRAPH:
    write_paragraph(walk, node);
    break;
  case CMARK_NODE_HEADING:
    write_heading(walk, node);
    break;
  case CMARK_NODE_CODE_BLOCK:
    write_code_block(walk, node);
    break;
  case CMARK_NODE_THEMATIC_BREAK:
    write_break(walk);
    break;
  case CMARK_NODE_BLOCK_QUOTE:
    enter_block(walk, "> ", "> ");
    break;
  case CMARK_NODE_ITEM:
    enter_item(walk, node);
    break;
  case CMARK_NODE_LIST:
    walk->tight = cmark_node_get_list_tight(node) != 0;
    break;
  default:
    break;
  }
}

static void leave_node(TextWalk *walk, cmark_node *node) {
  switch (cmark_node_get_type(node)) {
  case CMARK_NODE_BLOCK_QUOTE:
    leave_block(walk);
    break;
  case CMARK_NODE_ITEM:
    if (cmark_node_first_child(node) == NULL) {
      begin_line(walk);
      end_block(walk);
    }
    leave_block(walk);
    break;
  case CMARK_NODE_LIST:
    if (walk->tight)
      g_string_append_c(walk->out, '\n');
    walk->tight = within_tight_list(cmark_node_parent(node));
    break;
  default:
    break;
  }
}

void markdown_tree_text(cmark_node *tree, GString *out) {
  TextWalk walk = {.out = out,
                   .prefix = g_string_new(NULL),
                   .first = g_string_new(NULL),
                   .lengths = g_array_new(FALSE, FALSE, sizeof(gsize))};
  cmark_iter *iter = cmark_iter_new(tree);
  for (cmark_event_type event; (event = cmark_iter_next(iter)) != CMARK_EVENT_DONE;) {
    cmark_node *node = cmark_iter_get_node(iter);
    if (event == CMARK_EVENT_ENTER)
      enter_node(&walk, node);
    else
      leave_node(&walk, node);
  }
  cmark_iter_free(iter);
  g_string_free(walk.prefix, TRUE);
  g_string_free(walk.first, TRUE);
  g_array_unref(walk.lengths);
}

static void unwrap_image(cmark_node *image) {
  for (cmark_node *child; (child = cmark_node_first_child(image)) != NULL;)
    cmark_node_insert_before(image, child);
  cmark_node_unlink(image);
  cmark_node_free(image);
}

/* Images would be fetched from outside when the letter is opened: none leaves us. */
static void soften(cmark_node *tree) {
  g_autoptr(GPtrArray) images = g_ptr_array_new();
  cmark_iter *iter = cmark_iter_new(tree);
  for (cmark_event_type event; (event = cmark_iter_next(iter)) != CMARK_EVENT_DONE;) {
    cmark_node *node = cmark_iter_get_node(iter);
    if (event != CMARK_EVENT_ENTER)
      continue;
    if (cmark_node_get_type(node) == CMARK_NODE_IMAGE)
      g_ptr_array_add(images, node);
    if (cmark_node_get_type(node) == CMARK_NODE_LINK) {
      const char *url = cmark_node_get_url(node);
      if (!escape_link_allowed(url, strlen(url)))
        cmark_node_set_url(node, "");
    }
  }
  cmark_iter_free(iter);
  g_ptr_array_foreach(images, (GFunc)(void (*)(void))unwrap_image, NULL);
}

void markdown_tree_html(cmark_node *tree, GString *out) {
  char *html = cmark_render_html(tree, CMARK_OPT_DEFAULT);
  g_string_append(out, html);
  cmark_get_default_mem_allocator()->free(html);
}

static int check_source(const char *markdown, gsize length, GError **error) {
  if (length > MARKDOWN_SOURCE_MAX)
    return fault(error, FAULT_INPUT, "the Markdown has %zu bytes, at most %d are read; shorten it", length,
                 MARKDOWN_SOURCE_MAX);
  if (!g_utf8_validate_len(markdown, length, NULL))
    return fault(error, FAULT_INPUT, "the Markdown is not valid UTF-8; save it as UTF-8");
  return 0;
}

int markdown_to_html(const char *markdown, gsize length, char **ret, GError **error) {
  int r = check_source(markdown, length, error);
  if (r < 0)
    return r;
  cmark_node *tree = markdown_tree(markdown, length);
  GString *out = g_string_new(NULL);
  soften(tree);
  markdown_tree_html(tree, out);
  cmark_node_free(tree);
  *ret = g_string_free(out, FALSE);
  return 0;
}

int markdown_to_text(const char *markdown, gsize length, char **ret, GError **error) {
  int r = check_source(markdown, length, error);
  if (r < 0)
    return r;
  cmark_node *tree = markdown_tree(markdown, length);
  g_autoptr(GString) marked = g_string_new(NULL);
  markdown_tree_text(tree, marked);
  cmark_node_free(tree);
  GString *out = g_string_sized_new(marked->len);
  wrap_append(marked->str, marked->len, out);
  while (out->len > 1 && out->str[out->len - 1] == '\n' && out->str[out->len - 2] == '\n')
    g_string_truncate(out, out->len - 1);
  *ret = g_string_free(out, FALSE);
  return 0;
}
