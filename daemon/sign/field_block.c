/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sign/field_block.h"

#include <string.h>

void field_block_clear(FieldBlock *block) {
  g_clear_pointer(&block->names, g_ptr_array_unref);
  g_clear_pointer(&block->values, g_ptr_array_unref);
}

static gsize line_length(const char *at, gsize left) {
  const char *end = memmem(at, left, "\r\n", 2);
  return end == NULL ? left : (gsize)(end - at);
}

/* Length of the field's name when LINE begins with one and a colon, else 0. */
static gsize name_length(const char *line, gsize length) {
  gsize n = 0;
  while (n < length && line[n] > ' ' && line[n] < 0x7f && line[n] != ':')
    n++;
  return n < length && line[n] == ':' && n <= FIELD_NAME_LIMIT ? n : 0;
}

static gboolean holds_controls(const char *line, gsize length) {
  for (gsize i = 0; i < length; i++)
    if (((guchar)line[i] < ' ' && line[i] != '\t') || line[i] == 0x7f)
      return TRUE;
  return FALSE;
}

static void add_value(FieldBlock *block, GString *value) {
  g_ptr_array_add(block->values, g_strstrip(g_string_free(value, FALSE)));
}

/* One line of the block: a field's first, or one more of the field before. */
static enum field_block_outcome read_line(FieldBlock *block, GString **value, const char *line,
                                          gsize length) {
  if (holds_controls(line, length))
    return FIELD_BLOCK_MALFORMED;
  if (*line == ' ' || *line == '\t') {
    if (*value == NULL)
      return FIELD_BLOCK_MALFORMED;
    g_string_append_len(*value, line, (gssize)length);
    return FIELD_BLOCK_READ;
  }
  gsize n = name_length(line, length);
  if (n == 0)
    return FIELD_BLOCK_MALFORMED;
  if (block->names->len == FIELD_COUNT_MAX)
    return FIELD_BLOCK_TOO_LARGE;
  if (*value != NULL)
    add_value(block, g_steal_pointer(value));
  g_ptr_array_add(block->names, g_strndup(line, n));
  *value = g_string_new_len(line + n + 1, (gssize)(length - n - 1));
  return FIELD_BLOCK_READ;
}

enum field_block_outcome field_block_read(const char *bytes, gsize size, FieldBlock *ret) {
  enum field_block_outcome outcome = FIELD_BLOCK_READ;
  GString *value = NULL;
  gsize at = 0, length = 0;
  *ret = (FieldBlock){g_ptr_array_new_with_free_func(g_free), g_ptr_array_new_with_free_func(g_free), 0};
  for (; outcome == FIELD_BLOCK_READ && at < size; at = MIN(at + length + 2, size)) {
    length = line_length(bytes + at, size - at);
    if (length == 0)
      break;
    outcome =
        at + length > FIELD_BLOCK_MAX ? FIELD_BLOCK_TOO_LARGE : read_line(ret, &value, bytes + at, length);
  }
  if (value != NULL)
    add_value(ret, value);
  ret->size = MIN(at + 2, size);
  return outcome;
}

guint field_block_count(const FieldBlock *block, const char *name) {
  guint n = 0;
  for (guint i = 0; i < block->names->len; i++)
    n += g_ascii_strcasecmp(g_ptr_array_index(block->names, i), name) == 0;
  return n;
}

const char *field_block_get(const FieldBlock *block, const char *name) {
  for (guint i = 0; i < block->names->len; i++)
    if (g_ascii_strcasecmp(g_ptr_array_index(block->names, i), name) == 0)
      return g_ptr_array_index(block->values, i);
  return NULL;
}

gboolean field_block_repeats(const FieldBlock *block) {
  static const char *const once[] = {"Sender",
                                     "Subject",
                                     "Date",
                                     "To",
                                     "Cc",
                                     "Bcc",
                                     "Reply-To",
                                     "Message-ID",
                                     "In-Reply-To",
                                     "References",
                                     "MIME-Version",
                                     "Content-Type",
                                     "Content-Transfer-Encoding",
                                     "Content-Disposition"};
  for (gsize i = 0; i < G_N_ELEMENTS(once); i++)
    if (field_block_count(block, once[i]) > 1)
      return TRUE;
  return FALSE;
}
