/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "http/target.h"

#include <string.h>

#include "base/fault.h"
#include "base/text.h"

struct Target {
  char *path;
  GPtrArray *segments; /* char *, ended by NULL */
  GPtrArray *names;    /* char *, ended by NULL */
  GHashTable *values;  /* name (of names) -> GPtrArray of char *, ended by NULL */
};

static const char *const nothing[] = {NULL};

/* Decodes LENGTH bytes; NULL when a percent sign does not begin two hexadecimal digits or what comes out is
 * no clean line of UTF-8. */
static char *decode(const char *raw, gsize length, gboolean plus_is_space) {
  GString *text = g_string_sized_new(length);
  for (gsize i = 0; i < length; i++) {
    char c = raw[i];
    if (c == '%') {
      if (i + 2 >= length || !g_ascii_isxdigit(raw[i + 1]) || !g_ascii_isxdigit(raw[i + 2])) {
        g_string_free(text, TRUE);
        return NULL;
      }
      c = (char)(g_ascii_xdigit_value(raw[i + 1]) << 4 | g_ascii_xdigit_value(raw[i + 2]));
      i += 2;
    } else if (c == '+' && plus_is_space)
      c = ' ';
    g_string_append_c(text, c);
  }
  const gboolean clean = text_check_line("", text->str, (gssize)text->len, TARGET_MAX, NULL) == 0;
  return g_string_free(text, !clean);
}

static gboolean is_segment(const char *text) {
  return *text != '\0' && strcmp(text, ".") != 0 && strcmp(text, "..") != 0 && strpbrk(text, "/\\") == NULL;
}

/* PATH begins with a slash. */
static int parse_path(Target *target, const char *path, gsize length, GError **error) {
  g_autoptr(GString) whole = g_string_new(NULL);
  if (length > 1 && path[length - 1] == '/')
    length--;
  for (const char *at = path + 1, *end = path + length; at < end;) {
    const char *slash = memchr(at, '/', (gsize)(end - at));
    const gsize size = (gsize)((slash != NULL ? slash : end) - at);
    char *segment = decode(at, size, FALSE);
    if (segment == NULL || !is_segment(segment) || (slash != NULL && slash + 1 == end)) {
      g_free(segment);
      return fault(error, FAULT_INPUT,
                   "the path of the request is malformed; write it as the documentation does");
    }
    g_ptr_array_add(target->segments, segment);
    g_string_append_printf(whole, "/%s", segment);
    at += size + 1;
  }
  g_ptr_array_add(target->segments, NULL);
  target->path = g_strdup(whole->len > 0 ? whole->str : "/");
  return 0;
}

static void add_value(Target *target, char *name, char *value) {
  GPtrArray *values = g_hash_table_lookup(target->values, name);
  if (values == NULL) {
    values = g_ptr_array_new_with_free_func(g_free);
    g_ptr_array_add(values, NULL);
    g_ptr_array_add(target->names, name);
    g_hash_table_insert(target->values, name, values);
  } else
    g_free(name);
  values->pdata[values->len - 1] = value;
  g_ptr_array_add(values, NULL);
}

static int parse_query(Target *target, const char *query, GError **error) {
  g_auto(GStrv) pairs = g_strsplit(query, "&", -1);
  if (g_strv_length(pairs) > TARGET_ARGUMENTS_MAX)
    return fault(error, FAULT_INPUT, "the request has more than %d query arguments; leave some out",
                 TARGET_ARGUMENTS_MAX);
  for (char **pair = pairs; *pair != NULL; pair++) {
    if (**pair == '\0')
      continue;
    const gsize length = strcspn(*pair, "=");
    char *name = decode(*pair, length, TRUE);
    const char *rest = *pair + length + ((*pair)[length] == '=' ? 1 : 0);
    char *value = decode(rest, strlen(rest), TRUE);
    if (name == NULL || value == NULL) {
      g_free(name);
      g_free(value);
      return fault(
          error, FAULT_INPUT,
          "a query argument is malformed: it must be percent-encoded UTF-8 of one line; encode it anew");
    }
    add_value(target, name, value);
  }
  return 0;
}

static gboolean is_printable(const char *raw) {
  for (const char *p = raw; *p != '\0'; p++)
    if (*p <= ' ' || *p >= 0x7f)
      return FALSE;
  return TRUE;
}

static Target *target_new(void) {
  Target *target = g_new0(Target, 1);
  target->segments = g_ptr_array_new_with_free_func(g_free);
  target->names = g_ptr_array_new_with_free_func(g_free);
  target->values = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, (GDestroyNotify)g_ptr_array_unref);
  return target;
}

int target_parse(const char *raw, Target **ret, GError **error) {
  if (*raw != '/' || strlen(raw) > TARGET_MAX || !is_printable(raw) || strchr(raw, '#') != NULL)
    return fault(error, FAULT_INPUT,
                 "the path of the request is malformed; write it as the documentation does");
  g_autoptr(Target) target = target_new();
  const gsize length = strcspn(raw, "?");
  int r = parse_path(target, raw, length, error);
  if (r == 0 && raw[length] == '?')
    r = parse_query(target, raw + length + 1, error);
  g_ptr_array_add(target->names, NULL);
  if (r == 0)
    *ret = g_steal_pointer(&target);
  return r;
}

void target_free(Target *target) {
  if (target == NULL)
    return;
  g_hash_table_unref(target->values);
  g_ptr_array_unref(target->names);
  g_ptr_array_unref(target->segments);
  g_free(target->path);
  g_free(target);
}

const char *target_path(const Target *target) {
  return target->path;
}

const char *const *target_segments(const Target *target) {
  return (const char *const *)target->segments->pdata;
}

const char *const *target_values(const Target *target, const char *name) {
  const GPtrArray *values = g_hash_table_lookup(target->values, name);
  return values != NULL ? (const char *const *)values->pdata : nothing;
}

const char *const *target_names(const Target *target) {
  return (const char *const *)target->names->pdata;
}
