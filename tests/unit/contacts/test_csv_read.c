/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contacts/csv_read.h"

#include "base/fault.h"
#include "base/file.h"
#include "support/case.h"

#include <string.h>

/* Rows as "line:cell|cell" parted by "/", line feeds within cells as "~". */
static int write_row(gint64 line, const char *const *cells, gsize count, gpointer data, GError **error) {
  (void)error;
  GString *out = data;
  g_string_append_printf(out, "%s%" G_GINT64_FORMAT ":", out->len > 0 ? "/" : "", line);
  for (gsize i = 0; i < count; i++) {
    g_autofree char *cell = g_strdelimit(g_strdup(cells[i]), "\n", '~');
    g_string_append_printf(out, "%s%s", i > 0 ? "|" : "", cell);
  }
  return 0;
}

static int read_in_pieces(const char *text, gsize length, gsize piece, char delimiter, GString *out,
                          char *ret_delimiter, GError **error) {
  g_autoptr(CsvReader) reader = csv_reader_new(delimiter, write_row, out);
  int r = 0;
  for (gsize at = 0; r == 0 && at < length; at += piece)
    r = csv_reader_feed(reader, text + at, MIN(piece, length - at), error);
  if (r == 0)
    r = csv_reader_finish(reader, error);
  *ret_delimiter = csv_reader_delimiter(reader);
  return r;
}

static void rows(void **state) {
  (void)state;
  static const struct {
    const char *name, *text, *rows;
    char told, found;
  } cases[] = {
      {"commas", "a,b\n1,2\n", "1:a|b/2:1|2", 0, ','},
      {"semicolons", "a;b,c\n1;2\n", "1:a|b,c/2:1|2", 0, ';'},
      {"tabs", "a\tb\tc,d\n1\t2\t3\n", "1:a|b|c,d/2:1|2|3", 0, '\t'},
      {"one column", "a\n1\n", "1:a/2:1", 0, ';'},
      {"told", "a;b,c\n", "1:a;b|c", ',', ','},
      {"sep line", "sep=,\r\na,b;c\r\n", "2:a|b;c", 0, ','},
      {"sep line names a tab", "sep=\t\na\tb\n", "2:a|b", 0, '\t'},
      {"sep line against what is told", "sep=;\na;b,c\n", "2:a;b|c", ',', ','},
      {"last row without a line break", "a;b\n1;2", "1:a|b/2:1|2", 0, ';'},
      {"CR LF", "a;b\r\n1;2\r\n", "1:a|b/2:1|2", 0, ';'},
      {"CR alone", "a;b\r1;2\r", "1:a|b/2:1|2", 0, ';'},
      {"empty lines are no rows", "a;b\n\n\r\n1;2\n\n", "1:a|b/4:1|2", 0, ';'},
      {"empty cells", "a;b;c\n;;\n", "1:a|b|c/2:||", 0, ';'},
      {"an empty quoted cell is a row", "a\n\"\"\n", "1:a/2:", 0, ';'},
      {"quoted delimiter", "a;b\n\"1;x\";2\n", "1:a|b/2:1;x|2", 0, ';'},
      {"quoted quote", "a;b\n\"1 \"\"x\"\"\";2\n", "1:a|b/2:1 \"x\"|2", 0, ';'},
      {"quote in the middle", "a;b\n1\"x;2\n", "1:a|b/2:1\"x|2", 0, ';'},
      {"quoted line breaks count", "a;b\n\"x\ny\r\nz\rw\";2\n3;4\n", "1:a|b/2:x~y~z~w|2/6:3|4", 0, ';'},
      {"header with a quoted line break", "\"a\nb\";c\n1;2\n", "1:a~b|c/3:1|2", 0, ';'},
      {"blanks after a closing quote", "a;b\n\"1\" ;2\n", "1:a|b/2:1|2", 0, ';'},
      {"delimiters in quotes are not counted", "\"a,b,c,d\";e\n1;2\n", "1:a,b,c,d|e/2:1|2", 0, ';'},
      {"blanks stay", "a;b\n 1 ;2\n", "1:a|b/2: 1 |2", 0, ';'},
      {"nothing", "", "", 0, ';'},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    for (gsize piece = 1; piece < 40; piece += 6) {
      g_autoptr(GString) out = g_string_new(NULL);
      g_autoptr(GError) error = NULL;
      char found;
      int r = read_in_pieces(cases[i].text, strlen(cases[i].text), piece, cases[i].told, out, &found, &error);
      if (r != 0 || !g_str_equal(out->str, cases[i].rows) || found != cases[i].found)
        fail_msg("%s in pieces of %zu: %d \"%s\" by '%c': %s", cases[i].name, piece, r, out->str, found,
                 error != NULL ? error->message : "");
    }
  }
}

static void refusals(void **state) {
  (void)state;
  static const struct {
    const char *name, *text;
    gsize length;
    const char *says;
  } cases[] = {
      {"cut within quotes", "a;b\n1;\"x\n2;3\n", 0, "line 2: the quote that opens here is never closed"},
      {"text after a quote", "a;b\n\"1\"x;2\n", 0, "line 2: text follows a closing quote"},
      {"a NUL", "a;b\n1\0;2\n", 8, "line 2: a control character (byte 0x00)"},
      {"a ZIP file", "PK\003\004\024\000", 6, "line 1: a control character (byte 0x03)"},
      {"DEL", "a;b\n\x7f;2\n", 0, "line 2: a control character"},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autoptr(GString) out = g_string_new(NULL);
    g_autoptr(GError) error = NULL;
    char found;
    gsize length = cases[i].length > 0 ? cases[i].length : strlen(cases[i].text);
    int r = read_in_pieces(cases[i].text, length, 3, 0, out, &found, &error);
    if (r != FAULT_INPUT || strstr(error->message, cases[i].says) == NULL)
      fail_msg("%s: %d: %s", cases[i].name, r, error != NULL ? error->message : "");
  }
}

static void ceilings(void **state) {
  (void)state;
  g_autofree char *long_cell = g_strnfill(CSV_CELL_MAX + 1, 'x');
  g_autofree char *wide = g_strnfill(CSV_COLUMNS_MAX, ';');
  g_autofree char *widest = g_strnfill(CSV_COLUMNS_MAX - 1, ';');
  g_autofree char *endless = g_strnfill(CSV_ROW_MAX + 10, 'x');
  const struct {
    const char *text;
    int result;
  } cases[] = {
      {long_cell, FAULT_INPUT}, {long_cell + 1, 0}, {wide, FAULT_INPUT}, {widest, 0}, {endless, FAULT_INPUT}};
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autoptr(GString) out = g_string_new(NULL);
    char found;
    assert_int_equal(read_in_pieces(cases[i].text, strlen(cases[i].text), 4096, 0, out, &found, NULL),
                     cases[i].result);
  }
}

/* ---- the public corpus: rows against the JSON beside them ---- */

typedef struct {
  GString *json;
  char **headers;
  gsize rows;
} Json;

static void add_string(GString *to, const char *text) {
  g_string_append_c(to, '"');
  for (const char *c = text; *c != '\0'; c++) {
    if (*c == '"' || *c == '\\')
      g_string_append_c(to, '\\');
    if (*c == '\n')
      g_string_append(to, "\\n");
    else
      g_string_append_c(to, *c);
  }
  g_string_append_c(to, '"');
}

static int add_row(gint64 line, const char *const *cells, gsize count, gpointer data, GError **error) {
  (void)line, (void)error;
  Json *json = data;
  if (json->headers == NULL) {
    json->headers = g_strdupv((char **)cells);
    return 0;
  }
  g_string_append(json->json, json->rows++ > 0 ? ",{" : "{");
  for (gsize i = 0; i < count; i++) {
    if (i > 0)
      g_string_append_c(json->json, ',');
    add_string(json->json, json->headers[i]);
    g_string_append_c(json->json, ':');
    add_string(json->json, cells[i]);
  }
  g_string_append_c(json->json, '}');
  return 0;
}

/* Cells arrive without a terminating NULL. */
static int add_row_ended(gint64 line, const char *const *cells, gsize count, gpointer data, GError **error) {
  g_autofree const char **ended = g_new0(const char *, count + 1);
  for (gsize i = 0; i < count; i++)
    ended[i] = cells[i];
  return add_row(line, ended, count, data, error);
}

/* White space outside strings taken out; we give line breaks in cells as LF. */
static char *bare_json(const char *text) {
  g_autoptr(GString) all = g_string_new(text);
  g_string_replace(all, "\\r\\n", "\\n", 0);
  GString *out = g_string_new(NULL);
  gboolean quoted = FALSE;
  for (const char *c = all->str; *c != '\0'; c++) {
    if (*c == '\\') {
      g_string_append_len(out, c++, 2);
      continue;
    }
    quoted ^= *c == '"';
    if (quoted || !g_ascii_isspace(*c))
      g_string_append_c(out, *c);
  }
  return g_string_free(out, FALSE);
}

static void compare_with_corpus(const char *name) {
  g_autofree char *csv_path = g_strdup_printf("%s/csv/csvs/%s.csv", CORPORA_DIR, name);
  g_autofree char *json_path = g_strdup_printf("%s/csv/json/%s.json", CORPORA_DIR, name);
  g_autoptr(GBytes) csv = NULL;
  g_autoptr(GBytes) expected = NULL;
  assert_done(file_read(csv_path, 1 << 20, &csv, error));
  assert_done(file_read(json_path, 1 << 20, &expected, error));
  Json json = {.json = g_string_new("[")};
  g_autoptr(CsvReader) reader = csv_reader_new(0, add_row_ended, &json);
  assert_done(csv_reader_feed(reader, g_bytes_get_data(csv, NULL), g_bytes_get_size(csv), error));
  assert_done(csv_reader_finish(reader, error));
  g_string_append_c(json.json, ']');
  g_autofree char *wanted = bare_json(g_bytes_get_data(expected, NULL));
  g_autofree char *found = bare_json(json.json->str);
  if (!g_str_equal(found, wanted))
    fail_msg("%s:\n%s\ninstead of\n%s", name, found, wanted);
  g_string_free(json.json, TRUE);
  g_strfreev(json.headers);
}

static void corpus(void **state) {
  (void)state;
  /* location_coordinates is not compared: its JSON tells another telephone number than its CSV. */
  static const char *const names[] = {
      "comma_in_quotes", "empty", "empty_crlf",  "escaped_quotes",     "json", "newlines", "simple",
      "newlines_crlf",   "utf8",  "simple_crlf", "quotes_and_newlines"};
  if (!g_file_test(CORPORA_DIR "/csv/csvs", G_FILE_TEST_IS_DIR)) {
    print_message("the public CSV files are not there: nothing compared\n");
    return;
  }
  for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
    compare_with_corpus(names[i]);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(rows), cmocka_unit_test(refusals),
                                     cmocka_unit_test(ceilings), cmocka_unit_test(corpus)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
