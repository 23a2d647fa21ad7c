/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "templates/language.h"

#include <string.h>

static const struct {
  const char *code, *own_name;
} languages[LANGUAGE_COUNT] = {{"fr", "français"}, {"en", "English"}, {"es", "español"}, {"pt", "português"}};

const char *language_code(enum language language) {
  return languages[language].code;
}

const char *language_own_name(enum language language) {
  return languages[language].own_name;
}

gboolean language_parse(const char *tag, enum language *ret) {
  for (guint i = 0; tag != NULL && i < LANGUAGE_COUNT; i++) {
    if (g_ascii_strncasecmp(tag, languages[i].code, 2) != 0)
      continue;
    if (tag[2] == '\0' || tag[2] == '-' || tag[2] == '_') {
      *ret = (enum language)i;
      return TRUE;
    }
  }
  return FALSE;
}

enum language language_choose(const char *const *preferred, guint available, enum language fallback) {
  for (; preferred != NULL && *preferred != NULL; preferred++) {
    enum language language;
    if (language_parse(*preferred, &language) && (available & LANGUAGE_BIT(language)) != 0)
      return language;
  }
  return fallback;
}

/* Cities whose names have an article that "of" swallows. Spanish writes "de El Alto" for proper names. */
static const struct {
  enum language language;
  const char *article, *contracted;
} articles[] = {
    {LANGUAGE_FR, "Le ", "du "},
    {LANGUAGE_FR, "Les ", "des "},
    {LANGUAGE_PT, "Porto", "do Porto"},
    {LANGUAGE_PT, "Rio de Janeiro", "do Rio de Janeiro"},
    {LANGUAGE_PT, "Recife", "do Recife"},
    {LANGUAGE_PT, "Funchal", "do Funchal"},
    {LANGUAGE_PT, "Praia", "da Praia"},
    {LANGUAGE_PT, "Mindelo", "do Mindelo"},
    {LANGUAGE_PT, "Cairo", "do Cairo"},
    {LANGUAGE_PT, "Haia", "da Haia"},
    {LANGUAGE_PT, "Cidade do México", "da Cidade do México"},
};

/* French elides before a vowel or a mute h; of the towns with an aspirated h the best known are listed. */
static gboolean elides(const char *name) {
  static const char *const aspirated[] = {"Hambourg", "Hanovre", "Hanoï", "Harare",
                                          "Houston",  "Hull",    "Hong"};
  for (gsize i = 0; i < G_N_ELEMENTS(aspirated); i++) {
    if (g_str_has_prefix(name, aspirated[i]))
      return FALSE;
  }
  g_autofree char *first = g_utf8_normalize(name, -1, G_NORMALIZE_NFD);
  return first != NULL && first[0] != '\0' && strchr("AEIOUHaeiouh", first[0]) != NULL;
}

char *language_of_city(enum language language, const char *city) {
  for (gsize i = 0; i < G_N_ELEMENTS(articles); i++) {
    const char *article = articles[i].article;
    gboolean whole = article[strlen(article) - 1] != ' ';
    if (articles[i].language != language)
      continue;
    if (whole ? strcmp(city, article) == 0 : g_str_has_prefix(city, article))
      return g_strconcat(articles[i].contracted, whole ? "" : city + strlen(article), NULL);
  }
  if (language == LANGUAGE_EN)
    return g_strconcat("of ", city, NULL);
  return language == LANGUAGE_FR && elides(city) ? g_strconcat("d'", city, NULL)
                                                 : g_strconcat("de ", city, NULL);
}

/* Spanish says "e" for "y" before the sound i, which "hie" and "hia" do not begin with, and "u" for "o"
 * before o. */
static gboolean begins_with_sound(const char *word, char sound) {
  g_autofree char *plain = g_utf8_normalize(word, -1, G_NORMALIZE_NFD);
  const char *at = plain != NULL ? plain : word;
  gboolean silent = g_ascii_tolower(at[0]) == 'h';
  at += silent;
  if (g_ascii_tolower(at[0]) != sound)
    return FALSE;
  return !silent || sound != 'i' || strchr("ae", g_ascii_tolower(at[1])) == NULL || at[1] == '\0';
}

static const char *conjunction_before(enum language language, enum language_conjunction conjunction,
                                      const char *word) {
  static const char *const words[][LANGUAGE_COUNT] = {
      [LANGUAGE_AND] = {"et", "and", "y", "e"}, [LANGUAGE_OR] = {"ou", "or", "o", "ou"}};
  if (language == LANGUAGE_ES && conjunction == LANGUAGE_AND && begins_with_sound(word, 'i'))
    return "e";
  if (language == LANGUAGE_ES && conjunction == LANGUAGE_OR && begins_with_sound(word, 'o'))
    return "u";
  return words[conjunction][language];
}

char *language_join(enum language language, enum language_conjunction conjunction, const char *const *items) {
  GString *text = g_string_new(NULL);
  for (guint i = 0; items[i] != NULL; i++) {
    if (i > 0 && items[i + 1] == NULL)
      g_string_append_printf(text, " %s ", conjunction_before(language, conjunction, items[i]));
    else if (i > 0)
      g_string_append(text, ", ");
    g_string_append(text, items[i]);
  }
  return g_string_free(text, FALSE);
}

const char *language_name_in(enum language language, enum language in) {
  static const char *const names[LANGUAGE_COUNT][LANGUAGE_COUNT] = {
      [LANGUAGE_FR] = {"français", "anglais", "espagnol", "portugais"},
      [LANGUAGE_EN] = {"French", "English", "Spanish", "Portuguese"},
      [LANGUAGE_ES] = {"francés", "inglés", "español", "portugués"},
      [LANGUAGE_PT] = {"francês", "inglês", "espanhol", "português"}};
  return names[in][language];
}

static const char *english_ordinal(guint number) {
  if (number % 100 >= 11 && number % 100 <= 13)
    return "th";
  return number % 10 == 1 ? "st" : number % 10 == 2 ? "nd" : number % 10 == 3 ? "rd" : "th";
}

char *language_edition(enum language language, guint number) {
  switch (language) {
  case LANGUAGE_FR:
    return g_strdup_printf("%u%s édition", number, number == 1 ? "re" : "e");
  case LANGUAGE_ES:
    return g_strdup_printf("%u.ª edición", number);
  case LANGUAGE_PT:
    return g_strdup_printf("%u.ª edição", number);
  case LANGUAGE_EN:
    break;
  }
  return g_strdup_printf("%u%s edition", number, english_ordinal(number));
}
