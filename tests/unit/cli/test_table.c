/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/case.h"

#include <stdlib.h>
#include <string.h>

#include "cli/table.h"

static const char *const headings[] = {"Name", ">Sent", "Reason", NULL};

static void fill(Table *table) {
  table_row(table, "Éric", "7", "none");
  table_row(table, "会議", "12,345", NULL);
  table_row(table, "a\033[31mb\r\nc", NULL,
            "\xe2\x80\xae"
            "abc");
  table_row(table, "bad \xe9", "1", "");
}

static char *print(gboolean plain, gboolean empty) {
  char *text = NULL;
  size_t size;
  FILE *out = open_memstream(&text, &size);
  g_autoptr(Table) table = table_new(headings, plain);
  if (!empty)
    fill(table);
  table_print(table, out, "There are none.");
  fclose(out);
  return text;
}

static void aligns_by_what_is_shown(void **state) {
  (void)state;
  char *text = print(FALSE, FALSE);
  assert_string_equal(text, "Name          Sent  Reason\n"
                            "Éric             7  none\n"
                            "会議        12,345\n"
                            "a [31mb  c           abc\n"
                            "bad \xef\xbf\xbd            1\n");
  free(text);
}

static void parts_by_tabs_when_plain(void **state) {
  (void)state;
  char *text = print(TRUE, FALSE);
  char *nothing = print(TRUE, TRUE);
  assert_true(g_str_has_prefix(text, "Éric\t7\tnone\n会議\t12,345\t\na [31mb  c\t\t abc\n"));
  assert_string_equal(nothing, "");
  free(text);
  free(nothing);
}

static void says_that_there_are_none(void **state) {
  (void)state;
  char *text = print(FALSE, TRUE);
  assert_string_equal(text, "There are none.\n");
  free(text);
}

static void prints_blocks(void **state) {
  (void)state;
  char *text = NULL;
  size_t size;
  FILE *out = open_memstream(&text, &size);
  table_block(out, FALSE, "id", "M-7", "état", "sent", "left", NULL, "empty", "", "reply", "one\ntwo\033",
              NULL);
  table_block(out, TRUE, "id", "M-7", "reply", "one\ntwo", NULL);
  fclose(out);
  assert_string_equal(text,
                      "id     M-7\nétat   sent\nreply  one\n       two \nid\tM-7\nreply\tone\nreply\ttwo\n");
  free(text);
}

static const struct {
  const char *text, *expected;
} times[] = {
    {"2013-12-02T09:00:00.000000Z", "2013-12-02T10:00:00+01:00"},
    {"2013-07-02T09:00:00+00:00", "2013-07-02T11:00:00+02:00"},
    {"yesterday", "yesterday"},
    {NULL, ""},
};

static void shows_times_in_the_zone(void **state) {
  (void)state;
  g_autoptr(GTimeZone) zone = g_time_zone_new_identifier("Europe/Paris");
  for (gsize i = 0; i < G_N_ELEMENTS(times); i++) {
    g_autofree char *got = table_time(times[i].text, zone);
    assert_string_equal(got, times[i].expected);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(aligns_by_what_is_shown),  cmocka_unit_test(parts_by_tabs_when_plain),
      cmocka_unit_test(says_that_there_are_none), cmocka_unit_test(prints_blocks),
      cmocka_unit_test(shows_times_in_the_zone),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
