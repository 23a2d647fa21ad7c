/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lines, the letters that arrived and the answers are three walks in the order of the addressees, side by
 * side. */
#include "acknowledgement/statistics_rows.h"

int statistics_rows_rolls(Link *link, const Mailing *m, const StatisticsCut *cut, GArray *to,
                          GError **error) {
  g_autoptr(Statement) s = NULL;
  g_array_append_val(to, m->generation);
  if (!cut->supplements)
    return 0;
  int r = link_query(link, &s, error,
                     "SELECT m.roll FROM mailing_supplements s JOIN mailings m ON m.id = s.mailing"
                     " WHERE s.supplements = ?1 AND m.restricted <= ?2 AND m.released_at > 0"
                     " AND m.released_at <= ?3 ORDER BY m.id",
                     "iii", m->id, cut->clearance, cut->at);
  while (r == 0 && (r = statement_step(s, error)) > 0) {
    gint64 roll = statement_int(s, 0);
    g_array_append_val(to, roll);
    r = 0;
  }
  return r;
}

/* ---- three walks ---- */

/* One row of a walk is read ahead: ADDRESSEE is its key, G_MAXINT64 at the end. */
typedef struct {
  Statement *statement;
  gint64 addressee;
} Walk;

static void walk_clear(Walk *walk) {
  statement_done(walk->statement);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Walk, walk_clear)

static int step(Walk *walk, GError **error) {
  int r = statement_step(walk->statement, error);
  walk->addressee = r > 0 ? statement_int(walk->statement, 0) : G_MAXINT64;
  return MIN(r, 0);
}

static const char lines_sql[] =
    "SELECT a.id, a.language, a.country, (SELECT w.waived_at FROM acknowledgement_waivers w"
    "   WHERE w.addressee = a.id), "
    "  ?4 <> 0 AND EXISTS (SELECT 1 FROM deliveries d JOIN mailing_supplements s ON s.supplements = d.mailing"
    "   JOIN mailings m ON m.id = s.mailing JOIN addressees b ON b.roll = m.roll AND b.contact = a.contact"
    "   WHERE d.addressee = a.id AND d.state = 'cancelled' AND d.reason = 'supplemented'"
    "   AND b.state <> 'excluded' AND m.released_at > 0 AND m.released_at <= ?3)"
    " FROM addressees a WHERE a.roll = ?1 AND a.restricted <= ?2 AND a.state <> 'excluded' ORDER BY a.id";

/* The first letter of each that arrived and did not come back. */
static const char letters_sql[] =
    "SELECT addressee, at, by_hand FROM (SELECT a.id AS addressee, d.by_hand AS by_hand,"
    "  CASE WHEN d.by_hand IS NOT NULL THEN (SELECT p.done_at FROM delivery_proofs p WHERE p.delivery = d.id)"
    "   ELSE coalesce((SELECT min(t.ended_at) FROM attempts t WHERE t.delivery = d.id"
    "    AND t.outcome = 'accepted'), d.dated) END AS at"
    "  FROM addressees a JOIN deliveries d ON d.addressee = a.id"
    "  WHERE a.roll = ?1 AND a.restricted <= ?2 AND d.state IN ('relayed', 'presumed', 'done')"
    "   AND NOT EXISTS (SELECT 1 FROM delivery_facts f WHERE f.delivery = d.id AND f.fact = 'bounced'"
    "    AND f.at <= ?3))"
    " WHERE at <= ?3 ORDER BY addressee, at";

static const char answers_sql[] =
    "SELECT e.addressee, e.id, e.corrects, e.kind, e.meaning, e.received_at"
    " FROM addressees a JOIN acknowledgements e ON e.addressee = a.id"
    " WHERE a.roll = ?1 AND a.restricted <= ?2 AND e.noted_at <= ?3 ORDER BY a.id, e.id";

static int start(Link *link, const char *sql, gint64 roll, const StatisticsCut *cut, Walk *walk,
                 GError **error) {
  int r = link_query(link, &walk->statement, error, sql, "iii", roll, cut->clearance, cut->at);
  return r < 0 ? r : step(walk, error);
}

/* ---- one line ---- */

static int take_letter(Walk *letters, gint64 addressee, StatisticsLine *line, char **ret_channel,
                       GError **error) {
  int r = 0;
  while (r == 0 && letters->addressee <= addressee) {
    if (letters->addressee == addressee && line->reached_at == 0) {
      const char *by_hand = statement_text(letters->statement, 2);
      line->reached_at = statement_int(letters->statement, 1);
      *ret_channel = g_strdup(by_hand != NULL ? by_hand : "email");
      line->channel = *ret_channel;
    }
    r = step(letters, error);
  }
  return r;
}

static int take_answers(Walk *answers, gint64 addressee, GPtrArray *to, GError **error) {
  int r = 0;
  g_ptr_array_set_size(to, 0);
  while (r == 0 && answers->addressee <= addressee) {
    if (answers->addressee == addressee) {
      Acknowledgement *e = g_new0(Acknowledgement, 1);
      e->id = statement_int(answers->statement, 1);
      e->corrects = statement_int(answers->statement, 2);
      e->kind = acknowledgement_kind_of(statement_text(answers->statement, 3));
      e->meaning = acknowledgement_meaning_of(statement_text(answers->statement, 4));
      e->received_at = statement_int(answers->statement, 5);
      g_ptr_array_add(to, e);
    }
    r = step(answers, error);
  }
  return r;
}

typedef struct {
  Walk letters, answers;
  GPtrArray *events; /* of Acknowledgement: of one addressee */
  const StatisticsCut *cut;
  StatisticsSeen seen;
  gpointer data;
} Each;

static int see(Each *each, Statement *s, GError **error) {
  g_autofree char *channel = NULL;
  gint64 addressee = statement_int(s, 0), waived_at = statement_int(s, 3);
  gboolean taken_over = statement_int(s, 4) != 0, waived = waived_at != 0 && waived_at <= each->cut->at;
  StatisticsLine line = {.language = statement_text(s, 1), .country = statement_text(s, 2)};
  int r = take_letter(&each->letters, addressee, &line, &channel, error);
  if (r == 0)
    r = take_answers(&each->answers, addressee, each->events, error);
  if (r < 0 || taken_over)
    return r;
  line.standing = standing_of(each->events, each->cut->counts_from, waived);
  return each->seen(&line, each->data, error);
}

int statistics_rows_each(Link *link, gint64 roll, const StatisticsCut *cut, StatisticsSeen seen,
                         gpointer data, GError **error) {
  g_auto(Walk) letters = {0}, answers = {0};
  g_autoptr(Statement) s = NULL;
  int r = start(link, letters_sql, roll, cut, &letters, error);
  if (r == 0)
    r = start(link, answers_sql, roll, cut, &answers, error);
  if (r == 0)
    r = link_query(link, &s, error, lines_sql, "iiii", roll, cut->clearance, cut->at,
                   (gint64)cut->supplements);
  Each each = {letters, answers, g_ptr_array_new_with_free_func((GDestroyNotify)acknowledgement_free),
               cut,     seen,    data};
  while (r == 0 && (r = statement_step(s, error)) > 0)
    r = see(&each, s, error);
  g_ptr_array_unref(each.events);
  return r;
}
