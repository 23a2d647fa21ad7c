/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A table in pieces: the same cells come of it as of the whole. */
#include "contacts/csv_read.h"
#include "fuzz/fuzz.h"

static int add_row(gint64 line, const char *const *cells, gsize count, gpointer data,
                   G_GNUC_UNUSED GError **error) {
  GString *to = data;
  fuzz_expect(line > 0 && count <= CSV_COLUMNS_MAX);
  for (gsize i = 0; i < count; i++)
    g_string_append_printf(to, "%s|", cells[i]);
  g_string_append_c(to, '\n');
  return 0;
}

static int feed(const char *text, gsize length, gsize piece, GString *to) {
  g_autoptr(CsvReader) reader = csv_reader_new(0, add_row, to);
  int r = 0;
  for (gsize at = 0; r == 0 && at < length; at += piece)
    r = csv_reader_feed(reader, text + at, MIN(piece, length - at), NULL);
  return r == 0 ? csv_reader_finish(reader, NULL) : r;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size == 0)
    return 0;
  g_autofree char *valid = g_utf8_make_valid((const char *)data + 1, (gssize)size - 1);
  g_autoptr(GString) whole = g_string_new(NULL), pieces = g_string_new(NULL);
  gsize length = strlen(valid);
  int a = feed(valid, length, MAX(length, 1), whole), b = feed(valid, length, 1 + data[0] % 9, pieces);
  fuzz_expect(a == b && g_str_equal(whole->str, pieces->str));
  return 0;
}
