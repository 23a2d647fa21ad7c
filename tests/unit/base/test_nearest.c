/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/case.h"

#include "base/nearest.h"

static const char *const words[] = {"password_file", "couriers", "url", "user", "tls", "log_lag", NULL};

static const struct {
  const char *name, *word, *expected;
} rows[] = {
    {"the word itself", "couriers", "couriers"},
    {"one letter missing", "courirs", "couriers"},
    {"a swap of neighbours", "uesr", "user"},
    {"a dash for an underscore", "log-lag", "log_lag"},
    {"another case", "URL", "url"},
    {"a short word needs a near one", "abc", NULL},
    {"half of a long word is not near", "password", NULL},
    {"two letters off in a long word", "pasword_fiel", "password_file"},
    {"the empty word", "", NULL},
    {"a word too long to be one of ours",
     "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", NULL},
};

static void names_the_word_that_was_meant(void **state) {
  (void)state;
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    const char *got = nearest_of(rows[i].word, words);
    if (g_strcmp0(got, rows[i].expected) != 0)
      fail_msg("%s: %s gave %s", rows[i].name, rows[i].word, got != NULL ? got : "nothing");
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(names_the_word_that_was_meant)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
