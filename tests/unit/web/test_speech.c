/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "web/speech.h"

#include "support/case.h"

#include <string.h>

static void accepted(void **state) {
  (void)state;
  static const struct {
    const char *accept;
    enum language wanted; /* French stands for what is not understood */
  } rows[] = {
      {NULL, LANGUAGE_FR},
      {"", LANGUAGE_FR},
      {"en-GB,en;q=0.8", LANGUAGE_EN},
      {"de-AT,de;q=0.9,es;q=0.5", LANGUAGE_ES},
      {"es;q=0.3, pt-BR;q=0.7, en;q=0.1", LANGUAGE_PT},
      {"en;q=0", LANGUAGE_FR},
      {"en;level=1;q=0.4, es;q=0.2", LANGUAGE_EN},
      {"*", LANGUAGE_FR},
      {",,;;q=,en;q=x", LANGUAGE_FR},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
    if (speech_accepted(rows[i].accept, LANGUAGE_FR) != rows[i].wanted)
      fail_msg("\"%s\"", rows[i].accept);
}

/* Each sentence in each language, with its %s in all or none. */
static void whole(void **state) {
  (void)state;
  for (int s = 0; s < SPEECHES; s++) {
    gboolean has_place = strstr(speech_in((enum speech)s, LANGUAGE_FR), "%s") != NULL;
    for (int l = 0; l < LANGUAGE_COUNT; l++) {
      const char *text = speech_in((enum speech)s, (enum language)l);
      if (text == NULL || *text == '\0' || (strstr(text, "%s") != NULL) != has_place)
        fail_msg("sentence %d in %s", s, language_code((enum language)l));
    }
  }
  g_autofree char *dated = speech_with(SPEECH_DATED, LANGUAGE_EN, "2 December 2013");
  assert_string_equal(dated, "dated 2 December 2013");
  assert_string_equal(speech_of_kind("book", LANGUAGE_ES), "Libro");
  assert_string_equal(speech_of_kind("unheard of", LANGUAGE_PT), "Documento");
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(accepted), cmocka_unit_test(whole)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
