/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "templates/table.h"

#include "base/fault.h"
#include "base/file.h"

#include <string.h>

static void row_free(gpointer data) {
  TableRow *row = data;
  g_free(row->raw);
  g_strfreev(row->cells);
  g_free(row);
}

void table_free(Table *table) {
  if (table == NULL)
    return;
  g_free(table->path);
  g_ptr_array_unref(table->rows);
  g_free(table);
}

const TableRow *table_row(const Table *table, guint index) {
  return g_ptr_array_index(table->rows, index);
}

int table_refuse(const Table *table, const TableRow *row, GError **error, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  g_autofree char *sentence = g_strdup_vprintf(format, arguments);
  va_end(arguments);
  return fault(error, FAULT_INPUT, "%s line %u: %s", table->path, row->line, sentence);
}

static int add_row(Table *table, const char *line, guint number, guint columns, guint max_rows,
                   GError **error) {
  TableRow *row = g_new0(TableRow, 1);
  row->line = number;
  row->raw = g_strdup(line);
  row->cells = g_strsplit(line, "\t", -1);
  g_ptr_array_add(table->rows, row);
  guint have = g_strv_length(row->cells);
  if (have != columns)
    return table_refuse(table, row, error,
                        "the row has %u cells where the header has %u; part them by single tabs", have,
                        columns);
  if (table->rows->len > max_rows)
    return table_refuse(table, row, error, "more than %u rows; remove some", max_rows);
  for (guint i = 0; i < columns; i++)
    g_strstrip(row->cells[i]);
  return 0;
}

static int read_lines(Table *table, char **lines, const char *const *columns, guint max_rows,
                      GError **error) {
  g_autofree char *header = g_strjoinv("\t", (char **)columns);
  guint count = g_strv_length((char **)columns);
  gboolean headed = FALSE;
  int r = 0;
  for (guint i = 0; r == 0 && lines[i] != NULL; i++) {
    g_strdelimit(lines[i], "\r", '\0');
    if (lines[i][0] == '\0' || lines[i][0] == '#')
      continue;
    if (headed)
      r = add_row(table, lines[i], i + 1, count, max_rows, error);
    else if (strcmp(lines[i], header) != 0)
      r = fault(error, FAULT_INPUT, "%s line %u: the header is not \"%s\"; restore it", table->path, i + 1,
                header);
    headed = TRUE;
  }
  return r;
}

int table_read(const char *path, gsize max, guint max_rows, const char *const *columns, Table **ret,
               GError **error) {
  g_autoptr(GBytes) bytes = NULL;
  int r = file_read(path, max, &bytes, error);
  if (r < 0)
    return r;
  gsize size = 0;
  const char *text = g_bytes_get_data(bytes, &size);
  if (!g_utf8_validate_len(text, size, NULL))
    return fault(error, FAULT_INPUT, "%s: the file is not valid UTF-8; save it as UTF-8", path);
  g_autoptr(Table) table = g_new0(Table, 1);
  table->path = g_strdup(path);
  table->rows = g_ptr_array_new_with_free_func(row_free);
  table->digest = digest_of(text, size);
  g_autofree char *copy = g_strndup(text, size);
  g_auto(GStrv) lines = g_strsplit(copy, "\n", -1);
  r = read_lines(table, lines, columns, max_rows, error);
  if (r < 0)
    return r;
  *ret = g_steal_pointer(&table);
  return 0;
}
