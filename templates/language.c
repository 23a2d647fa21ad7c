/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "templates/language.h"

#include "base/clock.h"

#include <string.h>

static const struct {
  const char *code, *own_name;
  const char *months[12];
} languages[LANGUAGE_COUNT] = {
    {"fr",
     "français",
     {"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre",
      "novembre", "décembre"}},
    {"en",
     "English",
     {"January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
      "November", "December"}},
    {"es",
     "español",
     {"enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre",
      "noviembre", "diciembre"}},
    {"pt",
     "português",
     {"janeiro", "fevereiro", "março", "abril", "maio", "junho", "julho", "agosto", "setembro", "outubro",
      "novembro", "dezembro"}},
};

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

char *language_date(enum language language, guint year, guint month, guint day) {
  if (year > 9999 || !g_date_valid_dmy((GDateDay)MIN(day, 99), (GDateMonth)MIN(month, 99), (GDateYear)year))
    return NULL;
  const char *word = languages[language].months[month - 1];
  switch (language) {
  case LANGUAGE_FR:
    return g_strdup_printf("%u%s %s %u", day, day == 1 ? "er" : "", word, year);
  case LANGUAGE_ES:
  case LANGUAGE_PT:
    return g_strdup_printf("%u de %s de %u", day, word, year);
  case LANGUAGE_EN:
    break;
  }
  return g_strdup_printf("%u %s %u", day, word, year);
}

char *language_date_of(enum language language, gint64 wall, GTimeZone *zone) {
  g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(wall / SECOND - (wall % SECOND < 0));
  if (utc == NULL)
    return NULL;
  g_autoptr(GDateTime) local = g_date_time_to_timezone(utc, zone);
  return language_date(language, (guint)g_date_time_get_year(local), (guint)g_date_time_get_month(local),
                       (guint)g_date_time_get_day_of_month(local));
}

/* Cities whose names have an article that "of" swallows. Spanish writes "de El Alto" for proper names. */
static const struct {
  enum language language;
  const char *article, *contracted;
} articles[] = {
    {LANGUAGE_FR, "Le ", "du "},          {LANGUAGE_FR, "Les ", "des "},
    {LANGUAGE_PT, "Porto", "do Porto"},   {LANGUAGE_PT, "Rio de Janeiro", "do Rio de Janeiro"},
    {LANGUAGE_PT, "Recife", "do Recife"}, {LANGUAGE_PT, "Funchal", "do Funchal"},
    {LANGUAGE_PT, "Praia", "da Praia"},   {LANGUAGE_PT, "Mindelo", "do Mindelo"},
    {LANGUAGE_PT, "Cairo", "do Cairo"},   {LANGUAGE_PT, "Haia", "da Haia"},
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
