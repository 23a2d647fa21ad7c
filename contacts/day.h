/* SPDX-License-Identifier: GPL-3.0-or-later */
/* day.h - a calendar day, without hour and zone: a mandate's first day, the date of a letter. Pure */
#pragma once

#include "templates/language.h"

#include <glib.h>

/* Days since 31 December of the year 0 (GDate's Julian day): days can be compared and subtracted. 0: none. */
typedef gint32 Day;

#define DAY_TEXT_SIZE 11 /* "2013-12-02" and NUL */

/* Reads 2013-12-02 (RFC 3339 full-date, also with "T…" after it), 02/12/2013, 2.12.2013 or 02-12-2013 (day
 * first). 0 and *ret, or FAULT_INPUT with a sentence. */
int day_parse(const char *text, Day *ret, GError **error);
/* "2013-12-02"; "" for none. Returns TO. */
const char *day_text(Day day, char to[DAY_TEXT_SIZE]);
/* In words, as language_date() writes them. The caller frees it; NULL for none. */
char *day_words(Day day, enum language language);
/* The day of a moment in ZONE (NULL: UTC); 0 for the moment 0. */
Day day_of_moment(gint64 wall, GTimeZone *zone);
/* The moment at which DAY begins in ZONE (NULL: UTC); 0 for none. */
gint64 day_begin(Day day, GTimeZone *zone);
