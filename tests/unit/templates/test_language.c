/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/case.h"

#include "base/clock.h"
#include "base/fault.h"
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

static void moments_in_words(void **state) {
  static const struct {
    enum language language;
    const char *moment, *zone, *expected;
  } rows[] = {
      {LANGUAGE_FR, "2013-12-09T07:00:00Z", "Europe/Paris",
       "lundi 9 décembre 2013 à 8\u00a0heures, heure de Paris"},
      {LANGUAGE_FR, "2013-12-01T00:30:00Z", "Europe/Paris",
       "dimanche 1er décembre 2013 à 1\u00a0h\u00a030, heure de Paris"},
      {LANGUAGE_FR, "2013-12-01T00:00:00Z", "Europe/Paris",
       "dimanche 1er décembre 2013 à 1\u00a0heure, heure de Paris"},
      {LANGUAGE_FR, "2013-07-01T08:00:00Z", "Africa/Cairo",
       "lundi 1er juillet 2013 à 10\u00a0heures, heure du Caire"},
      {LANGUAGE_EN, "2013-12-09T07:00:00Z", "Europe/Paris", "Monday 9 December 2013 at 8 a.m., Paris time"},
      {LANGUAGE_EN, "2013-12-09T11:00:00Z", "Europe/Paris", "Monday 9 December 2013 at noon, Paris time"},
      {LANGUAGE_EN, "2013-12-08T23:00:00Z", "Europe/Paris", "Monday 9 December 2013 at 00:00, Paris time"},
      {LANGUAGE_EN, "2013-12-09T00:30:00Z", "Europe/London",
       "Monday 9 December 2013 at 12.30 a.m., London time"},
      {LANGUAGE_EN, "2013-12-09T20:05:00Z", "America/New_York",
       "Monday 9 December 2013 at 3.05 p.m., New York time"},
      {LANGUAGE_ES, "2013-12-09T07:00:00Z", "Europe/Paris",
       "lunes 9 de diciembre de 2013 a las 8 horas, hora de París"},
      {LANGUAGE_ES, "2013-12-11T00:00:00Z", "Europe/Paris",
       "miércoles 11 de diciembre de 2013 a la 1 hora, hora de París"},
      {LANGUAGE_ES, "2013-12-11T07:30:00Z", "Europe/Paris",
       "miércoles 11 de diciembre de 2013 a las 8:30 horas, hora de París"},
      {LANGUAGE_PT, "2013-12-09T07:00:00Z", "Europe/Paris",
       "segunda-feira, 9 de dezembro de 2013, às 8 horas, hora de Paris"},
      {LANGUAGE_PT, "2013-12-10T07:30:00Z", "Europe/Lisbon",
       "terça-feira, 10 de dezembro de 2013, às 7h30, hora de Lisboa"},
      {LANGUAGE_FR, "2013-12-09T07:00:00Z", "+03:00", "lundi 9 décembre 2013 à 10\u00a0heures, UTC+03:00"},
      {LANGUAGE_FR, "2013-12-09T07:00:00Z", "UTC", "lundi 9 décembre 2013 à 7\u00a0heures, UTC"},
  };
  (void)state;
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    gint64 wall = 0;
    assert_done(moment_parse(rows[i].moment, &wall, error));
    g_autoptr(GTimeZone) zone = g_time_zone_new_identifier(rows[i].zone);
    g_autofree char *words = language_moment(rows[i].language, wall, zone);
    assert_string_equal(words, rows[i].expected);
  }
}

static void times_as_given(void **state) {
  static const struct {
    enum language language;
    const char *given;
    int result;
    const char *expected; /* the words, or a part of the sentence */
  } rows[] = {
      {LANGUAGE_FR, "2013-12-01", 0, "1er décembre 2013"},
      {LANGUAGE_EN, "2013-12-01", 0, "1 December 2013"},
      {LANGUAGE_FR, "2013-11-09/2013-11-11", 0, "du 9 au 11 novembre 2013"},
      {LANGUAGE_FR, "2013-11-01/2013-11-03", 0, "du 1er au 3 novembre 2013"},
      {LANGUAGE_EN, "2013-11-09/2013-11-11", 0, "9 to 11 November 2013"},
      {LANGUAGE_ES, "2013-11-09/2013-11-11", 0, "del 9 al 11 de noviembre de 2013"},
      {LANGUAGE_PT, "2013-11-09/2013-11-11", 0, "de 9 a 11 de novembro de 2013"},
      {LANGUAGE_ES, "2013-10-31/2013-11-02", 0, "del 31 de octubre al 2 de noviembre de 2013"},
      {LANGUAGE_PT, "2013-12-30/2014-01-02", 0, "de 30 de dezembro de 2013 a 2 de janeiro de 2014"},
      {LANGUAGE_EN, "2013-10-31/2013-11-02", 0, "31 October to 2 November 2013"},
      {LANGUAGE_EN, "2013-12-09T08:00:00+01:00", 0, "Monday 9 December 2013 at 8 a.m., Paris time"},
      {LANGUAGE_FR, "à la mi-octobre 2013", 1, "à la mi-octobre 2013"},
      {LANGUAGE_FR, "2013-02-30", FAULT_INPUT, "names a day that there is not"},
      {LANGUAGE_FR, "2013-02-20/2013-02-30", FAULT_INPUT, "names a day that there is not"},
      {LANGUAGE_FR, "02/12/13", FAULT_INPUT, "is a date in figures"},
      {LANGUAGE_FR, "2013-12-09T25:00", FAULT_INPUT, "is a date in figures"},
      {LANGUAGE_FR, "2013-12-09/", FAULT_INPUT, "is a date in figures"},
  };
  (void)state;
  g_autoptr(GTimeZone) zone = g_time_zone_new_identifier("Europe/Paris");
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autofree char *words = NULL;
    g_autoptr(GError) error = NULL;
    int r = language_time_given(rows[i].language, rows[i].given, zone, &words, &error);
    const char *said = r < 0 ? error->message : words;
    if (r != rows[i].result || strstr(said, rows[i].expected) == NULL)
      fail_msg("%s: %d, %s", rows[i].given, r, said);
    if (r >= 0)
      assert_string_equal(words, rows[i].expected);
  }
}

static void dates_in_figures(void **state) {
  static const struct {
    const char *text, *found; /* NULL: none */
  } rows[] = {
      {"le 02/12/13 à", "02/12/13 à"},
      {"2.12.2013", "2.12.2013"},
      {"(2013-12-02)", "2013-12-02)"},
      {"2-12-2013.", "2-12-2013."},
      {"2 décembre 2013", NULL},
      {"tel. 01.99.00.12.34", NULL},
      {"https://x.example/2013-12-02/a", NULL},
      {"M-12, 1/2, 3.5, 10/11", NULL},
      {"123/12/13", NULL},
      {"", NULL},
  };
  (void)state;
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    const char *found = language_date_in_figures(rows[i].text);
    if (g_strcmp0(found, rows[i].found) != 0)
      fail_msg("%s: %s", rows[i].text, found);
  }
}

static void lists(void **state) {
  static const struct {
    enum language language;
    enum language_conjunction conjunction;
    const char *items[4], *expected;
  } rows[] = {
      {LANGUAGE_FR, LANGUAGE_AND, {"a", "b", "c"}, "a, b et c"},
      {LANGUAGE_EN, LANGUAGE_AND, {"a", "b", "c"}, "a, b and c"},
      {LANGUAGE_ES, LANGUAGE_AND, {"a", "b", "c"}, "a, b y c"},
      {LANGUAGE_PT, LANGUAGE_AND, {"a", "b", "c"}, "a, b e c"},
      {LANGUAGE_FR, LANGUAGE_AND, {"a", "b"}, "a et b"},
      {LANGUAGE_FR, LANGUAGE_AND, {"a"}, "a"},
      {LANGUAGE_FR, LANGUAGE_AND, {NULL}, ""},
      {LANGUAGE_ES, LANGUAGE_AND, {"francés", "inglés"}, "francés e inglés"},
      {LANGUAGE_ES, LANGUAGE_AND, {"padre", "Hijo"}, "padre e Hijo"},
      {LANGUAGE_ES, LANGUAGE_AND, {"agua", "hielo"}, "agua y hielo"},
      {LANGUAGE_ES, LANGUAGE_AND, {"átomo", "hiato"}, "átomo y hiato"},
      {LANGUAGE_ES, LANGUAGE_AND, {"Cuba", "Ítaca"}, "Cuba e Ítaca"},
      {LANGUAGE_ES, LANGUAGE_OR, {"siete", "ocho"}, "siete u ocho"},
      {LANGUAGE_ES, LANGUAGE_OR, {"ayer", "hoy"}, "ayer u hoy"},
      {LANGUAGE_ES, LANGUAGE_OR, {"a", "b"}, "a o b"},
      {LANGUAGE_PT, LANGUAGE_OR, {"a", "b"}, "a ou b"},
  };
  (void)state;
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autofree char *text = language_join(rows[i].language, rows[i].conjunction, rows[i].items);
    assert_string_equal(text, rows[i].expected);
  }
}

static void editions(void **state) {
  static const struct {
    enum language language;
    guint number;
    const char *expected;
  } rows[] = {
      {LANGUAGE_FR, 1, "1re édition"},   {LANGUAGE_FR, 3, "3e édition"},  {LANGUAGE_EN, 1, "1st edition"},
      {LANGUAGE_EN, 2, "2nd edition"},   {LANGUAGE_EN, 3, "3rd edition"}, {LANGUAGE_EN, 11, "11th edition"},
      {LANGUAGE_EN, 22, "22nd edition"}, {LANGUAGE_ES, 3, "3.ª edición"}, {LANGUAGE_PT, 3, "3.ª edição"},
  };
  (void)state;
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autofree char *text = language_edition(rows[i].language, rows[i].number);
    assert_string_equal(text, rows[i].expected);
  }
  assert_string_equal(language_name_in(LANGUAGE_ES, LANGUAGE_FR), "espagnol");
  assert_string_equal(language_name_in(LANGUAGE_FR, LANGUAGE_PT), "francês");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(days_in_words),  cmocka_unit_test(a_moment_is_a_day_in_its_zone),
      cmocka_unit_test(tags),           cmocka_unit_test(the_first_that_there_is),
      cmocka_unit_test(of_a_city),      cmocka_unit_test(moments_in_words),
      cmocka_unit_test(times_as_given), cmocka_unit_test(dates_in_figures),
      cmocka_unit_test(lists),          cmocka_unit_test(editions),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
