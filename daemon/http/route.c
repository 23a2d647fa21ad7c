/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "http/route.h"

#include <string.h>

#include "http/json.h"
#include "http/request_make.h"

typedef struct {
  const Route *row;
  char **segments; /* of the pattern, ended by NULL */
} Compiled;

struct Routes {
  GPtrArray *compiled;
};

static gboolean is_argument(const char *segment) {
  return *segment == '{';
}

static void compiled_free(gpointer data) {
  Compiled *compiled = data;
  g_strfreev(compiled->segments);
  g_free(compiled);
}

/* Literal segments before arguments, from left to right: the first that fits is the one that is meant. */
static gint by_precision(gconstpointer a, gconstpointer b) {
  const Compiled *x = *(Compiled *const *)a, *y = *(Compiled *const *)b;
  for (guint i = 0; x->segments[i] != NULL && y->segments[i] != NULL; i++)
    if (is_argument(x->segments[i]) != is_argument(y->segments[i]))
      return is_argument(x->segments[i]) ? 1 : -1;
  return 0;
}

static void check_pattern(const Route *row) {
  const gsize length = strlen(row->pattern);
  if (*row->pattern != '/' || (length > 1 && row->pattern[length - 1] == '/') ||
      strstr(row->pattern, "//") != NULL)
    g_error("route %s %s is malformed", row->method, row->pattern);
}

static gboolean same_shape(char **a, char **b) {
  for (; *a != NULL && *b != NULL; a++, b++)
    if (is_argument(*a) != is_argument(*b) || (!is_argument(*a) && strcmp(*a, *b) != 0))
      return FALSE;
  return *a == *b;
}

static void check_unlike_others(const Routes *routes, const Compiled *mine) {
  for (guint i = 0; i < routes->compiled->len; i++) {
    const Compiled *other = routes->compiled->pdata[i];
    if (strcmp(other->row->method, mine->row->method) == 0 && same_shape(other->segments, mine->segments))
      g_error("routes %s and %s mean the same", other->row->pattern, mine->row->pattern);
  }
}

Routes *routes_new(gconstpointer rows, gsize stride, gsize count) {
  Routes *routes = g_new0(Routes, 1);
  routes->compiled = g_ptr_array_new_with_free_func(compiled_free);
  for (gsize i = 0; i < count; i++) {
    Compiled *compiled = g_new0(Compiled, 1);
    compiled->row = (const Route *)(gconstpointer)((const char *)rows + i * stride);
    check_pattern(compiled->row);
    compiled->segments = compiled->row->pattern[1] == '\0' ? g_new0(char *, 1)
                                                           : g_strsplit(compiled->row->pattern + 1, "/", -1);
    check_unlike_others(routes, compiled);
    g_ptr_array_add(routes->compiled, compiled);
  }
  g_ptr_array_sort(routes->compiled, by_precision);
  return routes;
}

void routes_free(Routes *routes) {
  if (routes == NULL)
    return;
  g_ptr_array_unref(routes->compiled);
  g_free(routes);
}

static gboolean fits(char **pattern, const char *const *path) {
  for (; *pattern != NULL && *path != NULL; pattern++, path++)
    if (!is_argument(*pattern) && strcmp(*pattern, *path) != 0)
      return FALSE;
  return *pattern == NULL && *path == NULL;
}

static void set_arguments(Request *request, char **pattern, const char *const *path) {
  for (; *pattern != NULL; pattern++, path++)
    if (is_argument(*pattern)) {
      g_autofree char *name = g_strndup(*pattern + 1, strcspn(*pattern + 1, "}"));
      request_add_argument(request, name, *path);
    }
}

static void respond_absent(Response *response, const char *path) {
  g_autofree char *sentence = g_strdup_printf("there is nothing at %.200s", path);
  json_respond_error(response, 404, "absent", sentence);
}

static void respond_method(Response *response, const char *method, const GString *allow) {
  g_autofree char *sentence = g_strdup_printf("%s is not for this path; it takes %s", method, allow->str);
  json_respond_error(response, 405, "method", sentence);
  response_set_header(response, "Allow", allow->str);
}

static void allow_method(GString *allow, const char *method) {
  g_string_append_printf(allow, "%s%s", allow->len > 0 ? ", " : "", method);
  if (strcmp(method, "GET") == 0)
    g_string_append(allow, ", HEAD");
}

gconstpointer routes_find(const Routes *routes, Request *request, Response *response) {
  const char *const *path = target_segments(request_target(request));
  const char *method = request_method(request);
  const char *wanted = strcmp(method, "HEAD") == 0 ? "GET" : method;
  g_autoptr(GString) allow = g_string_new(NULL);
  for (guint i = 0; i < routes->compiled->len; i++) {
    const Compiled *compiled = routes->compiled->pdata[i];
    if (!fits(compiled->segments, path))
      continue;
    if (strcmp(compiled->row->method, wanted) == 0) {
      set_arguments(request, compiled->segments, path);
      return compiled->row;
    }
    allow_method(allow, compiled->row->method);
  }
  if (allow->len > 0)
    respond_method(response, method, allow);
  else
    respond_absent(response, request_path(request));
  return NULL;
}
