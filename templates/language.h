/* SPDX-License-Identifier: GPL-3.0-or-later */
/* language.h - the four languages of the house, and the little grammar that letters need. Thread-safe. */
#pragma once

#include <glib.h>

enum language { LANGUAGE_FR, LANGUAGE_EN, LANGUAGE_ES, LANGUAGE_PT };
#define LANGUAGE_COUNT 4

/* "fr", "en", "es", "pt". */
const char *language_code(enum language language);
/* Its name in itself: "français". */
const char *language_own_name(enum language language);
/* TRUE and *ret for a language tag (RFC 5646) whose primary subtag is one of the four: "pt-BR", "FR",
 * "es_419". */
gboolean language_parse(const char *tag, enum language *ret);

/* A set of languages: bit (1 << language). */
#define LANGUAGE_BIT(language) (1U << (language))
/* The first of PREFERRED (tags, ended by NULL; NULL for none) that is in AVAILABLE, else FALLBACK. Tags that
 * are none of the four are passed over. */
enum language language_choose(const char *const *preferred, guint available, enum language fallback);

/* A day in words: "2 décembre 2013", "1er décembre 2013"; "2 December 2013"; "2 de diciembre de 2013"; "2 de
 * dezembro de 2013". The caller frees it; NULL when there is no such day. */
char *language_date(enum language language, guint year, guint month, guint day);
/* The same for a moment (base/clock.h) in ZONE. */
char *language_date_of(enum language language, gint64 wall, GTimeZone *zone);

/* A moment with its weekday and the town of ZONE, for deadlines and embargoes: "lundi 9 décembre 2013 à 8
 * heures, heure de Paris", "Monday 9 December 2013 at 8 a.m., Paris time", "lunes 9 de diciembre de 2013 a
 * las 8 horas, hora de París", "segunda-feira, 9 de dezembro de 2013, às 8 horas, hora de Paris". The caller
 * frees it; NULL outside years 1 to 9999. */
char *language_moment(enum language language, gint64 wall, GTimeZone *zone);
/* What somebody gave for a time, in words: a day "2013-12-02"; days "2013-11-09/2013-11-11" ("du 9 au 11
 * novembre 2013", "9 to 11 November 2013"); a moment of RFC 3339 in ZONE. *ret is the caller's. 0; 1 and *ret
 * is GIVEN when it is none of these but words; FAULT_INPUT for a day that there is not, and for figures as in
 * 02/12/13, which each reader reads in another way. */
int language_time_given(enum language language, const char *given, GTimeZone *zone, char **ret,
                        GError **error);
/* Where a date in figures (02/12/13, 2.12.2013, 2013-12-02) begins in TEXT, or NULL. */
const char *language_date_in_figures(const char *text);

enum language_conjunction { LANGUAGE_AND, LANGUAGE_OR };
/* "a", "a et b", "a, b et c", with the conjunction that sounds: Spanish "e" before i- and hi-, "u" before o-
 * and ho-. ITEMS end with NULL. The caller frees it. */
char *language_join(enum language language, enum language_conjunction conjunction, const char *const *items);
/* LANGUAGE as it is called in the language IN: "français", "French", "francés", "francês". */
const char *language_name_in(enum language language, enum language in);
/* "3e édition", "3rd edition", "3.ª edición", "3.ª edição". The caller frees it. */
char *language_edition(enum language language, guint number);

/* The size of a file, to be read: "2,1 Mio", "2.1 MiB", "640 KiB", with a space that does not break. The
 * caller frees it. */
char *language_size(enum language language, gint64 bytes);

/* "of" before the proper name of a city, contracted and elided: "d'Arvane", "du Havre", "of Arvane", "do
 * Porto". The caller frees it. */
char *language_of_city(enum language language, const char *city);
