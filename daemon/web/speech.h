/* SPDX-License-Identifier: GPL-3.0-or-later */
/* speech.h - what pages for recipients say, in each language, and which language somebody reads */
#pragma once

#include "templates/language.h"

#include <glib.h>

enum speech {
#define SPEECH(symbol, fr, en, es, pt) symbol,
#include "web/speech.def"
#undef SPEECH
  SPEECHES
};

/* In LANGUAGE. Static. */
const char *speech_in(enum speech speech, enum language language);
/* The same with VALUE in place of its %s; the caller frees it. */
char *speech_with(enum speech speech, enum language language, const char *value);
/* The same with two. */
char *speech_with_both(enum speech speech, enum language language, const char *first, const char *second);
/* The kind of a document ("pre-report") in words. Static. */
const char *speech_of_kind(const char *kind, enum language language);

/* The first language of Accept-Language (RFC 9110 §12.5.4; NULL: no such field) that pages are written in, by
 * its weights; STANDARD when there is none. At most 20 of its items are looked at. */
enum language speech_accepted(const char *accept, enum language standard);
