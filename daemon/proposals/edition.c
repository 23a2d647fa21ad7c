/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proposals/edition.h"

#include "base/fault.h"
#include "base/text.h"
#include "proposals/edition_rows.h"

#define EDITION_FIRST 1 /* until a number is given */
#define EDITION_MAX   999

int edition_present(Link *link, gint64 *ret, GError **error) {
  int r = edition_rows_present(link, ret, error);
  if (r > 0)
    *ret = EDITION_FIRST;
  return MIN(r, 0);
}

/* ---- changing ---- */

typedef struct {
  gint64 number, question;
  char *words[LANGUAGE_COUNT];
} Editing;

static void editing_clear(Editing *editing) {
  for (int i = 0; i < LANGUAGE_COUNT; i++)
    g_free(editing->words[i]);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Editing, editing_clear)

static int note(const ProposalUnit *unit, const char *text, GError **error) {
  Entry entry = {.kind = ENTRY_EDITION_CHANGED, .user = unit->actor->name, .text = text};
  return journal_add(unit->house->journal, unit->link, &entry, error);
}

static int begin(const ProposalUnit *unit, gpointer data, GError **error) {
  const Editing *e = data;
  gint64 present = 0;
  int given = edition_rows_present(unit->link, &present, error);
  if (given < 0 || (given == 0 && e->number == present))
    return given < 0 ? given : 1;
  if (given == 0 && e->number < present)
    return fault(error, FAULT_RULE,
                 "edition %" G_GINT64_FORMAT " is over: the present one is %" G_GINT64_FORMAT, e->number,
                 present);
  int r = edition_rows_begin(unit->link, e->number, clock_wall(unit->house->clock), unit->actor->name, error);
  if (r == 0 && given > 0 && e->number != EDITION_FIRST)
    r = edition_rows_renumber(unit->link, EDITION_FIRST, e->number, error);
  g_autofree char *text = g_strdup_printf("edition %" G_GINT64_FORMAT " began", e->number);
  return r == 0 ? note(unit, text, error) : r;
}

static int check_actor(const Actor *actor, GError **error) {
  if (actor_has(actor, ROLE_ORGANISER | ROLE_ADMIN))
    return 0;
  return fault(error, FAULT_FORBIDDEN,
               "editions and questions are worded by organisers and admins; %s is neither", actor->name);
}

int edition_begin(const Contacts *house, const Actor *actor, gint64 number, GError **error) {
  Editing editing = {.number = number};
  int r = check_actor(actor, error);
  if (r == 0 && (number < 1 || number > EDITION_MAX))
    r = fault(error, FAULT_INPUT, "edition: a number from 1 to %d is wanted", EDITION_MAX);
  return r == 0 ? proposal_write(house, actor, begin, &editing, error) : r;
}

static int word(const ProposalUnit *unit, gpointer data, GError **error) {
  const Editing *e = data;
  gint64 edition = 0;
  int r = edition_present(unit->link, &edition, error);
  for (int i = 0; r == 0 && i < LANGUAGE_COUNT; i++)
    if (e->words[i] != NULL)
      r = edition_rows_word(unit->link, edition, e->question, language_code((enum language)i),
                            text_blank(e->words[i]) ? NULL : e->words[i], error);
  g_autofree char *text = e->question == 0
                              ? g_strdup("the theme was worded")
                              : g_strdup_printf("question %" G_GINT64_FORMAT " was worded", e->question);
  return r == 0 ? note(unit, text, error) : r;
}

int edition_word(const Contacts *house, const Actor *actor, gint64 question,
                 const char *const words[LANGUAGE_COUNT], GError **error) {
  g_auto(Editing) editing = {.question = question};
  int r = check_actor(actor, error);
  if (r == 0 && (question < 0 || question > QUESTION_MAX))
    r = fault(error, FAULT_INPUT, "question: a number from 1 to %d is wanted", QUESTION_MAX);
  for (int i = 0; r == 0 && i < LANGUAGE_COUNT; i++) {
    if (words[i] == NULL)
      continue;
    r = text_check_line(language_code((enum language)i), words[i], -1, TEXT_LINE_MAX, error);
    if (r == 0)
      editing.words[i] = text_tidy(words[i]);
  }
  return r == 0 ? proposal_write(house, actor, word, &editing, error) : r;
}

/* ---- reading ---- */

static void question_free(gpointer data) {
  Question *question = data;
  for (int i = 0; i < LANGUAGE_COUNT; i++)
    g_free(question->words[i]);
  g_free(question);
}

void edition_clear(Edition *edition) {
  g_clear_pointer(&edition->questions, g_ptr_array_unref);
}

static gint by_number(gconstpointer a, gconstpointer b) {
  const Question *one = *(const Question *const *)a, *other = *(const Question *const *)b;
  return (one->number > other->number) - (one->number < other->number);
}

static int check_edition(Link *link, gint64 edition, gint64 present, GError **error) {
  int r = edition == present ? 0 : edition_rows_is(link, edition, error);
  if (r > 0)
    return fault(error, FAULT_ABSENT,
                 "there is no edition %" G_GINT64_FORMAT "; the present one is %" G_GINT64_FORMAT, edition,
                 present);
  return r;
}

int edition_load(Link *link, gint64 clearance, gint64 edition, Edition *ret, GError **error) {
  gint64 present = 0;
  ret->questions = g_ptr_array_new_with_free_func(question_free);
  int r = edition_present(link, &present, error);
  ret->number = edition == 0 ? present : edition;
  if (r == 0)
    r = check_edition(link, ret->number, present, error);
  if (r == 0)
    r = edition_rows_load(link, clearance, ret->number, ret->questions, error);
  g_ptr_array_sort(ret->questions, by_number);
  return r;
}

const char *question_words(const Question *question, enum language language) {
  if (question->words[language] != NULL)
    return question->words[language];
  for (int i = 0; i < LANGUAGE_COUNT; i++)
    if (question->words[i] != NULL)
      return question->words[i];
  return "";
}

/* Worded ones, where there are any: what else has a number may be a slip. */
int edition_most(Link *link, gint64 edition, gint64 *ret, GError **error) {
  g_auto(Edition) loaded = {0};
  gint64 worded = 0, other = 0;
  int r = edition_load(link, 1, edition, &loaded, error);
  for (guint i = 1; r == 0 && i < loaded.questions->len; i++) {
    const Question *question = loaded.questions->pdata[i];
    other = question->number;
    if (*question_words(question, LANGUAGE_FR) != '\0')
      worded = question->number;
  }
  *ret = worded != 0 ? worded : other != 0 ? other : EDITION_QUESTIONS;
  return r;
}

int edition_check_question(Link *link, gint64 edition, gint64 number, GError **error) {
  gint64 worded = 0;
  gboolean is = FALSE;
  if (number < 0 || number > QUESTION_MAX)
    return fault(error, FAULT_INPUT, "question: a number from 1 to %d is wanted", QUESTION_MAX);
  int r = number != 0 ? edition_rows_worded(link, edition, number, &worded, &is, error) : 0;
  if (r < 0 || worded == 0 || is)
    return r;
  return fault(error, FAULT_RULE,
               "edition %" G_GINT64_FORMAT " has no question %" G_GINT64_FORMAT
               "; `valise proposals questions` shows those that it has",
               edition, number);
}
