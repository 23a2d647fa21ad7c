/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailing/roll_rows.h"

#include <string.h>

#include "base/fault.h"
#include "mailing/form_use_rows.h"
#include "mailing/route_rows.h"

int roll_rows_begin(Link *link, gint64 mailing, gint64 *ret_roll, GError **error) {
  return link_insert(link, ret_roll, error, "INSERT INTO rolls (mailing) VALUES (?1)", "i", mailing);
}

int roll_rows_alive(Link *link, gint64 roll, GError **error) {
  gint64 id = 0;
  return link_int(link, &id, error, "SELECT id FROM rolls WHERE id = ?1", "i", roll);
}

int roll_rows_insert(Link *link, Addressee *a, GError **error) {
  g_autoptr(GBytes) salt = g_bytes_new_static(a->salt, sizeof a->salt);
  const char *variant = a->variant != VARIANT_FULL ? variant_name(a->variant) : NULL;
  a->routes = a->planned_routes != NULL ? a->planned_routes->len : 0;
  int r = link_insert(
      link, &a->id, error,
      "INSERT INTO addressees (mailing, roll, contact, state, reason, detail, restricted, language,"
      " name, holder, salutation, inside, close, form, form_reviewed, channel, address, utf8,"
      " to_name, ground_approval, ground_promotion, stamp_holder, stamp_channel, stamp_ground, salt, country,"
      " variant, routes, wave)"
      " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18,"
      " ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27, ?28, ?29)",
      "iiitttitttttttiititiiiiibttii", a->mailing, a->generation, a->contact, addressee_state_name(a->state),
      a->reason, a->detail, (gint64)a->restricted, a->language, a->name, a->holder, a->salutation, a->inside,
      a->close, a->form, (gint64)a->form_reviewed, a->channel, a->address, (gint64)a->utf8, a->to_name,
      (gint64)a->ground_approval, (gint64)a->ground_promotion, a->stamp_holder, a->stamp_channel,
      a->stamp_ground, salt, a->country, variant, a->routes, a->wave);
  return r < 0 || a->routes == 0 ? r : route_rows_insert(link, a->id, a->planned_routes, error);
}

int roll_rows_same_mailbox(Link *link, gint64 roll, const char *address, gint64 *ret_n,
                           gboolean *ret_restricted, GError **error) {
  g_autoptr(Statement) s = NULL;
  int r = link_query(link, &s, error,
                     "SELECT count(*), max(restricted) FROM addressees WHERE roll = ?1 AND address = ?2"
                     " AND state IN ('included', 'held')",
                     "it", roll, address);
  if (r == 0 && (r = statement_step(s, error)) > 0) {
    *ret_n = statement_int(s, 0);
    *ret_restricted = statement_int(s, 1) != 0;
    r = 0;
  }
  return r;
}

int roll_rows_hold_mailbox(Link *link, gint64 roll, const char *address, const char *reason, GError **error) {
  int n = link_run(link, error,
                   "UPDATE addressees SET state = 'held', reason = ?3 WHERE roll = ?1 AND address = ?2"
                   " AND state = 'included'",
                   "itt", roll, address, reason);
  return MIN(n, 0);
}

/* Takes over S, whose rows are state, reason, language, number. */
static int tally(int r, Statement *s, TallySeen seen, gpointer data, GError **error) {
  g_autoptr(Statement) statement = s;
  while (r == 0 && (r = statement_step(statement, error)) > 0) {
    const char *reason = statement_text(statement, 1);
    r = seen(statement_text(statement, 0), reason != NULL ? reason : "", statement_text(statement, 2),
             statement_int(statement, 3), data, error);
  }
  return r;
}

/* State, reason and language in one key: none of them holds the mark between them. */
#define MARK "\x1f"

static void count_row(GHashTable *counts, Statement *s) {
  const char *reason = statement_text(s, 1), *language = statement_text(s, 2);
  char key[200];
  g_snprintf(key, sizeof key, "%s" MARK "%s" MARK "%s", statement_text(s, 0), reason != NULL ? reason : "",
             language != NULL ? language : "");
  gint64 *n = g_hash_table_lookup(counts, key);
  if (n == NULL) {
    n = g_new0(gint64, 1);
    g_hash_table_insert(counts, g_strdup(key), n);
  }
  ++*n;
}

/* Counted here: the database would sort the whole roll in memory, some 60 bytes for each line. */
int roll_rows_tally(Link *link, gint64 roll, TallySeen seen, gpointer data, gboolean *ret_restricted,
                    GError **error) {
  g_autoptr(GHashTable) counts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr(Statement) s = NULL;
  GHashTableIter iter;
  gpointer key = NULL, n = NULL;
  *ret_restricted = FALSE;
  int r = link_query(link, &s, error,
                     "SELECT state, reason, language, restricted FROM addressees WHERE roll = ?1", "i", roll);
  while (r == 0 && (r = statement_step(s, error)) > 0) {
    count_row(counts, s);
    *ret_restricted |= statement_int(s, 3) != 0;
    r = 0;
  }
  g_hash_table_iter_init(&iter, counts);
  while (r == 0 && g_hash_table_iter_next(&iter, &key, &n)) {
    g_auto(GStrv) parts = g_strsplit(key, MARK, 3);
    r = seen(parts[0], parts[1], parts[2], *(gint64 *)n, data, error);
  }
  return r;
}

int roll_rows_write_count(Link *link, gint64 roll, const char *state, const char *reason,
                          const char *language, gint64 n, GError **error) {
  int r = link_run(link, error,
                   "INSERT INTO roll_counts (roll, state, reason, language, n) VALUES (?1, ?2, ?3, ?4, ?5)",
                   "ittti", roll, state, reason, language, n);
  return MIN(r, 0);
}

int roll_rows_counts(Link *link, gint64 roll, TallySeen seen, gpointer data, GError **error) {
  Statement *s = NULL;
  int r = link_query(link, &s, error, "SELECT state, reason, language, n FROM roll_counts WHERE roll = ?1",
                     "i", roll);
  return tally(r, s, seen, data, error);
}

int roll_rows_show(Link *link, const Mailing *m, gint64 roll, const RollCount *count, gint64 now,
                   GError **error) {
  int n = link_run(link, error,
                   "UPDATE mailings SET roll = ?2, rolled_at = ?3, included = ?4, held = ?5, excluded = ?6,"
                   " restricted = ?7 WHERE id = ?1",
                   "iiiiiii", m->id, roll, now, count->included, count->held, count->excluded,
                   (gint64)count->restricted);
  return MIN(n, 0);
}

/* ---- clearing away ---- */

int roll_rows_orphans(Link *link, gint64 mailing, GArray *to, GError **error) {
  g_autoptr(Statement) s = NULL;
  int r = link_query(link, &s, error,
                     "SELECT r.id FROM rolls r JOIN mailings m ON m.id = r.mailing WHERE r.planned = 0"
                     " AND m.roll <> r.id AND (?1 = 0 OR r.mailing = ?1) ORDER BY r.id",
                     "i", mailing);
  while (r == 0 && (r = statement_step(s, error)) > 0) {
    gint64 roll = statement_int(s, 0);
    g_array_append_val(to, roll);
    r = 0;
  }
  return r;
}

int roll_rows_remove(Link *link, gint64 roll, gint64 limit, gint64 *ret_n, GError **error) {
  int n = route_rows_remove(link, roll, limit, error);
  if (n < 0)
    return n;
  n = link_run(link, error,
               "DELETE FROM addressees WHERE id IN (SELECT id FROM addressees WHERE roll = ?1"
               " ORDER BY id LIMIT ?2)",
               "ii", roll, limit);
  if (n < 0)
    return n;
  *ret_n = n;
  if (n > 0)
    return 0;
  int r = form_use_rows_remove(link, roll, error);
  if (r >= 0)
    r = link_run(link, error, "DELETE FROM roll_counts WHERE roll = ?1", "i", roll);
  if (r >= 0)
    r = link_run(link, error, "DELETE FROM rolls WHERE id = ?1", "i", roll);
  return MIN(r, 0);
}

/* ---- reading ---- */

#define ROW                                                                                                  \
  "SELECT id, mailing, roll, contact, state, reason, detail, restricted, language, name, holder,"            \
  " salutation, inside, close, form, form_reviewed, channel, address, utf8, to_name, ground_approval,"       \
  " ground_promotion, stamp_holder, stamp_channel, stamp_ground, salt, country, variant, routes, offices, "  \
  "wave, leaf"                                                                                               \
  " FROM addressees"

/* Texts stay the statement's own: a walk over a million lines copies none. */
static void view_at(Statement *s, Addressee *a) {
  *a = (Addressee){.id = statement_int(s, 0),
                   .mailing = statement_int(s, 1),
                   .generation = statement_int(s, 2),
                   .contact = statement_int(s, 3),
                   .reason = (char *)statement_text(s, 5),
                   .detail = (char *)statement_text(s, 6),
                   .restricted = statement_int(s, 7) != 0,
                   .language = (char *)statement_text(s, 8),
                   .name = (char *)statement_text(s, 9),
                   .holder = (char *)statement_text(s, 10),
                   .salutation = (char *)statement_text(s, 11),
                   .inside = (char *)statement_text(s, 12),
                   .close = (char *)statement_text(s, 13),
                   .form = (char *)statement_text(s, 14),
                   .form_reviewed = statement_int(s, 15) != 0,
                   .channel = statement_int(s, 16),
                   .address = (char *)statement_text(s, 17),
                   .utf8 = statement_int(s, 18) != 0,
                   .to_name = (char *)statement_text(s, 19),
                   .ground_approval = statement_int(s, 20) != 0,
                   .ground_promotion = statement_int(s, 21) != 0,
                   .stamp_holder = statement_int(s, 22),
                   .stamp_channel = statement_int(s, 23),
                   .stamp_ground = statement_int(s, 24),
                   .country = (char *)statement_text(s, 26),
                   .routes = statement_int(s, 28),
                   .offices = (char *)statement_text(s, 29),
                   .wave = statement_int(s, 30)};
  variant_parse(statement_text(s, 27), &a->variant);
  addressee_state_parse(statement_text(s, 4), &a->state);
  gsize size = 0;
  gconstpointer salt = statement_blob(s, 25, &size);
  if (size == sizeof a->salt)
    memcpy(a->salt, salt, size);
  gconstpointer leaf = statement_blob(s, 31, &size);
  a->erased = size == DIGEST_SIZE;
  if (a->erased)
    memcpy(a->leaf.bytes, leaf, DIGEST_SIZE);
}

static Addressee *addressee_at(Statement *s) {
  Addressee view;
  view_at(s, &view);
  Addressee *a = g_memdup2(&view, sizeof view);
  char **texts[] = {&a->reason,     &a->detail,  &a->language, &a->name, &a->holder,
                    &a->salutation, &a->inside,  &a->close,    &a->form, &a->address,
                    &a->to_name,    &a->country, &a->offices};
  for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
    *texts[i] = g_strdup(*texts[i]);
  return a;
}

int roll_rows_each(Link *link, gint64 roll, AddresseeSeen seen, gpointer data, GError **error) {
  g_autoptr(Statement) s = NULL;
  int r = link_query(link, &s, error, ROW " WHERE roll = ?1 ORDER BY id", "i", roll);
  while (r == 0 && (r = statement_step(s, error)) > 0) {
    Addressee view;
    view_at(s, &view);
    r = seen(&view, data, error);
  }
  return r;
}

/* Takes over S. */
static int gather(int r, Statement *s, GPtrArray **ret, GError **error) {
  g_autoptr(Statement) statement = s;
  g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func((GDestroyNotify)addressee_free);
  while (r == 0 && (r = statement_step(statement, error)) > 0) {
    g_ptr_array_add(rows, addressee_at(statement));
    r = 0;
  }
  if (r == 0)
    *ret = g_steal_pointer(&rows);
  return r;
}

int roll_rows_list(Link *link, gint64 clearance, gint64 roll, const AddresseeFilter *f, GPtrArray **ret,
                   GError **error) {
  Statement *s = NULL;
  gboolean apart = f->state == ADDRESSEE_HELD || f->state == ADDRESSEE_EXCLUDED;
  const char *state = f->state >= 0 ? addressee_state_name((enum addressee_state)f->state) : NULL;
  int r =
      apart
          ? link_query(link, &s, error,
                       ROW " WHERE roll = ?1 AND state = ?2 AND state IN ('held', 'excluded') AND id > ?3"
                           " AND restricted <= ?4 AND (?5 IS NULL OR reason = ?5)"
                           " AND (?6 IS NULL OR language = ?6) ORDER BY id LIMIT ?7",
                       "itiitti", roll, state, f->after, clearance, f->reason, f->language, f->limit)
          : link_query(link, &s, error,
                       ROW " WHERE roll = ?1 AND id > ?3 AND restricted <= ?4 AND (?2 IS NULL OR state = ?2)"
                           " AND (?5 IS NULL OR reason = ?5) AND (?6 IS NULL OR language = ?6)"
                           " ORDER BY id LIMIT ?7",
                       "itiitti", roll, state, f->after, clearance, f->reason, f->language, f->limit);
  return gather(r, s, ret, error);
}

int roll_rows_of_mailbox(Link *link, gint64 clearance, gint64 roll, const char *address, gint64 limit,
                         GPtrArray **ret, GError **error) {
  Statement *s = NULL;
  int r = link_query(link, &s, error,
                     ROW " WHERE roll = ?1 AND address = ?2 AND restricted <= ?3 ORDER BY id LIMIT ?4",
                     "itii", roll, address, clearance, limit);
  return gather(r, s, ret, error);
}

int roll_rows_to_plan(Link *link, gint64 roll, gint64 after, gint64 limit, GPtrArray **ret, GError **error) {
  Statement *s = NULL;
  int r = link_query(link, &s, error,
                     ROW " WHERE roll = ?1 AND id > ?2 AND state <> 'excluded'"
                         " AND (address IS NOT NULL OR routes > 0) ORDER BY id LIMIT ?3",
                     "iii", roll, after, limit);
  return gather(r, s, ret, error);
}

/* Takes over S; one row or none. */
static int one(int r, Statement *s, Addressee **ret, GError **error) {
  g_autoptr(Statement) statement = s;
  if (r == 0)
    r = statement_step(statement, error);
  if (r < 0)
    return r;
  if (r == 0)
    return 1;
  *ret = addressee_at(statement);
  return 0;
}

int roll_rows_find(Link *link, gint64 clearance, gint64 addressee, Addressee **ret, GError **error) {
  Statement *s = NULL;
  int r = link_query(link, &s, error, ROW " WHERE id = ?1 AND restricted <= ?2", "ii", addressee, clearance);
  return one(r, s, ret, error);
}

int roll_rows_find_contact(Link *link, gint64 clearance, gint64 roll, gint64 contact, Addressee **ret,
                           GError **error) {
  Statement *s = NULL;
  int r = link_query(link, &s, error, ROW " WHERE roll = ?1 AND contact = ?2 AND restricted <= ?3", "iii",
                     roll, contact, clearance);
  return one(r, s, ret, error);
}

int roll_rows_first(Link *link, gint64 clearance, gint64 roll, const char *language, Addressee **ret,
                    GError **error) {
  Statement *s = NULL;
  int r = link_query(link, &s, error,
                     ROW " WHERE roll = ?1 AND state = 'included' AND restricted <= ?2"
                         " AND (?3 IS NULL OR language = ?3) ORDER BY id LIMIT 1",
                     "iit", roll, clearance, language);
  return one(r, s, ret, error);
}

int roll_rows_index(Link *link, gint64 roll, gint64 addressee, gint64 *ret, GError **error) {
  return link_int(link, ret, error, "SELECT count(*) FROM addressees WHERE roll = ?1 AND id < ?2", "ii", roll,
                  addressee);
}
