/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proposals/edition_rows.h"

int edition_rows_present(Link *link, gint64 *ret, GError **error) {
  return link_int(link, ret, error, "SELECT max(number) FROM proposal_editions", "");
}

int edition_rows_is(Link *link, gint64 number, GError **error) {
  gint64 one;
  return link_int(link, &one, error, "SELECT 1 FROM proposal_editions WHERE number = ?1", "i", number);
}

int edition_rows_begin(Link *link, gint64 number, gint64 at, const char *by, GError **error) {
  int r =
      link_run(link, error, "INSERT INTO proposal_editions (number, begun_at, begun_by) VALUES (?1, ?2, ?3)",
               "iit", number, at, by);
  return MIN(r, 0);
}

int edition_rows_renumber(Link *link, gint64 from, gint64 to, GError **error) {
  int r = link_run(link, error, "UPDATE proposals SET edition = ?2 WHERE edition = ?1", "ii", from, to);
  if (r >= 0)
    r = link_run(link, error, "UPDATE proposal_words SET edition = ?2 WHERE edition = ?1", "ii", from, to);
  return MIN(r, 0);
}

int edition_rows_word(Link *link, gint64 edition, gint64 question, const char *language, const char *words,
                      GError **error) {
  int r = link_run(link, error,
                   "DELETE FROM proposal_words WHERE edition = ?1 AND question = ?2 AND language = ?3", "iit",
                   edition, question, language);
  if (r >= 0 && words != NULL)
    r = link_run(link, error,
                 "INSERT INTO proposal_words (edition, question, language, words) VALUES (?1, ?2, ?3, ?4)",
                 "iitt", edition, question, language, words);
  return MIN(r, 0);
}

static Question *question_of(GPtrArray *to, gint64 number) {
  for (guint i = 0; i < to->len; i++)
    if (((Question *)to->pdata[i])->number == number)
      return to->pdata[i];
  Question *question = g_new0(Question, 1);
  question->number = number;
  g_ptr_array_add(to, question);
  return question;
}

static int load_words(Link *link, gint64 edition, GPtrArray *to, GError **error) {
  g_autoptr(Statement) s = NULL;
  int r = link_query(link, &s, error,
                     "SELECT question, language, words FROM proposal_words WHERE edition = ?1", "i", edition);
  while (r == 0 && (r = statement_step(s, error)) > 0) {
    enum language language;
    if (language_parse(statement_text(s, 1), &language))
      question_of(to, statement_int(s, 0))->words[language] = g_strdup(statement_text(s, 2));
    r = 0;
  }
  return r;
}

static int load_counts(Link *link, gint64 clearance, gint64 edition, GPtrArray *to, GError **error) {
  g_autoptr(Statement) s = NULL;
  int r = link_query(link, &s, error,
                     "SELECT question, state, count(*) FROM proposals WHERE edition = ?1 AND restricted <= ?2"
                     " GROUP BY question, state",
                     "ii", edition, clearance);
  while (r == 0 && (r = statement_step(s, error)) > 0) {
    enum proposal_state state = proposal_state_of(statement_text(s, 1));
    if (state < PROPOSAL_STATES)
      question_of(to, statement_int(s, 0))->counts[state] = statement_int(s, 2);
    r = 0;
  }
  return r;
}

int edition_rows_load(Link *link, gint64 clearance, gint64 edition, GPtrArray *to, GError **error) {
  question_of(to, 0);
  int r = load_words(link, edition, to, error);
  return r == 0 ? load_counts(link, clearance, edition, to, error) : r;
}

int edition_rows_worded(Link *link, gint64 edition, gint64 number, gint64 *ret_worded, gboolean *ret_is,
                        GError **error) {
  g_autoptr(Statement) s = NULL;
  int r = link_query(link, &s, error,
                     "SELECT DISTINCT question FROM proposal_words WHERE edition = ?1 AND question <> 0", "i",
                     edition);
  *ret_worded = 0;
  *ret_is = FALSE;
  while (r == 0 && (r = statement_step(s, error)) > 0) {
    *ret_worded += 1;
    *ret_is = *ret_is || statement_int(s, 0) == number;
    r = 0;
  }
  return r;
}
