/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail/status_code.h"

#include "support/case.h"

#include <string.h>

static void parses(void **state) {
  (void)state;
  static const struct {
    const char *text;
    const char *code; /* NULL: none */
  } rows[] = {
      {"5.1.1", "5.1.1"},   {"2.0.0", "2.0.0"}, {"4.999.999", "4.999.999"},
      {"5.1.10", "5.1.10"}, {"", NULL},         {"3.1.1", NULL},
      {"1.1.1", NULL},      {"5.1", NULL},      {"5.1.", NULL},
      {"5..1", NULL},       {"5.01.1", NULL},   {"5.1.01", NULL},
      {"5.1.1000", NULL},   {"5.1000.1", NULL}, {"5.1.1 ", NULL},
      {" 5.1.1", NULL},     {"55.1.1", NULL},   {"5.1.1.1", NULL},
      {"5.-1.1", NULL},     {"5.1.x", NULL},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    StatusCode code;
    char text[STATUS_CODE_SIZE];
    gboolean found = status_code_parse(rows[i].text, -1, &code);
    if (found != (rows[i].code != NULL) ||
        (found && strcmp(status_code_text(&code, text), rows[i].code) != 0))
      fail_msg("%s", rows[i].text);
  }
}

static void reads_replies(void **state) {
  (void)state;
  static const struct {
    int reply;
    const char *text;
    const char *code;
  } rows[] = {
      {550, "5.1.1 <awa@x.example>: user unknown", "5.1.1"},
      {250, "2.0.0 Ok: queued as 4Xy", "2.0.0"},
      {250, "  2.1.5 Ok", "2.1.5"},
      {421, "4.7.0 Try again later", "4.7.0"},
      {550, "5.7.1", "5.7.1"},
      {550, "5.7.1: no", "5.7.1"},
      {550, "5.7.1.", "5.7.1"},
      {550, "#5.1.0 Address rejected.", "5.1.0"},
      {550, "no mailbox here by that name (#5.1.1)", "5.1.1"},
      {550, "Message refused [5.7.606]", "5.7.606"},
      {0, "4.2.2 mailbox full", "4.2.2"},
      {550, "4.2.2 the classes differ", NULL},
      {450, "4.2.2 full (#5.1.1)", "4.2.2"},
      {550, "5.1.1.2 is a machine", NULL},
      {550, "rejected by 5.1.1", NULL},
      {550, "5.1.1x", NULL},
      {550, "Ok", NULL},
      {550, "", NULL},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    StatusCode code;
    char text[STATUS_CODE_SIZE];
    gboolean found = status_code_of_reply(rows[i].reply, rows[i].text, -1, &code);
    if (found != (rows[i].code != NULL) ||
        (found && strcmp(status_code_text(&code, text), rows[i].code) != 0))
      fail_msg("%d %s", rows[i].reply, rows[i].text);
  }
}

static void is_bounded(void **state) {
  (void)state;
  StatusCode code;
  g_autoptr(GString) text = g_string_new(NULL);
  for (int i = 0; i < STATUS_CODE_SEARCH_MAX - 8; i++)
    g_string_append_c(text, 'x');
  g_string_append(text, "(#5.1.1)");
  assert_true(status_code_of_reply(550, text->str, -1, &code));
  g_string_prepend(text, "xxxxxx");
  assert_false(status_code_of_reply(550, text->str, -1, &code));
  assert_true(status_code_of_reply(550, "5.1.1 and more", 5, &code));
  assert_false(status_code_of_reply(550, "5.1.1 and more", 4, &code));
  assert_false(status_code_parse("5.1.1", 4, &code));
}

static void gives_the_class(void **state) {
  (void)state;
  StatusCode code;
  assert_true(status_code_parse("4.7.12", -1, &code));
  assert_int_equal(code.class, STATUS_TRANSIENT);
  assert_int_equal(code.subject, 7);
  assert_int_equal(code.detail, 12);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(parses),
      cmocka_unit_test(reads_replies),
      cmocka_unit_test(is_bounded),
      cmocka_unit_test(gives_the_class),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
