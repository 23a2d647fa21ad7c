/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "reply/cursor_rows.h"

static const char *const steps[] = {"CREATE TABLE inbound_cursors ("
                                    "  account TEXT NOT NULL,"
                                    "  folder TEXT NOT NULL,"
                                    "  place TEXT NOT NULL,"
                                    "  uid_validity INTEGER NOT NULL,"
                                    "  uid INTEGER NOT NULL,"
                                    "  numbering INTEGER NOT NULL,"
                                    "  witness INTEGER NOT NULL,"
                                    "  witness_moment INTEGER NOT NULL,"
                                    "  PRIMARY KEY (account, folder));"
                                    "CREATE TABLE inbound_left ("
                                    "  account TEXT NOT NULL,"
                                    "  folder TEXT NOT NULL,"
                                    "  numbering INTEGER NOT NULL,"
                                    "  uid INTEGER NOT NULL,"
                                    "  PRIMARY KEY (account, folder, numbering, uid));",
                                    NULL};

const Schema cursor_schema = {"cursor", steps};

int cursor_rows_find(Link *link, const CursorOf *of, MailCursor *ret, char **ret_place, GError **error) {
  g_autoptr(Statement) s = NULL;
  int r =
      link_query(link, &s, error,
                 "SELECT uid_validity, uid, numbering, witness, witness_moment, place FROM inbound_cursors"
                 " WHERE account = ?1 AND folder = ?2",
                 "tt", of->account, of->folder);
  if (r == 0)
    r = statement_step(s, error);
  if (r <= 0)
    return r < 0 ? r : 1;
  *ret = (MailCursor){.uid_validity = statement_int(s, 0),
                      .uid = statement_int(s, 1),
                      .numbering = statement_int(s, 2),
                      .witness = statement_int(s, 3),
                      .witness_moment = statement_int(s, 4)};
  *ret_place = g_strdup(statement_text(s, 5));
  return 0;
}

int cursor_rows_left(Link *link, const CursorOf *of, gint64 numbering, GArray *to, GError **error) {
  g_autoptr(Statement) s = NULL;
  int r = link_query(link, &s, error,
                     "SELECT uid FROM inbound_left WHERE account = ?1 AND folder = ?2 AND numbering = ?3"
                     " ORDER BY uid LIMIT 1000",
                     "tti", of->account, of->folder, numbering);
  while (r == 0 && (r = statement_step(s, error)) > 0) {
    gint64 uid = statement_int(s, 0);
    g_array_append_val(to, uid);
    r = 0;
  }
  return r;
}

int cursor_rows_write(Link *link, const CursorOf *of, const MailCursor *c, GError **error) {
  int n =
      link_run(link, error,
               "INSERT INTO inbound_cursors"
               " (account, folder, place, uid_validity, uid, numbering, witness, witness_moment)"
               " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"
               " ON CONFLICT (account, folder) DO UPDATE SET place = excluded.place,"
               " uid_validity = excluded.uid_validity, uid = excluded.uid, numbering = excluded.numbering,"
               " witness = excluded.witness, witness_moment = excluded.witness_moment",
               "tttiiiii", of->account, of->folder, of->place, c->uid_validity, c->uid, c->numbering,
               c->witness, c->witness_moment);
  return MIN(n, 0);
}

int cursor_rows_leave(Link *link, const CursorOf *of, gint64 numbering, gint64 uid, GError **error) {
  int n = link_run(link, error,
                   "INSERT INTO inbound_left (account, folder, numbering, uid) VALUES (?1, ?2, ?3, ?4)"
                   " ON CONFLICT (account, folder, numbering, uid) DO NOTHING",
                   "ttii", of->account, of->folder, numbering, uid);
  return MIN(n, 0);
}

int cursor_rows_known(Link *link, const char *account, const char *name, enum mail_kept *ret,
                      GError **error) {
  gint64 noted = 0;
  int r = link_int(
      link, &noted, error,
      "SELECT taken_reason IS NOT NULL FROM inbound WHERE account = ?1 AND folder = '' AND uid_validity = 0"
      " AND uid = 0 AND name = ?2 AND placed = 1",
      "tt", account, name);
  *ret = r == 1 ? MAIL_KEPT_NOT : noted != 0 ? MAIL_KEPT_PARTLY : MAIL_KEPT_WHOLE;
  return MIN(r, 0);
}
