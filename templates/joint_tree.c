/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where the joints have come to stand in the Markdown parser's tree: what is allowed there, and what is put
 * there. */
#include "templates/joint.h"

#include "base/fault.h"

#include <string.h>

typedef struct {
  const Joints *joints;
  GPtrArray *parents; /* of cmark_node: what each open section stands in */
  GError **error;
} Check;

/* The line of the wording's file where the block that NODE is in begins. */
static guint line_of(const Joints *joints, cmark_node *node) {
  int line = 0;
  for (; node != NULL && line == 0; node = cmark_node_parent(node))
    line = cmark_node_get_start_line(node);
  guint index = line > 0 ? (guint)line - 1 : 0;
  return index < joints->lines->len ? g_array_index(joints->lines, guint, index) : 1;
}

static int refuse(const Check *check, cmark_node *node, const char *why) {
  return fault(check->error, FAULT_INPUT, "%s line %u: %s", check->joints->wording->path,
               line_of(check->joints, node), why);
}

static int refuse_joint(const Check *check, const Joint *joint, const char *why) {
  const char *sigil = joint->kind == JOINT_OPEN       ? "#"
                      : joint->kind == JOINT_INVERTED ? "^"
                      : joint->kind == JOINT_CLOSE    ? "/"
                                                      : "";
  return fault(check->error, FAULT_INPUT, "%s line %u: {{%s%s}}: %s", check->joints->wording->path,
               joint->line, sigil, joint->name, why);
}

static gboolean has_ancestor(cmark_node *node, cmark_node_type type) {
  for (; node != NULL; node = cmark_node_parent(node)) {
    if (cmark_node_get_type(node) == type)
      return TRUE;
  }
  return FALSE;
}

/* A tag on a line of its own has become a paragraph of its own; then its section is made of whole blocks. */
static gboolean is_whole_paragraph(cmark_node *text) {
  cmark_node *parent = cmark_node_parent(text);
  return cmark_node_get_type(parent) == CMARK_NODE_PARAGRAPH && cmark_node_previous(text) == NULL &&
         cmark_node_next(text) == NULL && strlen(cmark_node_get_literal(text)) == JOINT_BYTES;
}

static int check_section(Check *check, cmark_node *text, const Joint *joint) {
  if (joint->alone && !is_whole_paragraph(text))
    return refuse_joint(check, joint,
                        "the tag cannot stand here on a line of its own; put it in the paragraph");
  cmark_node *parent = cmark_node_parent(text);
  if (joint->alone)
    parent = cmark_node_parent(parent);
  if (joint->kind != JOINT_CLOSE) {
    g_ptr_array_add(check->parents, parent);
    return 0;
  }
  /* The writer opens and closes in pairs, so there is one to take. */
  cmark_node *opened = g_ptr_array_steal_index(check->parents, check->parents->len - 1);
  if (opened != parent)
    return refuse_joint(
        check, joint,
        "the section opens and closes in different paragraphs or emphases; let both tags stand in "
        "the same one, or each on a line of its own");
  return 0;
}

static int check_text(Check *check, cmark_node *node) {
  for (const char *c = cmark_node_get_literal(node); *c != '\0'; c++) {
    const Joint *joint = joints_at(check->joints, c);
    if (joint == NULL || joint->field->level == FIELD_MAILING)
      continue;
    if (has_ancestor(node, CMARK_NODE_HEADING))
      return refuse_joint(check, joint,
                          "a heading is the same for all recipients; move the tag to a paragraph");
    int r = joint->kind == JOINT_VALUE ? 0 : check_section(check, node, joint);
    if (r < 0)
      return r;
  }
  return 0;
}

/* Code has no place for sections: they would be shown as a line break and a half. */
static int check_code(const Check *check, cmark_node *node) {
  for (const char *c = cmark_node_get_literal(node); *c != '\0'; c++) {
    const Joint *joint = joints_at(check->joints, c);
    if (joint != NULL && joint->kind >= JOINT_OPEN)
      return refuse_joint(check, joint, "a section cannot stand within code; move it to a paragraph");
  }
  return 0;
}

static int check_link(const Check *check, cmark_node *node) {
  const char *url = cmark_node_get_url(node);
  const Joint *first = joints_at(check->joints, url);
  if (first != NULL && (first->field->kind != FIELD_URL || url[JOINT_BYTES] != '\0'))
    return refuse_joint(check, first,
                        "only a field of kind url can be a link's address, and alone; declare it so");
  if (first == NULL && !escape_link_allowed(url, strlen(url)))
    return refuse(check, node, "a link goes to no http, https or mailto address; correct its address");
  for (const char *c = url; *c != '\0'; c++) {
    const Joint *joint = joints_at(check->joints, c);
    if (joint != NULL && joint->kind >= JOINT_OPEN)
      return refuse_joint(check, joint,
                          "a section cannot stand within a link's address; put it around the link");
  }
  if (cmark_node_get_title(node)[0] != '\0')
    return refuse(check, node,
                  "a link has a title in quotation marks, which text cannot show; remove the title");
  return 0;
}

static int check_node(Check *check, cmark_node *node) {
  switch (cmark_node_get_type(node)) {
  case CMARK_NODE_HTML_BLOCK:
  case CMARK_NODE_HTML_INLINE:
    return refuse(check, node, "HTML cannot be used in a wording; write it in Markdown");
  case CMARK_NODE_IMAGE:
    return refuse(check, node, "images cannot be used in a wording; describe it in words");
  case CMARK_NODE_LINK:
    return check_link(check, node);
  case CMARK_NODE_TEXT:
    return check_text(check, node);
  case CMARK_NODE_CODE:
  case CMARK_NODE_CODE_BLOCK:
    return check_code(check, node);
  default:
    return 0;
  }
}

int joints_check_tree(const Joints *joints, cmark_node *tree, GError **error) {
  g_autoptr(GPtrArray) parents = g_ptr_array_new();
  Check check = {.joints = joints, .parents = parents, .error = error};
  int r = 0;
  cmark_iter *iter = cmark_iter_new(tree);
  for (cmark_event_type event; r == 0 && (event = cmark_iter_next(iter)) != CMARK_EVENT_DONE;) {
    if (event == CMARK_EVENT_ENTER)
      r = check_node(&check, cmark_iter_get_node(iter));
  }
  cmark_iter_free(iter);
  return r;
}

/* TEXT with the mailing's words in the place of their joints, only those of lines with line breaks; all else
 * as it was. */
static char *with_words(const Joints *joints, const char *text, enum place place) {
  GString *out = g_string_new(NULL);
  while (*text != '\0') {
    const Joint *joint = joints_at(joints, text);
    if (joint != NULL && joint->kind == JOINT_WORDS) {
      gboolean one_line = place == PLACE_TEXT_LINES && joint->field->kind != FIELD_LINES;
      joint_append_words(joint, one_line ? PLACE_TEXT : place, out);
      text += JOINT_BYTES;
    } else {
      g_string_append_c(out, *text++);
    }
  }
  return g_string_free(out, FALSE);
}

/* Lines become text nodes with hard breaks between them. */
static void fill_text(const Joints *joints, cmark_node *node) {
  g_autofree char *words = with_words(joints, cmark_node_get_literal(node), PLACE_TEXT_LINES);
  g_auto(GStrv) lines = g_strsplit(words, "\n", -1);
  cmark_node_set_literal(node, lines[0] != NULL ? lines[0] : "");
  for (guint i = lines[0] != NULL ? 1 : 0; lines[i] != NULL; i++) {
    cmark_node *pause = cmark_node_new(CMARK_NODE_LINEBREAK), *text = cmark_node_new(CMARK_NODE_TEXT);
    cmark_node_set_literal(text, lines[i]);
    cmark_node_insert_after(node, pause);
    cmark_node_insert_after(pause, text);
    node = text;
  }
}

/* A private-use character would be taken for a joint; percent-encoded it looks like one too. */
static gboolean resembles_joint(const Joint *joint) {
  for (gsize i = 0; i + 3 < joint->length; i++) {
    if ((guint8)joint->words[i] == 0xEE || g_ascii_strncasecmp(joint->words + i, "%EE%", 4) == 0)
      return TRUE;
  }
  return FALSE;
}

static int fill_link(const Joints *joints, cmark_node *node, GError **error) {
  const char *url = cmark_node_get_url(node);
  const Joint *whole = joints_at(joints, url);
  if (whole != NULL && whole->kind == JOINT_WORDS) {
    if (!escape_link_allowed(whole->words, whole->length) || resembles_joint(whole))
      return fault(error, FAULT_INPUT,
                   "%s line %u: {{%s}}: its value is no http, https or mailto address; correct it",
                   joints->wording->path, whole->line, whole->name);
    g_autofree char *address = g_strndup(whole->words, whole->length);
    cmark_node_set_url(node, address);
    return 0;
  }
  enum place place = g_ascii_strncasecmp(url, "mailto:", 7) == 0 ? PLACE_MAILBOX : PLACE_URL;
  g_autofree char *address = with_words(joints, url, place);
  cmark_node_set_url(node, address);
  return 0;
}

static int fill_node(const Joints *joints, cmark_node *node, GError **error) {
  switch (cmark_node_get_type(node)) {
  case CMARK_NODE_LINK:
    return fill_link(joints, node, error);
  case CMARK_NODE_TEXT:
    if (joints_within(joints, cmark_node_get_literal(node)))
      fill_text(joints, node);
    return 0;
  case CMARK_NODE_CODE:
  case CMARK_NODE_CODE_BLOCK: {
    g_autofree char *words = with_words(joints, cmark_node_get_literal(node), PLACE_TEXT_LINES);
    cmark_node_set_literal(node, words);
    return 0;
  }
  default:
    return 0;
  }
}

int joints_fill_tree(const Joints *joints, cmark_node *tree, GError **error) {
  int r = 0;
  cmark_iter *iter = cmark_iter_new(tree);
  for (cmark_event_type event; r == 0 && (event = cmark_iter_next(iter)) != CMARK_EVENT_DONE;) {
    if (event == CMARK_EVENT_ENTER)
      r = fill_node(joints, cmark_iter_get_node(iter), error);
  }
  cmark_iter_free(iter);
  return r;
}
