/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "outbox/fact_rows.h"

static int done(int n) {
  return MIN(n, 0);
}

/* So that who asks whom a letter reached need not read facts. */
static int mark_bounced(Link *link, gint64 delivery, GError **error) {
  return done(link_run(link, error,
                       "UPDATE deliveries SET bounced = CASE WHEN EXISTS (SELECT 1 FROM delivery_facts f"
                       " WHERE f.delivery = ?1 AND f.fact = 'bounced') THEN 1 ELSE 0 END WHERE id = ?1",
                       "i", delivery));
}

int fact_rows_insert(Link *link, const DeliveryRow *row, Fact *f, GError **error) {
  int r = link_insert(
      link, &f->id, error,
      "INSERT INTO delivery_facts (delivery, mailing, contact, channel, fact, hard, cause, status,"
      " words, source, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)"
      " ON CONFLICT (delivery, source, fact) DO NOTHING",
      "iiiititttii", row->id, row->mailing, row->contact, row->channel, fact_kind_name(f->kind),
      (gint64)f->hard, refusal_cause_name(f->cause), f->status, f->words, f->source, f->at);
  if (r != 0 || f->kind != FACT_BOUNCED)
    return r;
  return mark_bounced(link, row->id, error);
}

int fact_rows_withdraw(Link *link, gint64 delivery, gint64 source, GError **error) {
  int n = link_run(link, error, "DELETE FROM delivery_facts WHERE delivery = ?1 AND source = ?2", "ii",
                   delivery, source);
  return n <= 0 ? done(n) : mark_bounced(link, delivery, error);
}

#define FACT_ROW "SELECT id, delivery, fact, hard, cause, status, words, source, at FROM delivery_facts"

static Fact *read_fact(Statement *s) {
  Fact *f = g_new0(Fact, 1);
  f->id = statement_int(s, 0);
  f->delivery = statement_int(s, 1);
  f->kind = fact_kind_of(statement_text(s, 2));
  f->hard = statement_int(s, 3) != 0;
  f->cause = refusal_cause_named(statement_text(s, 4));
  f->status = g_strdup(statement_text(s, 5));
  f->words = g_strdup(statement_text(s, 6));
  f->source = statement_int(s, 7);
  f->at = statement_int(s, 8);
  return f;
}

static int take(Link *link, const char *sql, gint64 of, GPtrArray *to, GError **error) {
  g_autoptr(Statement) s = NULL;
  int r = link_query(link, &s, error, sql, "i", of);
  while (r == 0 && (r = statement_step(s, error)) > 0) {
    g_ptr_array_add(to, read_fact(s));
    r = 0;
  }
  return r;
}

int fact_rows_of(Link *link, gint64 delivery, GPtrArray *to, GError **error) {
  return take(link, FACT_ROW " WHERE delivery = ?1 ORDER BY id", delivery, to, error);
}

int fact_rows_of_source(Link *link, gint64 source, GPtrArray *to, GError **error) {
  return take(link, FACT_ROW " WHERE source = ?1 AND source > 0 ORDER BY id", source, to, error);
}

int fact_rows_bounced_before(Link *link, gint64 channel, gint64 mailing, gint64 until, gboolean *ret,
                             GError **error) {
  gint64 one = 0;
  int r = link_int(link, &one, error,
                   "SELECT 1 FROM delivery_facts WHERE channel = ?1 AND fact = 'bounced' AND hard = 1"
                   " AND (mailing <> ?2 OR at <= ?3) LIMIT 1",
                   "iii", channel, mailing, until);
  *ret = r == 0;
  return done(r);
}

int fact_rows_erase(Link *link, gint64 contact, GError **error) {
  return done(
      link_run(link, error, "UPDATE delivery_facts SET words = NULL WHERE contact = ?1", "i", contact));
}
