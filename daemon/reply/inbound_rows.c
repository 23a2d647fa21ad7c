/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "reply/inbound_rows.h"

#include <string.h>

static const char *const steps[] = {
    "CREATE TABLE inbound ("
    "  id INTEGER PRIMARY KEY,"
    "  sha256 BLOB," /* NULL: no bytes were to be had */
    "  lines BLOB,"  /* of its lines, however they end */
    "  size INTEGER NOT NULL,"
    "  account TEXT NOT NULL,"
    "  folder TEXT NOT NULL,"
    "  uid_validity INTEGER NOT NULL,"
    "  uid INTEGER NOT NULL,"
    "  name TEXT NOT NULL,"
    "  placed INTEGER NOT NULL," /* account to name say where it lay; else they say how it was called at most
                                  */
    "  received_at INTEGER NOT NULL,"
    "  taken_at INTEGER NOT NULL,"
    "  taken_reason TEXT,"
    "  state TEXT NOT NULL,"
    "  restricted INTEGER NOT NULL,"
    "  erased INTEGER NOT NULL DEFAULT 0,"
    "  verdict TEXT,"
    "  class TEXT,"
    "  cause TEXT,"
    "  status TEXT,"
    "  disposition TEXT,"
    "  reasons TEXT,"
    "  guess INTEGER NOT NULL DEFAULT 0,"
    "  from_address TEXT,"
    "  from_name TEXT,"
    "  subject TEXT,"
    "  message_id TEXT,"
    "  answers TEXT,"
    "  words TEXT,"
    "  matched_by TEXT,"
    "  delivery INTEGER NOT NULL DEFAULT 0,"
    "  mailing INTEGER NOT NULL DEFAULT 0,"
    "  addressee INTEGER NOT NULL DEFAULT 0,"
    "  contact INTEGER NOT NULL DEFAULT 0,"
    "  reason TEXT,"
    "  filed_at INTEGER NOT NULL DEFAULT 0);"
    "CREATE UNIQUE INDEX inbound_once ON inbound (lines) WHERE lines IS NOT NULL;"
    "CREATE UNIQUE INDEX inbound_place ON inbound (account, folder, uid_validity, uid, name) WHERE placed = "
    "1;"
    "CREATE INDEX inbound_waiting ON inbound (id) WHERE state = 'taken';"
    "CREATE INDEX inbound_held ON inbound (id) WHERE state = 'held';"
    "CREATE INDEX inbound_verdicts ON inbound (verdict, id);"
    "CREATE INDEX inbound_delivery ON inbound (delivery, id) WHERE delivery > 0;"
    "CREATE INDEX inbound_contact ON inbound (contact, id) WHERE contact > 0;"
    "CREATE INDEX inbound_message_id ON inbound (message_id) WHERE message_id IS NOT NULL;"
    "CREATE TABLE inbound_texts ("
    "  inbound INTEGER PRIMARY KEY,"
    "  text TEXT,"
    "  attachments TEXT);", /* a JSON array */
    /* dmarc: what our own server found; signer: the contact whose good signature it has; event: the
       acknowledgement that it is, 0 for none */
    "ALTER TABLE inbound ADD COLUMN dmarc TEXT;"
    "ALTER TABLE inbound ADD COLUMN signature TEXT;"
    "ALTER TABLE inbound ADD COLUMN signer INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE inbound ADD COLUMN sender TEXT;"
    "ALTER TABLE inbound ADD COLUMN event INTEGER NOT NULL DEFAULT 0;"
    /* erased: 1 its words are gone, 2 its file too */
    "CREATE INDEX inbound_erased ON inbound (id) WHERE erased = 1;"
    "CREATE INDEX inbound_from ON inbound (lower(from_address));",
    "ALTER TABLE inbound ADD COLUMN recipient TEXT;"
    "CREATE INDEX inbound_recipient ON inbound (lower(recipient)) WHERE recipient IS NOT NULL;",
    NULL};

const Schema reply_schema = {"reply", steps};

static int done(int n) {
  return MIN(n, 0);
}

static const char *or_empty(const char *text) {
  return text != NULL ? text : "";
}

static char *or_null(const char *text) {
  return text != NULL && *text != '\0' ? g_strdup(text) : NULL;
}

/* ---- taking ---- */

int inbound_rows_insert(Link *link, const InboundTaken *t, gint64 *ret_id, GError **error) {
  const InboundOrigin *o = t->origin;
  return link_insert(
      link, ret_id, error,
      "INSERT INTO inbound (sha256, lines, size, account, folder, uid_validity, uid, name, placed,"
      " received_at, taken_at, taken_reason, state, restricted)"
      " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, 'taken', 1)",
      "ddittiitiiit", t->sha256, t->lines, t->size, o->account, or_empty(o->folder), o->uid_validity, o->uid,
      or_empty(o->name), (gint64)t->has_place, o->received_at, t->at, t->reason);
}

int inbound_rows_of_lines(Link *link, const Digest *lines, gint64 *ret_id, GError **error) {
  return link_int(link, ret_id, error, "SELECT id FROM inbound WHERE lines = ?1", "d", lines);
}

int inbound_rows_of_place(Link *link, const InboundOrigin *o, gint64 *ret_id, GError **error) {
  return link_int(link, ret_id, error,
                  "SELECT id FROM inbound WHERE account = ?1 AND folder = ?2 AND uid_validity = ?3"
                  " AND uid = ?4 AND name = ?5 AND placed = 1",
                  "ttiit", o->account, or_empty(o->folder), o->uid_validity, o->uid, or_empty(o->name));
}

/* ---- reading ---- */

#define MESSAGE                                                                                              \
  "SELECT id, state, restricted, erased, sha256, size, account, folder, name, received_at, taken_at,"        \
  " taken_reason, verdict, class, cause, status, disposition, reasons, guess, from_address, from_name,"      \
  " subject, message_id, answers, words, matched_by, delivery, mailing, addressee, contact, reason,"         \
  " filed_at, dmarc, signature, signer, sender, event, recipient FROM inbound"

static void read_texts(Statement *s, InboundMessage *m) {
  const struct {
    int column;
    char **to;
  } texts[] = {{6, &m->account},    {12, &m->verdict},     {13, &m->class},        {14, &m->cause},
               {15, &m->status},    {16, &m->disposition}, {17, &m->reasons},      {19, &m->from},
               {20, &m->from_name}, {21, &m->subject},     {22, &m->message_id},   {23, &m->answers},
               {24, &m->words},     {25, &m->matched_by},  {30, &m->reason},       {32, &m->dmarc},
               {33, &m->signature}, {35, &m->sender},      {11, &m->taken_reason}, {37, &m->recipient}};
  for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
    *texts[i].to = g_strdup(statement_text(s, texts[i].column));
  m->folder = or_null(statement_text(s, 7));
  m->name = or_null(statement_text(s, 8));
}

static InboundMessage *read_message_row(Statement *s) {
  InboundMessage *m = g_new0(InboundMessage, 1);
  const struct {
    int column;
    gint64 *to;
  } numbers[] = {{0, &m->id},        {5, &m->size},     {9, &m->received_at}, {10, &m->taken_at},
                 {26, &m->delivery}, {27, &m->mailing}, {28, &m->addressee},  {29, &m->contact},
                 {31, &m->filed_at}, {34, &m->signer},  {36, &m->event}};
  for (gsize i = 0; i < G_N_ELEMENTS(numbers); i++)
    *numbers[i].to = statement_int(s, numbers[i].column);
  m->state = inbound_state_of(or_empty(statement_text(s, 1)));
  m->restricted = statement_int(s, 2) != 0;
  m->erased = statement_int(s, 3) != 0;
  m->guess = statement_int(s, 18) != 0;
  gsize size = 0;
  gconstpointer digest = statement_blob(s, 4, &size);
  m->has_bytes = size == DIGEST_SIZE;
  if (m->has_bytes)
    memcpy(m->sha256.bytes, digest, DIGEST_SIZE);
  read_texts(s, m);
  return m;
}

int inbound_rows_find(Link *link, gint64 clearance, gint64 id, InboundMessage **ret, GError **error) {
  g_autoptr(Statement) s = NULL;
  int r = link_query(link, &s, error, MESSAGE " WHERE id = ?1 AND restricted <= ?2", "ii", id, clearance);
  if (r == 0)
    r = statement_step(s, error);
  if (r <= 0)
    return r < 0 ? r : 1;
  *ret = read_message_row(s);
  return 0;
}

/* Each question has its index; a list asks one of them and filters by the rest. */
static const char *list_sql(const InboundFilter *f) {
#define LIST(where)                                                                                          \
  MESSAGE " WHERE " where " AND restricted <= ?2 AND id > ?1 AND (?3 IS NULL OR verdict = ?3)"               \
          " AND (?4 = 0 OR delivery = ?4) AND (?5 = 0 OR contact = ?5) AND (?6 = 0 OR state = 'held')"       \
          " ORDER BY id LIMIT ?7"
  if (f->delivery != 0)
    return LIST("delivery = ?4 AND delivery > 0");
  if (f->contact != 0)
    return LIST("contact = ?5 AND contact > 0");
  if (f->unmatched)
    return LIST("state = 'held'");
  return f->verdict != NULL ? LIST("verdict = ?3") : LIST("1 = 1");
#undef LIST
}

int inbound_rows_list(Link *link, gint64 clearance, const InboundFilter *f, GPtrArray *to, GError **error) {
  g_autoptr(Statement) s = NULL;
  int r = link_query(link, &s, error, list_sql(f), "iitiiii", f->after, clearance, f->verdict, f->delivery,
                     f->contact, (gint64)f->unmatched, f->limit);
  while (r == 0 && (r = statement_step(s, error)) > 0) {
    g_ptr_array_add(to, read_message_row(s));
    r = 0;
  }
  return r;
}

int inbound_rows_text(Link *link, gint64 id, char **ret_text, char **ret_attachments, GError **error) {
  g_autoptr(Statement) s = NULL;
  *ret_text = *ret_attachments = NULL;
  int r =
      link_query(link, &s, error, "SELECT text, attachments FROM inbound_texts WHERE inbound = ?1", "i", id);
  if (r == 0)
    r = statement_step(s, error);
  if (r <= 0)
    return r;
  *ret_text = g_strdup(statement_text(s, 0));
  *ret_attachments = g_strdup(statement_text(s, 1));
  return 0;
}

int inbound_rows_counts(Link *link, InboundCounts *ret, GError **error) {
  *ret = (InboundCounts){0};
  int r = link_int(link, &ret->taken, error, "SELECT count(*) FROM inbound WHERE state = 'taken'", "");
  if (r >= 0)
    r = link_int(link, &ret->held, error, "SELECT count(*) FROM inbound WHERE state = 'held'", "");
  if (r >= 0)
    r = link_int(link, &ret->held_since, error, "SELECT min(taken_at) FROM inbound WHERE state = 'held'", "");
  return done(r);
}

int inbound_rows_taken(Link *link, gint64 after, gint64 limit, GArray *to, GError **error) {
  g_autoptr(Statement) s = NULL;
  int r = link_query(link, &s, error,
                     "SELECT id FROM inbound WHERE state = 'taken' AND id > ?1 ORDER BY id LIMIT ?2", "ii",
                     after, limit);
  while (r == 0 && (r = statement_step(s, error)) > 0) {
    gint64 id = statement_int(s, 0);
    g_array_append_val(to, id);
    r = 0;
  }
  return r;
}

/* ---- what was made of it ---- */

int inbound_rows_write_verdict(Link *link, const InboundMessage *m, const char *text, const char *attachments,
                               GError **error) {
  int n =
      link_run(link, error,
               "UPDATE inbound SET verdict = ?2, class = ?3, cause = ?4, status = ?5, disposition = ?6,"
               " reasons = ?7, guess = ?8, from_address = ?9, from_name = ?10, subject = ?11,"
               " message_id = ?12, answers = ?13, words = ?14, dmarc = ?15, signature = ?16, signer = ?17,"
               " recipient = ?18 WHERE id = ?1",
               "itttttti"
               "tttttttti"
               "t",
               m->id, m->verdict, m->class, m->cause, m->status, m->disposition, m->reasons, (gint64)m->guess,
               m->from, m->from_name, m->subject, m->message_id, m->answers, m->words, m->dmarc, m->signature,
               m->signer, m->recipient);
  if (n < 0 || (text == NULL && attachments == NULL))
    return done(n);
  return done(link_run(link, error,
                       "INSERT INTO inbound_texts (inbound, text, attachments) VALUES (?1, ?2, ?3)", "itt",
                       m->id, text, attachments));
}

int inbound_rows_write_place(Link *link, const InboundMessage *m, GError **error) {
  return done(link_run(
      link, error,
      "UPDATE inbound SET state = ?2, restricted = ?3, matched_by = ?4, delivery = ?5,"
      " mailing = ?6, addressee = ?7, contact = ?8, reason = ?9, filed_at = ?10, sender = ?11,"
      " event = ?12 WHERE id = ?1",
      "ititiiiititi", m->id, inbound_state_name(m->state), (gint64)m->restricted, m->matched_by, m->delivery,
      m->mailing, m->addressee, m->contact, m->reason, m->filed_at, m->sender, m->event));
}

/* ---- erasing ---- */

#define WHOSE                                                                                                \
  "erased = 0 AND ((?1 > 0 AND contact = ?1) OR (?1 = 0 AND contact = 0 AND (lower(from_address) = "         \
  "lower(?2) OR lower(recipient) = lower(?2))))"

int inbound_rows_erase(Link *link, gint64 contact, const char *address, GError **error) {
  int n = link_run(link, error,
                   "DELETE FROM inbound_texts WHERE inbound IN (SELECT id FROM inbound WHERE " WHOSE ")",
                   "it", contact, address);
  if (n < 0)
    return n;
  return done(
      link_run(link, error,
               "UPDATE inbound SET erased = CASE WHEN sha256 IS NULL THEN 2 ELSE 1 END, name = CASE placed"
               " WHEN 1 THEN name ELSE '' END, from_address = NULL, from_name = NULL, subject = NULL,"
               " message_id = NULL, answers = NULL, words = NULL, recipient = NULL WHERE " WHOSE,
               "it", contact, address));
}

int inbound_rows_to_remove(Link *link, gint64 after, gint64 *ret_id, Digest *ret_sha256, GError **error) {
  g_autoptr(Statement) s = NULL;
  int r = link_query(link, &s, error,
                     "SELECT id, sha256 FROM inbound WHERE erased = 1 AND id > ?1 ORDER BY id LIMIT 1", "i",
                     after);
  if (r == 0)
    r = statement_step(s, error);
  if (r <= 0)
    return r < 0 ? r : 1;
  gsize size = 0;
  gconstpointer digest = statement_blob(s, 1, &size);
  *ret_id = statement_int(s, 0);
  if (size == DIGEST_SIZE)
    memcpy(ret_sha256->bytes, digest, DIGEST_SIZE);
  return 0;
}

int inbound_rows_erased(Link *link, gint64 id, GError **error) {
  return done(link_run(link, error, "UPDATE inbound SET erased = 2 WHERE id = ?1", "i", id));
}

int inbound_rows_count_of_contact(Link *link, gint64 clearance, gint64 contact, gint64 *ret, GError **error) {
  return done(link_int(link, ret, error,
                       "SELECT count(*) FROM inbound WHERE contact = ?1 AND contact > 0 AND restricted <= ?2",
                       "ii", contact, clearance));
}
