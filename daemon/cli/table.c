/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/table.h"

#include <string.h>

#include "base/clock.h"

#define GAP 2

struct Table {
  GPtrArray *rows; /* of char **, each of `columns` cells */
  char **headings;
  gboolean *right;
  guint columns;
  gboolean plain;
};

/* ---- one cell ------------------------------------------------------------------------------------ */

/* Controls, and marks that turn the direction of what follows, are no text. */
static gboolean is_hidden(gunichar c) {
  return g_unichar_iscntrl(c) || (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) ||
         c == 0x2028 || c == 0x2029;
}

static char *visible(const char *text) {
  g_autofree char *valid = g_utf8_make_valid(text != NULL ? text : "", -1);
  GString *shown = g_string_sized_new(strlen(valid));
  for (const char *p = valid; *p != '\0'; p = g_utf8_next_char(p)) {
    const gunichar c = g_utf8_get_char(p);
    g_string_append_unichar(shown, is_hidden(c) ? ' ' : c);
  }
  return g_string_free(shown, FALSE);
}

int table_width(const char *text) {
  int width = 0;
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char(p)) {
    const gunichar c = g_utf8_get_char(p);
    if (!g_unichar_iszerowidth(c))
      width += g_unichar_iswide(c) ? 2 : 1;
  }
  return width;
}

/* ---- columns ------------------------------------------------------------------------------------- */

Table *table_new(const char *const *headings, gboolean plain) {
  Table *table = g_new0(Table, 1);
  table->columns = g_strv_length((char **)headings);
  table->headings = g_new0(char *, table->columns + 1);
  table->right = g_new0(gboolean, table->columns);
  table->rows = g_ptr_array_new_with_free_func((GDestroyNotify)g_strfreev);
  table->plain = plain;
  for (guint i = 0; i < table->columns; i++) {
    table->right[i] = headings[i][0] == '>';
    table->headings[i] = g_strdup(headings[i] + (table->right[i] ? 1 : 0));
  }
  return table;
}

void table_row_array(Table *table, const char *const *cells) {
  char **row = g_new0(char *, table->columns + 1);
  for (guint i = 0; i < table->columns; i++)
    row[i] = visible(cells[i]);
  g_ptr_array_add(table->rows, row);
}

void table_row(Table *table, ...) {
  g_autofree const char **cells = g_new0(const char *, table->columns);
  va_list args;
  va_start(args, table);
  for (guint i = 0; i < table->columns; i++)
    cells[i] = va_arg(args, const char *);
  va_end(args);
  table_row_array(table, cells);
}

guint table_rows(const Table *table) {
  return table->rows->len;
}

static int width_of(const Table *table, guint column) {
  int width = table_width(table->headings[column]);
  for (guint i = 0; i < table->rows->len; i++)
    width = MAX(width, table_width(((char **)table->rows->pdata[i])[column]));
  return width;
}

/* No blanks at the end of a line. */
static void print_row(const Table *table, char **row, const int *widths, FILE *out) {
  guint last = table->columns;
  while (last > 0 && *row[last - 1] == '\0')
    last--;
  for (guint i = 0; i < last; i++) {
    const int pad = widths[i] - table_width(row[i]);
    const gboolean is_last = i + 1 == last;
    if (table->right[i])
      fprintf(out, "%*s%s", pad, "", row[i]);
    else
      fprintf(out, "%s%*s", row[i], is_last ? 0 : pad, "");
    fprintf(out, "%*s", is_last ? 0 : GAP, "");
  }
  fputc('\n', out);
}

static void print_plain(const Table *table, FILE *out) {
  for (guint i = 0; i < table->rows->len; i++) {
    char **row = table->rows->pdata[i];
    for (guint j = 0; j < table->columns; j++)
      fprintf(out, "%s%s", j > 0 ? "\t" : "", row[j]);
    fputc('\n', out);
  }
}

void table_print(Table *table, FILE *out, const char *empty) {
  g_autofree int *widths = g_new0(int, table->columns);
  if (table->plain) {
    print_plain(table, out);
    return;
  }
  if (table->rows->len == 0) {
    if (empty != NULL)
      fprintf(out, "%s\n", empty);
    return;
  }
  for (guint i = 0; i < table->columns; i++)
    widths[i] = width_of(table, i);
  print_row(table, table->headings, widths, out);
  for (guint i = 0; i < table->rows->len; i++)
    print_row(table, table->rows->pdata[i], widths, out);
}

void table_free(Table *table) {
  if (table == NULL)
    return;
  g_ptr_array_unref(table->rows);
  g_strfreev(table->headings);
  g_free(table->right);
  g_free(table);
}

/* ---- blocks -------------------------------------------------------------------------------------- */

static int widest_key(GPtrArray *pairs) {
  int width = 0;
  for (guint i = 0; i < pairs->len; i += 2)
    width = MAX(width, table_width(pairs->pdata[i]));
  return width;
}

static void print_pair(FILE *out, gboolean plain, const char *key, const char *value, int width) {
  g_auto(GStrv) lines = g_strsplit(value, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++) {
    g_autofree char *line = visible(lines[i]);
    const char *left = i == 0 || plain ? key : "";
    if (plain)
      fprintf(out, "%s\t%s\n", left, line);
    else
      fprintf(out, "%s%*s%s\n", left, width - table_width(left) + GAP, "", line);
  }
}

void table_block(FILE *out, gboolean plain, const char *key, ...) {
  g_autoptr(GPtrArray) pairs = g_ptr_array_new();
  va_list args;
  va_start(args, key);
  for (const char *k = key; k != NULL; k = va_arg(args, const char *)) {
    const char *value = va_arg(args, const char *);
    if (value == NULL || *value == '\0')
      continue;
    g_ptr_array_add(pairs, (gpointer)k);
    g_ptr_array_add(pairs, (gpointer)value);
  }
  va_end(args);
  const int width = widest_key(pairs);
  for (guint i = 0; i < pairs->len; i += 2)
    print_pair(out, plain, pairs->pdata[i], pairs->pdata[i + 1], width);
}

char *table_time(const char *text, GTimeZone *zone) {
  gint64 moment;
  if (text == NULL)
    return g_strdup("");
  if (moment_parse(text, &moment, NULL) < 0)
    return g_strdup(text);
  return moment_local(moment, zone);
}
