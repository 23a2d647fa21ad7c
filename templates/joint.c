/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "templates/joint.h"

#include "base/fault.h"

#include <string.h>

void joints_init(Joints *joints, const Wording *wording, const Value *mailing) {
  *joints = (Joints){.wording = wording,
                     .mailing = mailing,
                     .joints = g_array_new(FALSE, FALSE, sizeof(Joint)),
                     .lines = g_array_new(FALSE, FALSE, sizeof(guint)),
                     .text = g_string_new(NULL)};
}

void joints_clear(Joints *joints) {
  g_clear_pointer(&joints->joints, g_array_unref);
  g_clear_pointer(&joints->lines, g_array_unref);
  if (joints->text != NULL)
    g_string_free(joints->text, TRUE);
  joints->text = NULL;
}

/* One state of writing: within which section "." stands for what. */
typedef struct {
  Joints *joints;
  const TemplateNode *nodes;
  const Field *dot;       /* the innermost section's field */
  const Value *dot_value; /* of the mailing's level; NULL when it is the recipient's */
  guint line;
  GError **error;
} Writing;

static int write_range(Writing *writing, guint from, guint to);

static int refuse(const Writing *writing, const TemplateNode *node, const char *why) {
  return fault(writing->error, FAULT_INPUT, "%s line %u: {{%s}}: %s", writing->joints->wording->path,
               node->line, node->text, why);
}

static void write_text(Writing *writing, const char *text, gsize length) {
  for (gsize i = 0; i < length; i++) {
    if (text[i] != '\n')
      continue;
    g_array_append_val(writing->joints->lines, writing->line);
    writing->line++;
  }
  g_string_append_len(writing->joints->text, text, (gssize)length);
}

/* A recipient's tag that comes again is the same joint, so that a link whose words are its address is seen to
 * be one. */
static guint find_value(const Joints *joints, const Joint *joint) {
  for (guint i = 0; joint->kind == JOINT_VALUE && i < joints->joints->len; i++) {
    const Joint *have = &g_array_index(joints->joints, Joint, i);
    if (have->kind == JOINT_VALUE && have->field == joint->field && strcmp(have->name, joint->name) == 0)
      return i;
  }
  return joints->joints->len;
}

static int write_joint(Writing *writing, const TemplateNode *node, Joint joint) {
  Joints *joints = writing->joints;
  if (joints->joints->len >= JOINTS_MAX)
    return refuse(writing, node, "the text has too many tags once its lists are written out; shorten a list");
  joint.line = joint.kind == JOINT_CLOSE ? node->closing_line : node->line;
  writing->line = joint.line;
  joint.name = node->text;
  guint index = find_value(joints, &joint);
  if (joint.alone)
    write_text(writing, "\n\n", 2);
  g_string_append_unichar(joints->text, JOINT_FIRST + index);
  if (joint.alone)
    write_text(writing, "\n\n", 2);
  if (index == joints->joints->len)
    g_array_append_val(joints->joints, joint);
  return 0;
}

static const Field *field_of(const Writing *writing, const TemplateNode *node) {
  return node->parts == 0 ? writing->dot : wording_field(writing->joints->wording, node->text, node->length);
}

/* Which kinds of value a field of each kind may be given. */
static gboolean fits(enum field_kind kind, enum value_kind value) {
  if (value == VALUE_NONE)
    return TRUE;
  if (kind == FIELD_LIST)
    return value == VALUE_LIST;
  if (kind == FIELD_FLAG)
    return value == VALUE_TRUE || value == VALUE_FALSE;
  return value == VALUE_TEXT;
}

static int mailing_value(const Writing *writing, const TemplateNode *node, const Field *field,
                         const Value **ret) {
  *ret = node->parts == 0 ? writing->dot_value
                          : value_get(writing->joints->mailing, field->name, strlen(field->name));
  if (*ret == NULL)
    return refuse(writing, node, "the mailing gives no value for it; give one, if only an empty one");
  if (node->parts != 0 && !fits(field->kind, (*ret)->kind))
    return refuse(writing, node,
                  "the mailing gives a value of another kind than the field is declared to have");
  return 0;
}

static int write_value(Writing *writing, const TemplateNode *node) {
  const Field *field = field_of(writing, node);
  if (field->level == FIELD_RECIPIENT || writing->joints->mailing == NULL)
    return write_joint(writing, node, (Joint){.kind = JOINT_VALUE, .field = field});
  const Value *value = NULL;
  int r = mailing_value(writing, node, field, &value);
  if (r < 0 || value->kind != VALUE_TEXT)
    return r;
  return write_joint(
      writing, node,
      (Joint){.kind = JOINT_WORDS, .field = field, .words = value->text, .length = value->length});
}

static int write_body(Writing *writing, const TemplateNode *node, const Field *dot, const Value *dot_value) {
  Writing within = *writing;
  if (node->kind == NODE_SECTION) {
    within.dot = dot;
    within.dot_value = dot_value;
  }
  return write_range(&within, (guint)(node - writing->nodes) + 1, node->skip);
}

static int write_known_section(Writing *writing, const TemplateNode *node, const Field *field) {
  const Value *value = NULL;
  int r = mailing_value(writing, node, field, &value);
  if (r < 0 || value_truthy(value) == (node->kind == NODE_INVERTED))
    return r;
  if (value->kind != VALUE_LIST || node->kind == NODE_INVERTED)
    return write_body(writing, node, field, value);
  for (gsize i = 0; r == 0 && i < value->length; i++)
    r = write_body(writing, node, field, &value->items[i]);
  return r;
}

static int write_section(Writing *writing, const TemplateNode *node) {
  const Field *field = field_of(writing, node);
  if (field->level == FIELD_MAILING)
    return writing->joints->mailing == NULL ? write_body(writing, node, field, NULL)
                                            : write_known_section(writing, node, field);
  enum joint_kind kind = node->kind == NODE_SECTION ? JOINT_OPEN : JOINT_INVERTED;
  int r = write_joint(writing, node, (Joint){.kind = kind, .field = field, .alone = node->opens_alone});
  if (r == 0)
    r = write_body(writing, node, field, NULL);
  if (r == 0)
    r = write_joint(writing, node, (Joint){.kind = JOINT_CLOSE, .field = field, .alone = node->closes_alone});
  return r;
}

static int write_range(Writing *writing, guint from, guint to) {
  int r = 0;
  for (guint i = from; r == 0 && i < to;) {
    const TemplateNode *node = &writing->nodes[i];
    writing->line = node->line;
    if (node->kind == NODE_LITERAL)
      write_text(writing, node->text, node->length);
    else
      r = node->kind == NODE_VALUE ? write_value(writing, node) : write_section(writing, node);
    i = node->skip > 0 ? node->skip : i + 1;
  }
  return r;
}

int joints_write(Joints *joints, const Template *parsed, GError **error) {
  Writing writing = {.joints = joints, .nodes = parsed->nodes, .line = 1, .error = error};
  int r = write_range(&writing, 0, parsed->count);
  g_array_append_val(joints->lines, writing.line);
  return r;
}

const Joint *joints_at(const Joints *joints, const char *text) {
  const guint8 *bytes = (const guint8 *)text;
  if (bytes[0] != 0xEE || bytes[1] == 0 || bytes[2] == 0)
    return NULL;
  guint index = ((guint)(bytes[1] & 0x3F) << 6) | (bytes[2] & 0x3FU);
  return index < joints->joints->len ? &g_array_index(joints->joints, Joint, index) : NULL;
}

const Joint *joints_at_encoded(const Joints *joints, const char *text) {
  char bytes[JOINT_BYTES + 1] = {0};
  for (gsize i = 0; i < JOINT_BYTES; i++, text += 3) {
    if (text[0] != '%' || !g_ascii_isxdigit(text[1]) || !g_ascii_isxdigit(text[2]))
      return NULL;
    bytes[i] = (char)(g_ascii_xdigit_value(text[1]) * 16 + g_ascii_xdigit_value(text[2]));
  }
  return joints_at(joints, bytes);
}

gboolean joints_within(const Joints *joints, const char *text) {
  for (; *text != '\0'; text++) {
    if (joints_at(joints, text) != NULL)
      return TRUE;
  }
  return FALSE;
}

void joint_append_words(const Joint *joint, enum place place, GString *out) {
  g_autoptr(GString) words = g_string_sized_new(joint->length + 1);
  g_autofree char *valid = g_utf8_make_valid(joint->words, (gssize)joint->length);
  for (const char *c = valid; *c != '\0'; c = g_utf8_next_char(c)) {
    gunichar character = g_utf8_get_char(c);
    gboolean taken = character >= JOINT_FIRST && character < JOINT_FIRST + JOINTS_MAX;
    g_string_append_unichar(words, taken ? 0xFFFD : character);
  }
  (void)escape_append(place, words->str, words->len, out);
}
