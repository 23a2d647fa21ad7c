/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contacts/columns.h"

#include "base/fault.h"
#include "base/nearest.h"
#include "base/text.h"

#include <string.h>

#define UNKNOWN_SHOWN 10 /* columns that one sentence names */

static const struct {
  const char *name, *headers;
} columns[] = {
#define COLUMN(symbol, name, headers) [symbol] = {name, headers},
#include "contacts/columns.def"
#undef COLUMN
};

/* Accents, case, and what stands between words count for nothing: "E-mail" is "email", "given_name" "Given
 * name". */
static char *plain(const char *header) {
  g_autofree char *folded = text_fold(header);
  GString *out = g_string_new(NULL);
  for (const char *c = folded; *c != '\0'; c = g_utf8_next_char(c))
    if (g_unichar_isalnum(g_utf8_get_char(c)))
      g_string_append_unichar(out, g_utf8_get_char(c));
  return g_string_free(out, FALSE);
}

/* Plain header to column + 1. */
static GHashTable *known_headers(void) {
  static GHashTable *table;
  if (g_once_init_enter(&table)) {
    GHashTable *made = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (int i = 0; i < COLUMNS; i++) {
      g_auto(GStrv) headers = g_strsplit(columns[i].headers, "|", 0);
      for (char **header = headers; *header != NULL; header++)
        g_hash_table_replace(made, plain(*header), GINT_TO_POINTER(i + 1));
    }
    for (int i = 0; i < COLUMNS; i++)
      g_hash_table_replace(made, plain(columns[i].name), GINT_TO_POINTER(i + 1));
    g_once_init_leave(&table, made);
  }
  return table;
}

const char *column_name(enum column column) {
  return columns[column].name;
}

const char *column_header(enum column column) {
  g_autofree char *first = g_strndup(columns[column].headers, strcspn(columns[column].headers, "|"));
  return g_intern_string(first);
}

enum column column_of(const char *header) {
  g_autofree char *key = plain(header);
  int found = GPOINTER_TO_INT(g_hash_table_lookup(known_headers(), key));
  return found > 0 ? (enum column)(found - 1) : COLUMNS;
}

void columns_clear(Columns *map) {
  for (int i = 0; i < COLUMNS; i++) {
    g_clear_pointer(&map->header[i], g_free);
    map->of[i] = -1;
  }
}

/* One "COLUMN=FIELD", and whether a header met it. */
typedef struct {
  char *key;
  const char *text;
  enum column to; /* COLUMNS: the column is left out */
  gboolean met;
} Map;

static void map_clear(gpointer map) {
  g_free(((Map *)map)->key);
}

static int read_maps(const char *const *maps, GArray *to, GError **error) {
  for (; maps != NULL && *maps != NULL; maps++) {
    const char *equals = strrchr(*maps, '=');
    if (equals == NULL)
      return fault(error, FAULT_INPUT, "--map \"%s\" is no mapping; write COLUMN=FIELD", *maps);
    g_autofree char *header = g_strndup(*maps, (gsize)(equals - *maps));
    Map map = {.text = *maps, .to = COLUMNS};
    if (equals[1] != '\0' && (map.to = column_of(equals + 1)) == COLUMNS)
      return fault(error, FAULT_INPUT,
                   "--map \"%s\": there is no field \"%s\"; the fields are kind, id, given_name, "
                   "family_name, email and the others in the manual",
                   *maps, equals + 1);
    map.key = plain(header);
    g_array_append_val(to, map);
  }
  return 0;
}

static Map *map_for(GArray *maps, const char *header) {
  g_autofree char *key = plain(header);
  for (guint i = 0; i < maps->len; i++)
    if (g_str_equal(g_array_index(maps, Map, i).key, key))
      return &g_array_index(maps, Map, i);
  return NULL;
}

static const char *nearest_header(const char *header) {
  const char *candidates[2 * COLUMNS + 1];
  gsize count = 0;
  for (int i = 0; i < COLUMNS; i++) {
    candidates[count++] = column_header((enum column)i);
    candidates[count++] = column_name((enum column)i);
  }
  candidates[count] = NULL;
  return nearest_of(header, candidates);
}

/* All of them in one sentence, so that one look at the file mends all. */
static int unknown_headers(const GPtrArray *unknown, GError **error) {
  g_autoptr(GString) names = g_string_new(NULL);
  const char *first = g_ptr_array_index(unknown, 0);
  for (guint i = 0; i < MIN(unknown->len, UNKNOWN_SHOWN); i++) {
    const char *header = g_ptr_array_index(unknown, i), *near = nearest_header(header);
    if (strchr(header, '@') != NULL)
      return fault(error, FAULT_INPUT,
                   "line 1: \"%s\" is no name of a column; the first row must name the columns", header);
    g_string_append_printf(names, "%s\"%s\"", i == 0 ? "" : i + 1 == unknown->len ? " and " : ", ", header);
    if (near != NULL)
      g_string_append_printf(names, " (did you mean \"%s\"?)", near);
  }
  if (unknown->len > UNKNOWN_SHOWN)
    g_string_append_printf(names, " and %u more", unknown->len - UNKNOWN_SHOWN);
  return fault(
      error, FAULT_INPUT,
      "line 1: the column%s %s %s not known; say what %s is with --map \"%s=FIELD\", or leave it out "
      "with --map \"%s=\"",
      unknown->len > 1 ? "s" : "", names->str, unknown->len > 1 ? "are" : "is",
      unknown->len > 1 ? "each" : "it", first, first);
}

static int map_header(const char *header, int index, GArray *maps, Columns *map, GPtrArray *unknown,
                      GError **error) {
  Map *wish = map_for(maps, header);
  if (wish != NULL)
    wish->met = TRUE;
  if (wish != NULL && wish->to == COLUMNS)
    return 0;
  enum column column = wish != NULL ? wish->to : column_of(header);
  if (column == COLUMNS) {
    g_ptr_array_add(unknown, (gpointer)header);
    return 0;
  }
  if (map->of[column] >= 0)
    return fault(error, FAULT_INPUT,
                 "line 1: \"%s\" and \"%s\" are both the field %s; leave one of them out with --map \"%s=\"",
                 map->header[column], header, column_name(column), header);
  map->of[column] = index;
  map->header[column] = g_strdup(header);
  return 0;
}

static int check_maps(GArray *maps, GError **error) {
  for (guint i = 0; i < maps->len; i++)
    if (!g_array_index(maps, Map, i).met)
      return fault(error, FAULT_INPUT, "--map \"%s\": the file has no such column",
                   g_array_index(maps, Map, i).text);
  return 0;
}

static int check_telling(const Columns *map, GError **error) {
  static const enum column telling[] = {COLUMN_ID,          COLUMN_EMAIL,  COLUMN_FAMILY_NAME,
                                        COLUMN_GIVEN_NAME,  COLUMN_OFFICE, COLUMN_OFFICE_KIND,
                                        COLUMN_ORGANISATION};
  for (gsize i = 0; i < G_N_ELEMENTS(telling); i++)
    if (map->of[telling[i]] >= 0)
      return 0;
  return fault(error, FAULT_INPUT,
               "line 1: no column tells who is meant; there must be a name, an address, an organisation, an "
               "office or an id");
}

int columns_map(const char *const *headers, gsize count, const char *const *maps, Columns *ret,
                GError **error) {
  g_autoptr(GArray) wishes = g_array_new(FALSE, FALSE, sizeof(Map));
  g_autoptr(GPtrArray) unknown = g_ptr_array_new();
  g_array_set_clear_func(wishes, map_clear);
  memset(ret, 0, sizeof *ret);
  columns_clear(ret);
  int r = read_maps(maps, wishes, error);
  for (gsize i = 0; i < count && r == 0; i++)
    if (!text_blank(headers[i]))
      r = map_header(headers[i], (int)i, wishes, ret, unknown, error);
  if (r == 0 && unknown->len > 0)
    r = unknown_headers(unknown, error);
  if (r == 0)
    r = check_maps(wishes, error);
  if (r == 0)
    r = check_telling(ret, error);
  if (r < 0)
    columns_clear(ret);
  return r;
}
