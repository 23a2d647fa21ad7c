/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "journal/signed_head.h"

#include <string.h>

#define COLUMNS                                                                                              \
  "SELECT number, at, head_index, head_line, manifest, armour, fingerprint, root FROM signed_heads"

int signed_head_rows_insert(Link *link, SignedHead *h, GBytes *public, GError **error) {
  int r = link_run(link, error,
                   "INSERT INTO signed_head_keys (fingerprint, public, since) VALUES (?1, ?2, ?3)"
                   " ON CONFLICT (fingerprint) DO NOTHING",
                   "tbi", h->fingerprint, public, h->at);
  if (r < 0)
    return r;
  r = link_run(link, error,
               "INSERT INTO signed_heads (number, at, head_index, head_line, manifest, armour, fingerprint,"
               " root) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (number) DO NOTHING",
               "iiidtbtd", h->number, h->at, h->head.index, &h->head.line, h->manifest, h->armour,
               h->fingerprint, h->has_root ? &h->root : NULL);
  return r < 0 ? r : r == 0;
}

static SignedHead *head_at(Statement *s) {
  SignedHead *h = g_new0(SignedHead, 1);
  gsize size = 0;
  gconstpointer line = statement_blob(s, 3, &size);
  h->number = statement_int(s, 0);
  h->at = statement_int(s, 1);
  h->head.index = statement_int(s, 2);
  if (size == DIGEST_SIZE)
    memcpy(h->head.line.bytes, line, DIGEST_SIZE);
  h->manifest = g_strdup(statement_text(s, 4));
  h->armour = statement_bytes(s, 5);
  h->fingerprint = g_strdup(statement_text(s, 6));
  gconstpointer root = statement_blob(s, 7, &size);
  h->has_root = size == DIGEST_SIZE;
  if (h->has_root)
    memcpy(h->root.bytes, root, DIGEST_SIZE);
  return h;
}

int signed_head_last(Link *link, SignedHead **ret, GError **error) {
  g_autoptr(Statement) s = NULL;
  int r = link_query(link, &s, error, COLUMNS " ORDER BY number DESC LIMIT 1", "");
  if (r == 0 && (r = statement_step(s, error)) > 0) {
    *ret = head_at(s);
    return 0;
  }
  return r < 0 ? r : 1;
}

int signed_head_each(Link *link, gint64 after, gint64 upto, gint64 limit, SignedHeadSeen seen, gpointer data,
                     GError **error) {
  g_autoptr(Statement) s = NULL;
  int r =
      link_query(link, &s, error, COLUMNS " WHERE number > ?1 AND head_index <= ?2 ORDER BY number LIMIT ?3",
                 "iii", after, upto, limit);
  while (r == 0 && (r = statement_step(s, error)) > 0) {
    g_autoptr(SignedHead) head = head_at(s);
    r = seen(head, data, error);
  }
  return r;
}

int signed_head_is_due(Link *link, gint64 now, gint64 every, gboolean *ret, GError **error) {
  gint64 due = 0;
  int r = link_int(link, &due, error,
                   "SELECT COALESCE((SELECT MAX(at) FROM signed_heads), 0) + ?2 <= ?1"
                   " OR EXISTS (SELECT 1 FROM entries WHERE kind = 'mailing-sent'"
                   " AND id > COALESCE((SELECT MAX(head_index) FROM signed_heads), 0))",
                   "ii", now, every);
  *ret = due != 0;
  return MIN(r, 0);
}

int signed_head_ring(Link *link, GBytes **ret, GError **error) {
  g_autoptr(GByteArray) ring = g_byte_array_new();
  g_autoptr(Statement) s = NULL;
  int r = link_query(link, &s, error, "SELECT public FROM signed_head_keys ORDER BY since, fingerprint", "");
  while (r == 0 && (r = statement_step(s, error)) > 0) {
    gsize size = 0;
    gconstpointer key = statement_blob(s, 0, &size);
    g_byte_array_append(ring, key, (guint)size);
    r = 0;
  }
  if (r == 0)
    *ret = g_byte_array_free_to_bytes(g_steal_pointer(&ring));
  return r;
}

int signed_head_stamp_put(Link *link, gint64 number, gint64 at, const char *url, GBytes *reply,
                          GError **error) {
  int r = link_run(link, error,
                   "INSERT INTO signed_head_stamps (number, at, url, reply) VALUES (?1, ?2, ?3, ?4)"
                   " ON CONFLICT (number) DO NOTHING",
                   "iitb", number, at, url, reply);
  return MIN(r, 0);
}

int signed_head_stamp(Link *link, gint64 number, GBytes **ret, GError **error) {
  g_autoptr(Statement) s = NULL;
  *ret = NULL;
  int r = link_query(link, &s, error, "SELECT reply FROM signed_head_stamps WHERE number = ?1", "i", number);
  if (r == 0 && (r = statement_step(s, error)) > 0)
    *ret = statement_bytes(s, 0);
  return MIN(r, 0);
}
