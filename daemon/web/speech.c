/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "web/speech.h"

#include <string.h>

#include "mailing/document.h"

#define ACCEPTED_MAX 20

static const char *const speeches[SPEECHES][LANGUAGE_COUNT] = {
#define SPEECH(symbol, fr, en, es, pt)                                                                       \
  [symbol] = {[LANGUAGE_FR] = (fr), [LANGUAGE_EN] = (en), [LANGUAGE_ES] = (es), [LANGUAGE_PT] = (pt)},
#include "web/speech.def"
#undef SPEECH
};

const char *speech_in(enum speech speech, enum language language) {
  return speeches[speech][language];
}

char *speech_with(enum speech speech, enum language language, const char *value) {
  const char *text = speech_in(speech, language), *place = strstr(text, "%s");
  g_assert(place != NULL);
  g_autofree char *before = g_strndup(text, (gsize)(place - text));
  return g_strconcat(before, value, place + 2, NULL);
}

char *speech_with_both(enum speech speech, enum language language, const char *first, const char *second) {
  g_auto(GStrv) parts = g_strsplit(speech_in(speech, language), "%s", 3);
  g_assert(g_strv_length(parts) == 3);
  return g_strconcat(parts[0], first, parts[1], second, parts[2], NULL);
}

const char *speech_of_kind(const char *kind, enum language language) {
  for (int i = 0; document_kinds[i] != NULL; i++)
    if (strcmp(document_kinds[i], kind) == 0)
      return speech_in((enum speech)(SPEECH_PRE_REPORT + i), language);
  return speech_in(SPEECH_OTHER, language);
}

/* RFC 9110 §12.4.2: a weight from 0 to 1; 1 when there is none. */
static double weight_of(const char *item) {
  const char *q = strstr(item, ";");
  while (q != NULL && *(q += strspn(q, "; \t")) != 'q')
    q = strstr(q, ";");
  return q != NULL && q[1] == '=' ? CLAMP(g_ascii_strtod(q + 2, NULL), 0.0, 1.0) : 1.0;
}

enum language speech_accepted(const char *accept, enum language standard) {
  g_auto(GStrv) items = g_strsplit(accept != NULL ? accept : "", ",", ACCEPTED_MAX + 1);
  enum language best = standard;
  double best_weight = 0;
  for (int i = 0; i < ACCEPTED_MAX && items[i] != NULL; i++) {
    double weight = weight_of(items[i]);
    g_autofree char *tag = g_strndup(items[i], strcspn(items[i], ";"));
    enum language language = standard;
    if (weight > best_weight && language_parse(g_strstrip(tag), &language)) {
      best = language;
      best_weight = weight;
    }
  }
  return best;
}
