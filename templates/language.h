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

/* "of" before the proper name of a city, contracted and elided: "d'Arvane", "du Havre", "of Arvane", "do
 * Porto". The caller frees it. */
char *language_of_city(enum language language, const char *city);
