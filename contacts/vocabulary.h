/* SPDX-License-Identifier: GPL-3.0-or-later */
/* vocabulary.h - the words that people write in cells, in four languages, and ours for them. Pure */
#pragma once

#include <glib.h>

enum vocabulary {
  WORDS_KIND,        /* "Fonction" -> "office" */
  WORDS_GENDER,      /* "Mme" -> "f" */
  WORDS_LANGUAGE,    /* "français" -> "fr" */
  WORDS_GROUND,      /* "Promotion de l'ESS" -> "sse-promotion" */
  WORDS_MANNER,      /* "par intérim" -> "acting" */
  WORDS_YES,         /* "oui" -> "1" */
  WORDS_OFFICE_KIND, /* "Premier ministre" -> "prime_minister" */
  VOCABULARIES
};

/* Our word for WORD, accents, case and hyphens aside; NULL when there is none. */
const char *vocabulary_find(enum vocabulary vocabulary, const char *word);
/* All of ours, parted by commas; the caller frees it. */
char *vocabulary_list(enum vocabulary vocabulary);
