/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "templates/template_inner.h"

#include <string.h>

struct TemplateBuilder {
  Template *template;
  GArray *nodes;    /* of TemplateNode */
  GArray *open;     /* of guint: indexes of the open sections */
  GString *literal; /* bytes not yet a node, and whether they start a line */
  gboolean literal_starts_line;
  guint literal_line;
};

Template *template_shell(const char *name, gboolean strict) {
  Template *template = g_new0(Template, 1);
  template->name = g_strdup(name);
  template->strict = strict;
  template->chunk = g_string_chunk_new(1024);
  return template;
}

void template_free(Template *template) {
  if (template == NULL)
    return;
  g_free(template->name);
  g_free(template->nodes);
  g_string_chunk_free(template->chunk);
  g_clear_pointer(&template->partials, g_hash_table_unref);
  g_free(template);
}

TemplateBuilder *template_builder_new(Template *shell) {
  TemplateBuilder *builder = g_new0(TemplateBuilder, 1);
  builder->template = shell;
  builder->nodes = g_array_new(FALSE, TRUE, sizeof(TemplateNode));
  builder->open = g_array_new(FALSE, FALSE, sizeof(guint));
  builder->literal = g_string_new(NULL);
  return builder;
}

void template_builder_free(TemplateBuilder *builder) {
  if (builder == NULL)
    return;
  g_array_unref(builder->nodes);
  g_array_unref(builder->open);
  g_string_free(builder->literal, TRUE);
  g_free(builder);
}

static TemplateNode *append_node(TemplateBuilder *builder, enum node_kind kind, const char *text,
                                 gsize length) {
  TemplateNode node = {.kind = kind, .length = length};
  node.text = g_string_chunk_insert_len(builder->template->chunk, text, (gssize)length);
  g_array_append_val(builder->nodes, node);
  return &g_array_index(builder->nodes, TemplateNode, builder->nodes->len - 1);
}

static void flush_literal(TemplateBuilder *builder) {
  if (builder->literal->len == 0 && !builder->literal_starts_line)
    return;
  TemplateNode *node = append_node(builder, NODE_LITERAL, builder->literal->str, builder->literal->len);
  node->starts_line = builder->literal_starts_line;
  node->line = builder->literal_line;
  g_string_truncate(builder->literal, 0);
  builder->literal_starts_line = FALSE;
}

/* Do bytes on LINE go on where the literal ends? Not when a comment on its own line was taken away between
 * them. */
static gboolean goes_on(const TemplateBuilder *builder, guint line) {
  guint end = builder->literal_line;
  for (gsize i = 0; i < builder->literal->len; i++)
    end += builder->literal->str[i] == '\n';
  return line == 0 || end == line;
}

void template_builder_literal(TemplateBuilder *builder, const char *text, gsize length, gboolean starts_line,
                              guint line) {
  GString *literal = builder->literal;
  /* After a line break the renderer itself sees that a line starts; only the first byte needs the mark. */
  gboolean marked = starts_line && literal->len > 0 && literal->str[literal->len - 1] != '\n';
  if (marked || !goes_on(builder, line))
    flush_literal(builder);
  if (literal->len == 0) {
    builder->literal_starts_line = builder->literal_starts_line || starts_line;
    builder->literal_line = line;
  }
  g_string_append_len(literal, text, (gssize)length);
}

static guint count_parts(const char *name, gsize length) {
  guint parts = 1;
  if (length == 1 && name[0] == '.')
    return 0;
  for (gsize i = 0; i < length; i++)
    parts += name[i] == '.';
  return parts;
}

TemplateNode *template_builder_node(TemplateBuilder *builder, enum node_kind kind, const char *name,
                                    gsize length, guint line) {
  flush_literal(builder);
  TemplateNode *node = append_node(builder, kind, name, length);
  node->parts = count_parts(name, length);
  node->line = line;
  if (kind == NODE_SECTION || kind == NODE_INVERTED) {
    guint index = builder->nodes->len - 1;
    g_array_append_val(builder->open, index);
  }
  return node;
}

TemplateNode *template_builder_section(TemplateBuilder *builder) {
  if (builder->open->len == 0)
    return NULL;
  guint index = g_array_index(builder->open, guint, builder->open->len - 1);
  return &g_array_index(builder->nodes, TemplateNode, index);
}

guint template_builder_depth(const TemplateBuilder *builder) {
  return builder->open->len;
}

void template_builder_close(TemplateBuilder *builder) {
  flush_literal(builder);
  template_builder_section(builder)->skip = builder->nodes->len;
  g_array_set_size(builder->open, builder->open->len - 1);
}

void template_builder_finish(TemplateBuilder *builder) {
  flush_literal(builder);
  g_assert(builder->open->len == 0);
  builder->template->count = builder->nodes->len;
  builder->template->nodes = (TemplateNode *)(gpointer)g_array_free(builder->nodes, FALSE);
  g_array_unref(builder->open);
  g_string_free(builder->literal, TRUE);
  g_free(builder);
}
