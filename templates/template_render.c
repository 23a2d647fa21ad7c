/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "templates/template_inner.h"

#include "base/fault.h"

#include <string.h>

typedef struct {
  const Value *stack[TEMPLATE_DEPTH_MAX + 1]; /* contexts, the innermost last */
  guint contexts;
  guint depth; /* sections and partials we are within */
  guint steps;
  gsize start; /* of our output in OUT */
  GString *out;
  GString *indent; /* of the partials we are within; NULL while there is none */
  const Template *template;
  GError **error;
} Render;

static int render_range(Render *render, guint from, guint to);

static const Value *find_first(const Render *render, const char *key, gsize length) {
  for (guint i = render->contexts; i-- > 0;) {
    const Value *found = value_get(render->stack[i], key, length);
    if (found != NULL)
      return found;
  }
  return NULL;
}

/* Only the first part of a dotted name is looked for outwards; the others must be within it. */
static const Value *find(const Render *render, const TemplateNode *node) {
  if (node->parts == 0)
    return render->stack[render->contexts - 1];
  if (node->parts == 1)
    return find_first(render, node->text, node->length);
  const char *part = node->text, *end = node->text + node->length;
  const char *dot = memchr(part, '.', node->length);
  const Value *value = find_first(render, part, (gsize)(dot - part));
  while (value != NULL && dot != end) {
    part = dot + 1;
    dot = memchr(part, '.', (gsize)(end - part));
    if (dot == NULL)
      dot = end;
    value = value_get(value, part, (gsize)(dot - part));
  }
  return value;
}

static int refuse_lacking(const Render *render, const TemplateNode *node) {
  return fault(render->error, FAULT_INPUT,
               "%s: no value was given for {{%s}}; give one, if only an empty one", render->template->name,
               node->text);
}

static int render_value(Render *render, const TemplateNode *node) {
  const Value *value = find(render, node);
  if (value == NULL)
    return render->template->strict ? refuse_lacking(render, node) : 0;
  if (value->kind != VALUE_TEXT)
    return 0;
  if (!escape_append(node->place, value->text, value->length, render->out))
    return fault(
        render->error, FAULT_INPUT,
        "%s: the value of {{%s}} is to be a link but is no http, https or mailto address; correct it",
        render->template->name, node->text);
  return 0;
}

static int enter(Render *render, const TemplateNode *node) {
  if (++render->depth > TEMPLATE_DEPTH_MAX)
    return fault(render->error, FAULT_RULE,
                 "%s: more than %d sections and partials within one another at {{%s}}",
                 render->template->name, TEMPLATE_DEPTH_MAX, node->text);
  return 0;
}

static int render_within(Render *render, const Value *context, guint from, guint to) {
  render->stack[render->contexts++] = context;
  int r = render_range(render, from, to);
  render->contexts--;
  return r;
}

static int render_items(Render *render, const Value *list, guint from, guint to) {
  int r = 0;
  for (gsize i = 0; r == 0 && i < list->length; i++)
    r = render_within(render, &list->items[i], from, to);
  return r;
}

static int render_section(Render *render, const TemplateNode *node, guint from) {
  const Value *value = find(render, node);
  if (value == NULL && render->template->strict)
    return refuse_lacking(render, node);
  gboolean truthy = value != NULL && value_truthy(value);
  if (truthy == (node->kind == NODE_INVERTED))
    return 0;
  int r = enter(render, node);
  if (r == 0 && node->kind == NODE_INVERTED)
    r = render_range(render, from, node->skip);
  else if (r == 0 && value->kind == VALUE_LIST)
    r = render_items(render, value, from, node->skip);
  else if (r == 0)
    r = render_within(render, value, from, node->skip);
  render->depth--;
  return r;
}

static int render_partial(Render *render, const TemplateNode *node) {
  if (node->partial == NULL)
    return 0;
  int r = enter(render, node);
  if (r == 0) {
    const Template *outer = render->template;
    gsize indent = render->indent->len;
    g_string_append(render->indent, node->indent != NULL ? node->indent : "");
    render->template = node->partial;
    r = render_range(render, 0, node->partial->count);
    render->template = outer;
    g_string_truncate(render->indent, indent);
  }
  render->depth--;
  return r;
}

static void render_literal(Render *render, const TemplateNode *node) {
  const char *text = node->text, *end = text + node->length;
  if (render->indent->len == 0) {
    g_string_append_len(render->out, text, end - text);
    return;
  }
  while (text < end) {
    const char *next = memchr(text, '\n', (gsize)(end - text));
    next = next == NULL ? end : next + 1;
    g_string_append_len(render->out, text, next - text);
    text = next;
    if (text < end)
      g_string_append_len(render->out, render->indent->str, (gssize)render->indent->len);
  }
}

static int check_ceilings(const Render *render) {
  if (render->steps > TEMPLATE_STEPS_MAX)
    return fault(render->error, FAULT_RULE, "%s: the template takes more than %d steps; shorten its lists",
                 render->template->name, TEMPLATE_STEPS_MAX);
  if (render->out->len - render->start > TEMPLATE_OUTPUT_MAX)
    return fault(render->error, FAULT_RULE, "%s: the text grows beyond %d bytes; shorten the values",
                 render->template->name, TEMPLATE_OUTPUT_MAX);
  return 0;
}

static int render_node(Render *render, const TemplateNode *node, guint after) {
  if (node->starts_line && render->indent->len > 0)
    g_string_append_len(render->out, render->indent->str, (gssize)render->indent->len);
  switch (node->kind) {
  case NODE_LITERAL:
    render_literal(render, node);
    return 0;
  case NODE_VALUE:
    return render_value(render, node);
  case NODE_SECTION:
  case NODE_INVERTED:
    return render_section(render, node, after);
  case NODE_PARTIAL:
    return render_partial(render, node);
  }
  return 0;
}

static int render_range(Render *render, guint from, guint to) {
  const TemplateNode *nodes = render->template->nodes;
  for (guint i = from; i < to;) {
    const TemplateNode *node = &nodes[i];
    render->steps++;
    int r = check_ceilings(render);
    if (r == 0)
      r = render_node(render, node, i + 1);
    if (r < 0)
      return r;
    i = node->skip > 0 ? node->skip : i + 1;
  }
  return 0;
}

int template_render(const Template *template, const Value *values, GString *out, GError **error) {
  GString no_indent = {.str = NULL, .len = 0};
  g_autoptr(GString) indent = template->partials != NULL ? g_string_new(NULL) : NULL;
  Render render = {.stack = {values},
                   .contexts = 1,
                   .start = out->len,
                   .out = out,
                   .indent = indent != NULL ? indent : &no_indent,
                   .template = template,
                   .error = error};
  int r = render_range(&render, 0, template->count);
  if (r == 0)
    r = check_ceilings(&render);
  if (r < 0)
    g_string_truncate(out, render.start);
  return r;
}
