/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acknowledgement/acknowledgement_rows.h"

#include <string.h>

static const char *const steps[] = {
    "CREATE TABLE acknowledgements ("
    "  id INTEGER PRIMARY KEY,"
    "  addressee INTEGER NOT NULL,"
    "  mailing INTEGER NOT NULL,"
    "  contact INTEGER NOT NULL,"
    "  delivery INTEGER NOT NULL," /* 0: nobody knows which */
    "  corrects INTEGER NOT NULL," /* 0: none */
    "  restricted INTEGER NOT NULL,"
    "  kind TEXT NOT NULL,"
    "  meaning TEXT NOT NULL,"
    "  received_at INTEGER NOT NULL,"
    "  day TEXT,"
    "  by_whom TEXT NOT NULL,"
    "  by_name TEXT,"
    "  note TEXT,"
    "  sha256 BLOB,"
    "  file_name TEXT,"
    "  media_type TEXT,"
    "  file_size INTEGER NOT NULL,"
    "  noted_at INTEGER NOT NULL,"
    "  noted_by TEXT NOT NULL);"
    "CREATE INDEX acknowledgements_of ON acknowledgements (addressee, id);"
    "CREATE INDEX acknowledgements_contact ON acknowledgements (contact);"
    "CREATE TABLE acknowledgement_waivers ("
    "  addressee INTEGER PRIMARY KEY,"
    "  reason TEXT NOT NULL,"
    "  waived_at INTEGER NOT NULL,"
    "  waived_by TEXT NOT NULL);"
    "CREATE TABLE acknowledgement_standings (" /* what the events come to, so that lists need not read them */
    "  addressee INTEGER PRIMARY KEY,"
    "  mailing INTEGER NOT NULL,"
    "  state TEXT NOT NULL,"
    "  shown INTEGER NOT NULL,"  /* an event; 0: none */
    "  beside INTEGER NOT NULL," /* the same */
    "  since INTEGER NOT NULL,"
    "  support INTEGER NOT NULL);"
    "CREATE INDEX acknowledgement_standings_of ON acknowledgement_standings (mailing, state);"
    "CREATE TABLE acknowledgement_counts ("
    "  mailing INTEGER NOT NULL,"
    "  state TEXT NOT NULL,"
    "  n INTEGER NOT NULL,"
    "  PRIMARY KEY (mailing, state)) WITHOUT ROWID;",
    NULL};

const Schema acknowledgement_schema = {"acknowledgement", steps};

/* What of a delivery says that its letter is with the addressee, as far as we know. */
#define REACHED "('relayed', 'presumed', 'done') AND bounced = 0"

static int done(int n) {
  return MIN(n, 0);
}

/* ---- events ---- */

#define EVENT                                                                                                \
  "SELECT id, addressee, mailing, contact, delivery, corrects, restricted, kind, meaning, received_at, day," \
  " by_whom, by_name, note, sha256, file_name, media_type, file_size, noted_at, noted_by"                    \
  " FROM acknowledgements"

int acknowledgement_rows_insert(Link *link, const Acknowledgement *e, gint64 *ret_id, GError **error) {
  return link_insert(
      link, ret_id, error,
      "INSERT INTO acknowledgements (addressee, mailing, contact, delivery, corrects,"
      " restricted, kind, meaning, received_at, day, by_whom, by_name, note, sha256, file_name,"
      " media_type, file_size, noted_at, noted_by) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9,"
      " ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19)",
      "iiiiiittittttdttiit", e->addressee, e->mailing, e->contact, e->delivery, e->corrects,
      (gint64)e->restricted, acknowledgement_kind_name(e->kind), acknowledgement_meaning_name(e->meaning),
      e->received_at, e->day, e->by, e->by_name, e->note, e->has_file ? &e->file : NULL, e->file_name,
      e->media_type, e->file_size, e->noted_at, e->noted_by);
}

static Acknowledgement *read_event(Statement *s) {
  Acknowledgement *e = g_new0(Acknowledgement, 1);
  gint64 *const numbers[] = {&e->id, &e->addressee, &e->mailing, &e->contact, &e->delivery, &e->corrects};
  for (int i = 0; i < (int)G_N_ELEMENTS(numbers); i++)
    *numbers[i] = statement_int(s, i);
  e->restricted = statement_int(s, 6) != 0;
  e->kind = acknowledgement_kind_of(statement_text(s, 7));
  e->meaning = acknowledgement_meaning_of(statement_text(s, 8));
  e->received_at = statement_int(s, 9);
  e->day = g_strdup(statement_text(s, 10));
  e->by = g_strdup(statement_text(s, 11));
  e->by_name = g_strdup(statement_text(s, 12));
  e->note = g_strdup(statement_text(s, 13));
  gsize size = 0;
  gconstpointer digest = statement_blob(s, 14, &size);
  e->has_file = size == DIGEST_SIZE;
  if (e->has_file)
    memcpy(e->file.bytes, digest, DIGEST_SIZE);
  e->file_name = g_strdup(statement_text(s, 15));
  e->media_type = g_strdup(statement_text(s, 16));
  e->file_size = statement_int(s, 17);
  e->noted_at = statement_int(s, 18);
  e->noted_by = g_strdup(statement_text(s, 19));
  return e;
}

static int take_events(Link *link, const char *sql, gint64 of, gint64 clearance, GPtrArray *to,
                       GError **error) {
  g_autoptr(Statement) s = NULL;
  int r = link_query(link, &s, error, sql, "ii", of, clearance);
  while (r == 0 && (r = statement_step(s, error)) > 0) {
    g_ptr_array_add(to, read_event(s));
    r = 0;
  }
  return r;
}

int acknowledgement_rows_of(Link *link, gint64 clearance, gint64 addressee, GPtrArray *to, GError **error) {
  return take_events(link, EVENT " WHERE addressee = ?1 AND restricted <= ?2 ORDER BY id", addressee,
                     clearance, to, error);
}

int acknowledgement_rows_of_contact(Link *link, gint64 clearance, gint64 contact, GPtrArray *to,
                                    GError **error) {
  return take_events(link, EVENT " WHERE contact = ?1 AND restricted <= ?2 ORDER BY id", contact, clearance,
                     to, error);
}

int acknowledgement_rows_find(Link *link, gint64 clearance, gint64 event, Acknowledgement **ret,
                              GError **error) {
  g_autoptr(Statement) s = NULL;
  int r = link_query(link, &s, error, EVENT " WHERE id = ?1 AND restricted <= ?2", "ii", event, clearance);
  if (r == 0)
    r = statement_step(s, error);
  if (r <= 0)
    return r < 0 ? r : 1;
  *ret = read_event(s);
  return 0;
}

int acknowledgement_rows_erase(Link *link, gint64 contact, GError **error) {
  return done(link_run(link, error,
                       "UPDATE acknowledgements SET by_name = NULL, note = NULL, sha256 = NULL,"
                       " file_name = NULL, media_type = NULL, file_size = 0 WHERE contact = ?1",
                       "i", contact));
}

/* ---- waivers ---- */

int acknowledgement_rows_insert_waiver(Link *link, gint64 addressee, const char *reason, gint64 at,
                                       const char *by, GError **error) {
  return done(link_run(link, error,
                       "INSERT INTO acknowledgement_waivers (addressee, reason, waived_at, waived_by)"
                       " VALUES (?1, ?2, ?3, ?4)",
                       "itit", addressee, reason, at, by));
}

int acknowledgement_rows_is_waived(Link *link, gint64 addressee, gboolean *ret, GError **error) {
  gint64 one = 0;
  int r = link_int(link, &one, error, "SELECT 1 FROM acknowledgement_waivers WHERE addressee = ?1", "i",
                   addressee);
  *ret = r == 0;
  return MIN(r, 0);
}

/* ---- standings ---- */

int acknowledgement_rows_standing(Link *link, gint64 addressee, enum standing_state *ret, GError **error) {
  g_autofree char *state = NULL;
  int r = link_text(link, &state, error, "SELECT state FROM acknowledgement_standings WHERE addressee = ?1",
                    "i", addressee);
  *ret = r == 0 ? standing_state_of(state) : STANDING_SILENT;
  return MIN(r, 0);
}

int acknowledgement_rows_shown(Link *link, gint64 addressee, gint64 *ret, GError **error) {
  *ret = 0;
  int r = link_int(link, ret, error, "SELECT shown FROM acknowledgement_standings WHERE addressee = ?1", "i",
                   addressee);
  return MIN(r, 0);
}

int acknowledgement_rows_standing_of(Link *link, gint64 mailing, gint64 contact, enum standing_state *ret,
                                     gboolean *ret_reached, GError **error) {
  gint64 addressee = 0, one = 0;
  int r = link_int(link, &addressee, error,
                   "SELECT a.id FROM mailings m JOIN addressees a ON a.roll = m.roll AND a.contact = ?2"
                   " WHERE m.id = ?1 AND a.state <> 'excluded'",
                   "ii", mailing, contact);
  if (r != 0)
    return r;
  r = link_int(link, &one, error,
               "SELECT 1 FROM deliveries WHERE addressee = ?1 AND state IN " REACHED " LIMIT 1", "i",
               addressee);
  *ret_reached = r == 0;
  return r < 0 ? r : acknowledgement_rows_standing(link, addressee, ret, error);
}

int acknowledgement_rows_write_standing(Link *link, gint64 addressee, gint64 mailing, const Standing *st,
                                        GError **error) {
  const char *state = standing_state_name(st->state);
  gint64 shown = st->shown != NULL ? st->shown->id : 0, beside = st->beside != NULL ? st->beside->id : 0;
  int n = link_run(link, error,
                   "UPDATE acknowledgement_standings SET state = ?2, shown = ?3, beside = ?4, since = ?5,"
                   " support = ?6 WHERE addressee = ?1",
                   "itiiii", addressee, state, shown, beside, st->since, (gint64)st->support);
  if (n != 0)
    return done(n);
  return done(
      link_run(link, error,
               "INSERT INTO acknowledgement_standings (addressee, mailing, state, shown, beside, since,"
               " support) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
               "iitiiii", addressee, mailing, state, shown, beside, st->since, (gint64)st->support));
}

int acknowledgement_rows_count(Link *link, gint64 mailing, enum standing_state state, gint64 by,
                               GError **error) {
  const char *name = standing_state_name(state);
  int n =
      link_run(link, error, "UPDATE acknowledgement_counts SET n = n + ?3 WHERE mailing = ?1 AND state = ?2",
               "iti", mailing, name, by);
  if (n != 0)
    return done(n);
  return done(link_run(link, error,
                       "INSERT INTO acknowledgement_counts (mailing, state, n) VALUES (?1, ?2, ?3)", "iti",
                       mailing, name, by));
}

int acknowledgement_rows_counts(Link *link, gint64 mailing, gint64 ret[STANDING_STATES], GError **error) {
  g_autoptr(Statement) s = NULL;
  int r = link_query(link, &s, error, "SELECT state, n FROM acknowledgement_counts WHERE mailing = ?1", "i",
                     mailing);
  while (r == 0 && (r = statement_step(s, error)) > 0) {
    enum standing_state state = standing_state_of(statement_text(s, 0));
    if (state < STANDING_STATES)
      ret[state] = statement_int(s, 1);
    r = 0;
  }
  return r;
}

int acknowledgement_rows_reached(Link *link, gint64 mailing, gint64 *ret, GError **error) {
  *ret = 0;
  int r = link_int(link, ret, error,
                   "SELECT count(*) FROM acknowledgement_standings s WHERE s.mailing = ?1"
                   " AND s.state <> 'silent' AND EXISTS (SELECT 1 FROM deliveries d"
                   "  WHERE d.addressee = s.addressee AND d.state IN " REACHED ")",
                   "i", mailing);
  return MIN(r, 0);
}

int acknowledgement_rows_reached_again(Link *link, gint64 roll, gint64 *ret, GError **error) {
  *ret = 0;
  int r = link_int(link, ret, error,
                   "SELECT coalesce(sum(n - 1), 0) FROM (SELECT count(*) AS n FROM addressees a"
                   " JOIN deliveries d ON d.addressee = a.id WHERE a.roll = ?1 AND a.routes > 1"
                   " AND d.state IN " REACHED " GROUP BY a.id)",
                   "i", roll);
  return MIN(r, 0);
}

/* ---- the survey ---- */

static SurveyLine *read_line(Statement *s) {
  SurveyLine *l = g_new0(SurveyLine, 1);
  l->addressee = statement_int(s, 0);
  l->mailing = statement_int(s, 1);
  l->contact = statement_int(s, 2);
  l->name = g_strdup(statement_text(s, 3));
  l->country = g_strdup(statement_text(s, 4));
  l->language = g_strdup(statement_text(s, 5));
  l->restricted = statement_int(s, 6) != 0;
  l->state = standing_state_of(statement_text(s, 7));
  l->since = statement_int(s, 8);
  l->support = statement_int(s, 9) != 0;
  l->waived_reason = g_strdup(statement_text(s, 12));
  l->waived_at = statement_int(s, 13);
  l->waived_by = g_strdup(statement_text(s, 14));
  l->delivery = statement_int(s, 15);
  l->delivery_state = g_strdup(statement_text(s, 16));
  l->reached_at = statement_int(s, 17);
  if (l->state == STANDING_SILENT && statement_is_null(s, 17))
    l->state = STANDING_NEVER_REACHED;
  return l;
}

static int take_event(Link *link, gint64 event, Acknowledgement **ret, GError **error) {
  return event == 0 ? 0 : MIN(acknowledgement_rows_find(link, 1, event, ret, error), 0);
}

/* The newest delivery; and when a letter reached the addressee, by hand on the day of which there is a proof.
 */
static const char survey[] =
    "SELECT q.id, q.mailing, q.contact, q.name, q.country, q.language, q.restricted, q.state, q.since,"
    " q.support, q.shown, q.beside, w.reason, w.waived_at, w.waived_by, q.delivery,"
    " (SELECT d.state FROM deliveries d WHERE d.id = q.delivery), q.reached_at"
    " FROM (SELECT a.id AS id, a.mailing AS mailing, a.contact AS contact, a.name AS name,"
    "   a.country AS country, a.language AS language, a.restricted AS restricted,"
    "   coalesce(s.state, 'silent') AS state, coalesce(s.since, 0) AS since,"
    "   coalesce(s.support, 0) AS support, coalesce(s.shown, 0) AS shown, coalesce(s.beside, 0) AS beside,"
    "   (SELECT max(d.id) FROM deliveries d WHERE d.addressee = a.id) AS delivery,"
    "   (SELECT max(coalesce((SELECT p.done_at FROM delivery_proofs p WHERE p.delivery = d.id), d.dated))"
    "     FROM deliveries d WHERE d.addressee = a.id AND d.state IN " REACHED ") AS reached_at"
    "  FROM addressees a LEFT JOIN acknowledgement_standings s ON s.addressee = a.id"
    "  WHERE a.roll = ?1 AND a.restricted <= ?2 AND a.id > ?3 AND a.state <> 'excluded'"
    "   AND (?4 = 0 OR a.id = ?4) AND (?5 IS NULL OR a.country = ?5) AND (?6 IS NULL OR a.language = ?6)"
    "   AND (?7 = 0 OR coalesce(s.state, 'silent') NOT IN ('answered', 'declined', 'waived'))"
    "   AND (?8 IS NULL OR EXISTS (SELECT 1 FROM acknowledgements e WHERE e.addressee = a.id"
    "     AND e.kind = ?8))) q"
    " LEFT JOIN acknowledgement_waivers w ON w.addressee = q.id"
    " WHERE ?9 = 0 OR q.reached_at <= ?9 ORDER BY q.id LIMIT ?10";

/* An event to show. */
typedef struct {
  gint64 shown, beside;
} Named;

static int walk(Link *link, gint64 clearance, gint64 roll, const SurveyFilter *f, GPtrArray *to,
                GArray *events, GError **error) {
  g_autoptr(Statement) s = NULL;
  int r = link_query(link, &s, error, survey, "iiiittitii", roll, clearance, f->after, f->addressee,
                     f->country, f->language, (gint64)f->missing, f->kind, f->reached_until, f->limit);
  while (r == 0 && (r = statement_step(s, error)) > 0) {
    Named named = {statement_int(s, 10), statement_int(s, 11)};
    g_ptr_array_add(to, read_line(s));
    g_array_append_val(events, named);
    r = 0;
  }
  return r;
}

int acknowledgement_rows_survey(Link *link, gint64 clearance, gint64 roll, const SurveyFilter *filter,
                                GPtrArray *to, GError **error) {
  g_autoptr(GArray) events = g_array_new(FALSE, FALSE, sizeof(Named));
  guint before = to->len;
  int r = walk(link, clearance, roll, filter, to, events, error);
  for (guint i = 0; r == 0 && i < events->len; i++) {
    SurveyLine *line = g_ptr_array_index(to, before + i);
    const Named *named = &g_array_index(events, Named, i);
    r = take_event(link, named->shown, &line->shown, error);
    if (r == 0)
      r = take_event(link, named->beside, &line->beside, error);
  }
  return r;
}
