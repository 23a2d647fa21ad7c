/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Days and moments in words. */
#include "templates/language.h"

#include "base/clock.h"
#include "base/fault.h"

#include <string.h>

static const char *const months[LANGUAGE_COUNT][12] = {
    [LANGUAGE_FR] = {"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre",
                     "octobre", "novembre", "décembre"},
    [LANGUAGE_EN] = {"January", "February", "March", "April", "May", "June", "July", "August", "September",
                     "October", "November", "December"},
    [LANGUAGE_ES] = {"enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre",
                     "octubre", "noviembre", "diciembre"},
    [LANGUAGE_PT] = {"janeiro", "fevereiro", "março", "abril", "maio", "junho", "julho", "agosto", "setembro",
                     "outubro", "novembro", "dezembro"},
};

/* From Monday on, as GDateTime counts. */
static const char *const weekdays[LANGUAGE_COUNT][7] = {
    [LANGUAGE_FR] = {"lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"},
    [LANGUAGE_EN] = {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"},
    [LANGUAGE_ES] = {"lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"},
    [LANGUAGE_PT] = {"segunda-feira", "terça-feira", "quarta-feira", "quinta-feira", "sexta-feira", "sábado",
                     "domingo"},
};

/* Towns of the time zone database that another language calls otherwise than English does. */
static const struct {
  const char *zone;
  const char *names[LANGUAGE_COUNT];
} towns[] = {
    {"Africa/Algiers", {"Alger", "Algiers", "Argel", "Argel"}},
    {"Africa/Cairo", {"Le Caire", "Cairo", "El Cairo", "Cairo"}},
    {"America/Bogota", {"Bogota", "Bogotá", "Bogotá", "Bogotá"}},
    {"America/Mexico_City", {"Mexico", "Mexico City", "Ciudad de México", "Cidade do México"}},
    {"America/Montreal", {"Montréal", "Montreal", "Montreal", "Montreal"}},
    {"America/New_York", {"New York", "New York", "Nueva York", "Nova Iorque"}},
    {"America/Sao_Paulo", {"São Paulo", "São Paulo", "São Paulo", "São Paulo"}},
    {"Europe/Berlin", {"Berlin", "Berlin", "Berlín", "Berlim"}},
    {"Europe/Brussels", {"Bruxelles", "Brussels", "Bruselas", "Bruxelas"}},
    {"Europe/Lisbon", {"Lisbonne", "Lisbon", "Lisboa", "Lisboa"}},
    {"Europe/London", {"Londres", "London", "Londres", "Londres"}},
    {"Europe/Luxembourg", {"Luxembourg", "Luxembourg", "Luxemburgo", "Luxemburgo"}},
    {"Europe/Madrid", {"Madrid", "Madrid", "Madrid", "Madrid"}},
    {"Europe/Paris", {"Paris", "Paris", "París", "Paris"}},
    {"Europe/Rome", {"Rome", "Rome", "Roma", "Roma"}},
    {"Europe/Zurich", {"Zurich", "Zurich", "Zúrich", "Zurique"}},
};

/* ---- days ---- */

char *language_date(enum language language, guint year, guint month, guint day) {
  if (year > 9999 || !g_date_valid_dmy((GDateDay)MIN(day, 99), (GDateMonth)MIN(month, 99), (GDateYear)year))
    return NULL;
  const char *word = months[language][month - 1];
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

static GDateTime *local_time(gint64 wall, GTimeZone *zone) {
  g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(wall / SECOND - (wall % SECOND < 0));
  return utc != NULL ? g_date_time_to_timezone(utc, zone) : NULL;
}

static char *date_of(enum language language, GDateTime *local) {
  return language_date(language, (guint)g_date_time_get_year(local), (guint)g_date_time_get_month(local),
                       (guint)g_date_time_get_day_of_month(local));
}

char *language_date_of(enum language language, gint64 wall, GTimeZone *zone) {
  g_autoptr(GDateTime) local = local_time(wall, zone);
  return local != NULL ? date_of(language, local) : NULL;
}

/* ---- moments ---- */

/* "heure de Paris"; a zone without a town is told by its distance from UTC. */
static char *zone_words(enum language language, GDateTime *local, GTimeZone *zone) {
  static const char *const hour_of[LANGUAGE_COUNT] = {"heure", "time", "hora", "hora"};
  const char *name = g_time_zone_get_identifier(zone), *last = strrchr(name, '/');
  if (last == NULL) {
    g_autofree char *offset = g_date_time_format(local, "%:z");
    return g_strcmp0(offset, "+00:00") == 0 ? g_strdup("UTC") : g_strconcat("UTC", offset, NULL);
  }
  g_autofree char *town = g_strdelimit(g_strdup(last + 1), "_", ' ');
  for (gsize i = 0; i < G_N_ELEMENTS(towns); i++) {
    if (strcmp(towns[i].zone, name) == 0) {
      g_free(town);
      town = g_strdup(towns[i].names[language]);
    }
  }
  if (language == LANGUAGE_EN)
    return g_strconcat(town, " ", hour_of[language], NULL);
  g_autofree char *of = language_of_city(language, town);
  return g_strconcat(hour_of[language], " ", of, NULL);
}

static char *english_hour(gint hour, gint minute) {
  if (minute == 0 && hour % 12 == 0)
    return g_strdup(hour == 0 ? "00:00" : "noon");
  const char *half = hour < 12 ? "a.m." : "p.m.";
  gint twelve = hour % 12 == 0 ? 12 : hour % 12;
  return minute == 0 ? g_strdup_printf("%d %s", twelve, half)
                     : g_strdup_printf("%d.%02d %s", twelve, minute, half);
}

/* With the preposition: "à 8 heures", "à 8 h 30" (no-break spaces), "at 8 a.m.", "a las 8 horas", "às 8h30".
 */
static char *hour_words(enum language language, gint hour, gint minute) {
  switch (language) {
  case LANGUAGE_FR:
    return minute == 0 ? g_strdup_printf("à %d\u00a0heure%s", hour, hour > 1 ? "s" : "")
                       : g_strdup_printf("à %d\u00a0h\u00a0%02d", hour, minute);
  case LANGUAGE_ES:
    return minute == 0 ? g_strdup_printf("a la%s %d hora%s", hour == 1 ? "" : "s", hour, hour == 1 ? "" : "s")
                       : g_strdup_printf("a la%s %d:%02d horas", hour == 1 ? "" : "s", hour, minute);
  case LANGUAGE_PT:
    return minute == 0 ? g_strdup_printf("à%s %d hora%s", hour > 1 ? "s" : "", hour, hour > 1 ? "s" : "")
                       : g_strdup_printf("à%s %dh%02d", hour > 1 ? "s" : "", hour, minute);
  case LANGUAGE_EN:
    break;
  }
  g_autofree char *words = english_hour(hour, minute);
  return g_strconcat("at ", words, NULL);
}

char *language_moment(enum language language, gint64 wall, GTimeZone *zone) {
  g_autoptr(GDateTime) local = local_time(wall, zone);
  if (local == NULL)
    return NULL;
  g_autofree char *date = date_of(language, local);
  g_autofree char *hour = hour_words(language, g_date_time_get_hour(local), g_date_time_get_minute(local));
  g_autofree char *place = zone_words(language, local, zone);
  const char *weekday = weekdays[language][g_date_time_get_day_of_week(local) - 1];
  const char *comma = language == LANGUAGE_PT ? "," : "";
  return g_strdup_printf("%s%s %s%s %s, %s", weekday, comma, date, comma, hour, place);
}

/* ---- what was given ---- */

typedef struct {
  guint year, month, day;
} Day;

/* "2013-12-02" at the beginning of *TEXT, which then stands behind it. */
static gboolean take_day(const char **text, Day *ret) {
  const char *t = *text;
  for (guint i = 0; i < 10; i++) {
    if (i == 4 || i == 7 ? t[i] != '-' : !g_ascii_isdigit(t[i]))
      return FALSE;
  }
  ret->year = (guint)g_ascii_strtoull(t, NULL, 10);
  ret->month = (guint)g_ascii_strtoull(t + 5, NULL, 10);
  ret->day = (guint)g_ascii_strtoull(t + 8, NULL, 10);
  *text = t + 10;
  return TRUE;
}

/* As much of the first day as the last one does not say. */
static char *first_words(enum language language, const Day *first, const Day *last) {
  if (first->year != last->year)
    return language_date(language, first->year, first->month, first->day);
  const char *er = language == LANGUAGE_FR && first->day == 1 ? "er" : "";
  if (first->month == last->month)
    return g_strdup_printf("%u%s", first->day, er);
  const char *of = language == LANGUAGE_ES || language == LANGUAGE_PT ? " de " : " ";
  return g_strdup_printf("%u%s%s%s", first->day, er, of, months[language][first->month - 1]);
}

static char *days_words(enum language language, const Day *first, const Day *last) {
  static const char *const from[LANGUAGE_COUNT] = {"du ", "", "del ", "de "};
  static const char *const to[LANGUAGE_COUNT] = {" au ", " to ", " al ", " a "};
  g_autofree char *end = language_date(language, last->year, last->month, last->day);
  g_autofree char *whole = language_date(language, first->year, first->month, first->day);
  if (end == NULL || whole == NULL)
    return NULL;
  g_autofree char *begin = first_words(language, first, last);
  return g_strconcat(from[language], begin, to[language], end, NULL);
}

static int refuse_day(const char *given, GError **error) {
  return fault(error, FAULT_INPUT, "\"%s\" names a day that there is not; correct it", given);
}

/* NULL when GIVEN is no day and no days; *RET_WRONG when it would be one, but not of this calendar. */
static char *given_days(enum language language, const char *given, gboolean *ret_wrong) {
  Day first = {0}, last = {0};
  const char *at = given;
  *ret_wrong = FALSE;
  if (!take_day(&at, &first))
    return NULL;
  gboolean two = *at == '/';
  if (two) {
    at++;
    if (!take_day(&at, &last))
      return NULL;
  }
  if (*at != '\0')
    return NULL;
  char *words =
      two ? days_words(language, &first, &last) : language_date(language, first.year, first.month, first.day);
  *ret_wrong = words == NULL;
  return words;
}

int language_time_given(enum language language, const char *given, GTimeZone *zone, char **ret,
                        GError **error) {
  gboolean wrong = FALSE;
  gint64 wall = 0;
  *ret = given_days(language, given, &wrong);
  if (wrong)
    return refuse_day(given, error);
  if (*ret == NULL && moment_parse(given, &wall, NULL) == 0)
    *ret = language_moment(language, wall, zone);
  if (*ret != NULL)
    return 0;
  if (language_date_in_figures(given) != NULL)
    return fault(
        error, FAULT_INPUT,
        "\"%s\" is a date in figures, which each reader reads in another way; give a day as 2013-12-02, a "
        "moment as 2013-12-09T08:00:00+01:00, or words",
        given);
  *ret = g_strdup(given);
  return 1;
}

/* ---- dates in figures ---- */

static gsize digits_at(const char *text) {
  gsize count = 0;
  while (g_ascii_isdigit(text[count]))
    count++;
  return count;
}

/* Three groups of digits with the same mark between them, the year first or last. */
static gboolean is_date(const char *text) {
  gsize first = digits_at(text);
  char mark = text[first];
  if (first == 0 || mark == '\0' || strchr("/.-", mark) == NULL)
    return FALSE;
  const char *at = text + first + 1;
  gsize second = digits_at(at);
  if (second == 0 || second > 2 || at[second] != mark)
    return FALSE;
  at += second + 1;
  gsize third = digits_at(at);
  gboolean more = at[third] == mark && g_ascii_isdigit(at[third + 1]);
  gboolean year_last = first <= 2 && (third == 2 || third == 4);
  gboolean year_first = first == 4 && (third == 1 || third == 2);
  return !more && (year_last || year_first);
}

const char *language_date_in_figures(const char *text) {
  for (const char *at = text; *at != '\0'; at++) {
    gboolean within = at > text && (g_ascii_isalnum(at[-1]) || strchr("/.-", at[-1]) != NULL);
    if (!within && is_date(at))
      return at;
  }
  return NULL;
}
