/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/text.h"

#include "base/fault.h"
#include "support/case.h"

static const struct {
  const char *text, *tidy, *fold;
} spellings[] = {
    {"Éric  DUPONT", "Éric DUPONT", "eric dupont"},
    {" comité scientifique ", "comité scientifique", "comite scientifique"},
    {"\t\n çà\r\n là ", "çà là", "ca la"},
    {"e\u0301te\u0301", "été", "ete"},
    {"\u00a0Łódź\u2003", "Łódź", "łodz"},
    {"Straße", "Straße", "strasse"},
    {"   ", "", ""},
    {"", "", ""},
    {" 日本  語", "日本 語", "日本 語"},
};

static void one_spelling(G_GNUC_UNUSED void **state) {
  for (gsize i = 0; i < G_N_ELEMENTS(spellings); i++) {
    g_autofree char *tidy = text_tidy(spellings[i].text), *fold = text_fold(spellings[i].text);
    assert_string_equal(tidy, spellings[i].tidy);
    assert_string_equal(fold, spellings[i].fold);
  }
}

static const struct {
  const char *name, *value;
  gssize length;
  gsize max;
  gboolean line, lines; /* taken as one line; as several */
} values[] = {
    {"plain", "Anvaux", -1, 10, TRUE, TRUE},       {"tab", "a\tb", -1, 10, TRUE, TRUE},
    {"line feed", "a\nb", -1, 10, FALSE, TRUE},    {"carriage return", "a\rb", -1, 10, FALSE, TRUE},
    {"NUL", "a\0b", 3, 10, FALSE, FALSE},          {"escape", "a\033b", -1, 10, FALSE, FALSE},
    {"delete", "a\177b", -1, 10, FALSE, FALSE},    {"too long", "abcdefghijk", -1, 10, FALSE, FALSE},
    {"latin-1", "caf\xe9", -1, 10, FALSE, FALSE},  {"cut", "caf\xc3", -1, 10, FALSE, FALSE},
    {"just so", "abcdefghij", -1, 10, TRUE, TRUE},
};

static void what_may_come_in(G_GNUC_UNUSED void **state) {
  for (gsize i = 0; i < G_N_ELEMENTS(values); i++) {
    g_autoptr(GError) line = NULL, lines = NULL;
    gboolean one = text_check_line("cell", values[i].value, values[i].length, values[i].max, &line) == 0;
    gboolean several =
        text_check_lines("cell", values[i].value, values[i].length, values[i].max, &lines) == 0;
    if (one != values[i].line || several != values[i].lines)
      fail_msg("%s: %d %d", values[i].name, one, several);
    if (!one)
      assert_true(g_str_has_prefix(line->message, "cell: "));
  }
}

static void words_in_a_text(void **state) {
  (void)state;
  static const char *const words[] = {"", "Éric", "dupont", NULL}, *const empty[] = {"", NULL};
  assert_true(text_holds_any("for M. DUPONT", words));
  assert_true(text_holds_any("éRIC", words));
  assert_false(text_holds_any("Eric", words));
  assert_false(text_holds_any("", words));
  assert_false(text_holds_any(NULL, words));
  assert_false(text_holds_any("Éric", empty));
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(one_spelling), cmocka_unit_test(what_may_come_in),
                                     cmocka_unit_test(words_in_a_text)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
