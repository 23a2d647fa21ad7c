/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "outbox/outbox_rows.h"

#include <string.h>

#include "base/fault.h"
#include "base/ident.h"

/* States whose rows are few and are looked for by name. The hot path never touches their index. A query names
 * this very condition, so that the index is known to serve it. Not as a list: for each row that changes
 * SQLite would make a table of it, twice, at the price of all the rest of the change. */
#define APART                                                                                                \
  "state <> 'planned' AND state <> 'ready' AND state <> 'claimed' AND state <> 'committing'"                 \
  " AND state <> 'relayed'"

static const char *const steps[] = {
    "CREATE TABLE sendings ("
    "  mailing INTEGER PRIMARY KEY,"
    "  gate TEXT NOT NULL DEFAULT 'closed'," /* closed, open: couriers may claim, cancelled: for good */
    "  not_before INTEGER NOT NULL,"
    "  not_after INTEGER NOT NULL,"
    "  at_least_once INTEGER NOT NULL,"
    "  restricted INTEGER NOT NULL);"
    "CREATE TABLE deliveries ("
    "  id INTEGER PRIMARY KEY,"
    "  mailing INTEGER NOT NULL,"
    "  addressee INTEGER NOT NULL,"
    "  contact INTEGER NOT NULL,"
    "  channel INTEGER NOT NULL,"
    "  supersedes INTEGER,"
    "  restricted INTEGER NOT NULL,"
    "  variant TEXT NOT NULL,"
    "  address TEXT NOT NULL,"
    "  language TEXT NOT NULL,"
    "  country TEXT,"
    "  state TEXT NOT NULL,"
    "  reason TEXT,"
    "  epoch INTEGER NOT NULL DEFAULT 0,"
    "  attempts INTEGER NOT NULL DEFAULT 0," /* that count against the limit */
    "  due INTEGER NOT NULL,"
    "  dated INTEGER NOT NULL DEFAULT 0,"
    "  dot_at INTEGER NOT NULL DEFAULT 0,"
    "  closed_at INTEGER NOT NULL DEFAULT 0,"
    "  relay TEXT,"
    "  sha256 BLOB);"
    "CREATE UNIQUE INDEX deliveries_once ON deliveries (addressee, channel, variant);"
    "CREATE INDEX deliveries_of ON deliveries (mailing, id);"
    "CREATE INDEX deliveries_planned ON deliveries (mailing, due, id) WHERE state = 'planned';"
    "CREATE INDEX deliveries_ready ON deliveries (mailing, due, id) WHERE state = 'ready';"
    "CREATE INDEX deliveries_apart ON deliveries (state, mailing, id) WHERE state IN ('held', 'refused',"
    " 'in-doubt', 'presumed', 'expired', 'cancelled', 'parked', 'to-do', 'done');"
    "CREATE TABLE delivery_counts ("
    "  mailing INTEGER NOT NULL,"
    "  state TEXT NOT NULL,"
    "  n INTEGER NOT NULL,"
    "  PRIMARY KEY (mailing, state)) WITHOUT ROWID;"
    "CREATE TABLE attempts ("
    "  delivery INTEGER NOT NULL,"
    "  number INTEGER NOT NULL,"
    "  epoch INTEGER NOT NULL,"
    "  at INTEGER NOT NULL,"
    "  dot_at INTEGER NOT NULL,"
    "  ended_at INTEGER NOT NULL,"
    "  relay TEXT NOT NULL,"
    "  outcome TEXT NOT NULL,"
    "  step TEXT NOT NULL,"
    "  code INTEGER NOT NULL,"
    "  status TEXT,"
    "  reply TEXT,"
    "  tls TEXT,"
    "  PRIMARY KEY (delivery, number)) WITHOUT ROWID;"
    "CREATE TABLE splices ("
    "  delivery INTEGER PRIMARY KEY,"
    "  bytes BLOB NOT NULL);"
    "CREATE TABLE holds ("
    "  id INTEGER PRIMARY KEY,"
    "  at INTEGER NOT NULL,"
    "  held_by TEXT NOT NULL,"
    "  reason TEXT NOT NULL);",
    /* by_hand: NULL where a courier carries it */
    "ALTER TABLE deliveries ADD COLUMN by_hand TEXT;"
    "CREATE INDEX deliveries_by_hand ON deliveries (state, mailing, id) WHERE by_hand IS NOT NULL;"
    "CREATE UNIQUE INDEX deliveries_successor ON deliveries (supersedes) WHERE supersedes IS NOT NULL;"
    "CREATE TABLE refusals ("
    "  delivery INTEGER PRIMARY KEY,"
    "  mailing INTEGER NOT NULL);"
    "CREATE INDEX refusals_of ON refusals (mailing);",
    /* latest: the wall clock has shown it; ahead: of a rehearsal's clock */
    "CREATE TABLE timepiece ("
    "  id INTEGER PRIMARY KEY,"
    "  rehearsal INTEGER NOT NULL,"
    "  latest INTEGER NOT NULL,"
    "  ahead INTEGER NOT NULL);"
    "ALTER TABLE deliveries ADD COLUMN wave INTEGER NOT NULL DEFAULT 0;" /* 0: its mailing has none */
    "CREATE INDEX deliveries_waves ON deliveries (mailing, wave, state) WHERE wave > 0;",
    "CREATE INDEX deliveries_superseding ON deliveries (mailing) WHERE supersedes IS NOT NULL;",
    "DROP INDEX deliveries_apart;"
    "CREATE INDEX deliveries_apart ON deliveries (state, mailing, id) WHERE " APART ";",
    /* bounced: one of its facts says that it did not arrive; hard: for good; source: the message that says
       so, 0 for a person */
    "ALTER TABLE deliveries ADD COLUMN bounced INTEGER NOT NULL DEFAULT 0;"
    "CREATE TABLE delivery_facts ("
    "  id INTEGER PRIMARY KEY,"
    "  delivery INTEGER NOT NULL,"
    "  mailing INTEGER NOT NULL,"
    "  contact INTEGER NOT NULL,"
    "  channel INTEGER NOT NULL,"
    "  fact TEXT NOT NULL,"
    "  hard INTEGER NOT NULL,"
    "  cause TEXT NOT NULL,"
    "  status TEXT,"
    "  words TEXT,"
    "  source INTEGER NOT NULL,"
    "  at INTEGER NOT NULL);"
    "CREATE UNIQUE INDEX delivery_facts_once ON delivery_facts (delivery, source, fact);"
    "CREATE INDEX delivery_facts_source ON delivery_facts (source) WHERE source > 0;"
    "CREATE INDEX delivery_facts_channel ON delivery_facts (channel) WHERE fact = 'bounced';"
    "CREATE INDEX delivery_facts_contact ON delivery_facts (contact);"
    "CREATE INDEX delivery_facts_of ON delivery_facts (mailing, fact);",
    NULL};

const Schema outbox_schema = {"outbox", steps};

/* ---- changing ---- */

static int change_any(Link *link, const DeliveryChange *c, GError **error) {
  return link_run(
      link, error,
      "UPDATE deliveries SET state = ?2, reason = ?3, epoch = epoch + ?4, attempts = attempts * ?13 + ?5,"
      " due = CASE WHEN ?6 <> 0 THEN ?6 ELSE due END, sha256 = COALESCE(?7, sha256),"
      " relay = COALESCE(?8, relay), dot_at = CASE WHEN ?9 <> 0 THEN ?9 ELSE dot_at END,"
      " closed_at = CASE WHEN ?10 <> 0 THEN ?10 ELSE closed_at END"
      " WHERE id = ?1 AND state = ?11 AND epoch = ?12",
      "ittiiidtiitii", c->delivery, delivery_state_name(c->to), c->reason, (gint64)c->next_epoch,
      (gint64)c->counts, c->due, c->sha256, c->relay, c->dot_at, c->closed_at, delivery_state_name(c->from),
      c->epoch, (gint64)!c->forgiven);
}

/* Does nothing change but the state, and what an intent fixes? */
static gboolean is_plain(const DeliveryChange *c) {
  return c->reason == NULL && !c->next_epoch && !c->counts && !c->forgiven && c->due == 0 &&
         c->closed_at == 0;
}

/* The two changes that nearly every delivery sees have words of their own, which cost a third less. */
int outbox_rows_change(Link *link, const DeliveryChange *c, GError **error) {
  gboolean fixes = c->sha256 != NULL && c->relay != NULL && c->dot_at != 0;
  gboolean leaves = c->sha256 == NULL && c->relay == NULL && c->dot_at == 0;
  if (is_plain(c) && c->from == DELIVERY_CLAIMED && c->to == DELIVERY_COMMITTING && fixes)
    return link_run(link, error,
                    "UPDATE deliveries SET state = 'committing', reason = NULL, sha256 = ?2, relay = ?3,"
                    " dot_at = ?4 WHERE id = ?1 AND state = 'claimed' AND epoch = ?5",
                    "idtii", c->delivery, c->sha256, c->relay, c->dot_at, c->epoch);
  if (is_plain(c) && c->from == DELIVERY_COMMITTING && c->to == DELIVERY_RELAYED && leaves)
    return link_run(link, error,
                    "UPDATE deliveries SET state = 'relayed', reason = NULL"
                    " WHERE id = ?1 AND state = 'committing' AND epoch = ?2",
                    "ii", c->delivery, c->epoch);
  return change_any(link, c, error);
}

/* The state stands in the words of the statement, so that a partial index is known to serve it. */
#define BATCH(from, where)                                                                                   \
  "UPDATE deliveries SET state = ?2, reason = ?3, epoch = epoch + ?4,"                                       \
  " dated = CASE WHEN dated = 0 THEN ?5 ELSE dated END"                                                      \
  " WHERE id IN (SELECT id FROM deliveries WHERE mailing = ?1 AND state = '" from "' AND " where             \
  " LIMIT ?7) RETURNING id"
#define BY_DUE "due <= ?6 ORDER BY due, id"

static const char *batch_sql(enum delivery_state from, enum delivery_state to) {
  switch (from) {
  case DELIVERY_PLANNED:
    return to == DELIVERY_READY ? BATCH("planned", "by_hand IS NULL AND " BY_DUE) : BATCH("planned", BY_DUE);
  case DELIVERY_READY:
    return BATCH("ready", BY_DUE);
  case DELIVERY_HELD:
    return BATCH("held", APART " AND ?6 >= 0 ORDER BY id");
  case DELIVERY_TO_DO:
    return BATCH("to-do", APART " AND ?6 >= 0 ORDER BY id");
  default:
    return NULL;
  }
}

int outbox_rows_change_batch(Link *link, const DeliveryBatch *b, GArray *ids, GError **error) {
  const char *sql = batch_sql(b->from, b->to);
  g_return_val_if_fail(sql != NULL, FAULT_SYSTEM);
  g_autoptr(Statement) s = NULL;
  gint64 until = b->due_until != 0 ? b->due_until : G_MAXINT64;
  int r = link_query(link, &s, error, sql, "ittiiii", b->mailing, delivery_state_name(b->to), b->reason,
                     (gint64)(b->to == DELIVERY_CLAIMED), b->dated, until, b->limit);
  while (r == 0 && (r = statement_step(s, error)) > 0) {
    gint64 id = statement_int(s, 0);
    g_array_append_val(ids, id);
    r = 0;
  }
  return r;
}

int outbox_rows_insert(Link *link, const DeliveryPlan *p, const char *state, gint64 *ret_id, GError **error) {
  return link_insert(
      link, ret_id, error,
      "INSERT INTO deliveries (mailing, addressee, contact, channel, supersedes, restricted, variant,"
      " address, language, country, state, reason, due, by_hand, wave)"
      " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14,"
      " CASE WHEN ?15 <> 0 THEN ?15 ELSE COALESCE((SELECT wave FROM deliveries WHERE id = ?5), 0) END)",
      "iiiikittttttiti", p->mailing, p->addressee, p->contact, p->channel, p->supersedes,
      (gint64)p->restricted, p->variant, p->address, p->language, p->country, state, p->held, p->due,
      p->by_hand, p->wave);
}

int outbox_rows_may_supersede(Link *link, const DeliveryPlan *p, gboolean *ret, GError **error) {
  gint64 others = 1, refused = 0;
  int r =
      link_int(link, &others, error,
               "SELECT count(*) FROM deliveries WHERE addressee = ?1 AND state <> 'refused' AND bounced = 0",
               "i", p->addressee);
  if (r == 0)
    r = link_int(link, &refused, error,
                 "SELECT count(*) FROM deliveries WHERE id = ?1 AND addressee = ?2"
                 " AND (state = 'refused' OR bounced = 1)",
                 "ii", p->supersedes, p->addressee);
  *ret = others == 0 && refused == 1;
  return MIN(r, 0);
}

int outbox_rows_may_follow(Link *link, const DeliveryPlan *p, gboolean *ret, GError **error) {
  gint64 open = 1, arrived = 0;
  int r = link_int(link, &open, error,
                   "SELECT count(*) FROM deliveries WHERE addressee = ?1"
                   " AND state NOT IN ('refused', 'relayed', 'presumed', 'done', 'expired', 'cancelled')",
                   "i", p->addressee);
  if (r == 0)
    r = link_int(link, &arrived, error,
                 "SELECT count(*) FROM deliveries WHERE id = ?1 AND addressee = ?2"
                 " AND state IN ('refused', 'relayed', 'presumed', 'done')",
                 "ii", p->supersedes, p->addressee);
  *ret = open == 0 && arrived == 1;
  return MIN(r, 0);
}

/* ---- refusals ---- */

int outbox_rows_refusal_put(Link *link, gint64 delivery, gint64 mailing, GError **error) {
  int n =
      link_run(link, error,
               "INSERT INTO refusals (delivery, mailing) VALUES (?1, ?2) ON CONFLICT (delivery) DO NOTHING",
               "ii", delivery, mailing);
  return MIN(n, 0);
}

int outbox_rows_refusals(Link *link, gint64 limit, GArray *to, GError **error) {
  g_autoptr(Statement) s = NULL;
  int r = link_query(link, &s, error, "SELECT delivery FROM refusals ORDER BY delivery LIMIT ?1", "i", limit);
  while (r == 0 && (r = statement_step(s, error)) > 0) {
    gint64 id = statement_int(s, 0);
    g_array_append_val(to, id);
    r = 0;
  }
  return r;
}

int outbox_rows_refusal_count(Link *link, gint64 mailing, gint64 *ret_n, GError **error) {
  return link_int(link, ret_n, error, "SELECT count(*) FROM refusals WHERE mailing = ?1", "i", mailing);
}

int outbox_rows_refusal_strike(Link *link, gint64 delivery, GError **error) {
  int n = link_run(link, error, "DELETE FROM refusals WHERE delivery = ?1", "i", delivery);
  return n < 0 ? n : n == 0;
}

int outbox_rows_count(Link *link, gint64 mailing, const char *state, gint64 change, GError **error) {
  int n = link_run(link, error,
                   "INSERT INTO delivery_counts (mailing, state, n) VALUES (?1, ?2, ?3)"
                   " ON CONFLICT (mailing, state) DO UPDATE SET n = delivery_counts.n + excluded.n",
                   "iti", mailing, state, change);
  return n < 0 ? n : 0;
}

static int add_counts(int r, Statement *statement, gint64 counts[DELIVERY_STATES], GError **error) {
  g_autoptr(Statement) s = statement;
  while (r == 0 && (r = statement_step(s, error)) > 0) {
    enum delivery_state state = delivery_state_of(statement_text(s, 0));
    if (state < DELIVERY_STATES)
      counts[state] += statement_int(s, 1);
    r = 0;
  }
  return r;
}

int outbox_counts_visible(Link *link, gint64 clearance, gint64 ret_counts[DELIVERY_STATES], GError **error) {
  Statement *s = NULL;
  memset(ret_counts, 0, DELIVERY_STATES * sizeof *ret_counts);
  int r = link_query(link, &s, error,
                     "SELECT state, count(*) FROM deliveries WHERE restricted <= ?1 GROUP BY state", "i",
                     clearance);
  return add_counts(r, s, ret_counts, error);
}

int outbox_rows_counts(Link *link, gint64 mailing, gint64 counts[DELIVERY_STATES], GError **error) {
  Statement *s = NULL;
  int r = mailing != 0
              ? link_query(link, &s, error, "SELECT state, n FROM delivery_counts WHERE mailing = ?1", "i",
                           mailing)
              : link_query(link, &s, error, "SELECT state, sum(n) FROM delivery_counts GROUP BY state", "");
  return add_counts(r, s, counts, error);
}

int outbox_rows_attempt(Link *link, const Attempt *a, GError **error) {
  int n = link_run(
      link, error,
      "INSERT INTO attempts (delivery, number, epoch, at, dot_at, ended_at, relay, outcome, step, code,"
      " status, reply, tls) VALUES (?1,"
      " (SELECT COALESCE(max(number), 0) + 1 FROM attempts WHERE delivery = ?1),"
      " ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
      "iiiiitttittt", a->delivery, a->epoch, a->at, a->dot_at, a->ended_at, a->relay, a->outcome, a->step,
      (gint64)a->code, a->status, a->reply, a->tls);
  return n < 0 ? n : 0;
}

int outbox_rows_splice_put(Link *link, gint64 delivery, GBytes *splice, GError **error) {
  int n = link_run(link, error,
                   "INSERT INTO splices (delivery, bytes) VALUES (?1, ?2) ON CONFLICT (delivery) DO NOTHING",
                   "ib", delivery, splice);
  return n < 0 ? n : 0;
}

/* The one column of the one row of S; NULL where there is none. */
static int take_bytes(int r, Statement *s, GBytes **ret, GError **error) {
  *ret = NULL;
  if (r == 0 && (r = statement_step(s, error)) > 0) {
    *ret = statement_bytes(s, 0);
    r = 0;
  }
  return r;
}

int outbox_splice(Link *link, gint64 delivery, GBytes **ret, GError **error) {
  g_autoptr(Statement) s = NULL;
  int r = link_query(link, &s, error, "SELECT bytes FROM splices WHERE delivery = ?1", "i", delivery);
  return take_bytes(r, s, ret, error);
}

int outbox_splice_head(Link *link, gint64 delivery, gint64 most, GBytes **ret, GError **error) {
  g_autoptr(Statement) s = NULL;
  int r = link_query(link, &s, error, "SELECT substr(bytes, 1, ?2) FROM splices WHERE delivery = ?1", "ii",
                     delivery, most);
  return take_bytes(r, s, ret, error);
}

/* ---- sendings ---- */

int outbox_sending_put(Link *link, const Sending *s, GError **error) {
  int n = link_run(
      link, error,
      "INSERT INTO sendings (mailing, not_before, not_after, at_least_once, restricted)"
      " VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (mailing) DO UPDATE SET"
      " not_before = excluded.not_before, not_after = excluded.not_after,"
      " at_least_once = excluded.at_least_once, restricted = excluded.restricted, gate = 'closed'",
      "iiiii", s->mailing, s->not_before, s->not_after, (gint64)s->at_least_once, (gint64)s->restricted);
  return n < 0 ? n : 0;
}

static int no_sending(gint64 mailing, GError **error) {
  char id[IDENT_SIZE];
  return fault(error, FAULT_ABSENT, "%s: nothing of it has been released; release it first",
               ident_into(IDENT_MAILING, mailing, id));
}

static int set_gate(Link *link, gint64 mailing, const char *gate, GError **error) {
  int n = link_run(link, error, "UPDATE sendings SET gate = ?2 WHERE mailing = ?1 AND gate <> 'cancelled'",
                   "it", mailing, gate);
  return n < 0 ? n : n == 0 ? no_sending(mailing, error) : 0;
}

int outbox_sending_gate(Link *link, gint64 mailing, gboolean open, GError **error) {
  return set_gate(link, mailing, open ? "open" : "closed", error);
}

/* Once more does no harm: a cancellation that a crash cut off is begun again. */
int outbox_rows_sending_cancel(Link *link, gint64 mailing, GError **error) {
  int n = link_run(link, error, "UPDATE sendings SET gate = 'cancelled' WHERE mailing = ?1", "i", mailing);
  return n < 0 ? n : n == 0 ? no_sending(mailing, error) : 0;
}

int outbox_sending_is_open(Link *link, gint64 mailing, gboolean *ret_open, GError **error) {
  gint64 open = 0;
  int r = link_int(link, &open, error, "SELECT gate = 'open' FROM sendings WHERE mailing = ?1", "i", mailing);
  if (r > 0)
    return no_sending(mailing, error);
  *ret_open = open != 0;
  return r;
}

/* A mailing that is over keeps its row; its counts say that nothing of it moves. */
int outbox_rows_sendings(Link *link, GArray **ret, GError **error) {
  g_autoptr(GArray) rows = g_array_new(FALSE, TRUE, sizeof(SendingRow));
  g_autoptr(Statement) s = NULL;
  int r = link_query(
      link, &s, error,
      "SELECT mailing, not_before, not_after, gate, at_least_once, restricted FROM sendings"
      " WHERE EXISTS (SELECT 1 FROM delivery_counts c WHERE c.mailing = sendings.mailing AND c.n > 0"
      " AND c.state IN ('planned', 'ready', 'claimed', 'committing', 'held', 'in-doubt', 'to-do'))"
      " ORDER BY mailing",
      "");
  while (r == 0 && (r = statement_step(s, error)) > 0) {
    SendingRow row = {.mailing = statement_int(s, 0),
                      .not_before = statement_int(s, 1),
                      .not_after = statement_int(s, 2),
                      .open = g_str_equal(statement_text(s, 3), "open"),
                      .cancelled = g_str_equal(statement_text(s, 3), "cancelled"),
                      .at_least_once = statement_int(s, 4) != 0,
                      .restricted = statement_int(s, 5) != 0};
    g_array_append_val(rows, row);
    r = 0;
  }
  if (r == 0)
    *ret = g_steal_pointer(&rows);
  return r;
}

int outbox_rows_ready(Link *link, gint64 mailing, gint64 now, gboolean *ret_due, gint64 *ret_next,
                      GError **error) {
  gint64 first = 0;
  int r =
      link_int(link, &first, error,
               "SELECT due FROM deliveries WHERE mailing = ?1 AND state = 'ready' ORDER BY due, id LIMIT 1",
               "i", mailing);
  *ret_due = r == 0 && first <= now;
  *ret_next = r == 0 && first > now ? first : 0;
  return r < 0 ? r : 0;
}

/* ---- the hold of the whole house: one row, or none ---- */

int outbox_hold_read(Link *link, Hold *ret, GError **error) {
  g_autoptr(Statement) s = NULL;
  int r = link_query(link, &s, error, "SELECT at, held_by, reason FROM holds WHERE id = 1", "");
  if (r == 0 && (r = statement_step(s, error)) > 0) {
    ret->held = TRUE;
    ret->at = statement_int(s, 0);
    ret->by = g_strdup(statement_text(s, 1));
    ret->reason = g_strdup(statement_text(s, 2));
    r = 0;
  }
  return r;
}

int outbox_rows_hold(Link *link, gint64 at, const char *by, const char *reason, GError **error) {
  return link_run(
      link, error,
      "INSERT INTO holds (id, at, held_by, reason) VALUES (1, ?1, ?2, ?3) ON CONFLICT (id) DO NOTHING", "itt",
      at, by, reason);
}

int outbox_rows_unhold(Link *link, GError **error) {
  return link_run(link, error, "DELETE FROM holds WHERE id = 1", "");
}

/* ---- reading ---- */

#define ROW                                                                                                  \
  "SELECT id, mailing, addressee, contact, channel, supersedes, epoch, attempts, restricted, state, reason," \
  " variant, address, language, relay, due, dated, dot_at, closed_at, sha256, country, by_hand, bounced "    \
  "FROM "                                                                                                    \
  "deliveries"

static DeliveryRow *row_of(Statement *s) {
  DeliveryRow *row = g_new0(DeliveryRow, 1);
  row->id = statement_int(s, 0);
  row->mailing = statement_int(s, 1);
  row->addressee = statement_int(s, 2);
  row->contact = statement_int(s, 3);
  row->channel = statement_int(s, 4);
  row->supersedes = statement_int(s, 5);
  row->epoch = statement_int(s, 6);
  row->attempts = statement_int(s, 7);
  row->restricted = statement_int(s, 8) != 0;
  row->state = delivery_state_of(statement_text(s, 9));
  row->reason = g_strdup(statement_text(s, 10));
  row->variant = g_strdup(statement_text(s, 11));
  row->address = g_strdup(statement_text(s, 12));
  row->language = g_strdup(statement_text(s, 13));
  row->relay = g_strdup(statement_text(s, 14));
  row->due = statement_int(s, 15);
  row->dated = statement_int(s, 16);
  row->dot_at = statement_int(s, 17);
  row->closed_at = statement_int(s, 18);
  gsize size = 0;
  gconstpointer digest = statement_blob(s, 19, &size);
  row->has_sha256 = size == DIGEST_SIZE;
  if (row->has_sha256)
    memcpy(row->sha256.bytes, digest, DIGEST_SIZE);
  row->country = g_strdup(statement_text(s, 20));
  row->by_hand = g_strdup(statement_text(s, 21));
  row->bounced = statement_int(s, 22) != 0;
  return row;
}

void delivery_row_free(DeliveryRow *row) {
  if (row == NULL)
    return;
  g_free(row->reason);
  g_free(row->variant);
  g_free(row->address);
  g_free(row->language);
  g_free(row->country);
  g_free(row->by_hand);
  g_free(row->relay);
  g_free(row);
}

/* Takes over S. */
static int gather(int r, Statement *s, GPtrArray **ret, GError **error) {
  g_autoptr(Statement) statement = s;
  g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func((GDestroyNotify)delivery_row_free);
  while (r == 0 && (r = statement_step(statement, error)) > 0) {
    g_ptr_array_add(rows, row_of(statement));
    r = 0;
  }
  if (r == 0)
    *ret = g_steal_pointer(&rows);
  return r;
}

/* One state of the few: its own index; else the mailing's deliveries in order, those in other states passed
 * over. */
static int list_apart(Link *link, gint64 clearance, const DeliveryFilter *f, enum delivery_state state,
                      GPtrArray **ret, GError **error) {
  Statement *s = NULL;
  int r = link_query(link, &s, error,
                     ROW " WHERE state = ?1 AND " APART " AND (?2 = 0 OR mailing = ?2)"
                         " AND (?3 = 0 OR contact = ?3) AND (?7 IS NULL OR country = ?7) AND id > ?4"
                         " AND restricted <= ?5 ORDER BY id LIMIT ?6",
                     "tiiiiit", delivery_state_name(state), f->mailing, f->contact, f->after, clearance,
                     f->limit, f->country);
  return gather(r, s, ret, error);
}

static gboolean is_apart(enum delivery_state state) {
  return !delivery_moves(state) && state != DELIVERY_RELAYED;
}

static char *state_set(guint states) {
  GString *names = g_string_new(",");
  for (int i = 0; i < DELIVERY_STATES; i++)
    if (states == 0 || (states & 1U << i) != 0)
      g_string_append_printf(names, "%s,", delivery_state_name(i));
  return g_string_free(names, FALSE);
}

static int list_plain(Link *link, gint64 clearance, const DeliveryFilter *f, GPtrArray **ret,
                      GError **error) {
  g_autofree char *names = state_set(f->states);
  Statement *s = NULL;
#define REST                                                                                                 \
  "id > ?2 AND restricted <= ?3 AND (?4 = 0 OR contact = ?4) AND (?5 IS NULL OR country = ?5)"               \
  " AND instr(?6, ',' || state || ',') > 0 ORDER BY id LIMIT ?7"
  int r = link_query(link, &s, error,
                     f->mailing != 0 ? ROW " WHERE mailing = ?1 AND " REST : ROW " WHERE ?1 = 0 AND " REST,
                     "iiiitti", f->mailing, f->after, clearance, f->contact, f->country, names, f->limit);
#undef REST
  return gather(r, s, ret, error);
}

int outbox_list(Link *link, gint64 clearance, const DeliveryFilter *filter, GPtrArray **ret, GError **error) {
  for (int state = 0; state < DELIVERY_STATES; state++)
    if (filter->states == 1U << state && is_apart(state))
      return list_apart(link, clearance, filter, state, ret, error);
  return list_plain(link, clearance, filter, ret, error);
}

int outbox_find(Link *link, gint64 clearance, gint64 delivery, DeliveryRow **ret, GError **error) {
  g_autoptr(Statement) s = NULL;
  int r = link_query(link, &s, error, ROW " WHERE id = ?1 AND restricted <= ?2", "ii", delivery, clearance);
  if (r == 0)
    r = statement_step(s, error);
  if (r > 0) {
    *ret = row_of(s);
    return 0;
  }
  char id[IDENT_SIZE];
  return r < 0 ? r
               : fault(error, FAULT_ABSENT,
                       "%s: there is no such delivery; `valise deliveries list` shows them",
                       ident_into(IDENT_DELIVERY, delivery, id));
}

int outbox_chain(Link *link, gint64 clearance, gint64 addressee, GPtrArray **ret, GError **error) {
  Statement *s = NULL;
  int r = link_query(link, &s, error, ROW " WHERE addressee = ?1 AND restricted <= ?2 ORDER BY id", "ii",
                     addressee, clearance);
  return gather(r, s, ret, error);
}

int outbox_superseded(Link *link, gint64 mailing, gint64 *ret_n, GError **error) {
  return link_int(link, ret_n, error,
                  "SELECT count(*) FROM deliveries WHERE mailing = ?1 AND supersedes IS NOT NULL", "i",
                  mailing);
}

/* The join names deliveries once, so that ROW's columns stay its own. */
int outbox_to_carry(Link *link, gint64 now, gint64 limit, GPtrArray **ret, GError **error) {
  Statement *s = NULL;
  int r = link_query(link, &s, error,
                     ROW " WHERE by_hand IS NOT NULL AND state = 'planned' AND due <= ?1"
                         " AND EXISTS (SELECT 1 FROM sendings g WHERE g.mailing = deliveries.mailing"
                         " AND g.gate = 'open' AND g.not_before <= ?1"
                         " AND (g.not_after = 0 OR g.not_after >= ?1)) ORDER BY mailing, id LIMIT ?2",
                     "ii", now, limit);
  return gather(r, s, ret, error);
}

int outbox_rows_in_doubt(Link *link, gint64 mailing, gint64 after, gint64 limit, GPtrArray **ret,
                         GError **error) {
  DeliveryFilter filter = {.mailing = mailing, .after = after, .limit = limit};
  return list_apart(link, 1, &filter, DELIVERY_IN_DOUBT, ret, error);
}

/* A whole walk over the table: at the start only, when nothing else runs. */
int outbox_rows_left_in(Link *link, enum delivery_state state, gint64 limit, GPtrArray **ret,
                        GError **error) {
  Statement *s = NULL;
  int r = link_query(link, &s, error, ROW " WHERE state = ?1 ORDER BY id LIMIT ?2", "ti",
                     delivery_state_name(state), limit);
  return gather(r, s, ret, error);
}

int outbox_rows_claim(Link *link, gint64 delivery, Claim *claim, GError **error) {
  g_autoptr(Statement) s = NULL;
  int r =
      link_query(link, &s, error,
                 "SELECT mailing, addressee, contact, channel, epoch, attempts, dated, restricted, variant,"
                 " address, language, sha256, coalesce(supersedes, 0) FROM deliveries"
                 " WHERE id = ?1 AND state = 'claimed'",
                 "i", delivery);
  if (r == 0)
    r = statement_step(s, error);
  if (r <= 0)
    return r < 0 ? r : 1;
  *claim = (Claim){.delivery = delivery,
                   .mailing = statement_int(s, 0),
                   .addressee = statement_int(s, 1),
                   .contact = statement_int(s, 2),
                   .channel = statement_int(s, 3),
                   .epoch = statement_int(s, 4),
                   .attempts = statement_int(s, 5),
                   .dated = statement_int(s, 6),
                   .supersedes = statement_int(s, 12),
                   .restricted = statement_int(s, 7) != 0,
                   .variant = g_strdup(statement_text(s, 8)),
                   .address = g_strdup(statement_text(s, 9)),
                   .language = g_strdup(statement_text(s, 10))};
  gsize size = 0;
  gconstpointer digest = statement_blob(s, 11, &size);
  claim->composed = size == DIGEST_SIZE;
  if (claim->composed)
    memcpy(claim->sha256.bytes, digest, DIGEST_SIZE);
  return 0;
}

void attempt_row_free(AttemptRow *row) {
  if (row == NULL)
    return;
  g_free(row->relay);
  g_free(row->outcome);
  g_free(row->step);
  g_free(row->status);
  g_free(row->reply);
  g_free(row->tls);
  g_free(row);
}

int outbox_attempts(Link *link, gint64 delivery, GPtrArray **ret, GError **error) {
  g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func((GDestroyNotify)attempt_row_free);
  g_autoptr(Statement) s = NULL;
  int r =
      link_query(link, &s, error,
                 "SELECT number, epoch, at, dot_at, ended_at, relay, outcome, step, status, reply, tls, code"
                 " FROM attempts WHERE delivery = ?1 ORDER BY number",
                 "i", delivery);
  while (r == 0 && (r = statement_step(s, error)) > 0) {
    AttemptRow *row = g_new0(AttemptRow, 1);
    row->number = statement_int(s, 0);
    row->epoch = statement_int(s, 1);
    row->at = statement_int(s, 2);
    row->dot_at = statement_int(s, 3);
    row->ended_at = statement_int(s, 4);
    row->relay = g_strdup(statement_text(s, 5));
    row->outcome = g_strdup(statement_text(s, 6));
    row->step = g_strdup(statement_text(s, 7));
    row->status = g_strdup(statement_text(s, 8));
    row->reply = g_strdup(statement_text(s, 9));
    row->tls = g_strdup(statement_text(s, 10));
    row->code = (int)statement_int(s, 11);
    g_ptr_array_add(rows, row);
    r = 0;
  }
  if (r == 0)
    *ret = g_steal_pointer(&rows);
  return r;
}
