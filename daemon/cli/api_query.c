/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/api_query.h"

struct ApiQuery {
  GString *text;
};

ApiQuery *api_query_new(void) {
  ApiQuery *query = g_new0(ApiQuery, 1);
  query->text = g_string_new(NULL);
  return query;
}

ApiQuery *api_query_copy(const ApiQuery *query) {
  ApiQuery *copy = api_query_new();
  if (query != NULL)
    g_string_assign(copy->text, query->text->str);
  return copy;
}

ApiQuery *api_query_add(ApiQuery *query, const char *name, const char *value) {
  if (value == NULL)
    return query;
  g_autofree char *escaped = g_uri_escape_string(value, NULL, FALSE);
  g_string_append_printf(query->text, "%c%s=%s", query->text->len > 0 ? '&' : '?', name, escaped);
  return query;
}

ApiQuery *api_query_add_all(ApiQuery *query, const char *name, const char *const *values) {
  for (; *values != NULL; values++)
    api_query_add(query, name, *values);
  return query;
}

const char *api_query_text(const ApiQuery *query) {
  return query->text->str;
}

void api_query_free(ApiQuery *query) {
  if (query == NULL)
    return;
  g_string_free(query->text, TRUE);
  g_free(query);
}

char *api_path(const char *segment, ...) {
  GString *path = g_string_new(NULL);
  va_list args;
  va_start(args, segment);
  for (const char *s = segment; s != NULL; s = va_arg(args, const char *)) {
    g_autofree char *escaped = g_uri_escape_string(s, NULL, FALSE);
    g_string_append_printf(path, "%s%s", path->len > 0 ? "/" : "", escaped);
  }
  va_end(args);
  return g_string_free(path, FALSE);
}
