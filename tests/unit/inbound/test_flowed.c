/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "inbound/flowed.h"

#include "support/case.h"

static void lines_are_joined(void **state) {
  (void)state;
  static const struct {
    const char *name, *text;
    gboolean delete_space;
    const char *joined;
  } rows[] = {
      {"a paragraph", "one \ntwo \nthree\nfour", FALSE, "one two three\nfour"},
      {"CRLF", "one \r\ntwo\r\nthree", FALSE, "one two\nthree"},
      {"the space goes", "一二 \n三四\n五", TRUE, "一二三四\n五"},
      {"quoted lines", "> one \n> two\n>> three \n> four", FALSE, "> one two\n>> three \n> four"},
      {"an answer after a quotation", "> one \nmine", FALSE, "> one \nmine"},
      {"a signature ends a paragraph", "one \n-- \nname \nmore", FALSE, "one \n-- \nname more"},
      {"stuffed", " > not quoted\n From us", FALSE, " > not quoted\nFrom us"},
      {"blank lines", "one \n\ntwo", FALSE, "one \ntwo"},
      {"nothing", "", FALSE, ""},
      {"a last line that would go on", "one ", TRUE, "one"},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autofree char *joined = flowed_join(rows[i].text, rows[i].delete_space);
    if (!g_str_equal(joined, rows[i].joined))
      fail_msg("%s: \"%s\"", rows[i].name, joined);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(lines_are_joined)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
