/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailing/mailing_rows.h"

#include <string.h>

#include "base/fault.h"

static const char *const steps[] = {
    "CREATE TABLE mailing_instance ("
    "  id INTEGER PRIMARY KEY,"
    "  name TEXT NOT NULL);" /* stands in each Message-ID */
    "CREATE TABLE documents ("
    "  id INTEGER PRIMARY KEY,"
    "  kind TEXT NOT NULL,"
    "  title TEXT NOT NULL,"
    "  edition INTEGER NOT NULL," /* 0: none */
    "  created_at INTEGER NOT NULL,"
    "  created_by TEXT NOT NULL);"
    "CREATE TABLE document_versions ("
    "  document INTEGER NOT NULL REFERENCES documents (id),"
    "  language TEXT NOT NULL,"
    "  name TEXT NOT NULL,"
    "  media_type TEXT NOT NULL,"
    "  size INTEGER NOT NULL,"
    "  sha256 BLOB NOT NULL,"
    "  frozen_at INTEGER NOT NULL DEFAULT 0,"
    "  encoded_size INTEGER NOT NULL DEFAULT 0,"
    "  encoded_sha256 BLOB,"
    "  PRIMARY KEY (document, language));"
    "CREATE INDEX document_versions_digest ON document_versions (sha256);"
    "CREATE TABLE mailings ("
    "  id INTEGER PRIMARY KEY,"
    "  revision INTEGER NOT NULL DEFAULT 1,"
    "  state TEXT NOT NULL,"
    "  restricted INTEGER NOT NULL,"
    "  wording TEXT NOT NULL,"
    "  acknowledgement TEXT NOT NULL,"
    "  counts_from TEXT NOT NULL,"
    "  sign TEXT NOT NULL,"
    "  category TEXT NOT NULL,"
    "  delivery_policy TEXT NOT NULL,"
    "  not_before INTEGER NOT NULL," /* 0: as soon as it is released */
    "  not_after INTEGER NOT NULL,"  /* 0: never too late */
    "  author_id INTEGER NOT NULL,"
    "  author TEXT NOT NULL,"
    "  submitter_id INTEGER NOT NULL DEFAULT 0,"
    "  submitter TEXT,"
    "  approver TEXT,"
    "  reason TEXT,"
    "  created_at INTEGER NOT NULL,"
    "  rolled_at INTEGER NOT NULL DEFAULT 0,"
    "  submitted_at INTEGER NOT NULL DEFAULT 0,"
    "  approved_at INTEGER NOT NULL DEFAULT 0,"
    "  released_at INTEGER NOT NULL DEFAULT 0,"
    "  started_at INTEGER NOT NULL DEFAULT 0,"
    "  sent_at INTEGER NOT NULL DEFAULT 0,"
    "  roll INTEGER NOT NULL DEFAULT 0," /* the visible one */
    "  included INTEGER NOT NULL DEFAULT 0,"
    "  held INTEGER NOT NULL DEFAULT 0,"
    "  excluded INTEGER NOT NULL DEFAULT 0,"
    "  digest BLOB,"
    "  releasing INTEGER NOT NULL DEFAULT 0,"     /* 1: planning is under way or was cut off */
    "  planned_after INTEGER NOT NULL DEFAULT 0," /* the last addressee with a delivery */
    "  released_by TEXT,"
    "  cancelling INTEGER NOT NULL DEFAULT 0);" /* 1: deliveries are still to be called back */
    "CREATE INDEX mailings_state ON mailings (state, id);"
    "CREATE TABLE mailing_documents ("
    "  mailing INTEGER NOT NULL REFERENCES mailings (id),"
    "  position INTEGER NOT NULL,"
    "  document INTEGER NOT NULL REFERENCES documents (id),"
    "  PRIMARY KEY (mailing, position));"
    "CREATE TABLE mailing_lists ("
    "  mailing INTEGER NOT NULL REFERENCES mailings (id),"
    "  position INTEGER NOT NULL,"
    "  list INTEGER NOT NULL,"
    "  PRIMARY KEY (mailing, position));"
    "CREATE TABLE mailing_values (" /* as given */
    "  mailing INTEGER NOT NULL REFERENCES mailings (id),"
    "  name TEXT NOT NULL,"
    "  value TEXT NOT NULL,"
    "  PRIMARY KEY (mailing, name));"
    "CREATE TABLE mailing_manifests ("
    "  mailing INTEGER PRIMARY KEY REFERENCES mailings (id),"
    "  text TEXT NOT NULL);"
    "CREATE TABLE mailing_words (" /* frozen at submission */
    "  mailing INTEGER NOT NULL REFERENCES mailings (id),"
    "  name TEXT NOT NULL,"
    "  value TEXT NOT NULL,"
    "  PRIMARY KEY (mailing, name));"
    "CREATE TABLE mailing_wordings ("
    "  mailing INTEGER NOT NULL REFERENCES mailings (id),"
    "  language TEXT NOT NULL,"
    "  fields BLOB NOT NULL,"
    "  source BLOB NOT NULL,"
    "  sha256 BLOB NOT NULL,"
    "  PRIMARY KEY (mailing, language));"
    "CREATE TABLE rolls ("
    "  id INTEGER PRIMARY KEY,"
    "  mailing INTEGER NOT NULL REFERENCES mailings (id),"
    "  planned INTEGER NOT NULL DEFAULT 0);" /* 1: deliveries point to its addressees; it is kept */
    "CREATE INDEX rolls_of ON rolls (mailing, id);"
    "CREATE TABLE roll_counts ("
    "  roll INTEGER NOT NULL REFERENCES rolls (id),"
    "  state TEXT NOT NULL,"
    "  reason TEXT NOT NULL,"
    "  language TEXT NOT NULL,"
    "  n INTEGER NOT NULL,"
    "  PRIMARY KEY (roll, state, reason, language));"
    "CREATE TABLE addressees ("
    "  id INTEGER PRIMARY KEY,"
    "  mailing INTEGER NOT NULL,"
    "  roll INTEGER NOT NULL,"
    "  contact INTEGER NOT NULL,"
    "  state TEXT NOT NULL,"
    "  reason TEXT,"
    "  detail TEXT,"
    "  restricted INTEGER NOT NULL,"
    "  language TEXT NOT NULL,"
    "  name TEXT NOT NULL,"
    "  holder TEXT,"
    "  salutation TEXT,"
    "  inside TEXT,"
    "  close TEXT,"
    "  form TEXT,"
    "  form_reviewed INTEGER NOT NULL,"
    "  channel INTEGER NOT NULL,"
    "  address TEXT,"
    "  utf8 INTEGER NOT NULL,"
    "  to_name TEXT,"
    "  ground_approval INTEGER NOT NULL,"
    "  ground_promotion INTEGER NOT NULL,"
    "  stamp_holder INTEGER NOT NULL,"
    "  stamp_channel INTEGER NOT NULL,"
    "  stamp_ground INTEGER NOT NULL,"
    "  salt BLOB NOT NULL,"
    "  country TEXT);"
    "CREATE INDEX addressees_of ON addressees (roll, id);"
    "CREATE UNIQUE INDEX addressees_once ON addressees (roll, contact);"
    "CREATE INDEX addressees_mailbox ON addressees (roll, address, state);"
    "CREATE INDEX addressees_apart ON addressees (roll, state, id) WHERE state IN ('held', 'excluded');",
    "ALTER TABLE mailings ADD COLUMN next_channel TEXT NOT NULL DEFAULT 'none';"
    "ALTER TABLE mailings ADD COLUMN message_limit INTEGER NOT NULL DEFAULT 10485760;"
    "ALTER TABLE addressees ADD COLUMN variant TEXT;"                      /* NULL: full */
    "ALTER TABLE addressees ADD COLUMN routes INTEGER NOT NULL DEFAULT 0;" /* how many addressee_routes */
    "ALTER TABLE addressees ADD COLUMN offices TEXT;" /* of a covering note: those whom it names, one a line
                                                       */
    "CREATE TABLE addressee_routes ("
    "  addressee INTEGER NOT NULL,"
    "  position INTEGER NOT NULL,"
    "  channel INTEGER NOT NULL,"
    "  kind TEXT NOT NULL,"
    "  address TEXT NOT NULL,"
    "  utf8 INTEGER NOT NULL,"
    "  plain INTEGER NOT NULL,"
    "  variant TEXT NOT NULL,"
    "  PRIMARY KEY (addressee, position)) WITHOUT ROWID;"
    "CREATE TABLE mailbox_choices ("
    "  mailing INTEGER NOT NULL REFERENCES mailings (id),"
    "  address TEXT NOT NULL,"
    "  choice TEXT NOT NULL,"
    "  contact INTEGER NOT NULL," /* 0: none */
    "  PRIMARY KEY (mailing, address)) WITHOUT ROWID;"
    "CREATE TABLE delivery_proofs ("
    "  delivery INTEGER PRIMARY KEY,"
    "  sha256 BLOB NOT NULL,"
    "  name TEXT NOT NULL,"
    "  media_type TEXT NOT NULL,"
    "  size INTEGER NOT NULL,"
    "  reference TEXT,"
    "  day TEXT,"
    "  done_at INTEGER NOT NULL,"
    "  done_by TEXT NOT NULL);",

    "ALTER TABLE documents ADD COLUMN dated INTEGER NOT NULL DEFAULT 0;" /* a Day; 0: none */
    "CREATE TABLE publications ("
    "  document INTEGER NOT NULL REFERENCES documents (id),"
    "  language TEXT NOT NULL,"
    "  public_at INTEGER NOT NULL,"
    "  PRIMARY KEY (document, language)) WITHOUT ROWID;"
    "CREATE INDEX publications_time ON publications (public_at);",
    "CREATE TABLE mailing_notes (" /* the wording of covering notes, frozen at submission */
    "  mailing INTEGER NOT NULL REFERENCES mailings (id),"
    "  language TEXT NOT NULL,"
    "  fields BLOB NOT NULL,"
    "  source BLOB NOT NULL,"
    "  sha256 BLOB NOT NULL,"
    "  PRIMARY KEY (mailing, language));",
    "CREATE TABLE mailing_waves ("
    "  mailing INTEGER NOT NULL REFERENCES mailings (id),"
    "  number INTEGER NOT NULL,"
    "  rule TEXT,"           /* NULL: whom no rule matches */
    "  at INTEGER NOT NULL," /* 0: when a person says so */
    "  opened_at INTEGER NOT NULL DEFAULT 0,"
    "  opened_by TEXT,"
    "  included INTEGER NOT NULL DEFAULT 0," /* of the visible roll */
    "  held INTEGER NOT NULL DEFAULT 0,"
    "  under_way INTEGER NOT NULL DEFAULT 0," /* 1: it is open, and some of its deliveries may not know */
    "  PRIMARY KEY (mailing, number)) WITHOUT ROWID;"
    "ALTER TABLE addressees ADD COLUMN wave INTEGER NOT NULL DEFAULT 0;" /* 0: its mailing has none */
    "CREATE TABLE mailing_supplements ("
    "  mailing INTEGER PRIMARY KEY REFERENCES mailings (id),"
    "  supplements INTEGER NOT NULL REFERENCES mailings (id));"
    "CREATE INDEX mailing_supplements_of ON mailing_supplements (supplements);"
    "CREATE INDEX addressees_folded ON addressees (roll, lower(address)) WHERE address IS NOT NULL;"
    "CREATE TABLE trials (" /* letters marked as a test, and to whom */
    "  id INTEGER PRIMARY KEY,"
    "  user_id INTEGER NOT NULL,"
    "  mailing INTEGER NOT NULL,"
    "  at INTEGER NOT NULL);"
    "CREATE INDEX trials_of ON trials (user_id, at);"
    "CREATE INDEX mailing_documents_of ON mailing_documents (document);"
    /* which version left, or may have left, for whom: rules of lists ask it */
    "CREATE VIEW receipts AS"
    "  SELECT a.contact AS contact, v.document AS document, v.sha256 AS sha256"
    "  FROM document_versions v"
    "  JOIN mailing_documents md ON md.document = v.document"
    "  JOIN rolls r ON r.mailing = md.mailing AND r.planned <> 0"
    "  JOIN addressees a ON a.roll = r.id"
    "  JOIN deliveries d ON d.addressee = a.id AND d.language = v.language"
    "  WHERE d.state IN ('relayed', 'presumed', 'in-doubt', 'done');",
    "CREATE TABLE roll_forms (" /* letters by the rows of the forms table that nobody has reviewed */
    "  roll INTEGER NOT NULL REFERENCES rolls (id),"
    "  form TEXT NOT NULL,"
    "  n INTEGER NOT NULL,"
    "  PRIMARY KEY (roll, form)) WITHOUT ROWID;",

    "ALTER TABLE document_versions ADD COLUMN added_by TEXT NOT NULL DEFAULT '';"
    "CREATE TABLE document_signatures ("
    "  document INTEGER NOT NULL REFERENCES documents (id),"
    "  language TEXT NOT NULL,"
    "  armour BLOB NOT NULL,"
    "  fingerprint TEXT NOT NULL,"
    "  user_id TEXT NOT NULL,"
    "  signed_at INTEGER NOT NULL,"
    "  signed_by TEXT NOT NULL,"
    "  PRIMARY KEY (document, language));",
    "DROP INDEX addressees_folded;"
    "CREATE INDEX addressees_folded ON addressees (lower(address), roll) WHERE address IS NOT NULL;",

    "CREATE TABLE mailing_reminders ("
    "  mailing INTEGER PRIMARY KEY REFERENCES mailings (id),"
    "  reminds INTEGER NOT NULL REFERENCES mailings (id));"
    "CREATE INDEX mailing_reminders_of ON mailing_reminders (reminds);",

    "ALTER TABLE mailings ADD COLUMN remind_after TEXT;" /* NULL: no reminder by itself */
    "CREATE INDEX mailings_reminding ON mailings (state, id) WHERE remind_after IS NOT NULL;"
    "ALTER TABLE mailing_reminders ADD COLUMN number INTEGER NOT NULL DEFAULT 0;" /* 0: not noted then */
    "ALTER TABLE mailing_reminders ADD COLUMN by_itself INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE mailing_reminders ADD COLUMN unfinished INTEGER NOT NULL DEFAULT 0;" /* still to be submitted
                                                                                       */
    "ALTER TABLE mailing_reminders ADD COLUMN trouble TEXT;", /* why it could not be submitted by itself */

    "ALTER TABLE addressees ADD COLUMN leaf BLOB;", /* of who was erased: the hash of the line that was
                                                       approved */

    "CREATE TABLE approval_signatures ("
    "  mailing INTEGER NOT NULL REFERENCES mailings (id),"
    "  digest BLOB NOT NULL," /* of the manifest that it is over */
    "  approver TEXT NOT NULL,"
    "  armour BLOB NOT NULL,"
    "  fingerprint TEXT NOT NULL,"
    "  key BLOB NOT NULL," /* the public key, as it was */
    "  signed_at INTEGER NOT NULL,"
    "  PRIMARY KEY (mailing, digest, approver));",

    /* Which keys of ours signed what, with their public parts (key_use.h). */
    "CREATE TABLE key_uses (id INTEGER PRIMARY KEY, kind BIGINT NOT NULL, fingerprint TEXT NOT NULL,"
    "  user_id TEXT NOT NULL, since BIGINT NOT NULL, until BIGINT NOT NULL DEFAULT 0, material BLOB NOT "
    "NULL);",

    "ALTER TABLE mailings ADD COLUMN next_after INTEGER NOT NULL DEFAULT 0;" /* days */
    "CREATE INDEX mailings_onward ON mailings (state, id) WHERE next_channel = 'until-acknowledged';"
    "CREATE INDEX addressees_routed ON addressees (roll, id) WHERE routes > 1;",
    NULL};

const Schema mailing_schema = {"mailing", steps};

int mailing_rows_instance(Link *link, char **ret, GError **error) {
  return link_text(link, ret, error, "SELECT name FROM mailing_instance WHERE id = 1", "");
}

static int done(int n) {
  return MIN(n, 0);
}

int mailing_rows_name_instance(Link *link, const char *name, GError **error) {
  return done(link_run(link, error, "INSERT INTO mailing_instance (id, name) VALUES (1, ?1)", "t", name));
}

/* ---- fields ---- */

int mailing_rows_insert(Link *link, const Mailing *m, gint64 *ret_id, GError **error) {
  return link_insert(link, ret_id, error,
                     "INSERT INTO mailings (state, restricted, wording, acknowledgement, counts_from, sign,"
                     " category, delivery_policy, not_before, not_after, author_id, author, created_at)"
                     " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
                     "tittttttiiiti", mailing_state_name(m->state), (gint64)m->restricted, m->wording,
                     m->acknowledgement, m->counts_from, m->sign, m->category, m->delivery_policy, m->at,
                     m->not_after, m->author_id, m->author, m->created_at);
}

static int write_documents(Link *link, const Mailing *m, GError **error) {
  int r = link_run(link, error, "DELETE FROM mailing_documents WHERE mailing = ?1", "i", m->id);
  for (guint i = 0; r >= 0 && i < m->documents->len; i++)
    r = link_run(link, error,
                 "INSERT INTO mailing_documents (mailing, position, document) VALUES (?1, ?2, ?3)", "iii",
                 m->id, (gint64)i, g_array_index(m->documents, gint64, i));
  return done(r);
}

static int write_lists(Link *link, const Mailing *m, GError **error) {
  int r = link_run(link, error, "DELETE FROM mailing_lists WHERE mailing = ?1", "i", m->id);
  for (guint i = 0; r >= 0 && i < m->lists->len; i++)
    r = link_run(link, error, "INSERT INTO mailing_lists (mailing, position, list) VALUES (?1, ?2, ?3)",
                 "iii", m->id, (gint64)i, g_array_index(m->lists, gint64, i));
  return done(r);
}

int mailing_rows_write_fields(Link *link, const Mailing *m, GError **error) {
  int r =
      link_run(link, error,
               "UPDATE mailings SET wording = ?2, acknowledgement = ?3, counts_from = ?4, sign = ?5,"
               " category = ?6, delivery_policy = ?7, not_before = ?8, not_after = ?9, restricted = ?10,"
               " next_channel = ?11, message_limit = ?12, remind_after = ?13, next_after = ?14 WHERE id = ?1",
               "ittttttiiititi", m->id, m->wording, m->acknowledgement, m->counts_from, m->sign, m->category,
               m->delivery_policy, m->at, m->not_after, (gint64)m->restricted, m->next_channel,
               m->message_limit, m->remind_after, m->next_after);
  if (r >= 0)
    r = write_documents(link, m, error);
  return r < 0 ? r : write_lists(link, m, error);
}

int mailing_rows_write_value(Link *link, gint64 mailing, const char *name, const char *value,
                             GError **error) {
  if (*value == '\0')
    return done(link_run(link, error, "DELETE FROM mailing_values WHERE mailing = ?1 AND name = ?2", "it",
                         mailing, name));
  return done(link_run(link, error,
                       "INSERT INTO mailing_values (mailing, name, value) VALUES (?1, ?2, ?3)"
                       " ON CONFLICT (mailing, name) DO UPDATE SET value = excluded.value",
                       "itt", mailing, name, value));
}

int mailing_rows_values(Link *link, gint64 mailing, GHashTable *to, GError **error) {
  g_autoptr(Statement) s = NULL;
  int r =
      link_query(link, &s, error, "SELECT name, value FROM mailing_values WHERE mailing = ?1", "i", mailing);
  while (r == 0 && (r = statement_step(s, error)) > 0) {
    g_hash_table_insert(to, g_strdup(statement_text(s, 0)), g_strdup(statement_text(s, 1)));
    r = 0;
  }
  return r;
}

/* ---- reading ---- */

#define ROW                                                                                                  \
  "SELECT id, revision, state, restricted, wording, acknowledgement, counts_from, sign, category,"           \
  " delivery_policy, not_before, not_after, author_id, author, submitter_id, submitter, approver, reason,"   \
  " created_at, rolled_at, submitted_at, approved_at, released_at, started_at, sent_at, roll, included,"     \
  " held, excluded, digest, releasing, next_channel, message_limit, remind_after, next_after FROM mailings"

static void times_at(Statement *s, Mailing *m) {
  m->created_at = statement_int(s, 18);
  m->rolled_at = statement_int(s, 19);
  m->submitted_at = statement_int(s, 20);
  m->approved_at = statement_int(s, 21);
  m->released_at = statement_int(s, 22);
  m->started_at = statement_int(s, 23);
  m->sent_at = statement_int(s, 24);
}

static Mailing *mailing_at(Statement *s) {
  Mailing *m = g_new0(Mailing, 1);
  m->id = statement_int(s, 0);
  m->revision = statement_int(s, 1);
  m->state = mailing_state_of(statement_text(s, 2));
  m->restricted = statement_int(s, 3) != 0;
  m->wording = g_strdup(statement_text(s, 4));
  m->acknowledgement = g_strdup(statement_text(s, 5));
  m->counts_from = g_strdup(statement_text(s, 6));
  m->sign = g_strdup(statement_text(s, 7));
  m->category = g_strdup(statement_text(s, 8));
  m->delivery_policy = g_strdup(statement_text(s, 9));
  m->at = statement_int(s, 10);
  m->not_after = statement_int(s, 11);
  m->author_id = statement_int(s, 12);
  m->author = g_strdup(statement_text(s, 13));
  m->submitter_id = statement_int(s, 14);
  m->submitter = g_strdup(statement_text(s, 15));
  m->approver = g_strdup(statement_text(s, 16));
  m->reason = g_strdup(statement_text(s, 17));
  times_at(s, m);
  m->generation = statement_int(s, 25);
  m->included = statement_int(s, 26);
  m->held = statement_int(s, 27);
  m->excluded = statement_int(s, 28);
  gsize size = 0;
  gconstpointer digest = statement_blob(s, 29, &size);
  m->has_digest = size == DIGEST_SIZE;
  if (m->has_digest)
    memcpy(m->digest.bytes, digest, DIGEST_SIZE);
  m->releasing = statement_int(s, 30) != 0;
  m->next_channel = g_strdup(statement_text(s, 31));
  m->message_limit = statement_int(s, 32);
  m->remind_after = g_strdup(statement_text(s, 33));
  m->next_after = statement_int(s, 34);
  m->documents = g_array_new(FALSE, FALSE, sizeof(gint64));
  m->lists = g_array_new(FALSE, FALSE, sizeof(gint64));
  return m;
}

static int gather_ints(int r, Statement *s, GArray *to, GError **error) {
  g_autoptr(Statement) statement = s;
  while (r == 0 && (r = statement_step(statement, error)) > 0) {
    gint64 value = statement_int(statement, 0);
    g_array_append_val(to, value);
    r = 0;
  }
  return r;
}

static int add_parts(Link *link, Mailing *m, GError **error) {
  Statement *s = NULL;
  int r =
      link_query(link, &s, error,
                 "SELECT document FROM mailing_documents WHERE mailing = ?1 ORDER BY position", "i", m->id);
  r = gather_ints(r, s, m->documents, error);
  if (r < 0)
    return r;
  s = NULL;
  r = link_query(link, &s, error, "SELECT list FROM mailing_lists WHERE mailing = ?1 ORDER BY position", "i",
                 m->id);
  return gather_ints(r, s, m->lists, error);
}

/* Takes over S. */
static int gather(Link *link, int r, Statement *s, GPtrArray **ret, GError **error) {
  g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func((GDestroyNotify)mailing_free);
  while (r == 0 && (r = statement_step(s, error)) > 0) {
    g_ptr_array_add(rows, mailing_at(s));
    r = 0;
  }
  statement_done(s);
  for (guint i = 0; r == 0 && i < rows->len; i++)
    r = add_parts(link, g_ptr_array_index(rows, i), error);
  if (r == 0)
    *ret = g_steal_pointer(&rows);
  return r;
}

int mailing_rows_find(Link *link, gint64 clearance, gint64 mailing, Mailing **ret, GError **error) {
  Statement *s = NULL;
  g_autoptr(GPtrArray) rows = NULL;
  int r = link_query(link, &s, error, ROW " WHERE id = ?1 AND restricted <= ?2", "ii", mailing, clearance);
  r = gather(link, r, s, &rows, error);
  if (r < 0)
    return r;
  if (rows->len == 0)
    return 1;
  *ret = g_ptr_array_steal_index(rows, 0);
  return 0;
}

int mailing_rows_list(Link *link, gint64 clearance, gint64 after, gint64 limit, GPtrArray **ret,
                      GError **error) {
  Statement *s = NULL;
  int r = link_query(link, &s, error, ROW " WHERE id > ?1 AND restricted <= ?2 ORDER BY id LIMIT ?3", "iii",
                     after, clearance, limit);
  return gather(link, r, s, ret, error);
}

int mailing_rows_of_state(Link *link, const char *state, GArray *to, GError **error) {
  Statement *s = NULL;
  int r = link_query(link, &s, error, "SELECT id FROM mailings WHERE state = ?1 ORDER BY id", "t", state);
  return gather_ints(r, s, to, error);
}

int mailing_rows_set_cancelling(Link *link, gint64 mailing, gboolean cancelling, GError **error) {
  return done(link_run(link, error, "UPDATE mailings SET cancelling = ?2 WHERE id = ?1", "ii", mailing,
                       (gint64)cancelling));
}

int mailing_rows_is_cancelling(Link *link, gint64 mailing, gboolean *ret, GError **error) {
  gint64 cancelling = 0;
  int r = link_int(link, &cancelling, error, "SELECT cancelling FROM mailings WHERE id = ?1", "i", mailing);
  *ret = cancelling != 0;
  return MIN(r, 0);
}

int mailing_rows_cancelling(Link *link, GArray *to, GError **error) {
  Statement *s = NULL;
  int r = link_query(
      link, &s, error,
      "SELECT id FROM mailings WHERE state IN ('cancelled', 'draft', 'submitted', 'approved', 'rejected')"
      " AND cancelling <> 0 ORDER BY id",
      "");
  return gather_ints(r, s, to, error);
}

int mailing_rows_releasing(Link *link, GArray *to, GError **error) {
  Statement *s = NULL;
  int r = link_query(
      link, &s, error,
      "SELECT id FROM mailings WHERE state IN ('submitted', 'approved') AND releasing <> 0 ORDER BY id", "");
  return gather_ints(r, s, to, error);
}

/* ---- states ---- */

static int write_moment(Link *link, const MailingChange *c, gint64 now, GError **error) {
  gint64 id = c->mailing->id;
  switch (c->to) {
  case MAILING_SUBMITTED:
    return link_run(link, error,
                    "UPDATE mailings SET submitted_at = ?2, submitter_id = ?3, submitter = ?4 WHERE id = ?1",
                    "iiit", id, c->mailing->submitted_at, c->actor->id, c->actor->name);
  case MAILING_APPROVED:
    return link_run(link, error, "UPDATE mailings SET approved_at = ?2, approver = ?3 WHERE id = ?1", "iit",
                    id, now, c->actor->name);
  case MAILING_SCHEDULED:
    return link_run(link, error,
                    "UPDATE mailings SET released_at = CASE WHEN released_at = 0 THEN ?2 ELSE released_at END"
                    " WHERE id = ?1",
                    "ii", id, now);
  case MAILING_SENDING:
    return link_run(link, error,
                    "UPDATE mailings SET started_at = CASE WHEN started_at = 0 THEN ?2 ELSE started_at END,"
                    " sent_at = 0 WHERE id = ?1",
                    "ii", id, now);
  case MAILING_SENT:
    return link_run(link, error, "UPDATE mailings SET sent_at = ?2 WHERE id = ?1", "ii", id, now);
  default:
    return 0;
  }
}

int mailing_rows_change(Link *link, const MailingChange *c, gint64 now, GError **error) {
  int n = link_run(link, error,
                   "UPDATE mailings SET state = ?2, reason = ?3, revision = revision + 1"
                   " WHERE id = ?1 AND state = ?4 AND revision = ?5",
                   "ittti", c->mailing->id, mailing_state_name(c->to), c->reason,
                   mailing_state_name(c->mailing->state), c->mailing->revision);
  if (n <= 0)
    return n < 0 ? n : 1;
  return done(write_moment(link, c, now, error));
}

int mailing_rows_touch(Link *link, const Mailing *m, GError **error) {
  int n =
      link_run(link, error,
               "UPDATE mailings SET revision = revision + 1 WHERE id = ?1 AND state = ?2 AND revision = ?3",
               "iti", m->id, mailing_state_name(m->state), m->revision);
  return n < 0 ? n : n == 0;
}

int mailing_rows_forget_promise(Link *link, gint64 mailing, GError **error) {
  int r =
      link_run(link, error,
               "UPDATE mailings SET submitted_at = 0, submitter_id = 0, submitter = NULL, approved_at = 0,"
               " approver = NULL, released_at = 0, digest = NULL, releasing = 0, planned_after = 0,"
               " released_by = NULL WHERE id = ?1",
               "i", mailing);
  if (r >= 0)
    r = link_run(link, error, "DELETE FROM mailing_manifests WHERE mailing = ?1", "i", mailing);
  if (r >= 0)
    r = link_run(link, error, "DELETE FROM mailing_words WHERE mailing = ?1", "i", mailing);
  if (r >= 0)
    r = link_run(link, error, "DELETE FROM mailing_wordings WHERE mailing = ?1", "i", mailing);
  if (r >= 0)
    r = link_run(link, error, "DELETE FROM mailing_notes WHERE mailing = ?1", "i", mailing);
  return done(r);
}

int mailing_rows_forget_roll(Link *link, gint64 mailing, GError **error) {
  return done(link_run(link, error,
                       "UPDATE mailings SET roll = 0, rolled_at = 0, included = 0, held = 0, excluded = 0"
                       " WHERE id = ?1",
                       "i", mailing));
}

/* ---- the promise ---- */

int mailing_rows_write_manifest(Link *link, gint64 mailing, const char *text, const Digest *digest,
                                GError **error) {
  int r = link_run(link, error, "UPDATE mailings SET digest = ?2 WHERE id = ?1", "id", mailing, digest);
  if (r < 0)
    return r;
  return done(link_run(link, error,
                       "INSERT INTO mailing_manifests (mailing, text) VALUES (?1, ?2)"
                       " ON CONFLICT (mailing) DO UPDATE SET text = excluded.text",
                       "it", mailing, text));
}

int mailing_rows_manifest(Link *link, gint64 mailing, char **ret, GError **error) {
  return link_text(link, ret, error, "SELECT text FROM mailing_manifests WHERE mailing = ?1", "i", mailing);
}

int mailing_rows_write_word(Link *link, gint64 mailing, const char *key, const char *value, GError **error) {
  return done(link_run(link, error,
                       "INSERT INTO mailing_words (mailing, name, value) VALUES (?1, ?2, ?3)"
                       " ON CONFLICT (mailing, name) DO UPDATE SET value = excluded.value",
                       "itt", mailing, key, value));
}

int mailing_rows_words(Link *link, gint64 mailing, GTree *to, GError **error) {
  g_autoptr(Statement) s = NULL;
  int r =
      link_query(link, &s, error, "SELECT name, value FROM mailing_words WHERE mailing = ?1", "i", mailing);
  while (r == 0 && (r = statement_step(s, error)) > 0) {
    g_tree_insert(to, g_strdup(statement_text(s, 0)), g_strdup(statement_text(s, 1)));
    r = 0;
  }
  return r;
}

#define WRITE_WORDING(table)                                                                                 \
  "INSERT INTO " table " (mailing, language, fields, source, sha256) VALUES (?1, ?2, ?3, ?4, ?5)"
#define READ_WORDINGS(table)                                                                                 \
  "SELECT language, fields, source, sha256 FROM " table " WHERE mailing = ?1 ORDER BY language"

int mailing_rows_write_wording(Link *link, gint64 mailing, gboolean note, const char *language,
                               GBytes *fields, GBytes *source, const Digest *digest, GError **error) {
  return done(link_run(link, error, note ? WRITE_WORDING("mailing_notes") : WRITE_WORDING("mailing_wordings"),
                       "itbbd", mailing, language, fields, source, digest));
}

int mailing_rows_wordings(Link *link, gint64 mailing, gboolean note, WordingSeen seen, gpointer data,
                          GError **error) {
  g_autoptr(Statement) s = NULL;
  int r = link_query(link, &s, error,
                     note ? READ_WORDINGS("mailing_notes") : READ_WORDINGS("mailing_wordings"), "i", mailing);
  while (r == 0 && (r = statement_step(s, error)) > 0) {
    g_autoptr(GBytes) fields = statement_bytes(s, 1);
    g_autoptr(GBytes) source = statement_bytes(s, 2);
    Digest digest = {{0}};
    gsize size = 0;
    gconstpointer bytes = statement_blob(s, 3, &size);
    if (size == DIGEST_SIZE)
      memcpy(digest.bytes, bytes, DIGEST_SIZE);
    r = seen(statement_text(s, 0), fields, source, &digest, data);
  }
  return r;
}

/* ---- releasing ---- */

int mailing_rows_begin_release(Link *link, gint64 mailing, const char *by, GError **error) {
  int r = link_run(link, error,
                   "UPDATE mailings SET releasing = 1, released_by = ?2, planned_after = 0 WHERE id = ?1",
                   "it", mailing, by);
  if (r < 0)
    return r;
  return done(link_run(link, error,
                       "UPDATE rolls SET planned = 1 WHERE id = (SELECT roll FROM mailings WHERE id = ?1)",
                       "i", mailing));
}

int mailing_rows_note_planned(Link *link, gint64 mailing, gint64 after, gint64 upto, GError **error) {
  int n = link_run(
      link, error,
      "UPDATE mailings SET planned_after = ?3 WHERE id = ?1 AND planned_after = ?2 AND releasing <> 0", "iii",
      mailing, after, upto);
  return n < 0 ? n : n == 0;
}

int mailing_rows_end_release(Link *link, gint64 mailing, GError **error) {
  return done(link_run(link, error, "UPDATE mailings SET releasing = 0 WHERE id = ?1", "i", mailing));
}

int mailing_rows_release(Link *link, gint64 mailing, gint64 *ret_after, char **ret_by, GError **error) {
  g_autoptr(Statement) s = NULL;
  int r = link_query(link, &s, error, "SELECT planned_after, released_by FROM mailings WHERE id = ?1", "i",
                     mailing);
  if (r == 0 && (r = statement_step(s, error)) > 0) {
    *ret_after = statement_int(s, 0);
    *ret_by = g_strdup(statement_text(s, 1));
    r = 0;
  }
  return r;
}
