/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail/parameter.h"

#include "support/case.h"

#include <string.h>

#define X40 "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"

static void spells(void **state) {
  (void)state;
  static const struct {
    const char *name;
    gsize column;
    const char *value;
    const char *spelt;
  } rows[] = {
      {"token", 10, "utf-8", "; p=utf-8"},
      {"quoted-string", 10, "a b.pdf", "; p=\"a b.pdf\""},
      {"a token but for RFC 2231", 10, "x'y", "; p=\"x'y\""},
      {"empty", 10, "", "; p=\"\""},
      {"escapes", 10, "a\"b\\c", "; p=\"a\\\"b\\\\c\""},
      {"on the next line", 70, "a b.pdf", ";\r\n p=\"a b.pdf\""},
      {"one column too far", 65, "a b.pdf", ";\r\n p=\"a b.pdf\""},
      {"last column", 64, "a b.pdf", "; p=\"a b.pdf\""},
      {"another script", 10, "g\xc3\xa9n\xc3\xa9ral.pdf", "; p*=utf-8''g%C3%A9n%C3%A9ral.pdf"},
      {"what RFC 2231 gives a meaning", 10, "\xc3\xa9*'%", "; p*=utf-8''%C3%A9%2A%27%25"},
      {"tab", 10, "a\tb", "; p*=utf-8''a%09b"},
      {"looks like an encoded word", 10, "=?utf-8?Q?x?=", "; p*=utf-8''%3D%3Futf-8%3FQ%3Fx%3F%3D"},
      {"too long for a line", 10, X40 X40,
       ";\r\n p*0*=utf-8''" X40 "xxxxxxxxxxxxxxxxxxxxxxxx;\r\n p*1*=xxxxxxxxxxxxxxxx"},
      {"too long, another script", 10, X40 "xxxxxxxxxxxxxxxxxxxxx\xc3\xa9y",
       ";\r\n p*0*=utf-8''" X40 "xxxxxxxxxxxxxxxxxxxxx;\r\n p*1*=%C3%A9y"},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autoptr(GString) to = g_string_new(NULL);
    gsize column = rows[i].column;
    parameter_append(to, &column, "p", rows[i].value);
    if (strcmp(to->str, rows[i].spelt) != 0)
      fail_msg("%s: %s", rows[i].name, to->str);
    const char *line = strrchr(to->str, '\n');
    assert_int_equal(column, line != NULL ? strlen(line + 1) : rows[i].column + to->len);
  }
}

static void lines_stay_short(void **state) {
  (void)state;
  static const char *const letters[] = {
      "x", "x y", "\"", "\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x95\x8a", "%\xc3\xa9"};
  for (gsize i = 0; i < G_N_ELEMENTS(letters); i++) {
    g_autoptr(GString) value = g_string_new(NULL);
    for (int n = 1; n < 120; n++) {
      g_autoptr(GString) to = g_string_new(NULL);
      gsize column = 20;
      g_string_append(value, letters[i]);
      parameter_append(to, &column, "filename", value->str);
      g_auto(GStrv) lines = g_strsplit(to->str, "\r\n", -1);
      for (char **line = lines; *line != NULL; line++)
        assert_true((line == lines ? 20 : 0) + strlen(*line) <= 78);
    }
  }
}

static void knows_tokens(void **state) {
  (void)state;
  assert_true(parameter_is_token("utf-8", 5));
  assert_true(parameter_is_token("a'*%", 4));
  static const char *const others[] = {"",   "a b",      "a/b",   "a=b", "a?", "\"a\"",
                                       "a;", "\xc3\xa9", "a\x7f", "a\n", "[a]"};
  for (gsize i = 0; i < G_N_ELEMENTS(others); i++)
    assert_false(parameter_is_token(others[i], strlen(others[i])));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(spells),
      cmocka_unit_test(lines_stay_short),
      cmocka_unit_test(knows_tokens),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
