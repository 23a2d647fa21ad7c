/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * edition.h - the edition of the forum that proposals are for: its theme, its questions, and how many of each
 * stand where
 *
 * They are rows and not configuration: they change with each forum, whoever organises it words them, in four
 * languages, and the journal says who did; no file of the machine has to be edited for it. One edition is the
 * present one. It is 1 until a number is given; the first number that is given takes over what was collected
 * till then. Questions are numbered from 1 to QUESTION_MAX, as those of workshops are.
 */
#pragma once

#include "proposals/proposal.h"
#include "templates/language.h"

#define EDITION_QUESTIONS 9 /* that are thought of where none is known */

/* The number of the present one. */
int edition_present(Link *link, gint64 *ret, GError **error);
/* Edition NUMBER begins, and is the present one. 0; 1 when it is already. Organisers and admins. FAULT_RULE
 * for one that is over. */
int edition_begin(const Contacts *house, const Actor *actor, gint64 number, GError **error);
/* Words of a question of the present edition, or of its theme (QUESTION 0), by language: NULL leaves, ""
 * clears. Organisers and admins. */
int edition_word(const Contacts *house, const Actor *actor, gint64 question,
                 const char *const words[LANGUAGE_COUNT], GError **error);

typedef struct {
  gint64 number;               /* 0: the theme, and proposals without a question */
  char *words[LANGUAGE_COUNT]; /* NULL: not worded */
  gint64 counts[PROPOSAL_STATES];
} Question;

typedef struct {
  gint64 number;
  GPtrArray *questions; /* Question *, by number; the first is 0, whether it has anything or not */
} Edition;
void edition_clear(Edition *edition);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Edition, edition_clear)

/* EDITION 0: the present one. Questions are those that are worded, or on which there are proposals that
 * CLEARANCE may see; counts are of these. FAULT_ABSENT for an
 * edition that never began. */
int edition_load(Link *link, gint64 clearance, gint64 edition, Edition *ret, GError **error);
/* Its words in LANGUAGE, else in the first language that has any; "" when none has. */
const char *question_words(const Question *question, enum language language);
/* The greatest number that a question of it has, in words or else of a proposal; EDITION_QUESTIONS when it
 * has none. */
int edition_most(Link *link, gint64 edition, gint64 *ret, GError **error);
/* FAULT_RULE when questions of the edition are worded and NUMBER is none of them. */
int edition_check_question(Link *link, gint64 edition, gint64 number, GError **error);
