/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contacts/day.h"

#include "base/fault.h"
#include "support/case.h"

static void spellings(void **state) {
  (void)state;
  static const struct {
    const char *text, *day; /* NULL: none */
  } cases[] = {
      {"2013-12-02", "2013-12-02"},
      {"02/12/2013", "2013-12-02"},
      {"2/12/2013", "2013-12-02"},
      {"2.12.2013", "2013-12-02"},
      {"02-12-2013", "2013-12-02"},
      {"2013-12-02T10:00:00Z", "2013-12-02"},
      {"0854-01-01", "0854-01-01"},
      {"02/12/2013 00:00:00", "2013-12-02"},
      {"2012-02-29", "2012-02-29"},
      {"2013-02-29", NULL},
      {"12/31/2013", NULL},
      {"2013-13-01", NULL},
      {"2013-12-2x", NULL},
      {"02/12-2013", NULL},
      {"02/12/13", NULL},
      {"", NULL},
      {"hier", NULL},
      {"2013", NULL},
      {"2013-12-021", NULL},
      {"0/0/0000", NULL},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    Day day = 0;
    char text[DAY_TEXT_SIZE];
    g_autoptr(GError) error = NULL;
    int r = day_parse(cases[i].text, &day, &error);
    if (cases[i].day == NULL ? r != FAULT_INPUT : r != 0 || !g_str_equal(day_text(day, text), cases[i].day))
      fail_msg("\"%s\": %d", cases[i].text, r);
  }
}

static void moments(void **state) {
  (void)state;
  g_autoptr(GTimeZone) paris = g_time_zone_new_offset(3600);
  char text[DAY_TEXT_SIZE];
  const gint64 late = G_GINT64_CONSTANT(1386025200) * 1000000; /* 2013-12-02T23:00:00Z */
  assert_string_equal(day_text(day_of_moment(late, NULL), text), "2013-12-02");
  assert_string_equal(day_text(day_of_moment(late, paris), text), "2013-12-03");
  assert_int_equal(day_of_moment(0, NULL), 0);
  assert_string_equal(day_text(0, text), "");
}

static void words(void **state) {
  (void)state;
  Day day = 0;
  assert_int_equal(day_parse("2013-12-01", &day, NULL), 0);
  g_autofree char *french = day_words(day, LANGUAGE_FR), *english = day_words(day, LANGUAGE_EN);
  assert_string_equal(french, "1er décembre 2013");
  assert_string_equal(english, "1 December 2013");
  assert_null(day_words(0, LANGUAGE_FR));
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(spellings), cmocka_unit_test(moments),
                                     cmocka_unit_test(words)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
