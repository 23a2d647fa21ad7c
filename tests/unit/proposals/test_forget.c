/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proposals/forget.h"

#include "support/case.h"

static const char *const words[] = {"Rose Li Norvane", "Rose", "Li", "Norvane", "rose@forum.example", NULL};

static const struct {
  const char *name, *text, *without; /* NULL: as it was */
} cases[] = {
    {"a whole name is one mark", "Moi, Rose Li Norvane, je propose", "Moi, […], je propose"},
    {"in capitals", "Rose NORVANE", "[…] […]"},
    {"a whole name in whatever case", "rose li norvane", "[…]"},
    {"an address", "écrire à Rose@Forum.example.", "écrire à […]."},
    {"a word of the language", "la rose et la prose, les Roses", NULL},
    {"too short a name", "Li lit", NULL},
    {"within a word", "Rosemarie, Norvanes", NULL},
    {"behind an apostrophe", "l'avis d'Norvane", "l'avis d'[…]"},
    {"nothing", "", NULL},
};

static void forget(void **state) {
  (void)state;
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autofree char *found = forget_words(cases[i].text, words);
    if (g_strcmp0(found, cases[i].without) != 0)
      fail_msg("%s: found \"%s\"", cases[i].name, found != NULL ? found : "(as it was)");
  }
}

/* Names are words, not patterns. */
static void no_pattern(void **state) {
  (void)state;
  static const char *const odd[] = {"D.rio (fils)", "a+b@forum.example", NULL};
  g_autofree char *one = forget_words("Dario (fils)", odd);
  g_autofree char *other = forget_words("de D.rio (fils): a+b@forum.example", odd);
  assert_null(one);
  assert_string_equal(other, "de […]: […]");
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(forget), cmocka_unit_test(no_pattern)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
