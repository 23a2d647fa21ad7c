/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/case.h"

#include "templates/wrap.h"

#include <string.h>

#define TEN             "123456789 "
#define P(prefix, text) "\001" prefix "\002" text "\003"

static void paragraphs(void **state) {
  static const struct {
    const char *name, *text, *expected;
  } rows[] = {
      {"unmarked stays", "  as   it is\n", "  as   it is\n"},
      {"72 columns", P("", TEN TEN TEN TEN TEN TEN TEN "12 next"),
       "123456789 123456789 123456789 123456789 123456789 123456789 123456789 12\nnext"},
      {"73 columns", P("", TEN TEN TEN TEN TEN TEN TEN "123 next"),
       "123456789 123456789 123456789 123456789 123456789 123456789 123456789\n123 next"},
      {"blanks collapse", P("", "  a   b "), "a b"},
      {"line break kept", P("", "a\nb"), "a\nb"},
      {"hanging", "- " P("  ", "a\nb"), "- a\n  b"},
      {"hanging counts", "- " P("  ", TEN TEN TEN TEN TEN TEN TEN "1"),
       "- 123456789 123456789 123456789 123456789 123456789 123456789 123456789\n  1"},
      {"empty vanishes", "a\n\n" P("", " ") "\n\nb", "a\n\nb"},
      {"two paragraphs", P("", "a") "\n\n" P("", "b") "\n", "a\n\nb\n"},
      {"code points", P("", "éééééééééééééééééééééééééééééééééééé éééééééééééééééééééééééééééééééééééé"),
       "éééééééééééééééééééééééééééééééééééé\néééééééééééééééééééééééééééééééééééé"},
      {"combining marks",
       P("", "e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e"
             "\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e"
             "\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301 "
             "b23456789012345678901234567890123456"),
       "e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e"
       "\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e"
       "\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301"
       "\nb23456789012345678901234567890123456"},
      {"wide characters take two",
       P("", "経済経済経済経済経済経済経済経済経済 経済経済経済経済経済経済経済経済経済"),
       "経済経済経済経済経済経済経済経済経済\n経済経済経済経済経済経済経済経済経済"},
      {"vowel marks of Arabic take none", P("", TEN TEN TEN TEN TEN TEN TEN "\u0645\u064f\u062d\u064e x"),
       "123456789 123456789 123456789 123456789 123456789 123456789 123456789 \u0645\u064f\u062d\u064e\nx"},
      {"no-break space holds", P("", "a\u00a0b"), "a\u00a0b"},
      {"a torn mark ends the text", "a\001b", "a"},
  };
  (void)state;
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autoptr(GString) out = g_string_new(NULL);
    wrap_append(rows[i].text, strlen(rows[i].text), out);
    if (strcmp(out->str, rows[i].expected) != 0)
      fail_msg("%s: \"%s\"", rows[i].name, out->str);
  }
}

static void long_words_stay_whole(void **state) {
  (void)state;
  g_autofree char *word = g_strnfill(100, 'x');
  g_autofree char *text = g_strdup_printf("\001\002see %s now\003", word);
  g_autofree char *expected = g_strdup_printf("see\n%s\nnow", word);
  g_autoptr(GString) out = g_string_new(NULL);
  wrap_append(text, strlen(text), out);
  assert_string_equal(out->str, expected);
}

static void columns(void **state) {
  static const struct {
    const char *text;
    guint expected;
  } rows[] = {
      {"", 0},    {"abc", 3},      {"été", 3},    {"e\u0301", 1},  {"経済", 4},
      {"ﾃｽﾄ", 3}, {"a\u00a0b", 3}, {"\u200b", 0}, {"\xff\xff", 2}, {"\u0645\u064f", 1},
  };
  (void)state;
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
    if (wrap_columns(rows[i].text, strlen(rows[i].text)) != rows[i].expected)
      fail_msg("\"%s\": %u", rows[i].text, wrap_columns(rows[i].text, strlen(rows[i].text)));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(columns),
      cmocka_unit_test(paragraphs),
      cmocka_unit_test(long_words_stay_whole),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
