/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "inbound/verdict.h"

#include "support/case.h"

static void texts_from_outside(void **state) {
  (void)state;
  static const struct {
    const char *given;
    const char *kept;
  } rows[] = {
      {NULL, NULL},
      {"", NULL},
      {" \t\r\n", NULL},
      {" a@x.example\r\n", "a@x.example"},
      {"one\r\n two\tthree\x01", "one   two three"},
      {"caf\xe9", "caf\xef\xbf\xbd"},
      {"é\xc2\x85", "é"},
  };
  char *text = g_strdup("before");
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    verdict_set(&text, rows[i].given);
    if (g_strcmp0(text, rows[i].kept) != 0)
      fail_msg("row %zu: \"%s\"", i, text);
  }
  g_free(text);
}

/* The ceiling falls between characters, wherever the long ones lie. */
static void long_texts(void **state) {
  (void)state;
  for (guint shift = 0; shift < 4; shift++) {
    g_autoptr(GString) given = g_string_new(NULL);
    for (guint i = 0; i < shift; i++)
      g_string_append_c(given, 'a');
    while (given->len < 2 * VERDICT_TEXT_MAX)
      g_string_append(given, "😀");
    char *text = NULL;
    verdict_set(&text, given->str);
    assert_true(strlen(text) <= VERDICT_TEXT_MAX && strlen(text) > VERDICT_TEXT_MAX - 12);
    assert_true(g_str_has_prefix(given->str, text));
    g_free(text);
  }
}

static void reasons(void **state) {
  (void)state;
  g_autoptr(GHashTable) names = g_hash_table_new(g_str_hash, g_str_equal);
  for (int i = 0; i < VERDICT_REASON_COUNT; i++) {
    assert_true(g_hash_table_add(names, (gpointer)verdict_reason_name((enum verdict_reason)i)));
    assert_true(strlen(verdict_reason_sentence((enum verdict_reason)i)) > 10);
  }
  g_autoptr(Verdict) verdict = verdict_new();
  verdict_add_reason(verdict, REASON_STATUS_PART);
  verdict_add_reason(verdict, REASON_STATUS_PART);
  assert_int_equal(verdict->reasons->len, 1);
  assert_false(verdict_is_guess(verdict));
  verdict_add_reason(verdict, REASON_WORDS);
  assert_true(verdict_is_guess(verdict));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(texts_from_outside),
      cmocka_unit_test(long_texts),
      cmocka_unit_test(reasons),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
