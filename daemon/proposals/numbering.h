/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * numbering.h - an answer that goes by the numbers of the questions, in its parts. Pure
 *
 * Two ways of numbering count. A line that begins with the word and a number, whatever the order: "Question
 * 2:", "Question n° 2 -", "Q2.", "Pregunta 2:", "Pergunta 2", "Questão 2)". Where no line does, lines that
 * begin with a bare number, all in the way of the first ("1)", "(1)", "1.", "1 -", "1/", "1°"), at least two
 * of them, their numbers growing: else it is an enumeration of the writer's own.
 *
 * What stands before the first number is a greeting, unless it is long.
 */
#pragma once

#include <glib.h>

#define NUMBERING_GREETING 200 /* characters: what is longer before the first number is a part by itself */

typedef struct {
  gint64 question; /* 0: none, or one that does not exist */
  char *text;
} NumberedPart;
void numbered_part_free(NumberedPart *part);

/* NumberedPart *, in the order of TEXT; NULL when it does not go by numbers. MOST: the greatest number of a
 * question. The caller frees the array. */
GPtrArray *numbering_split(const char *text, gint64 most);
