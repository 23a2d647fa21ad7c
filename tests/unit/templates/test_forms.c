/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/case.h"

#include "base/fault.h"
#include "base/file.h"
#include "templates/forms.h"

#include <string.h>

#define DATA SOURCE_DIR "/templates"

typedef struct {
  States *states;
  Forms *forms;
} Tables;

static int load_tables(void **state) {
  static Tables tables;
  assert_done(states_load(DATA, &tables.states, error));
  assert_done(forms_load(DATA, tables.states, &tables.forms, error));
  *state = &tables;
  return 0;
}

static int free_tables(void **state) {
  Tables *tables = *state;
  forms_free(tables->forms);
  states_free(tables->states);
  return 0;
}

static FormsQuery full_query(const char *kind, enum form_gender gender, enum language language) {
  return (FormsQuery){.kind = kind,
                      .gender = gender,
                      .language = language,
                      .name = "Talen VASCOURT",
                      .surname = "VASCOURT",
                      .state = "XA",
                      .organisation = "Organisation d'exemple",
                      .portfolio = language == LANGUAGE_EN ? "of Trade" : "de la Mer",
                      .city = "Arvane",
                      .title = "Régent",
                      .day = "2013-12-02"};
}

static void assert_clean(const char *what, const char *text) {
  if (text == NULL || text[0] == '\0' || strpbrk(text, "{}") != NULL || strstr(text, "  ") != NULL ||
      strstr(text, " ,") != NULL || strstr(text, " \n") != NULL || strstr(text, "\n ") != NULL ||
      strstr(text, " / ") != NULL || g_str_has_suffix(text, " "))
    fail_msg("%s: \"%s\"", what, text);
}

/* Forms that the language itself does not have. */
static gboolean has_no_row(const char *kind, enum form_gender gender) {
  gboolean men_only = strcmp(kind, "emir") == 0 || strcmp(kind, "sultan") == 0 || strcmp(kind, "pope") == 0;
  gboolean person = strcmp(kind, "attendee") == 0 || strcmp(kind, "professor") == 0;
  return (men_only && gender == FORM_F) || (strcmp(kind, "pope") == 0 && gender == FORM_PLURAL) ||
         (person && gender == FORM_VACANT);
}

static void check_query(const Forms *forms, const FormsQuery *query) {
  g_auto(FormsAddress) address = {0};
  g_autofree char *missing = NULL;
  g_autoptr(GError) error = NULL;
  int r = forms_address(forms, query, &address, &missing, &error);
  if (has_no_row(query->kind, query->gender)) {
    assert_int_equal(r, FORMS_NO_ROW);
    return;
  }
  if (r != 0)
    fail_msg("%s %d %d: %d %s", query->kind, query->gender, query->language, r, missing);
  assert_clean(address.row, address.salutation);
  assert_clean(address.row, address.inside_address);
  assert_clean(address.row, address.close);
  gsize length = strlen(address.salutation);
  assert_int_equal(address.salutation[length - 1], query->language == LANGUAGE_ES ? ':' : ',');
  assert_false(address.reviewed);
}

static void every_row_renders(void **state) {
  const Tables *tables = *state;
  static const char *const states[] = {"XA", "XB", "XC", "XD", "XE", "XF", "XG",
                                       "XH", "XI", "XJ", "US", "FR", "SA", "CH"};
  guint count = 0;
  for (const char *const *kind = forms_kinds(tables->forms); *kind != NULL; kind++) {
    for (guint i = 0; i < LANGUAGE_COUNT * 5 * G_N_ELEMENTS(states); i++, count++) {
      FormsQuery query =
          full_query(*kind, (enum form_gender)(i % 5), (enum language)(i / 5 % LANGUAGE_COUNT));
      query.state = states[i / 5 / LANGUAGE_COUNT];
      check_query(tables->forms, &query);
      g_autofree char *office = NULL;
      g_autofree char *missing = NULL;
      assert_done(forms_office_name(tables->forms, &query, &office, &missing, error));
      assert_clean(*kind, office);
      assert_null(strchr(office, '\n'));
    }
  }
  assert_int_equal(count, 21 * LANGUAGE_COUNT * 5 * G_N_ELEMENTS(states));
}

static const struct {
  const char *name;
  FormsQuery query;
  const char *salutation, *address, *close, *row;
} known_forms_rows[] = {
    {"president fr",
     {"president", FORM_M, LANGUAGE_FR, .name = "Talen VASCOURT", .state = "XA"},
     "Monsieur le Président,",
     "Son Excellence Monsieur Talen VASCOURT\nPrésident de la République d'Arvanie",
     "Je vous prie d'agréer, Monsieur le Président, l'assurance de ma très haute considération.",
     "president/fr/m+C2/fr"},
    {"president pt, contracted",
     {"president", FORM_F, LANGUAGE_PT, .name = "Maude ORLENCE", .state = "xi"},
     "Excelentíssima Senhora Presidente,",
     "A Sua Excelência a Senhora Maude ORLENCE\nPresidente da União de Isoara",
     "Apresento a Vossa Excelência, Excelentíssima Senhora Presidente, a expressão da minha mais alta "
     "consideração.",
     "president/pt/f+C2/pt"},
    {"monarch fr",
     {"monarch", FORM_F, LANGUAGE_FR, .state = "XB"},
     "Madame,",
     "À Sa Majesté la Reine de Beldorie",
     "Daigne Votre Majesté agréer l'expression de mon profond respect.",
     "monarch/fr/f+C1/fr"},
    {"monarchs es",
     {"monarch", FORM_PLURAL, LANGUAGE_ES, .state = "XB"},
     "Majestades:",
     "A Sus Majestades\nCasa Real de Beldoria",
     "Ruego a Vuestras Majestades que acepten la expresión de mi más profundo respeto.",
     "monarch/es/plural+C1/es"},
    {"vacant",
     {"president", FORM_VACANT, LANGUAGE_EN, .state = "XA"},
     "Excellency,",
     "Office of the President of the Republic of Arvania",
     "Please accept, Excellency, the assurances of my highest consideration.",
     "president/en/vacant+C2/en"},
    {"two lines pt",
     {"prime_minister", FORM_M, LANGUAGE_PT, .name = "Talen VASCOURT", .state = "XA"},
     "Senhor Primeiro-Ministro,\nExcelência,",
     "A Sua Excelência o Primeiro-Ministro da República da Arvânia\nTalen VASCOURT",
     "Apresento a Vossa Excelência, Senhor Primeiro-Ministro, a expressão da minha mais alta consideração.",
     "prime_minister/pt/m+C2/pt"},
    {"honorific",
     {"governor_general", FORM_F, LANGUAGE_EN, .name = "Maude ORLENCE", .state = "XC",
      .honorific = "the Honourable"},
     "Your Excellency,",
     "Her Excellency the Honourable Maude ORLENCE\nGovernor-General of the Tavaru Islands",
     "Please accept, Your Excellency, the assurances of my highest consideration.",
     "governor_general/en/f+C2/en"},
    {"no honorific",
     {"governor_general", FORM_M, LANGUAGE_FR, .name = "Talen VASCOURT", .state = "XC"},
     "Excellence,",
     "Son Excellence Talen VASCOURT\nGouverneur général des Îles Tavaru",
     "Je vous prie d'agréer, Excellence, l'assurance de ma très haute considération.",
     "governor_general/fr/m+C2/fr"},
    {"genitive given",
     {"director_general", FORM_F, LANGUAGE_FR, .name = "Maude ORLENCE",
      .organisation = "Organisation d'exemple", .organisation_genitive = "de l'Organisation d'exemple"},
     "Madame la Directrice générale,",
     "Madame Maude ORLENCE\nDirectrice générale de l'Organisation d'exemple",
     "Je vous prie d'agréer, Madame la Directrice générale, l'assurance de ma haute considération.",
     "director_general/fr/f+C3/fr"},
    {"genitive unknown",
     {"director_general", FORM_M, LANGUAGE_EN, .name = "Talen VASCOURT", .organisation = "Example Agency"},
     "Dear Director-General,",
     "Mr Talen VASCOURT\nDirector-General\nExample Agency",
     "Yours sincerely,",
     "director_general/en/m+C3/en"},
    {"elided city",
     {"mayor", FORM_F, LANGUAGE_FR, .name = "Maude ORLENCE", .city = "Arvane"},
     "Madame la Maire,",
     "Madame Maude ORLENCE\nMaire d'Arvane",
     "Je vous prie d'agréer, Madame la Maire, l'expression de ma considération distinguée.",
     "mayor/fr/f+C4/fr"},
    {"contracted city",
     {"mayor", FORM_M, LANGUAGE_FR, .name = "Talen VASCOURT", .city = "Le Havre"},
     "Monsieur le Maire,",
     "Monsieur Talen VASCOURT\nMaire du Havre",
     "Je vous prie d'agréer, Monsieur le Maire, l'expression de ma considération distinguée.",
     "mayor/fr/m+C4/fr"},
    {"attendee unknown",
     {"attendee", FORM_UNKNOWN, LANGUAGE_FR, .name = "Dominique VALLON"},
     "Madame, Monsieur,",
     "Dominique VALLON",
     "Je vous prie d'agréer, Madame, Monsieur, mes salutations distinguées.",
     "attendee/fr/unknown+C5/fr"},
    {"attendee en",
     {"attendee", FORM_F, LANGUAGE_EN, .name = "Ama DELIRE", .surname = "DELIRE"},
     "Dear Ms DELIRE,",
     "Ms Ama DELIRE",
     "Yours sincerely,",
     "attendee/en/f+C5/en"},
    {"attendee of Brazil",
     {"attendee", FORM_M, LANGUAGE_PT, .name = "Davi NORAL", .surname = "NORAL", .state = "BR"},
     "Prezado Senhor NORAL,",
     "Senhor Davi NORAL",
     "Atenciosamente,",
     "attendee/pt/m+C5/pt/BR"},
    {"US",
     {"president", FORM_M, LANGUAGE_EN, .name = "Talen VASCOURT", .state = "US"},
     "Dear Mr. President,",
     "His Excellency Talen VASCOURT\nPresident of the United States of America",
     "Please accept, Mr. President, the assurances of my highest consideration.",
     "president/en/m/US+C2/en"},
    {"FR own officials",
     {"president", FORM_M, LANGUAGE_FR, .name = "Talen VASCOURT", .state = "FR"},
     "Monsieur le Président,",
     "Monsieur Talen VASCOURT\nPrésident de la République française",
     "Je vous prie d'agréer, Monsieur le Président, l'assurance de ma très haute considération.",
     "president/fr/m/FR+C2/fr"},
    {"SA in its time",
     {"monarch", FORM_M, LANGUAGE_EN, .state = "SA", .day = "2013-12-02"},
     "Your Majesty,",
     "The Custodian of the Two Holy Mosques\nKing of Saudi Arabia",
     "Please accept, Your Majesty, the assurances of my highest consideration.",
     "monarch/en/m/SA+C1/en"},
    {"SA before its time",
     {"monarch", FORM_M, LANGUAGE_EN, .state = "SA", .day = "1986-10-26"},
     "Your Majesty,",
     "His Majesty The King of Saudi Arabia",
     "Please accept, Your Majesty, the assurances of my highest consideration.",
     "monarch/en/m+C1/en"},
    {"collegial",
     {"hos_other", FORM_PLURAL, LANGUAGE_FR, .state = "CH"},
     "Excellences,",
     "Leurs Excellences\nles Membres du Conseil fédéral suisse",
     "Je vous prie d'agréer, Excellences, l'assurance de ma très haute considération.",
     "hos_other/fr/plural/CH+C2/fr"},
    {"a wish",
     {"minister", FORM_F, LANGUAGE_FR, .name = "Maude ORLENCE", .state = "XA", .portfolio = "de l'Économie",
      .salutation_wish = "Madame le Ministre,"},
     "Madame le Ministre,",
     "Son Excellence Madame Maude ORLENCE\nMinistre de l'Économie de la République d'Arvanie",
     "Je vous prie d'agréer, Madame le Ministre, l'assurance de ma très haute considération.",
     "minister/fr/f+C2/fr"},
};

static void known_forms(void **state) {
  const Tables *tables = *state;
  for (gsize i = 0; i < G_N_ELEMENTS(known_forms_rows); i++) {
    g_auto(FormsAddress) address = {0};
    g_autofree char *missing = NULL;
    assert_done(forms_address(tables->forms, &known_forms_rows[i].query, &address, &missing, error));
    if (strcmp(address.salutation, known_forms_rows[i].salutation) != 0 ||
        strcmp(address.inside_address, known_forms_rows[i].address) != 0 ||
        strcmp(address.close, known_forms_rows[i].close) != 0 ||
        strcmp(address.row, known_forms_rows[i].row) != 0)
      fail_msg("%s: \"%s\" | \"%s\" | \"%s\" | %s", known_forms_rows[i].name, address.salutation,
               address.inside_address, address.close, address.row);
  }
}

static void what_lacks_is_said(void **state) {
  const Tables *tables = *state;
  static const struct {
    FormsQuery query;
    int outcome;
    const char *missing;
  } rows[] = {
      {{"president", FORM_M, LANGUAGE_FR, .state = "XA"}, FORMS_NO_PIECE, "name"},
      {{"president", FORM_M, LANGUAGE_FR, .name = "  ", .state = "XA"}, FORMS_NO_PIECE, "name"},
      {{"president", FORM_M, LANGUAGE_FR, .name = "N"}, FORMS_NO_PIECE, "state"},
      {{"president", FORM_M, LANGUAGE_FR, .name = "N", .state = "QQ"}, FORMS_NO_PIECE, "state"},
      {{"attendee", FORM_M, LANGUAGE_EN, .name = "N"}, FORMS_NO_PIECE, "surname"},
      {{"minister", FORM_M, LANGUAGE_EN, .name = "N", .state = "XA"}, FORMS_NO_PIECE, "portfolio"},
      {{"mayor", FORM_M, LANGUAGE_FR, .name = "N"}, FORMS_NO_PIECE, "city"},
      {{"hos_other", FORM_M, LANGUAGE_FR, .name = "N", .state = "XG"}, FORMS_NO_PIECE, "title"},
      {{"org_president", FORM_M, LANGUAGE_FR, .name = "N"}, FORMS_NO_PIECE, "organisation"},
      {{"pope", FORM_F, LANGUAGE_FR, .name = "N"}, FORMS_NO_ROW, "pope/fr/f"},
      {{"shah", FORM_M, LANGUAGE_FR, .name = "N"}, FORMS_NO_ROW, "shah/fr/m"},
      {{"president", FORM_M, LANGUAGE_FR, .name = "N\nBcc: x", .state = "XA"}, FAULT_INPUT, NULL},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_auto(FormsAddress) address = {0};
    g_autofree char *missing = NULL;
    g_autoptr(GError) error = NULL;
    assert_int_equal(forms_address(tables->forms, &rows[i].query, &address, &missing, &error),
                     rows[i].outcome);
    assert_null(address.salutation);
    if (rows[i].missing == NULL)
      assert_null(missing);
    else
      assert_string_equal(missing, rows[i].missing);
  }
}

static void the_header_names_the_office(void **state) {
  const Tables *tables = *state;
  static const struct {
    FormsQuery query;
    const char *expected;
  } rows[] = {
      {{"president", FORM_M, LANGUAGE_FR, .name = "N", .state = "XA"},
       "Présidence de la République d'Arvanie"},
      {{"president", FORM_M, LANGUAGE_PT, .name = "N", .state = "XA"}, "Presidência da República da Arvânia"},
      {{"monarch", FORM_F, LANGUAGE_EN, .state = "XB"}, "Royal Household of Beldoria"},
      {{"prime_minister", FORM_F, LANGUAGE_ES, .state = "ES"}, "Presidencia del Gobierno de España"},
      {{"secretary_general", FORM_F, LANGUAGE_FR, .organisation = "Organisation d'exemple"},
       "Secrétariat général, Organisation d'exemple"},
      {{"attendee", FORM_F, LANGUAGE_FR, .name = "Ama DELIRE"}, "Ama DELIRE"},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autofree char *office = NULL;
    g_autofree char *missing = NULL;
    assert_done(forms_office_name(tables->forms, &rows[i].query, &office, &missing, error));
    assert_string_equal(office, rows[i].expected);
  }
}

static void mistakes_in_the_tables(void **state) {
  const Tables *tables = *state;
  static const char head[] = "kind\tlanguage\tform\tstate\tvalid_from\tvalid_"
                             "to\tsalutation\taddress\tclose\tstyle\tsource\treviewed_by\n";
  static const char closes[] = "class\tlanguage\tform\tstate\ttext\tsource\treviewed_by\nC1\tfr\tone\t\t{T}"
                               "\ts\tP. R.\nC2\tfr\tone\t\tBye,\ts\tP. R.\n";
  static const struct {
    const char *rows, *says;
  } rows[] = {
      {"a\tfr\tm\t\t\t\tS,\t{N}\tC2\t\ts\n", "line 2: the row has 11 cells"},
      {"a\tde\tm\t\t\t\tS,\t{N}\tC2\t\ts\t\n", "line 2: the language \"de\""},
      {"a\tfr\tx\t\t\t\tS,\t{N}\tC2\t\ts\t\n", "line 2: the form \"x\""},
      {"# c\na\tfr\tm\t\t\t\tS,\t{X}\tC2\t\ts\t\n", "line 3: a brace"},
      {"a\tfr\tm\tQQ\t\t\tS,\t{N}\tC2\t\ts\t\n", "line 2: states.tsv has no State QQ"},
      {"a\tfr\tm\t\t2013-02-30\t\tS,\t{N}\tC2\t\ts\t\n", "line 2: valid_from"},
      {"a\tfr\tm\t\t\t\tS,\t{N}\tC9\t\ts\t\n", "line 2: closes.tsv has no close C9"},
      {"a\tfr\tm\t\t\t\tS,\t{N}\tC1\t\ts\t\n", "line 2: the close C1 speaks of the style"},
      {"a\tfr\tm\t\t\t\t\t{N}\tC2\t\ts\t\n", "line 2: the cell salutation is empty"},
      {"a\tfr\tm\t\t\t\tS,\t{N}\tC2\t\ts\t\na\tfr\tm\t\t\t\tT,\t{N}\tC2\t\ts\t\n",
       "line 3: line 2 is for the same"},
  };
  char *folder = case_folder_make();
  g_autofree char *path = g_build_filename(folder, "forms.tsv", NULL);
  g_autofree char *closes_path = g_build_filename(folder, "closes.tsv", NULL);
  assert_true(g_file_set_contents(closes_path, closes, -1, NULL));
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autofree char *text = g_strconcat(head, rows[i].rows, NULL);
    assert_true(g_file_set_contents(path, text, -1, NULL));
    Forms *forms = NULL;
    g_autoptr(GError) error = NULL;
    assert_int_equal(forms_load(folder, tables->states, &forms, &error), FAULT_INPUT);
    if (strstr(error->message, rows[i].says) == NULL || strstr(error->message, path) == NULL)
      fail_msg("expected \"%s\" in \"%s\"", rows[i].says, error->message);
  }
  case_folder_remove(folder);
}

static void reviewed_when_both_rows_are(void **state) {
  const Tables *tables = *state;
  char *folder = case_folder_make();
  g_autofree char *path = g_build_filename(folder, "forms.tsv", NULL);
  g_autofree char *closes_path = g_build_filename(folder, "closes.tsv", NULL);
  static const char closes[] =
      "class\tlanguage\tform\tstate\ttext\tsource\treviewed_by\nC2\tfr\tone\t\tBye,\ts\tP. R.\n";
  static const char text[] = "kind\tlanguage\tform\tstate\tvalid_from\tvalid_"
                             "to\tsalutation\taddress\tclose\tstyle\tsource\treviewed_by\n"
                             "a\tfr\tm\t\t\t\tS,\t{N}\tC2\t\ts\tP. R.\na\tfr\tf\t\t\t\tS,\t{N}\tC2\t\ts\t\n";
  assert_true(g_file_set_contents(closes_path, closes, -1, NULL));
  assert_true(g_file_set_contents(path, text, -1, NULL));
  g_autoptr(Forms) forms = NULL;
  assert_done(forms_load(folder, tables->states, &forms, error));
  for (guint i = 0; i < 2; i++) {
    const FormsQuery query = {"a", i == 0 ? FORM_M : FORM_F, LANGUAGE_FR, .name = "N"};
    g_auto(FormsAddress) address = {0};
    g_autofree char *missing = NULL;
    assert_done(forms_address(forms, &query, &address, &missing, error));
    assert_int_equal(address.reviewed, i == 0);
  }
  assert_false(digest_equal(forms_digest(forms), forms_digest(tables->forms)));
  case_folder_remove(folder);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_row_renders),      cmocka_unit_test(known_forms),
      cmocka_unit_test(what_lacks_is_said),     cmocka_unit_test(the_header_names_the_office),
      cmocka_unit_test(mistakes_in_the_tables), cmocka_unit_test(reviewed_when_both_rows_are),
  };
  return cmocka_run_group_tests(tests, load_tables, free_tables);
}
