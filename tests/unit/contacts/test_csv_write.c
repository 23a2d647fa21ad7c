/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contacts/csv_write.h"

#include "contacts/csv_read.h"
#include "contacts/guard.h"
#include "support/case.h"

static const struct {
  const char *name, *cell, *written;
} cases[] = {
    {"words", "un fonds", "un fonds"},
    {"nothing", NULL, ""},
    {"a delimiter", "a;b", "\"a;b\""},
    {"the other delimiters", "a,b\tc", "\"a,b\tc\""},
    {"a quote", "dit \"oui\"", "\"dit \"\"oui\"\"\""},
    {"lines", "a\nb", "\"a\nb\""},
    {"a formula", "=1+1", "'=1+1"},
    {"a formula in lines", "@x\n=y", "\"'@x\n=y\""},
    {"a quote of its own", "'quoted'", "''quoted'"},
};

static int take(gint64 line, const char *const *cells, gsize count, gpointer data, GError **error) {
  (void)line;
  (void)error;
  assert_int_equal(count, 2);
  assert_string_equal(cells[0], "first");
  g_string_assign(data, guard_off(cells[1]));
  return 0;
}

/* Each is written as it should be, and read back as it was. */
static void cells(void **state) {
  (void)state;
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autoptr(GString) line = g_string_new(NULL), back = g_string_new(NULL);
    csv_write_cell(line, "first", TRUE);
    csv_write_cell(line, cases[i].cell, FALSE);
    if (strcmp(line->str + strlen("first;"), cases[i].written) != 0)
      fail_msg("%s: %s", cases[i].name, line->str);
    g_autoptr(CsvReader) reader = csv_reader_new(';', take, back);
    assert_done(csv_reader_feed(reader, line->str, line->len, error));
    assert_done(csv_reader_finish(reader, error));
    assert_string_equal(back->str, cases[i].cell != NULL ? cases[i].cell : "");
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(cells)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
