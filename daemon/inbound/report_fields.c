/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "inbound/report_fields.h"

#include <string.h>

typedef struct {
  guint group;
  char *name; /* lower case */
  GString *value;
} Field;

struct ReportFields {
  GArray *all; /* of Field */
  guint groups;
};

static void field_clear(gpointer data) {
  Field *field = data;
  g_free(field->name);
  g_string_free(field->value, TRUE);
}

static gboolean is_name(const char *line, gsize length) {
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isalnum(line[i]) && line[i] != '-' && line[i] != '_')
      return FALSE;
  return length > 0 && length < 80;
}

static void add_value(Field *field, const char *text, gsize length) {
  gsize room = REPORT_FIELDS_VALUE_MAX - MIN(field->value->len, REPORT_FIELDS_VALUE_MAX);
  g_string_append_len(field->value, text, (gssize)MIN(length, room));
}

/* TRUE when the line was a field or the rest of one. */
static gboolean read_line(ReportFields *fields, const char *line, gsize length, gboolean continues) {
  if ((*line == ' ' || *line == '\t') && continues && fields->all->len > 0) {
    add_value(&g_array_index(fields->all, Field, fields->all->len - 1), line, length);
    return TRUE;
  }
  while (length > 0 && *line == ' ') {
    line++;
    length--;
  }
  const char *colon = memchr(line, ':', length);
  if (colon == NULL || !is_name(line, (gsize)(colon - line)))
    return FALSE;
  g_autofree char *name = g_strndup(line, (gsize)(colon - line));
  Field field = {fields->groups, g_ascii_strdown(name, -1), g_string_new(NULL)};
  add_value(&field, colon + 1, length - (gsize)(colon + 1 - line));
  g_array_append_val(fields->all, field);
  return TRUE;
}

ReportFields *report_fields_read(const char *text) {
  ReportFields *fields = g_new0(ReportFields, 1);
  fields->all = g_array_new(FALSE, FALSE, sizeof(Field));
  g_array_set_clear_func(fields->all, field_clear);
  gboolean continues = FALSE;
  for (const char *at = text; *at != '\0' && fields->all->len < REPORT_FIELDS_MAX;) {
    gsize whole = strcspn(at, "\n");
    gsize length = whole > 0 && at[whole - 1] == '\r' ? whole - 1 : whole;
    if (length == 0 && continues && ++fields->groups >= REPORT_FIELDS_GROUP_MAX)
      break;
    continues = length > 0 && read_line(fields, at, length, continues);
    at += whole + (at[whole] == '\n' ? 1 : 0);
  }
  if (fields->all->len > 0)
    fields->groups = g_array_index(fields->all, Field, fields->all->len - 1).group + 1;
  for (guint i = 0; i < fields->all->len; i++)
    g_strstrip(g_array_index(fields->all, Field, i).value->str);
  return fields;
}

void report_fields_free(ReportFields *fields) {
  if (fields == NULL)
    return;
  g_array_unref(fields->all);
  g_free(fields);
}

guint report_fields_groups(const ReportFields *fields) {
  return fields->all->len > 0 ? fields->groups : 0;
}

static const Field *find(const ReportFields *fields, int group, const char *name) {
  for (guint i = 0; i < fields->all->len; i++) {
    const Field *field = &g_array_index(fields->all, Field, i);
    if ((group < 0 || field->group == (guint)group) && g_ascii_strcasecmp(field->name, name) == 0)
      return field;
  }
  return NULL;
}

const char *report_fields_get(const ReportFields *fields, guint group, const char *name) {
  const Field *field = find(fields, (int)group, name);
  return field != NULL ? field->value->str : NULL;
}

int report_fields_group_with(const ReportFields *fields, const char *name) {
  const Field *field = find(fields, -1, name);
  return field != NULL ? (int)field->group : -1;
}

/* RFC 3461 §4: "+" and two hexadecimal digits stand for one octet. A "+" of another kind, as in the address
 * of somebody who did not encode, stays. */
static char *decode_xtext(const char *text) {
  GString *plain = g_string_new(NULL);
  for (const char *at = text; *at != '\0'; at++) {
    gboolean encoded = *at == '+' && g_ascii_isxdigit(at[1]) && !g_ascii_islower(at[1]) &&
                       g_ascii_isxdigit(at[2]) && !g_ascii_islower(at[2]);
    int octet = encoded ? g_ascii_xdigit_value(at[1]) * 16 + g_ascii_xdigit_value(at[2]) : 0;
    if (encoded && octet > 32 && octet < 127 && !g_ascii_isalnum(octet)) {
      g_string_append_c(plain, (char)octet);
      at += 2;
    } else {
      g_string_append_c(plain, *at);
    }
  }
  return g_string_free(plain, FALSE);
}

/* RFC 6533 §3: "\\x{E9}" stands for one character where only ASCII may stand; *at is past it, or 0. */
static gunichar take_embedded(const char **at) {
  if (!g_str_has_prefix(*at, "\\x{"))
    return 0;
  char *end = NULL;
  guint64 point = g_ascii_strtoull(*at + 3, &end, 16);
  if (end == *at + 3 || end > *at + 9 || *end != '}' || point == 0 || !g_unichar_validate((gunichar)point))
    return 0;
  *at = end + 1;
  return (gunichar)point;
}

static char *decode_embedded(const char *text) {
  GString *plain = g_string_new(NULL);
  while (*text != '\0') {
    gunichar letter = take_embedded(&text);
    if (letter != 0)
      g_string_append_unichar(plain, letter);
    else
      g_string_append_c(plain, *text++);
  }
  return g_string_free(plain, FALSE);
}

char *report_fields_address(const char *value) {
  if (value == NULL)
    return NULL;
  const char *semicolon = strchr(value, ';');
  const char *address = semicolon != NULL ? semicolon + 1 : value;
  gboolean is_utf8 = g_ascii_strncasecmp(value, "utf-8", strlen("utf-8")) == 0;
  g_autofree char *plain = is_utf8 ? decode_embedded(address) : decode_xtext(address);
  g_strstrip(plain);
  gsize length = strlen(plain);
  if (length > 1 && plain[0] == '<' && plain[length - 1] == '>')
    return length > 2 ? g_strndup(plain + 1, length - 2) : NULL;
  return length > 0 ? g_steal_pointer(&plain) : NULL;
}
