/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "templates/wording_inner.h"

#include "base/fault.h"
#include "base/file.h"

#include <string.h>

static const char *const level_names[] = {[FIELD_MAILING] = "mailing", [FIELD_RECIPIENT] = "recipient"};
static const char *const kind_names[] = {
    [FIELD_TEXT] = "text", [FIELD_LINES] = "lines", [FIELD_TIME] = "time",
    [FIELD_URL] = "url",   [FIELD_FLAG] = "flag",   [FIELD_LIST] = "list",
};

const char *wording_kind_name(enum field_kind kind) {
  return kind_names[kind];
}

const char *wording_level_name(enum field_level level) {
  return level_names[level];
}

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

/* Where the samples' moments are. */
#define SAMPLE_ZONE "Europe/Paris"

static int sample_words(enum language language, const char *sample, char **ret, GError **error) {
  g_autoptr(GTimeZone) zone = g_time_zone_new_identifier(SAMPLE_ZONE);
  if (zone == NULL) /* a machine without the database of time zones */
    zone = g_time_zone_new_utc();
  return language_time_given(language, sample, zone, ret, error);
}

static int check_sample(const Wording *wording, const char *name, int kind, const char *sample, guint line,
                        GError **error) {
  const char *path = wording->fields_path;
  if (*sample == '\0')
    return fault(error, FAULT_INPUT, "%s line %u: the field %s has no sample; add one at the end of the line",
                 path, line, name);
  if (kind == FIELD_URL && !escape_link_allowed(sample, strlen(sample)))
    return fault(error, FAULT_INPUT,
                 "%s line %u: the sample of %s is no http, https or mailto address; correct it", path, line,
                 name);
  g_autofree char *words = NULL;
  if (kind == FIELD_TIME && sample_words(wording->language, sample, &words, error) < 0)
    return fault_prefix(error, "%s line %u: the sample of %s", path, line, name);
  return 0;
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
                 "%s line %u: the kind of %s is none of text, lines, time, url, flag and list; correct it",
                 path, field->line, field->name);
  if (wording->fields->len >= WORDING_FIELDS_MAX)
    return fault(error, FAULT_INPUT, "%s line %u: more than %d fields; declare fewer", path, field->line,
                 WORDING_FIELDS_MAX);
  return check_sample(wording, field->name, kind, field->sample, field->line, error);
}

static int read_field(Wording *wording, char *line, guint number, GError **error) {
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

/* ---- the further lines ---- */

/* The number of the field NAME, which is declared above; < 0 with the sentence when it is not. */
static int known_field(const Wording *wording, const char *name, guint number, GError **error) {
  const Field *field = wording_field(wording, name, strlen(name));
  if (field == NULL)
    return fault(error, FAULT_INPUT,
                 "%s line %u: no field %s is declared above; correct the name, or declare it before",
                 wording->fields_path, number, name);
  return (int)(field - wording_field_at(wording, 0));
}

static int read_needs(Wording *wording, char *names, guint number, GError **error) {
  for (const char *name; *(name = cut_word(&names)) != '\0';) {
    int index = known_field(wording, name, number, error);
    if (index < 0)
      return index;
    wording->needed[index] = TRUE;
  }
  return 0;
}

static int read_languages(const Wording *wording, const char *codes, guint number, guint *ret,
                          GError **error) {
  g_auto(GStrv) each = g_strsplit(codes, ",", -1);
  *ret = 0;
  for (char **code = each; *code != NULL; code++) {
    enum language language = LANGUAGE_FR;
    if (strlen(*code) != 2 || !language_parse(*code, &language))
      return fault(error, FAULT_INPUT, "%s line %u: \"%s\" is none of fr, en, es and pt; correct it",
                   wording->fields_path, number, *code);
    *ret |= LANGUAGE_BIT(language);
  }
  return 0;
}

static int read_differs(Wording *wording, char *rest, guint number, GError **error) {
  int index = known_field(wording, cut_word(&rest), number, error);
  if (index < 0)
    return index;
  WordingDifference difference = {(guint)index, 0};
  int r = read_languages(wording, cut_word(&rest), number, &difference.languages, error);
  if (r < 0)
    return r;
  if (*rest == '\0')
    return fault(error, FAULT_INPUT,
                 "%s line %u: no reason stands here; say why these languages do without the field",
                 wording->fields_path, number);
  g_array_append_val(wording->differences, difference);
  return 0;
}

/* "name.en sample" */
static int read_sample(Wording *wording, char *line, guint number, GError **error) {
  char *rest = g_string_chunk_insert(wording->chunk, line), *name = cut_word(&rest),
       *code = strchr(name, '.');
  guint languages = 0;
  *code++ = '\0';
  int index = known_field(wording, name, number, error);
  int r = index < 0 ? index : read_languages(wording, code, number, &languages, error);
  if (r < 0)
    return r;
  r = check_sample(wording, name, (int)wording_field_at(wording, (guint)index)->kind, rest, number, error);
  if (r < 0)
    return r;
  if ((languages & LANGUAGE_BIT(wording->language)) != 0)
    wording->samples[index] = rest;
  return 0;
}

static char *after_word(char *line, const char *word) {
  return g_str_has_prefix(line, word) ? g_strchug(line + strlen(word)) : NULL;
}

static int read_line(Wording *wording, char *line, guint number, GError **error) {
  char *rest = NULL;
  g_strstrip(line);
  if (line[0] == '\0' || line[0] == '#')
    return 0;
  if (strcmp(line, "first-contact") == 0) {
    wording->first_contact = TRUE;
    return 0;
  }
  if ((rest = after_word(line, "purpose:")) != NULL) {
    wording->purpose = g_string_chunk_insert(wording->chunk, rest);
    return 0;
  }
  if ((rest = after_word(line, "needs:")) != NULL)
    return read_needs(wording, rest, number, error);
  if ((rest = after_word(line, "differs:")) != NULL)
    return read_differs(wording, rest, number, error);
  const char *point = line + strcspn(line, " \t.");
  return *point == '.' ? read_sample(wording, line, number, error) : read_field(wording, line, number, error);
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
  return r;
}

/* ---- samples ---- */

static Value sample_time(enum language language, const char *sample, ValuePool *pool) {
  g_autofree char *words = NULL;
  if (sample_words(language, sample, &words, NULL) < 0) /* another language's, read with the file */
    return value_pool_text(pool, sample);
  return value_pool_text(pool, words);
}

static Value sample_list(const char *sample, ValuePool *pool) {
  g_auto(GStrv) texts = g_strsplit(sample, " | ", -1);
  Value *items = value_pool_items(pool, g_strv_length(texts));
  for (guint i = 0; texts[i] != NULL; i++)
    items[i] = value_pool_text(pool, texts[i]);
  return value_list(items, g_strv_length(texts));
}

static Value sample_of(const Wording *wording, const Field *field, ValuePool *pool) {
  const char *sample = wording_sample(wording, field);
  switch (field->kind) {
  case FIELD_FLAG:
    return value_flag(strcmp(sample, "no") != 0);
  case FIELD_LINES: {
    g_auto(GStrv) lines = g_strsplit(sample, " / ", -1);
    g_autofree char *joined = g_strjoinv("\n", lines);
    return value_pool_text(pool, joined);
  }
  case FIELD_LIST:
    return sample_list(sample, pool);
  case FIELD_TIME:
    return sample_time(wording->language, sample, pool);
  case FIELD_TEXT:
  case FIELD_URL:
    break;
  }
  return value_pool_text(pool, sample);
}

Value wording_samples(const Wording *wording, enum field_level level, ValuePool *pool) {
  ValueField *fields = value_pool_fields(pool, wording->fields->len);
  gsize count = 0;
  for (guint i = 0; i < wording->fields->len; i++) {
    const Field *field = wording_field_at(wording, i);
    if (field->level != level)
      continue;
    fields[count].key = value_pool_text(pool, field->name).text;
    fields[count++].value = sample_of(wording, field, pool);
  }
  return value_map(fields, count);
}
