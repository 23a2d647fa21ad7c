/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "templates/wording_inner.h"

#include "base/fault.h"
#include "base/file.h"

#include <string.h>

static const char *const level_names[] = {[FIELD_MAILING] = "mailing", [FIELD_RECIPIENT] = "recipient"};
static const char *const kind_names[] = {
    [FIELD_TEXT] = "text", [FIELD_LINES] = "lines", [FIELD_URL] = "url",
    [FIELD_FLAG] = "flag", [FIELD_LIST] = "list",
};

static int index_of(const char *const *names, gsize count, const char *word) {
  for (gsize i = 0; i < count; i++) {
    if (strcmp(names[i], word) == 0)
      return (int)i;
  }
  return -1;
}

static gboolean good_name(const char *name) {
  if (!g_ascii_islower(name[0]))
    return FALSE;
  return strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_") == strlen(name);
}

/* Cuts the next word off *TEXT; "" when there is none. */
static char *cut_word(char **text) {
  char *word = *text + strspn(*text, " \t");
  char *end = word + strcspn(word, " \t");
  *text = end + strspn(end, " \t");
  *end = '\0';
  return word;
}

static int check_field(const Wording *wording, const Field *field, int level, int kind, GError **error) {
  const char *path = wording->fields_path;
  if (!good_name(field->name))
    return fault(error, FAULT_INPUT, "%s line %u: \"%s\" is no name of a field; use a to z, 0 to 9 and _",
                 path, field->line, field->name);
  if (wording_field(wording, field->name, strlen(field->name)) != NULL)
    return fault(error, FAULT_INPUT, "%s line %u: the field %s is declared twice; remove one", path,
                 field->line, field->name);
  if (level < 0)
    return fault(error, FAULT_INPUT,
                 "%s line %u: the level of %s is neither mailing nor recipient; correct it", path,
                 field->line, field->name);
  if (kind < 0)
    return fault(error, FAULT_INPUT,
                 "%s line %u: the kind of %s is none of text, lines, url, flag and list; correct it", path,
                 field->line, field->name);
  if (field->sample[0] == '\0')
    return fault(error, FAULT_INPUT, "%s line %u: the field %s has no sample; add one after its kind", path,
                 field->line, field->name);
  if (kind == FIELD_URL && !escape_link_allowed(field->sample, strlen(field->sample)))
    return fault(error, FAULT_INPUT,
                 "%s line %u: the sample of %s is no http, https or mailto address; correct it", path,
                 field->line, field->name);
  if (wording->fields->len >= WORDING_FIELDS_MAX)
    return fault(error, FAULT_INPUT, "%s line %u: more than %d fields; declare fewer", path, field->line,
                 WORDING_FIELDS_MAX);
  return 0;
}

static int read_line(Wording *wording, char *line, guint number, GError **error) {
  g_strstrip(line);
  if (line[0] == '\0' || line[0] == '#')
    return 0;
  if (strcmp(line, "first-contact") == 0) {
    wording->first_contact = TRUE;
    return 0;
  }
  char *rest = g_string_chunk_insert(wording->chunk, line);
  Field field = {.name = cut_word(&rest), .line = number};
  int level = index_of(level_names, G_N_ELEMENTS(level_names), cut_word(&rest));
  int kind = index_of(kind_names, G_N_ELEMENTS(kind_names), cut_word(&rest));
  field.sample = rest;
  int r = check_field(wording, &field, level, kind, error);
  if (r < 0)
    return r;
  field.level = (enum field_level)level;
  field.kind = (enum field_kind)kind;
  g_array_append_val(wording->fields, field);
  return 0;
}

int wording_read_fields(Wording *wording, DigestState *state, GError **error) {
  g_autoptr(GBytes) bytes = NULL;
  int r = file_read(wording->fields_path, WORDING_FILE_MAX, &bytes, error);
  if (r < 0)
    return r;
  gsize size = 0;
  const char *text = g_bytes_get_data(bytes, &size);
  digest_add(state, text, size);
  if (!g_utf8_validate_len(text, size, NULL))
    return fault(error, FAULT_INPUT, "%s: the file is not valid UTF-8; save it as UTF-8",
                 wording->fields_path);
  g_autofree char *copy = g_strndup(text, size);
  g_auto(GStrv) lines = g_strsplit(copy, "\n", -1);
  for (guint i = 0; lines[i] != NULL && r == 0; i++)
    r = read_line(wording, lines[i], i + 1, error);
  wording->used = g_new0(guint, wording->fields->len + 1);
  return r;
}

static Value sample_of(const Field *field, ValuePool *pool) {
  switch (field->kind) {
  case FIELD_FLAG:
    return value_flag(strcmp(field->sample, "no") != 0);
  case FIELD_LINES: {
    g_auto(GStrv) lines = g_strsplit(field->sample, " / ", -1);
    g_autofree char *joined = g_strjoinv("\n", lines);
    return value_pool_text(pool, joined);
  }
  case FIELD_LIST: {
    g_auto(GStrv) texts = g_strsplit(field->sample, " | ", -1);
    Value *items = value_pool_items(pool, g_strv_length(texts));
    for (guint i = 0; texts[i] != NULL; i++)
      items[i] = value_pool_text(pool, texts[i]);
    return value_list(items, g_strv_length(texts));
  }
  case FIELD_TEXT:
  case FIELD_URL:
    break;
  }
  return value_pool_text(pool, field->sample);
}

Value wording_samples(const Wording *wording, enum field_level level, ValuePool *pool) {
  ValueField *fields = value_pool_fields(pool, wording->fields->len);
  gsize count = 0;
  for (guint i = 0; i < wording->fields->len; i++) {
    const Field *field = &g_array_index(wording->fields, Field, i);
    if (field->level != level)
      continue;
    fields[count].key = value_pool_text(pool, field->name).text;
    fields[count++].value = sample_of(field, pool);
  }
  return value_map(fields, count);
}
