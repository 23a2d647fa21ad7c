/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/show.h"

#include <string.h>

#include "cli/table.h"

#define COLUMNS_MAX 12

const char *show_text(const json_t *value, const char *key) {
  const char *text = json_string_value(json_object_get(value, key));
  return text != NULL ? text : "";
}

gint64 show_int(const json_t *value, const char *key) {
  return json_integer_value(json_object_get(value, key));
}

char *show_count(gint64 number) {
  g_autofree char *digits = g_strdup_printf("%" G_GINT64_FORMAT, number);
  GString *text = g_string_new(NULL);
  gsize n = strlen(digits);
  for (gsize i = 0; i < n; i++) {
    if (i > 0 && (n - i) % 3 == 0 && digits[i - 1] != '-')
      g_string_append_c(text, ',');
    g_string_append_c(text, digits[i]);
  }
  return g_string_free(text, FALSE);
}

char *show_joined(const json_t *array) {
  GString *text = g_string_new(NULL);
  for (size_t i = 0; i < json_array_size(array); i++) {
    const char *one = json_string_value(json_array_get(array, i));
    g_string_append_printf(text, "%s%s", i > 0 ? ", " : "", one != NULL ? one : "");
  }
  return g_string_free(text, FALSE);
}

char *show_counts(const json_t *counts) {
  GString *text = g_string_new(NULL);
  const char *name;
  json_t *n;
  json_object_foreach((json_t *)counts, name, n) {
    if (json_integer_value(n) == 0)
      continue;
    g_autofree char *number = show_count(json_integer_value(n));
    g_autofree char *word = g_strdelimit(g_strdup(name), "_", '-');
    g_string_append_printf(text, "%s%s %s", text->len > 0 ? ", " : "", word, number);
  }
  return g_string_free(text, FALSE);
}

char *show_time(Call *call, const json_t *value, const char *key) {
  return table_time(json_string_value(json_object_get(value, key)), call_zone(call));
}

int show_json(Call *call, const json_t *value) {
  json_dumpf(value, call_out(call), JSON_INDENT(2) | JSON_ENCODE_ANY);
  fputc('\n', call_out(call));
  return 0;
}

json_t *show_texts(const char *const *texts) {
  json_t *array = json_array();
  for (; *texts != NULL; texts++)
    json_array_append_new(array, json_string(*texts));
  return array;
}

int show_one(Call *call, const char *path, const ApiQuery *query, ShowPrint print, GError **error) {
  json_t *value = NULL;
  int r = api_get(call_api(call), path, query, &value, error);
  if (r < 0)
    return r;
  if (call_json(call))
    show_json(call, value);
  else
    print(call, value);
  json_decref(value);
  return 0;
}

int show_made(Call *call, json_t *value) {
  if (call_json(call))
    show_json(call, value);
  else
    fprintf(call_out(call), "%s\n", show_text(value, "id"));
  json_decref(value);
  return 0;
}

int show_changed(Call *call, json_t *value, const char *sentence) {
  if (call_json(call))
    show_json(call, value);
  else
    fprintf(call_out(call), "%s\n", sentence);
  json_decref(value);
  return 0;
}

typedef struct {
  Call *call;
  Table *table;
  json_t *items;
  guint columns;
  ShowRow row;
} Listing;

static int add_item(json_t *item, gpointer data, G_GNUC_UNUSED GError **error) {
  Listing *listing = data;
  if (listing->items != NULL) {
    json_array_append(listing->items, item);
    return 0;
  }
  char *cells[COLUMNS_MAX] = {NULL};
  listing->row(listing->call, item, cells);
  table_row_array(listing->table, (const char *const *)cells);
  for (guint i = 0; i < listing->columns; i++)
    g_free(cells[i]);
  return 0;
}

int show_list(Call *call, const char *path, const ApiQuery *query, const char *const *headings, ShowRow row,
              const char *empty, GError **error) {
  Listing listing = {.call = call, .row = row, .columns = g_strv_length((char **)headings)};
  g_assert(listing.columns <= COLUMNS_MAX);
  g_autoptr(Table) table = table_new(headings, call_plain(call));
  listing.table = table;
  if (call_json(call))
    listing.items = json_array();
  int r = api_list(call_api(call), path, query, call_limit(call), add_item, &listing, error);
  if (r == 0 && listing.items != NULL) {
    json_t *document = json_pack("{s:O, s:n}", "items", listing.items, "next");
    show_json(call, document);
    json_decref(document);
  } else if (r == 0)
    table_print(table, call_out(call), empty);
  json_decref(listing.items);
  return r;
}
