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
      {"AE", LANGUAGE_ES, "de los Emiratos Árabes Unidos", "de los Emiratos Árabes Unidos"},
      {"AU", LANGUAGE_FR, "du Commonwealth d'Australie", "d'Australie"},
      {"BO", LANGUAGE_FR, "de l'État plurinational de Bolivie", "de Bolivie"},
      {"BS", LANGUAGE_PT, "da Comunidade das Baamas", "das Baamas"},
      {"CD", LANGUAGE_EN, "of the Democratic Republic of the Congo",
       "of the Democratic Republic of the Congo"},
      {"CI", LANGUAGE_ES, "de la República de Côte d'Ivoire", "de Côte d'Ivoire"},
      {"CI", LANGUAGE_PT, "da República da Costa do Marfim", "da Costa do Marfim"},
      {"CU", LANGUAGE_FR, "de la République de Cuba", "de Cuba"},
      {"GD", LANGUAGE_FR, "de la Grenade", "de la Grenade"},
      {"HN", LANGUAGE_FR, "de la République du Honduras", "du Honduras"},
      {"HT", LANGUAGE_FR, "de la République d'Haïti", "d'Haïti"},
      {"HU", LANGUAGE_FR, "de Hongrie", "de Hongrie"},
      {"IL", LANGUAGE_FR, "de l'État d'Israël", "d'Israël"},
      {"IN", LANGUAGE_ES, "de la República de la India", "de la India"},
      {"MK", LANGUAGE_EN, "of the Republic of North Macedonia", "of North Macedonia"},
      {"NL", LANGUAGE_FR, "du Royaume des Pays-Bas", "des Pays-Bas"},
      {"NL", LANGUAGE_EN, "of the Kingdom of the Netherlands", "of the Netherlands"},
      {"PE", LANGUAGE_ES, "de la República del Perú", "del Perú"},
      {"PS", LANGUAGE_FR, "de l'État de Palestine", "de Palestine"},
      {"SB", LANGUAGE_ES, "de las Islas Salomón", "de las Islas Salomón"},
      {"SV", LANGUAGE_ES, "de la República de El Salvador", "de El Salvador"},
      {"SZ", LANGUAGE_FR, "du Royaume d'Eswatini", "d'Eswatini"},
      {"TO", LANGUAGE_FR, "du Royaume des Tonga", "des Tonga"},
      {"TR", LANGUAGE_EN, "of the Republic of Türkiye", "of Türkiye"},
      {"UG", LANGUAGE_FR, "de la République de l'Ouganda", "de l'Ouganda"},
      {"VA", LANGUAGE_PT, "da Santa Sé", "da Santa Sé"},
      {"YE", LANGUAGE_FR, "de la République du Yémen", "du Yémen"},
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
      {"sénégal", "SN"},
      {"SENEGAL", "SN"},
      {"Reino  Unido", "GB"},
      {"Etats-Unis", "US"},
      {"Québec", "CA-QC"},
      {"Camarões", "CM"},
      {"Swaziland", "SZ"},
      {"eSwatini", "SZ"},
      {"Turquie", "TR"},
      {"Cap-Vert", "CV"},
      {"Côte d’Ivoire", "CI"},
      {"Ivory Coast", "CI"},
      {"Costa de Marfil", "CI"},
      {"guinee bissau", "GW"},
      {"Timor Leste", "TL"},
      {"Congo (Kinshasa)", "CD"},
      {"Congo", "CG"},
      {"Dominica", "DM"},
      {"Dominique", "DM"},
      {"República Dominicana", "DO"},
      {"Niger", "NE"},
      {"Nigeria", "NG"},
      {"Antigua & Barbuda", "AG"},
      {"St. Lucia", "LC"},
      {"Birmanie", "MM"},
      {"Irã", "IR"},
      {"Vaticano", "VA"},
      {"Corée du Sud", "KR"},
      {"North Korea", "KP"},
      {"Macedonia", "MK"},
      {"Etats Unis d'Amerique", "US"},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    const State *found = states_find_name(*state, rows[i].name);
    assert_non_null(found);
    assert_string_equal(found->code, rows[i].code);
  }
  assert_null(states_find_name(*state, "Nowhere"));
}

static void all_are_there(void **state) {
  guint status[4] = {0}, heads[2] = {0};
  g_autoptr(GHashTable) groups = g_hash_table_new(g_str_hash, g_str_equal);
  g_autoptr(GHashTable) numbers = g_hash_table_new(g_str_hash, g_str_equal);
  for (guint i = 0; i < states_count(*state); i++) {
    const State *row = states_at(*state, i);
    guint n = GPOINTER_TO_UINT(g_hash_table_lookup(groups, row->group));
    status[row->status]++;
    g_hash_table_insert(groups, (gpointer)row->group, GUINT_TO_POINTER(n + 1));
    assert_int_equal(row->status == STATE_MEMBER, row->group[0] != '\0');
    assert_true(row->m49[0] == '\0' || g_hash_table_add(numbers, (gpointer)row->m49));
    if (row->status <= STATE_OBSERVER)
      assert_true(row->m49[0] != '\0' && strlen(row->region) >= 3 && row->head[0] != '\0');
    heads[row->head[0] != '\0' && strcmp(row->head, "president") != 0]++;
  }
  static const struct {
    const char *group;
    guint count;
  } expected[] = {{"african", 54},
                  {"asia-pacific", 54},
                  {"eastern-european", 23},
                  {"latin-american-caribbean", 33},
                  {"western-european-others", 29},
                  {"", 14}};
  for (gsize i = 0; i < G_N_ELEMENTS(expected); i++)
    assert_int_equal(GPOINTER_TO_UINT(g_hash_table_lookup(groups, expected[i].group)), expected[i].count);
  assert_int_equal(status[STATE_MEMBER], 193);
  assert_int_equal(status[STATE_OBSERVER], 2); /* PS, VA */
  assert_int_equal(status[STATE_NONE], 11);    /* XK, and the ten invented */
  assert_int_equal(status[STATE_AREA], 1);     /* CA-QC */
  assert_int_equal(heads[1], 58);
}

static void languages_by_default(void **state) {
  guint counts[LANGUAGE_COUNT] = {0};
  for (guint i = 0; i < states_count(*state); i++)
    if (states_at(*state, i)->status == STATE_MEMBER)
      counts[states_at(*state, i)->language]++;
  assert_int_equal(counts[LANGUAGE_FR], 28);
  assert_int_equal(counts[LANGUAGE_EN], 136);
  assert_int_equal(counts[LANGUAGE_ES], 21);
  assert_int_equal(counts[LANGUAGE_PT], 8);
}

/* No two States go by one name, however it is spelt. */
static void each_name_is_one_State(void **state) {
  for (guint i = 0; i < states_count(*state); i++) {
    const State *row = states_at(*state, i);
    g_auto(GStrv) also = g_strsplit(row->also, "; ", -1);
    for (guint j = 0; j < LANGUAGE_COUNT; j++) {
      assert_string_equal(states_find_name(*state, row->official[j])->code, row->code);
      assert_string_equal(states_find_name(*state, row->name[j])->code, row->code);
    }
    for (char **name = also; *name != NULL; name++)
      assert_string_equal(states_find_name(*state, *name)->code, row->code);
  }
}

/* ---- the grammar of "of" ---- */

/* What stands before the name is given by the first noun of an official name; a name without such a noun is
 * the short one too. */
static const struct {
  enum language language;
  const char *nouns, *of;
} nouns[] = {
    {LANGUAGE_FR, "|République|République-Unie|Principauté|Fédération|Confédération|", "de la "},
    {LANGUAGE_FR, "|État|Union|Empire|", "de l'"},
    {LANGUAGE_FR, "|États|États-Unis|Émirats|Îles|", "des "},
    {LANGUAGE_FR, "|Royaume|Royaume-Uni|Sultanat|Grand-Duché|Commonwealth|", "du "},
    {LANGUAGE_EN,
     "|Republic|Kingdom|State|States|Federation|Union|Commonwealth|Principality|Duchy|Sultanate|"
     "Confederation|Empire|",
     "of the "},
    {LANGUAGE_ES, "|República|Federación|Confederación|Unión|Sultanía|", "de la "},
    {LANGUAGE_ES, "|Principado|Estado|Reino|Gran|Commonwealth|Sultanato|Imperio|", "del "},
    {LANGUAGE_ES, "|Estados|Emiratos|", "de los "},
    {LANGUAGE_ES, "|Islas|", "de las "},
    {LANGUAGE_PT, "|República|Federação|Confederação|União|Comunidade|", "da "},
    {LANGUAGE_PT, "|Principado|Estado|Reino|Grão-Ducado|Sultanato|Império|", "do "},
    {LANGUAGE_PT, "|Estados|Emirados|", "dos "},
    {LANGUAGE_PT, "|Ilhas|", "das "},
};

static gboolean in_list(const char *list, const char *word) {
  g_autofree char *bar = g_strconcat("|", word, "|", NULL);
  return strstr(list, bar) != NULL;
}

/* In English the noun comes late: "French Republic". */
static gboolean has_noun(enum language language, char **words, const char *list) {
  gboolean found = in_list(list, words[0]);
  for (char **word = words; language == LANGUAGE_EN && *word != NULL; word++)
    found = found || in_list(list, *word);
  return found;
}

static void check_noun(const State *row, enum language language) {
  g_auto(GStrv) words = g_strsplit(row->official[language], " ", -1);
  for (gsize i = 0; i < G_N_ELEMENTS(nouns); i++) {
    if (nouns[i].language != language || !has_noun(language, words, nouns[i].nouns))
      continue;
    g_autofree char *expected = g_strconcat(nouns[i].of, row->official[language], NULL);
    if (strcmp(expected, row->official_genitive[language]) != 0)
      fail_msg("%s: \"%s\", not \"%s\"", row->code, expected, row->official_genitive[language]);
    return;
  }
  if (strcmp(row->official[language], row->name[language]) != 0)
    fail_msg("%s: what is before \"%s\"?", row->code, row->official[language]);
}

static gboolean vowel_before(const char *word) {
  static const char *const aspirated[] = {"Hongrie", "Honduras", "Hamzour"};
  for (gsize i = 0; i < G_N_ELEMENTS(aspirated); i++)
    if (g_str_has_prefix(word, aspirated[i]))
      return FALSE;
  g_autofree char *bare = g_utf8_normalize(word, -1, G_NORMALIZE_NFD);
  return strchr("AEIOUHaeiouh", bare[0]) != NULL;
}

/* French: what elides does so before a vowel or a mute h and nowhere else; nothing is left uncontracted. */
static const char *french_mistake(const char *text) {
  g_auto(GStrv) words = g_strsplit(text, " ", -1);
  for (char **word = words; *word != NULL; word++) {
    const char *next = word[1];
    gboolean article = strcmp(*word, "de") == 0 || strcmp(*word, "la") == 0 || strcmp(*word, "le") == 0 ||
                       strcmp(*word, "du") == 0;
    if (article && (next == NULL || vowel_before(next)))
      return "does not elide";
    if ((g_str_has_prefix(*word, "d'") || g_str_has_prefix(*word, "l'")) && !vowel_before(*word + 2))
      return "elides before a consonant";
    if (strcmp(*word, "de") == 0 && (strcmp(next, "le") == 0 || strcmp(next, "les") == 0))
      return "is not contracted";
  }
  return NULL;
}

static const char *other_mistake(enum language language, const char *text) {
  static const struct {
    enum language language;
    const char *wrong;
  } rows[] = {{LANGUAGE_ES, "de el "}, {LANGUAGE_ES, "de lo "}, {LANGUAGE_PT, "de o "},
              {LANGUAGE_PT, "de a "},  {LANGUAGE_PT, "de os "}, {LANGUAGE_PT, "de as "}};
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
    if (rows[i].language == language && strstr(text, rows[i].wrong) != NULL)
      return "is not contracted";
  return NULL;
}

static const char *spelling_mistake(const char *text) {
  static const char *const wrong[] = {"  ",     " ,",     "\u2019", "\u02bc", "\u00a0", "\u200b",
                                      "\u200c", "\u200d", "\u200e", "\u2060", "\ufeff"};
  g_autofree char *composed = g_utf8_normalize(text, -1, G_NORMALIZE_NFC);
  for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++)
    if (strstr(text, wrong[i]) != NULL)
      return "has a double blank, a curly apostrophe or a character that nobody sees";
  if (strcmp(text, composed) != 0)
    return "is not composed";
  return text[0] == ' ' || g_str_has_suffix(text, " ") ? "has a blank at an end" : NULL;
}

static const char *grammar_mistake(enum language language, const char *text) {
  const char *mistake = spelling_mistake(text);
  if (mistake == NULL && language == LANGUAGE_FR)
    mistake = french_mistake(text);
  return mistake != NULL ? mistake : other_mistake(language, text);
}

/* "of" and an article of the language, then the name itself. */
static gboolean is_genitive(enum language language, const char *genitive, const char *name) {
  static const char *const of[LANGUAGE_COUNT] = {
      [LANGUAGE_FR] = "|de |du |des |de la |de l'|d'|",
      [LANGUAGE_EN] = "|of |of the |",
      [LANGUAGE_ES] = "|de |del |de la |de los |de las |",
      [LANGUAGE_PT] = "|de |do |da |dos |das |",
  };
  if (!g_str_has_suffix(genitive, name))
    return FALSE;
  g_autofree char *before = g_strndup(genitive, strlen(genitive) - strlen(name));
  return in_list(of[language], before);
}

static void each_row_is_whole(void **state) {
  guint checked = 0;
  for (guint i = 0; i < states_count(*state); i++) {
    const State *row = states_at(*state, i);
    for (guint j = 0; j < LANGUAGE_COUNT; j++, checked++) {
      const char *const texts[] = {row->official_genitive[j], row->genitive[j]};
      if (!is_genitive(j, texts[0], row->official[j]) || !is_genitive(j, texts[1], row->name[j]))
        fail_msg("%s: %s, %s", row->code, texts[0], texts[1]);
      for (gsize k = 0; k < G_N_ELEMENTS(texts); k++)
        if (grammar_mistake(j, texts[k]) != NULL)
          fail_msg("%s: \"%s\" %s", row->code, texts[k], grammar_mistake(j, texts[k]));
      assert_null(spelling_mistake(row->also));
      check_noun(row, j);
    }
  }
  assert_int_equal(checked, 207 * LANGUAGE_COUNT);
}

/* The checks themselves see each kind of mistake. */
static void mistakes_of_grammar(void **state) {
  (void)state;
  static const struct {
    enum language language;
    const char *text, *says;
  } rows[] = {
      {LANGUAGE_FR, "de Espagne", "elide"},
      {LANGUAGE_FR, "de la Allemagne", "elide"},
      {LANGUAGE_FR, "du Iraq", "elide"},
      {LANGUAGE_FR, "d'Maroc", "before a consonant"},
      {LANGUAGE_FR, "de l'République", "consonant"},
      {LANGUAGE_FR, "d'Hongrie", "consonant"},
      {LANGUAGE_FR, "de Haïti", "elide"},
      {LANGUAGE_FR, "de le Maroc", "contracted"},
      {LANGUAGE_FR, "de les Pays-Bas", "contracted"},
      {LANGUAGE_ES, "de el Perú", "contracted"},
      {LANGUAGE_PT, "de o Brasil", "contracted"},
      {LANGUAGE_PT, "de as Maldivas", "contracted"},
      {LANGUAGE_EN, "of  Mali", "double"},
      {LANGUAGE_FR, "de Côte d\u2019Ivoire", "curly"},
      {LANGUAGE_FR, "de Côte\u200b d'Ivoire", "sees"},
      {LANGUAGE_FR, "d'E\u0301gypte", "composed"},
      {LANGUAGE_FR, "de Mali ", "end"},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    const char *found = grammar_mistake(rows[i].language, rows[i].text);
    if (found == NULL || strstr(found, rows[i].says) == NULL)
      fail_msg("%s: %s", rows[i].text, found);
  }
}

static void what_lies_where(void **state) {
  static const struct {
    const char *code, *area;
    gboolean within;
  } rows[] = {
      {"SN", "SN", TRUE},    {"SN", "sn", TRUE},     {"SN", "686", TRUE},    {"SN", "011", TRUE},
      {"SN", "002", TRUE},   {"SN", "202", TRUE},    {"SN", "014", FALSE},   {"SN", "african", TRUE},
      {"SN", "S", FALSE},    {"SN", "", FALSE},      {"SN", "01", FALSE},    {"MA", "202", FALSE},
      {"CA-QC", "CA", TRUE}, {"CA", "CA-QC", FALSE}, {"CA-QC", "019", TRUE}, {"BR", "419", TRUE},
      {"FR", "419", FALSE},  {"XA", "150", FALSE},   {"VA", "039", TRUE},    {"VA", "african", FALSE},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
    if (states_within(states_find(*state, rows[i].code), rows[i].area) != rows[i].within)
      fail_msg("%s in %s", rows[i].code, rows[i].area);
}

static void titles_of_other_heads(void **state) {
  const State *ch = states_find(*state, "CH"), *xg = states_find(*state, "XG");
  assert_string_equal(ch->title[LANGUAGE_FR], "Président");
  assert_string_equal(ch->title_f[LANGUAGE_FR], "Présidente");
  assert_string_equal(ch->title_f[LANGUAGE_PT], "Presidente");
  assert_string_equal(xg->title_f[LANGUAGE_FR], "Régente");
  assert_string_equal(states_find(*state, "FR")->title[LANGUAGE_FR], "");
}

static void mistakes_in_the_table(void **state) {
  (void)state;
  static const struct {
    const char *from, *to, *says;
  } rows[] = {
      {"code\tm49", "Code\tm49", "line 26: the header"},
      {"\nXB\t", "\nXA\t", "line 28: the code XA stands in an earlier row too"},
      {"XA\t\t\tnone", "XA\t\t\tnever", "line 27: the status \"never\""},
      {"XA\t\t\tnone", "XA\t12\t\tnone", "line 27: \"12\" is no M49 code"},
      {"XA\t\t\tnone", "XA\t\t150 03\tnone", "line 27: \"150 03\" are no M49 regions"},
      {"XA\t\t\tnone\t\t", "XA\t\t\tnone\tnordic\t", "line 27: \"nordic\" is no regional group"},
      {"XA\t\t\tnone\t\tRépublique d'Arvanie", "XA\t\t\tnone\t\t", "line 27: the cell official_fr is empty"},
      {"\tpresident\t\t", "\tpresident\tRégent\t", "line 27: the cell title_fr is filled"},
      {"\thos_other\tRégent / Régente\t", "\thos_other\t\t", "line 33: the cell title_fr is empty"},
      {"prime_minister\tfr\tinvented", "prime_minister\tde\tinvented", "line 27: the language \"de\""},
      {"prime_minister\tfr\tinvented", "prime_minister fr\tinvented", "line 27: the row has 29 cells"},
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
      cmocka_unit_test(all_are_there),
      cmocka_unit_test(languages_by_default),
      cmocka_unit_test(each_name_is_one_State),
      cmocka_unit_test(each_row_is_whole),
      cmocka_unit_test(mistakes_of_grammar),
      cmocka_unit_test(what_lies_where),
      cmocka_unit_test(titles_of_other_heads),
      cmocka_unit_test(mistakes_in_the_table),
  };
  return cmocka_run_group_tests(tests, load, unload);
}
