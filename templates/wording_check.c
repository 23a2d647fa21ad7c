/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "templates/wording_inner.h"

#include "base/fault.h"

typedef struct {
  Wording *wording;
  const Template *template;
  GError **error;
} TagCheck;

static int refuse(const TagCheck *check, const TemplateNode *node, const char *why) {
  const char *sigil = node->kind == NODE_SECTION ? "#" : node->kind == NODE_INVERTED ? "^" : "";
  if (node->kind == NODE_PARTIAL)
    sigil = ">";
  return fault(check->error, FAULT_INPUT, "%s line %u: {{%s%s}}: %s", check->wording->path, node->line, sigil,
               node->text, why);
}

static int refuse_undeclared(const TagCheck *check, const TemplateNode *node) {
  return fault(check->error, FAULT_INPUT,
               "%s line %u: {{%s}}: no such field; correct the name or declare it in %s",
               check->wording->path, node->line, node->text, check->wording->fields_path);
}

/* DOT is the field of the innermost section, which {{.}} stands for. */
static int check_value(const TagCheck *check, const TemplateNode *node, const Field *dot) {
  const Field *field = node->parts == 0 ? dot : wording_field(check->wording, node->text, node->length);
  if (node->parts == 0 && (dot == NULL || dot->kind == FIELD_FLAG))
    return refuse(check, node, "it stands within no section over a list or a text; name a field");
  if (field == NULL)
    return refuse_undeclared(check, node);
  if (field->kind == FIELD_FLAG)
    return refuse(check, node, "a flag has no words; use it as a section, {{#...}} to {{/...}}");
  if (field->kind == FIELD_LIST && node->parts != 0)
    return refuse(check, node, "a list has no words of its own; write {{.}} within a section over it");
  return 0;
}

static void note_use(const TagCheck *check, const TemplateNode *node) {
  const Field *field = node->parts == 0 ? NULL : wording_field(check->wording, node->text, node->length);
  if (field == NULL)
    return;
  guint *used = &check->wording->used[field - wording_field_at(check->wording, 0)];
  if (*used == 0)
    *used = node->line;
}

static int check_range(const TagCheck *check, guint from, guint to, const Field *dot);

static int check_section(const TagCheck *check, const TemplateNode *node, guint body, const Field *dot) {
  if (node->parts == 0)
    return refuse(check, node, "a section needs the name of a field; write it instead of the point");
  const Field *field = wording_field(check->wording, node->text, node->length);
  if (field == NULL)
    return refuse_undeclared(check, node);
  return check_range(check, body, node->skip, node->kind == NODE_SECTION ? field : dot);
}

static int check_range(const TagCheck *check, guint from, guint to, const Field *dot) {
  int r = 0;
  for (guint i = from; r == 0 && i < to;) {
    const TemplateNode *node = &check->template->nodes[i];
    if (node->kind != NODE_LITERAL)
      note_use(check, node);
    if (node->kind == NODE_PARTIAL)
      r = refuse(check, node, "a wording cannot take in another file; write the words here");
    else if (node->kind == NODE_VALUE)
      r = check_value(check, node, dot);
    else if (node->kind != NODE_LITERAL)
      r = check_section(check, node, i + 1, dot);
    i = node->skip > 0 ? node->skip : i + 1;
  }
  return r;
}

int wording_check_tags(Wording *wording, GError **error) {
  TagCheck check = {.wording = wording, .template = wording->subject, .error = error};
  int r = check_range(&check, 0, check.template->count, NULL);
  if (r < 0)
    return r;
  check.template = wording->body;
  return check_range(&check, 0, check.template->count, NULL);
}
