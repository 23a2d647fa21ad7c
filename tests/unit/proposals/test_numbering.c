/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proposals/numbering.h"

#include "support/case.h"

/* "2:words|0:more", "" when the text goes by no numbers. */
static char *split(const char *text, gint64 most) {
  g_autoptr(GPtrArray) parts = numbering_split(text, most);
  GString *found = g_string_new(NULL);
  for (guint i = 0; parts != NULL && i < parts->len; i++) {
    const NumberedPart *part = parts->pdata[i];
    g_string_append_printf(found, "%s%" G_GINT64_FORMAT ":%s", i > 0 ? "|" : "", part->question, part->text);
  }
  return g_string_free(found, FALSE);
}

#define LONG                                                                                                      \
  "Nous avons lu le rapport avec attention et nous remercions le comité de son travail, qui nous a fait "        \
  "beaucoup réfléchir ; nos coopératives en ont débattu pendant deux soirées, et voici ce qui en est sorti " \
  "pour les quatre questions."

static const struct {
  const char *name, *text, *parts;
} cases[] = {
    {"French, by the word", "Bonjour,\nQuestion 1 : un fonds.\nQuestion 3 : des écoles.",
     "1:un fonds.|3:des écoles."},
    {"English, by the word", "Question 2: mutuals\n\nQuestion 4 - water", "2:mutuals|4:water"},
    {"Spanish, by the word", "Pregunta 1: un fondo\nPregunta 2: escuelas", "1:un fondo|2:escuelas"},
    {"Portuguese, by the word", "Pergunta 1: um fundo\nQuestão 2) escolas", "1:um fundo|2:escolas"},
    {"an answer to it", "Réponse à la question 2 : oui.\nResposta à questão 3: sim", "2:oui.|3:sim"},
    {"with its sign", "QUESTION N° 2\nun fonds\nQuestion no. 3: des écoles", "2:un fonds|3:des écoles"},
    {"short", "Q1: a fund\nQ 2. schools", "1:a fund|2:schools"},
    {"one alone", "Question 4 : l'eau est un commun.", "4:l'eau est un commun."},
    {"one twice", "Question 1 : un fonds.\nQuestion 1 : une loi.", "1:un fonds.|1:une loi."},
    {"any order", "Question 3 : c\nQuestion 1 : a", "3:c|1:a"},
    {"one that there is not", "Question 1 : a\nQuestion 7 : b", "1:a|0:b"},
    {"several lines, and a list within", "Question 2:\n1) first\n2) second\n\nmore\nQuestion 3: c",
     "2:1) first\n2) second\n\nmore|3:c"},
    {"quoted, bold, as a list", "> **Question 1:** a\n- Question 2: b", "1:a|2:b"},
    {"nothing behind a word", "Question 1 :\n\nQuestion 2 : b", "2:b"},
    {"bare numbers", "1) a fund\n2) schools", "1:a fund|2:schools"},
    {"bare numbers with a point", "1. a fund\n2. schools\n4. water", "1:a fund|2:schools|4:water"},
    {"bare numbers otherwise", "1 - a\n2 - b", "1:a|2:b"},
    {"in brackets", "(1) a\n(2) b", "1:a|2:b"},
    {"degrees", "1° a\n2° b", "1:a|2:b"},
    {"some of them", "2) b\n4) d", "2:b|4:d"},
    {"a greeting goes", "Dear all,\n\n1) a\n2) b", "1:a|2:b"},
    {"a long preface stays", LONG "\n\n1) a\n2) b", "0:" LONG "|1:a|2:b"},
    {"only one bare number", "1) a fund\nand so on", ""},
    {"numbers that do not grow", "2) b\n1) a", ""},
    {"more than there are", "1) a\n2) b\n3) c\n4) d\n5) e", ""},
    {"an enumeration within, in the same way", "1) a\n2) b\n1) c\n2) d", ""},
    {"an enumeration within, in another way", "1) a\n1. x\n2. y\n2) b", "1:a\n1. x\n2. y|2:b"},
    {"no numbers", "We propose a fund for 2 regions.", ""},
    {"figures in a sentence", "2.5 millions sont perdus\n3.7 millions restent", ""},
    {"a question of one's own", "Ma question est simple : pourquoi ?", ""},
    {"nothing", "", ""},
    {"only headings", "Question 1:\nQuestion 2:", ""},
};

static void numbering(void **state) {
  (void)state;
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autofree char *found = split(cases[i].text, 4);
    if (strcmp(found, cases[i].parts) != 0)
      fail_msg("%s: found \"%s\", wanted \"%s\"", cases[i].name, found, cases[i].parts);
  }
}

/* A text as long as one may be, of the worst kind, in no time. */
static void long_text(void **state) {
  (void)state;
  g_autoptr(GString) text = g_string_new(NULL);
  for (int i = 0; i < 2000; i++)
    g_string_append(text, "Question > * # \n");
  for (int i = 0; i < 10000; i++)
    g_string_append(text, " >");
  gint64 began = g_get_monotonic_time();
  g_autofree char *found = split(text->str, 4);
  assert_string_equal(found, "");
  assert_true(g_get_monotonic_time() - began < 2 * G_USEC_PER_SEC);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(numbering), cmocka_unit_test(long_text)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
