/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sizes as readers of each language write them. */
#include "support/case.h"
#include "templates/language.h"

static const struct {
  gint64 bytes;
  const char *fr, *en, *es, *pt;
} sizes[] = {
    {0, "0\u00a0octets", "0\u00a0bytes", "0\u00a0bytes", "0\u00a0bytes"},
    {1023, "1023\u00a0octets", "1023\u00a0bytes", "1023\u00a0bytes", "1023\u00a0bytes"},
    {1024, "1,0\u00a0Kio", "1.0\u00a0KiB", "1,0\u00a0KiB", "1,0\u00a0KiB"},
    {98765, "96\u00a0Kio", "96\u00a0KiB", "96\u00a0KiB", "96\u00a0KiB"},
    {2202010, "2,1\u00a0Mio", "2.1\u00a0MiB", "2,1\u00a0MiB", "2,1\u00a0MiB"},
    {G_GINT64_CONSTANT(5368709120), "5120\u00a0Mio", "5120\u00a0MiB", "5120\u00a0MiB", "5120\u00a0MiB"},
};

static void each_language_has_its_figures(void **state) {
  (void)state;
  for (gsize i = 0; i < G_N_ELEMENTS(sizes); i++) {
    const char *const wanted[LANGUAGE_COUNT] = {sizes[i].fr, sizes[i].en, sizes[i].es, sizes[i].pt};
    for (int language = 0; language < LANGUAGE_COUNT; language++) {
      g_autofree char *found = language_size((enum language)language, sizes[i].bytes);
      assert_string_equal(found, wanted[language]);
    }
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(each_language_has_its_figures)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
