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

/* Forms that no language has: the table says so. */
static gboolean has_no_form(const FormsQuery *query) {
  static const struct {
    const char *kind;
    enum form_gender gender;
    const char *state;
  } rows[] = {
      {"emir", FORM_F, NULL},           {"sultan", FORM_F, NULL},
      {"pope", FORM_F, NULL},           {"pope", FORM_PLURAL, NULL},
      {"monarch", FORM_F, "SA"},        {"monarch", FORM_F, "MY"},
      {"prime_minister", FORM_F, "VA"}, {"prime_minister", FORM_PLURAL, "VA"},
      {"attendee", FORM_VACANT, NULL},  {"professor", FORM_VACANT, NULL},
      {"member", FORM_VACANT, NULL},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
    if (strcmp(query->kind, rows[i].kind) == 0 && query->gender == rows[i].gender &&
        (rows[i].state == NULL || strcmp(query->state, rows[i].state) == 0))
      return TRUE;
  return FALSE;
}

static void check_address(const FormsQuery *query, const FormsAddress *address) {
  assert_clean(address->row, address->salutation);
  assert_clean(address->row, address->inside_address);
  assert_clean(address->row, address->close);
  gsize length = strlen(address->salutation);
  assert_int_equal(address->salutation[length - 1], query->language == LANGUAGE_ES ? ':' : ',');
  assert_false(address->reviewed);
}

/* The To: header names the office, never the person; a vacant office's letter is addressed to just that. */
static void check_office(const Forms *forms, const FormsQuery *query, const FormsAddress *address) {
  g_autofree char *office = NULL;
  g_autofree char *missing = NULL;
  assert_done(forms_office_name(forms, query, &office, &missing, error));
  assert_clean(query->kind, office);
  assert_null(strchr(office, '\n'));
  if (forms_kind_personal(forms, query->kind)) {
    assert_string_equal(office, query->name);
    return;
  }
  g_auto(GStrv) lines = g_strsplit(address->inside_address, "\n", -1);
  g_autofree char *inside = g_strjoinv(", ", lines);
  if (strstr(office, query->surname) != NULL || (query->gender == FORM_VACANT && strcmp(office, inside) != 0))
    fail_msg("%s %s: To: \"%s\", inside \"%s\"", query->state, address->row, office, inside);
}

static void check_query(const Forms *forms, const FormsQuery *query) {
  g_auto(FormsAddress) address = {0};
  g_autofree char *missing = NULL;
  g_autoptr(GError) error = NULL;
  int r = forms_address(forms, query, &address, &missing, &error);
  if (has_no_form(query)) {
    assert_int_equal(r, FORMS_NO_FORM);
    return;
  }
  if (r != 0)
    fail_msg("%s %s %d %d: %d %s", query->state, query->kind, query->gender, query->language, r, missing);
  check_address(query, &address);
  check_office(forms, query, &address);
}

#define FORMS_TRIED (LANGUAGE_COUNT * 5)

static void check_kind(const Tables *tables, const char *kind, const char *state) {
  for (guint i = 0; i < FORMS_TRIED; i++) {
    FormsQuery query = full_query(kind, (enum form_gender)(i % 5), (enum language)(i / 5));
    query.state = state;
    check_query(tables->forms, &query);
  }
}

static void every_row_renders(void **state) {
  const Tables *tables = *state;
  static const char *const states[] = {"XA", "XC", "BR", "CA-QC", "ES", "FR", "US"};
  guint kinds = 0;
  for (const char *const *kind = forms_kinds(tables->forms); *kind != NULL; kind++, kinds++)
    for (guint i = 0; i < G_N_ELEMENTS(states); i++)
      check_kind(tables, *kind, states[i]);
  assert_int_equal(kinds, 31);
}

static void every_State_can_be_written_to(void **state) {
  const Tables *tables = *state;
  static const char *const kinds[] = {"vice_president", "foreign_minister",         "minister",
                                      "ambassador",     "permanent_representative", "member_of_parliament"};
  guint heads = 0;
  for (guint i = 0; i < states_count(tables->states); i++) {
    const State *row = states_at(tables->states, i);
    const char *const own[] = {row->head, row->government};
    for (guint j = 0; j < G_N_ELEMENTS(own); j++)
      if (own[j][0] != '\0')
        check_kind(tables, own[j], row->code);
    heads += row->head[0] != '\0' && row->status <= STATE_OBSERVER;
    for (guint j = 0; j < G_N_ELEMENTS(kinds); j++)
      check_kind(tables, kinds[j], row->code);
  }
  assert_int_equal(heads, 195);
}

/* One general row for each kind, form and language; each row has a source, and is spelt soundly. */
static void every_cell_is_filled(void **state) {
  const Tables *tables = *state;
  g_autoptr(GHashTable) cells = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  guint kinds = g_strv_length((char **)forms_kinds(tables->forms));
  for (guint i = 0; i < forms_row_count(tables->forms); i++) {
    FormsRow row;
    forms_row_at(tables->forms, i, &row);
    const char *const texts[] = {row.salutation, row.text, row.style, row.source};
    for (guint j = 0; j < G_N_ELEMENTS(texts); j++) {
      g_autofree char *composed = g_utf8_normalize(texts[j], -1, G_NORMALIZE_NFC);
      if (strcmp(composed, texts[j]) != 0 || strstr(texts[j], "  ") != NULL ||
          strstr(texts[j], "’") != NULL || strstr(texts[j], "\u200b") != NULL ||
          strstr(texts[j], "\u00a0") != NULL)
        fail_msg("%s line %u: \"%s\"", row.file, row.line, texts[j]);
    }
    if (row.source[0] == '\0')
      fail_msg("%s line %u: no source", row.file, row.line);
    if (strcmp(row.file, "forms.tsv") == 0 && row.state[0] == '\0')
      assert_true(g_hash_table_add(cells, g_strdup_printf("%s/%s/%s", row.kind, row.language, row.form)));
  }
  assert_int_equal(g_hash_table_size(cells), kinds * LANGUAGE_COUNT * 6);
}

/* A row is where it says that it is, so that a reader finds it to sign. */
static void rows_say_where_they_stand(void **state) {
  const Tables *tables = *state;
  static const char *const files[] = {"forms.tsv", "closes.tsv"};
  guint seen[2] = {0};
  for (guint f = 0; f < G_N_ELEMENTS(files); f++) {
    g_autofree char *path = g_build_filename(DATA, files[f], NULL);
    g_autofree char *text = NULL;
    assert_true(g_file_get_contents(path, &text, NULL, NULL));
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (guint i = 0; i < forms_row_count(tables->forms); i++) {
      FormsRow row;
      forms_row_at(tables->forms, i, &row);
      if (strcmp(row.file, files[f]) != 0)
        continue;
      g_auto(GStrv) cells = g_strsplit(lines[row.line - 1], "\t", -1);
      assert_string_equal(cells[0], row.kind);
      assert_string_equal(cells[1], row.language);
      assert_string_equal(cells[2], row.form);
      assert_string_equal(cells[f == 0 ? 7 : 4], row.text);
      seen[f]++;
    }
  }
  assert_int_equal(seen[0] + seen[1], forms_row_count(tables->forms));
  assert_true(seen[0] > 1400 && seen[1] > 30);
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
    {"a title of the State's",
     {"hos_other", FORM_F, LANGUAGE_FR, .name = "Maude ORLENCE", .state = "CH", .title = "Présidence"},
     "Excellence,",
     "Son Excellence Madame Maude ORLENCE\nPrésidente de la Confédération suisse",
     "Je vous prie d'agréer, Excellence, l'assurance de ma très haute considération.",
     "hos_other/fr/f+C2/fr"},
    {"no title of the State's",
     {"hos_other", FORM_M, LANGUAGE_FR, .name = "Talen VASCOURT", .state = "XA", .title = "Régent"},
     "Excellence,",
     "Son Excellence Monsieur Talen VASCOURT\nRégent de la République d'Arvanie",
     "Je vous prie d'agréer, Excellence, l'assurance de ma très haute considération.",
     "hos_other/fr/m+C2/fr"},
    {"DE in English",
     {"prime_minister", FORM_F, LANGUAGE_EN, .name = "Maude ORLENCE", .state = "DE"},
     "Excellency,",
     "Her Excellency Maude ORLENCE\nChancellor of the Federal Republic of Germany",
     "Please accept, Excellency, the assurances of my highest consideration.",
     "prime_minister/en/f/DE+C2/en"},
    {"DE, holder unknown",
     {"prime_minister", FORM_UNKNOWN, LANGUAGE_FR, .name = "Dominique VALLON", .state = "DE"},
     "Excellence,",
     "Son Excellence Dominique VALLON\nChancellerie de la République fédérale d'Allemagne",
     "Je vous prie d'agréer, Excellence, l'assurance de ma très haute considération.",
     "prime_minister/fr/unknown/DE+C2/fr"},
    {"ES before the code",
     {"minister", FORM_M, LANGUAGE_ES, .name = "Talen VASCOURT", .state = "ES", .portfolio = "de Economía",
      .day = "2005-03-07"},
     "Señor Ministro:",
     "Excelentísimo Señor Talen VASCOURT\nMinistro de Economía del Reino de España",
     "Ruego a Vuestra Excelencia que acepte las seguridades de mi más alta consideración.",
     "minister/es/m+C2/es"},
    {"ES under the code",
     {"minister", FORM_M, LANGUAGE_ES, .name = "Talen VASCOURT", .state = "ES", .portfolio = "de Economía",
      .day = "2013-12-02"},
     "Señor Ministro:",
     "Señor Talen VASCOURT\nMinistro de Economía de España",
     "Le saludo con mi más distinguida consideración,",
     "minister/es/m/ES+C3/es"},
    {"ES under the code, head of government",
     {"prime_minister", FORM_F, LANGUAGE_ES, .name = "Maude ORLENCE", .state = "ES", .day = "2013-12-02"},
     "Señora Presidenta:",
     "Señora Maude ORLENCE\nPresidenta del Gobierno de España",
     "Le saludo con mi más distinguida consideración,",
     "prime_minister/es/f/ES+C3/es"},
    {"ES since its repeal",
     {"prime_minister", FORM_F, LANGUAGE_ES, .name = "Maude ORLENCE", .state = "ES", .day = "2015-04-01"},
     "Excelentísima señora Presidenta:",
     "Excelentísima Señora Maude ORLENCE\nPresidenta del Gobierno de España",
     "Ruego a Vuestra Excelencia que acepte las seguridades de mi más alta consideración.",
     "prime_minister/es/f/ES+C2/es"},
    {"BR before the decree",
     {"president", FORM_F, LANGUAGE_PT, .name = "Maude ORLENCE", .state = "BR", .day = "2019-04-30"},
     "Excelentíssima Senhora Presidente,",
     "A Sua Excelência a Senhora Maude ORLENCE\nPresidente da República Federativa do Brasil",
     "Apresento a Vossa Excelência, Excelentíssima Senhora Presidente, a expressão da minha mais alta "
     "consideração.",
     "president/pt/f+C2/pt"},
    {"BR since the decree: no name",
     {"president", FORM_M, LANGUAGE_PT, .name = "Talen VASCOURT", .state = "BR", .day = "2019-05-01"},
     "Senhor Presidente,",
     "Ao Senhor Presidente da República Federativa do Brasil",
     "Respeitosamente,",
     "president/pt/m/BR+C7/pt"},
    {"a President who wishes it so",
     {"president", FORM_F, LANGUAGE_PT, .name = "Maude ORLENCE", .state = "BR", .day = "2019-05-01",
      .salutation_wish = "Senhora Presidenta,"},
     "Senhora Presidenta,",
     "À Senhora Presidente da República Federativa do Brasil",
     "Respeitosamente,",
     "president/pt/f/BR+C7/pt"},
    {"BF",
     {"president", FORM_M, LANGUAGE_FR, .name = "Talen VASCOURT", .state = "BF"},
     "Monsieur le Président,",
     "Son Excellence Monsieur Talen VASCOURT\nPrésident du Faso",
     "Je vous prie d'agréer, Monsieur le Président, l'assurance de ma très haute considération.",
     "president/fr/m/BF+C2/fr"},
    {"a realm, vacant",
     {"governor_general", FORM_VACANT, LANGUAGE_FR, .state = "BS"},
     "Excellence,",
     "Gouvernorat général des Bahamas",
     "Je vous prie d'agréer, Excellence, l'assurance de ma très haute considération.",
     "governor_general/fr/vacant+C2/fr"},
    {"the Holy See's government",
     {"prime_minister", FORM_M, LANGUAGE_ES, .name = "Talen VASCOURT", .state = "VA"},
     "Eminencia:",
     "A Su Eminencia el Cardenal Talen VASCOURT\nSecretario de Estado de la Santa Sede",
     "Ruego a Vuestra Eminencia que acepte la expresión de mi más profundo respeto.",
     "prime_minister/es/m/VA+C1/es"},
    {"Québec",
     {"prime_minister", FORM_F, LANGUAGE_FR, .name = "Maude ORLENCE", .state = "CA-QC"},
     "Madame la Première ministre,",
     "L'honorable Maude ORLENCE\nPremière ministre du Québec",
     "Je vous prie d'agréer, Madame la Première ministre, l'assurance de ma très haute considération.",
     "prime_minister/fr/f/CA-QC+C2/fr"},
    {"newsroom",
     {"press", FORM_VACANT, LANGUAGE_FR, .organisation = "Journal d'exemple"},
     "Madame, Monsieur,",
     "Rédaction\nJournal d'exemple",
     "Je vous prie d'agréer, Madame, Monsieur, mes salutations distinguées.",
     "press/fr/vacant+C5/fr"},
    {"member",
     {"member", FORM_M, LANGUAGE_FR, .name = "Davi NORAL"},
     "Cher Monsieur,",
     "Monsieur Davi NORAL",
     "Je vous prie d'agréer, cher Monsieur, l'expression de mes sentiments les meilleurs.",
     "member/fr/m+C6/fr"},
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
      {{"hos_other", FORM_M, LANGUAGE_FR, .name = "N", .state = "XA"}, FORMS_NO_PIECE, "title"},
      {{"org_president", FORM_M, LANGUAGE_FR, .name = "N"}, FORMS_NO_PIECE, "organisation"},
      {{"pope", FORM_F, LANGUAGE_FR, .name = "N", .state = "VA"}, FORMS_NO_FORM, "pope/fr/f"},
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

static void why_not_is_a_sentence(void **state) {
  (void)state;
  static const struct {
    FormsQuery query;
    int outcome;
    const char *missing, *says;
  } rows[] = {
      {{"emir", FORM_F, LANGUAGE_FR, .name = NULL},
       FORMS_NO_FORM,
       "emir/fr/f",
       "emir/fr/f: in French no form of address exists for a woman who is emir; find out"},
      {{"pope", FORM_PLURAL, LANGUAGE_ES, .name = NULL},
       FORMS_NO_FORM,
       "pope/es/plural",
       "several holders at once of the office of pope"},
      {{"shah", FORM_M, LANGUAGE_PT, .name = NULL},
       FORMS_NO_ROW,
       "shah/pt/m",
       "shah/pt/m: forms.tsv has no row in Portuguese for a man who is shah; correct the kind"},
      {{"", FORM_M, LANGUAGE_PT, .name = NULL},
       FORMS_NO_ROW,
       "/pt/m",
       "no kind of office is noted for this contact; set"},
      {{"president", FORM_M, LANGUAGE_EN, .state = "QQ"},
       FORMS_NO_PIECE,
       "state",
       "the form for president names the State, and states.tsv has no row for QQ"},
      {{"minister", FORM_M, LANGUAGE_EN, .name = NULL},
       FORMS_NO_PIECE,
       "portfolio",
       "the form for minister in English names the portfolio, which is not noted; note it"},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autofree char *why = forms_why(&rows[i].query, rows[i].outcome, rows[i].missing);
    if (strstr(why, rows[i].says) == NULL)
      fail_msg("\"%s\" does not say \"%s\"", why, rows[i].says);
  }
}

static void kinds_of_persons(void **state) {
  const Tables *tables = *state;
  static const struct {
    const char *kind;
    gboolean personal;
  } rows[] = {{"attendee", TRUE},   {"press", TRUE},  {"member", TRUE},          {"professor", TRUE},
              {"president", FALSE}, {"mayor", FALSE}, {"private_office", FALSE}, {"shah", FALSE}};
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
    assert_int_equal(forms_kind_personal(tables->forms, rows[i].kind), rows[i].personal);
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
      {"a\tfr\tm\t\t\t\t-\t{N}\tC2\t\ts\t\n", "line 2: \"-\" says"},
      {"a\tfr\tm\t\t\t\tS,\t-\t-\t\ts\t\n", "line 2: \"-\" says"},
      {"a\tfr\toffice\t\t\t\t-\t-\t-\t\ts\t\n", "line 2: \"-\" says"},
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
      cmocka_unit_test(every_row_renders),
      cmocka_unit_test(known_forms),
      cmocka_unit_test(every_State_can_be_written_to),
      cmocka_unit_test(every_cell_is_filled),
      cmocka_unit_test(rows_say_where_they_stand),
      cmocka_unit_test(why_not_is_a_sentence),
      cmocka_unit_test(kinds_of_persons),
      cmocka_unit_test(what_lacks_is_said),
      cmocka_unit_test(the_header_names_the_office),
      cmocka_unit_test(mistakes_in_the_tables),
      cmocka_unit_test(reviewed_when_both_rows_are),
  };
  return cmocka_run_group_tests(tests, load_tables, free_tables);
}
