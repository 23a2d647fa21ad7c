/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/case.h"

#include "base/fault.h"
#include "templates/states.h"

#include <string.h>

static int load(void **state) {
  static States *states;
  assert_done(states_load(SOURCE_DIR "/templates", &states, error));
  *state = states;
  return 0;
}

static int unload(void **state) {
  states_free(*state);
  return 0;
}

static void genitives(void **state) {
  static const struct {
    const char *code;
    enum language language;
    const char *official, *genitive;
  } rows[] = {
      {"XA", LANGUAGE_FR, "de la République d'Arvanie", "d'Arvanie"},
      {"XA", LANGUAGE_PT, "da República da Arvânia", "da Arvânia"},
      {"XC", LANGUAGE_FR, "des Îles Tavaru", "des Îles Tavaru"},
      {"XC", LANGUAGE_ES, "de las Islas Tavaru", "de las Islas Tavaru"},
      {"XD", LANGUAGE_ES, "del Principado de Dornela", "de Dornela"},
      {"XE", LANGUAGE_FR, "du Grand-Duché d'Elmsund", "d'Elmsund"},
      {"XF", LANGUAGE_FR, "de l'État du Fazhar", "du Fazhar"},
      {"XI", LANGUAGE_FR, "de l'Union d'Isoara", "d'Isoara"},
      {"XJ", LANGUAGE_EN, "of the Empire of Jorvan", "of Jorvan"},
      {"FR", LANGUAGE_FR, "de la République française", "de France"},
      {"CM", LANGUAGE_PT, "da República dos Camarões", "dos Camarões"},
      {"CR", LANGUAGE_FR, "de la République du Costa Rica", "du Costa Rica"},
      {"EC", LANGUAGE_ES, "de la República del Ecuador", "del Ecuador"},
      {"ES", LANGUAGE_PT, "do Reino de Espanha", "de Espanha"},
      {"KM", LANGUAGE_FR, "de l'Union des Comores", "des Comores"},
      {"MA", LANGUAGE_PT, "do Reino de Marrocos", "de Marrocos"},
      {"PT", LANGUAGE_PT, "da República Portuguesa", "de Portugal"},
      {"US", LANGUAGE_EN, "of the United States of America", "of the United States"},
      {"ca-qc", LANGUAGE_FR, "du Québec", "du Québec"},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    const State *found = states_find(*state, rows[i].code);
    assert_non_null(found);
    assert_string_equal(found->official_genitive[rows[i].language], rows[i].official);
    assert_string_equal(found->genitive[rows[i].language], rows[i].genitive);
  }
  assert_null(states_find(*state, "QQ"));
  assert_int_equal(states_find(*state, "VA")->status, STATE_OBSERVER);
  assert_int_equal(states_find(*state, "CA-QC")->status, STATE_AREA);
}

static void by_any_of_its_names(void **state) {
  static const struct {
    const char *name, *code;
  } rows[] = {
      {"sénégal", "SN"},    {"SENEGAL", "SN"},   {"Reino  Unido", "GB"},
      {"Etats-Unis", "US"}, {"Québec", "CA-QC"}, {"Camarões", "CM"},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    const State *found = states_find_name(*state, rows[i].name);
    assert_non_null(found);
    assert_string_equal(found->code, rows[i].code);
  }
  assert_null(states_find_name(*state, "Nowhere"));
}

/* A name in its genitive ends with the name itself, whatever article and preposition stand before it. */
static void each_row_is_whole(void **state) {
  assert_true(states_count(*state) >= 44);
  for (guint i = 0; i < states_count(*state); i++) {
    const State *row = states_at(*state, i);
    for (guint j = 0; j < LANGUAGE_COUNT; j++) {
      if (!g_str_has_suffix(row->official_genitive[j], row->official[j]) ||
          !g_str_has_suffix(row->genitive[j], row->name[j]))
        fail_msg("%s: %s, %s", row->code, row->official_genitive[j], row->genitive[j]);
      assert_null(strstr(row->official_genitive[j], "  "));
      assert_null(strstr(row->genitive[j], "de le "));
    }
  }
}

static void mistakes_in_the_table(void **state) {
  (void)state;
  static const struct {
    const char *from, *to, *says;
  } rows[] = {
      {"code\tm49", "Code\tm49", "line 9: the header"},
      {"XB\t", "XA\t", "line 11: the code XA stands in an earlier row too"},
      {"XA\t\tnone", "XA\t\tnever", "line 10: the status \"never\""},
      {"XA\t\tnone", "XA\t12\tnone", "line 10: \"12\" is no M49 code"},
      {"XA\t\tnone\tRépublique d'Arvanie", "XA\t\tnone\t", "line 10: the cell official_fr is empty"},
      {"president\tfr\tinvented", "president\tde\tinvented", "line 10: the language \"de\""},
      {"president\tfr\tinvented", "president fr\tinvented", "line 10: the row has 21 cells"},
      {"République d'Arvanie", "R\xff", "not valid UTF-8"},
  };
  char *folder = case_folder_make();
  g_autofree char *path = g_build_filename(folder, "states.tsv", NULL);
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autofree char *text = NULL;
    assert_true(g_file_get_contents(SOURCE_DIR "/templates/states.tsv", &text, NULL, NULL));
    g_autoptr(GString) changed = g_string_new(text);
    assert_int_equal(g_string_replace(changed, rows[i].from, rows[i].to, 1), 1);
    assert_true(g_file_set_contents(path, changed->str, (gssize)changed->len, NULL));
    States *states = NULL;
    g_autoptr(GError) error = NULL;
    assert_int_equal(states_load(folder, &states, &error), FAULT_INPUT);
    if (strstr(error->message, rows[i].says) == NULL)
      fail_msg("expected \"%s\" in \"%s\"", rows[i].says, error->message);
  }
  case_folder_remove(folder);
  States *states = NULL;
  g_autoptr(GError) error = NULL;
  assert_int_equal(states_load("/nonexistent", &states, &error), FAULT_ABSENT);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(genitives),
      cmocka_unit_test(by_any_of_its_names),
      cmocka_unit_test(each_row_is_whole),
      cmocka_unit_test(mistakes_in_the_table),
  };
  return cmocka_run_group_tests(tests, load, unload);
}
