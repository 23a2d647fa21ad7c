/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "templates/wording_inner.h"

#include "base/fault.h"

#include <string.h>

typedef struct {
  Wording *wording;
  const Template *template;
  GError **error;
} TagCheck;

static const char *sigil_of(const TemplateNode *node) {
  if (node->kind == NODE_PARTIAL)
    return ">";
  return node->kind == NODE_SECTION ? "#" : node->kind == NODE_INVERTED ? "^" : "";
}

static int refuse(const TagCheck *check, const TemplateNode *node, const char *why) {
  return fault(check->error, FAULT_INPUT, "%s line %u: {{%s%s}}: %s", check->wording->path, node->line,
               sigil_of(node), node->text, why);
}

static int refuse_undeclared(const TagCheck *check, const TemplateNode *node) {
  return fault(check->error, FAULT_INPUT,
               "%s line %u: {{%s%s}}: no such field; correct the name or declare it in %s",
               check->wording->path, node->line, sigil_of(node), node->text, check->wording->fields_path);
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

/* ---- what is lacking ---- */

typedef struct {
  const Wording *wording;
  const Value *mailing;
  GArray *lacks; /* of WordingLack */
} LackSearch;

static gboolean has_value(const LackSearch *search, const Field *field) {
  const Value *value =
      search->mailing != NULL ? value_get(search->mailing, field->name, strlen(field->name)) : NULL;
  gboolean flag = value != NULL && field->kind == FIELD_FLAG && value->kind != VALUE_NONE;
  return flag || (value != NULL && value_truthy(value));
}

static void add_lack(LackSearch *search, const Field *field, guint line) {
  for (guint i = 0; i < search->lacks->len; i++) {
    if (g_array_index(search->lacks, WordingLack, i).field == field)
      return;
  }
  WordingLack lack = {field, line};
  g_array_append_val(search->lacks, lack);
}

/* A section over a field of the recipient's may be shown to somebody. */
static gboolean is_shown(const LackSearch *search, const TemplateNode *node, const Field *field) {
  if (field->level == FIELD_RECIPIENT)
    return TRUE;
  const Value *value =
      search->mailing != NULL ? value_get(search->mailing, field->name, strlen(field->name)) : NULL;
  gboolean truthy = value != NULL && value_truthy(value);
  return truthy == (node->kind == NODE_SECTION);
}

static void search_template(LackSearch *search, const Template *template) {
  for (guint i = 0; i < template->count;) {
    const TemplateNode *node = &template->nodes[i++];
    if (node->kind == NODE_LITERAL || node->parts == 0)
      continue;
    const Field *field = wording_field(search->wording, node->text, node->length);
    if (node->kind != NODE_VALUE)
      i = is_shown(search, node, field) ? i : node->skip;
    else if (field->level == FIELD_MAILING && !has_value(search, field))
      add_lack(search, field, node->line);
  }
}

GArray *wording_lacks(const Wording *wording, const Value *mailing) {
  LackSearch search = {wording, mailing, g_array_new(FALSE, FALSE, sizeof(WordingLack))};
  search_template(&search, wording->subject);
  search_template(&search, wording->body);
  for (guint i = 0; i < wording->fields->len; i++) {
    const Field *field = wording_field_at(wording, i);
    if (wording->needed[i] && field->level == FIELD_MAILING && !has_value(&search, field))
      add_lack(&search, field, 0);
  }
  return search.lacks;
}
