/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "evidence/head_letter_rows.h"

static const char *const steps[] = {
    "CREATE TABLE head_letters ("
    "  id INTEGER PRIMARY KEY,"
    "  head INTEGER NOT NULL," /* number of the signed head */
    "  address TEXT NOT NULL,"
    "  state TEXT NOT NULL," /* ready, committing, relayed, refused, in-doubt */
    "  dated INTEGER NOT NULL,"
    "  due INTEGER NOT NULL,"
    "  attempts INTEGER NOT NULL DEFAULT 0,"
    "  changed_at INTEGER NOT NULL,"
    "  sha256 BLOB,"
    "  relay TEXT,"
    "  reply TEXT);"
    "CREATE UNIQUE INDEX head_letters_once ON head_letters (head, address);"
    "CREATE INDEX head_letters_state ON head_letters (state, due);",
    NULL};

const Schema evidence_schema = {"evidence", steps};

void head_letter_free(HeadLetter *letter) {
  if (letter == NULL)
    return;
  g_free(letter->address);
  g_free(letter);
}

int head_letter_rows_last(Link *link, gint64 *ret_dated, gint64 *ret_head, GError **error) {
  int r = link_int(link, ret_dated, error, "SELECT COALESCE(MAX(dated), 0) FROM head_letters", "");
  if (r == 0)
    r = link_int(link, ret_head, error, "SELECT COALESCE(MAX(head), 0) FROM head_letters", "");
  return MIN(r, 0);
}

int head_letter_rows_insert(Link *link, gint64 head, const char *address, gint64 dated, gint64 *ret_id,
                            GError **error) {
  return link_insert(link, ret_id, error,
                     "INSERT INTO head_letters (head, address, state, dated, due, changed_at)"
                     " VALUES (?1, ?2, 'ready', ?3, ?3, ?3) ON CONFLICT (head, address) DO NOTHING",
                     "iti", head, address, dated);
}

int head_letter_rows_due(Link *link, gint64 now, HeadLetter **ret, GError **error) {
  g_autoptr(Statement) s = NULL;
  int r = link_query(link, &s, error,
                     "SELECT id, head, attempts, dated, address FROM head_letters"
                     " WHERE state = 'ready' AND due <= ?1 ORDER BY due, id LIMIT 1",
                     "i", now);
  if (r == 0)
    r = statement_step(s, error);
  if (r <= 0)
    return r < 0 ? r : 1;
  *ret = g_new0(HeadLetter, 1);
  **ret = (HeadLetter){.id = statement_int(s, 0),
                       .head = statement_int(s, 1),
                       .attempts = statement_int(s, 2),
                       .dated = statement_int(s, 3),
                       .address = g_strdup(statement_text(s, 4))};
  return 0;
}

int head_letter_rows_change(Link *link, const HeadLetterChange *c, GError **error) {
  int n = link_run(link, error,
                   "UPDATE head_letters SET state = ?3, changed_at = ?4,"
                   " due = CASE WHEN ?5 <> 0 THEN ?5 ELSE due END, sha256 = COALESCE(?6, sha256),"
                   " relay = COALESCE(?7, relay), reply = COALESCE(?8, reply), attempts = attempts + ?9"
                   " WHERE id = ?1 AND state = ?2",
                   "ittiidtti", c->id, c->from, c->to, c->at, c->due, c->sha256, c->relay, c->reply,
                   (gint64)c->counts);
  return n < 0 ? n : n == 0;
}

int head_letter_rows_committing(Link *link, GArray *to, GError **error) {
  g_autoptr(Statement) s = NULL;
  int r =
      link_query(link, &s, error, "SELECT id FROM head_letters WHERE state = 'committing' ORDER BY id", "");
  while (r == 0 && (r = statement_step(s, error)) > 0) {
    gint64 id = statement_int(s, 0);
    g_array_append_val(to, id);
    r = 0;
  }
  return r;
}

int head_letter_status(Link *link, HeadLetterStatus *ret, GError **error) {
  g_autoptr(Statement) s = NULL;
  *ret = (HeadLetterStatus){0};
  int r =
      link_query(link, &s, error,
                 "SELECT COALESCE(MAX(CASE WHEN state = 'relayed' THEN changed_at END), 0),"
                 " COALESCE(MAX(CASE WHEN state = 'relayed' THEN head END), 0),"
                 " COALESCE(SUM(state IN ('ready', 'committing')), 0), COALESCE(SUM(state = 'in-doubt'), 0),"
                 " COALESCE(SUM(state = 'refused'), 0) FROM head_letters",
                 "");
  if (r == 0)
    r = statement_step(s, error);
  if (r <= 0)
    return r;
  *ret = (HeadLetterStatus){.relayed_at = statement_int(s, 0),
                            .head = statement_int(s, 1),
                            .waiting = statement_int(s, 2),
                            .doubtful = statement_int(s, 3),
                            .refused = statement_int(s, 4)};
  return 0;
}
