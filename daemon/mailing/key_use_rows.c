/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailing/key_use.h"

int key_use_rows_open(Link *link, enum key_use_kind kind, gint64 *ret_id, char **ret_fingerprint,
                      GError **error) {
  g_autoptr(Statement) s = NULL;
  int r = link_query(link, &s, error,
                     "SELECT id, fingerprint FROM key_uses WHERE kind = ?1 AND until = 0 ORDER BY id DESC",
                     "i", (gint64)kind);
  if (r < 0 || (r = statement_step(s, error)) <= 0)
    return r < 0 ? r : 1;
  *ret_id = statement_int(s, 0);
  *ret_fingerprint = g_strdup(statement_text(s, 1));
  return 0;
}

int key_use_rows_end(Link *link, gint64 id, gint64 now, GError **error) {
  int r = link_run(link, error, "UPDATE key_uses SET until = ?2 WHERE id = ?1", "ii", id, now);
  return MIN(r, 0);
}

int key_use_rows_begin(Link *link, const KeyUse *use, GBytes *material, GError **error) {
  int r = link_run(
      link, error,
      "INSERT INTO key_uses (kind, fingerprint, user_id, since, material) VALUES (?1, ?2, ?3, ?4, ?5)",
      "ittib", (gint64)use->kind, use->fingerprint, use->user_id, use->since, material);
  return MIN(r, 0);
}

int key_use_rows_renew(Link *link, gint64 id, GBytes *material, GError **error) {
  int r = link_run(link, error, "UPDATE key_uses SET material = ?2 WHERE id = ?1", "ib", id, material);
  return MIN(r, 0);
}

int key_use_each(Link *link, KeyUseSeen seen, gpointer data, GError **error) {
  g_autoptr(Statement) s = NULL;
  int r = link_query(link, &s, error,
                     "SELECT kind, fingerprint, user_id, since, until FROM key_uses ORDER BY id", "");
  while (r == 0 && (r = statement_step(s, error)) > 0) {
    KeyUse use = {.kind = (enum key_use_kind)statement_int(s, 0),
                  .fingerprint = statement_text(s, 1),
                  .user_id = statement_text(s, 2),
                  .since = statement_int(s, 3),
                  .until = statement_int(s, 4)};
    r = seen(&use, data, error);
  }
  return r;
}

/* One that was in use twice is there once, as it was last. */
int key_use_public(Link *link, GBytes **ret, GError **error) {
  g_autoptr(Statement) s = NULL;
  g_autoptr(GString) all = g_string_new(NULL);
  int r =
      link_query(link, &s, error,
                 "SELECT material FROM key_uses u WHERE kind = ?1 AND NOT EXISTS (SELECT 1 FROM key_uses l"
                 " WHERE l.kind = u.kind AND l.fingerprint = u.fingerprint AND l.id > u.id) ORDER BY id DESC",
                 "i", (gint64)KEY_USE_DOCUMENTS);
  while (r == 0 && (r = statement_step(s, error)) > 0) {
    gsize size = 0;
    const char *bytes = statement_blob(s, 0, &size);
    g_string_append_len(all, bytes, (gssize)size);
    r = 0;
  }
  if (r < 0 || all->len == 0)
    return r < 0 ? r : 1;
  *ret = g_string_free_to_bytes(g_steal_pointer(&all));
  return 0;
}
