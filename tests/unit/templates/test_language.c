/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/case.h"

#include "base/clock.h"
#include "templates/language.h"

#include <string.h>

static void days_in_words(void **state) {
  static const struct {
    enum language language;
    guint year, month, day;
    const char *expected; /* NULL: no such day */
  } rows[] = {
      {LANGUAGE_FR, 2013, 12, 2, "2 décembre 2013"},
      {LANGUAGE_FR, 2013, 12, 1, "1er décembre 2013"},
      {LANGUAGE_FR, 2013, 8, 31, "31 août 2013"},
      {LANGUAGE_EN, 2013, 12, 2, "2 December 2013"},
      {LANGUAGE_EN, 2014, 1, 1, "1 January 2014"},
      {LANGUAGE_ES, 2013, 12, 2, "2 de diciembre de 2013"},
      {LANGUAGE_ES, 2013, 9, 1, "1 de septiembre de 2013"},
      {LANGUAGE_PT, 2013, 12, 2, "2 de dezembro de 2013"},
      {LANGUAGE_PT, 2014, 3, 31, "31 de março de 2014"},
      {LANGUAGE_FR, 2013, 2, 29, NULL},
      {LANGUAGE_FR, 2016, 2, 29, "29 février 2016"},
      {LANGUAGE_FR, 2013, 13, 1, NULL},
      {LANGUAGE_FR, 2013, 0, 1, NULL},
      {LANGUAGE_FR, 2013, 1, 0, NULL},
      {LANGUAGE_FR, 0, 1, 1, NULL},
      {LANGUAGE_FR, 70000, 1, 1, NULL},
      {LANGUAGE_FR, 2013, 257, 1, NULL},
      {LANGUAGE_FR, 2013, 1, 257, NULL},
  };
  (void)state;
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autofree char *date = language_date(rows[i].language, rows[i].year, rows[i].month, rows[i].day);
    if (g_strcmp0(date, rows[i].expected) != 0)
      fail_msg("row %zu: %s", i, date);
  }
}

static void a_moment_is_a_day_in_its_zone(void **state) {
  static const struct {
    const char *moment, *zone, *expected;
  } rows[] = {
      {"2013-12-01T23:30:00Z", "+01:00", "2 décembre 2013"},
      {"2013-12-01T23:30:00Z", "Z", "1er décembre 2013"},
      {"1969-12-31T23:59:59.5Z", "Z", "31 décembre 1969"},
  };
  (void)state;
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    gint64 wall = 0;
    assert_done(moment_parse(rows[i].moment, &wall, error));
    g_autoptr(GTimeZone) zone = g_time_zone_new_identifier(rows[i].zone);
    g_autofree char *date = language_date_of(LANGUAGE_FR, wall, zone);
    assert_string_equal(date, rows[i].expected);
  }
}

static void tags(void **state) {
  static const struct {
    const char *tag;
    int expected;
  } rows[] = {
      {"fr", LANGUAGE_FR},
      {"FR-ca", LANGUAGE_FR},
      {"pt-BR", LANGUAGE_PT},
      {"es_419", LANGUAGE_ES},
      {"en", LANGUAGE_EN},
      {"fra", -1},
      {"de", -1},
      {"", -1},
      {NULL, -1},
      {"f", -1},
  };
  (void)state;
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    enum language language = LANGUAGE_FR;
    gboolean known = language_parse(rows[i].tag, &language);
    if (known != (rows[i].expected >= 0) || (known && (int)language != rows[i].expected))
      fail_msg("%s", rows[i].tag);
  }
  assert_string_equal(language_code(LANGUAGE_ES), "es");
  assert_string_equal(language_own_name(LANGUAGE_PT), "português");
}

static void the_first_that_there_is(void **state) {
  static const struct {
    const char *preferred[4];
    guint available;
    enum language fallback, expected;
  } rows[] = {
      {{"ar", "es", "fr"}, 0xF, LANGUAGE_EN, LANGUAGE_ES},
      {{"es", "pt-BR"}, LANGUAGE_BIT(LANGUAGE_PT) | LANGUAGE_BIT(LANGUAGE_FR), LANGUAGE_FR, LANGUAGE_PT},
      {{"ar"}, 0xF, LANGUAGE_FR, LANGUAGE_FR},
      {{NULL}, 0xF, LANGUAGE_EN, LANGUAGE_EN},
  };
  (void)state;
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
    assert_int_equal(language_choose(rows[i].preferred, rows[i].available, rows[i].fallback),
                     rows[i].expected);
  assert_int_equal(language_choose(NULL, 0xF, LANGUAGE_EN), LANGUAGE_EN);
}

static void of_a_city(void **state) {
  static const struct {
    enum language language;
    const char *city, *expected;
  } rows[] = {
      {LANGUAGE_FR, "Chamonix", "de Chamonix"},
      {LANGUAGE_FR, "Arvane", "d'Arvane"},
      {LANGUAGE_FR, "Évian", "d'Évian"},
      {LANGUAGE_FR, "Hambourg", "de Hambourg"},
      {LANGUAGE_FR, "Honfleur", "d'Honfleur"},
      {LANGUAGE_FR, "Le Havre", "du Havre"},
      {LANGUAGE_FR, "Les Ulis", "des Ulis"},
      {LANGUAGE_FR, "La Rochelle", "de La Rochelle"},
      {LANGUAGE_FR, "Lessines", "de Lessines"},
      {LANGUAGE_EN, "Arvane", "of Arvane"},
      {LANGUAGE_ES, "El Alto", "de El Alto"},
      {LANGUAGE_PT, "Porto", "do Porto"},
      {LANGUAGE_PT, "Porto Alegre", "de Porto Alegre"},
      {LANGUAGE_PT, "Lisboa", "de Lisboa"},
      {LANGUAGE_FR, "", "de "},
  };
  (void)state;
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autofree char *of = language_of_city(rows[i].language, rows[i].city);
    assert_string_equal(of, rows[i].expected);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(days_in_words), cmocka_unit_test(a_moment_is_a_day_in_its_zone),
      cmocka_unit_test(tags),          cmocka_unit_test(the_first_that_there_is),
      cmocka_unit_test(of_a_city),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
