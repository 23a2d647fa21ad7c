/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contacts/columns.h"

#include "base/fault.h"
#include "support/case.h"

#include <string.h>

static void names(void **state) {
  (void)state;
  static const struct {
    const char *header;
    enum column column;
  } cases[] = {
      {"Type", COLUMN_KIND},
      {"Identifiant", COLUMN_ID},
      {"Prénom", COLUMN_GIVEN_NAME},
      {"prenom", COLUMN_GIVEN_NAME},
      {"PRÉNOM", COLUMN_GIVEN_NAME},
      {" Prénom ", COLUMN_GIVEN_NAME},
      {"given_name", COLUMN_GIVEN_NAME},
      {"Given Name", COLUMN_GIVEN_NAME},
      {"Nombre", COLUMN_GIVEN_NAME},
      {"Nom", COLUMN_FAMILY_NAME},
      {"Apellidos", COLUMN_FAMILY_NAME},
      {"Genre", COLUMN_GENDER},
      {"Titre", COLUMN_HONORIFIC},
      {"Fonction", COLUMN_OFFICE},
      {"Type de fonction", COLUMN_OFFICE_KIND},
      {"Organisation", COLUMN_ORGANISATION},
      {"Organização", COLUMN_ORGANISATION},
      {"Pays", COLUMN_COUNTRY},
      {"País", COLUMN_COUNTRY},
      {"Langue", COLUMN_LANGUAGE},
      {"Courriel", COLUMN_EMAIL},
      {"E-mail", COLUMN_EMAIL},
      {"Courriel du cabinet", COLUMN_EMAIL_PRIVATE_OFFICE},
      {"Courriel de la mission", COLUMN_EMAIL_MISSION},
      {"email_mission", COLUMN_EMAIL_MISSION},
      {"Listes", COLUMN_LISTS},
      {"Motif", COLUMN_GROUND},
      {"Zone du motif", COLUMN_GROUND_AREA},
      {"Preuve du motif", COLUMN_GROUND_EVIDENCE},
      {"Date du motif", COLUMN_GROUND_DATE},
      {"Début du mandat", COLUMN_TENURE_FROM},
      {"Fin du mandat", COLUMN_TENURE_TO},
      {"Vérifié le", COLUMN_VERIFIED_AT},
      {"Clé OpenPGP", COLUMN_OPENPGP},
      {"Adresse postale", COLUMN_POSTAL_ADDRESS},
      {"Téléphone", COLUMN_TELEPHONE},
      {"Formulaire web", COLUMN_WEB_FORM},
      {"Taille maximale", COLUMN_MAX_MESSAGE_BYTES},
      {"Texte seul", COLUMN_PLAIN_ONLY},
      {"Remarques", COLUMNS},
      {"", COLUMNS},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
    if (column_of(cases[i].header) != cases[i].column)
      fail_msg("\"%s\" is column %d", cases[i].header, column_of(cases[i].header));
  for (int i = 0; i < COLUMNS; i++) {
    assert_int_equal(column_of(column_name((enum column)i)), i);
    assert_int_equal(column_of(column_header((enum column)i)), i);
  }
}

static void mapped(void **state) {
  (void)state;
  static const char *const headers[] = {"Nom", "Remarques", "Adr. mail", "", "Pays"};
  static const char *const maps[] = {"remarques=", "Adr. mail=email", NULL};
  g_auto(Columns) columns = {0};
  assert_done(columns_map(headers, G_N_ELEMENTS(headers), maps, &columns, error));
  assert_int_equal(columns.of[COLUMN_FAMILY_NAME], 0);
  assert_int_equal(columns.of[COLUMN_EMAIL], 2);
  assert_int_equal(columns.of[COLUMN_COUNTRY], 4);
  assert_int_equal(columns.of[COLUMN_KIND], -1);
  assert_string_equal(columns.header[COLUMN_EMAIL], "Adr. mail");
}

static void refused(void **state) {
  (void)state;
  static const struct {
    const char *headers[4], *map, *says;
  } cases[] = {
      {{"Nom", "Courrielle"}, NULL, "did you mean \"Courriel\""},
      {{"Nom", "Remarques"}, NULL, "--map \"Remarques=\""},
      {{"Nom", "Last name"}, NULL, "\"Nom\" and \"Last name\" are both the field family_name"},
      {{"Nom", "Pays"}, "Ville=country", "the file has no such column"},
      {{"Nom", "Pays"}, "Pays=shoe size", "there is no field \"shoe size\""},
      {{"Nom", "Pays"}, "Pays", "is no mapping"},
      {{"Pays", "Langue"}, NULL, "no column tells who is meant"},
      {{"marie@forum.example", "Nom"}, NULL, "the first row must name the columns"},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_auto(Columns) columns = {0};
    g_autoptr(GError) error = NULL;
    const char *maps[] = {cases[i].map, NULL};
    int r = columns_map(cases[i].headers, 2, maps, &columns, &error);
    if (r != FAULT_INPUT || strstr(error->message, cases[i].says) == NULL)
      fail_msg("%s: %d %s", cases[i].says, r, error != NULL ? error->message : "");
  }
}

static void all_unknown_at_once(void **state) {
  (void)state;
  static const char *const headers[] = {"Nom", "Remarques", "Pays", "Chaussures", "Courrielle"};
  static const char *const many[] = {"Nom", "xa1", "xb2", "xc3", "xd4", "xe5", "xf6",
                                     "xg7", "xh8", "xi9", "xj0", "xk1", "xl2"};
  g_auto(Columns) columns = {0};
  g_auto(Columns) others = {0};
  g_autoptr(GError) error = NULL;
  g_autoptr(GError) second = NULL;
  assert_int_equal(columns_map(headers, G_N_ELEMENTS(headers), NULL, &columns, &error), FAULT_INPUT);
  assert_string_equal(
      error->message,
      "line 1: the columns \"Remarques\", \"Chaussures\" and \"Courrielle\" (did you mean "
      "\"Courriel\"?) are not known; say what each is with --map \"Remarques=FIELD\", or leave it "
      "out with --map \"Remarques=\"");
  assert_int_equal(columns_map(many, G_N_ELEMENTS(many), NULL, &others, &second), FAULT_INPUT);
  assert_non_null(strstr(second->message, "and 2 more are not known"));
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(names), cmocka_unit_test(mapped),
                                     cmocka_unit_test(refused), cmocka_unit_test(all_unknown_at_once)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
