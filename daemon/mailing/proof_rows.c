/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailing/proof_rows.h"

#include <string.h>

int proof_rows_insert(Link *link, gint64 delivery, const Proof *p, GError **error) {
  int n = link_run(link, error,
                   "INSERT INTO delivery_proofs (delivery, sha256, name, media_type, size, reference, day,"
                   " done_at, done_by) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
                   "idttittit", delivery, &p->digest, p->name, p->media_type, p->size, p->reference, p->day,
                   p->at, p->by);
  return MIN(n, 0);
}

int proof_rows_find(Link *link, gint64 delivery, Proof **ret, GError **error) {
  g_autoptr(Statement) s = NULL;
  int r = link_query(link, &s, error,
                     "SELECT sha256, name, media_type, size, reference, day, done_at, done_by"
                     " FROM delivery_proofs WHERE delivery = ?1",
                     "i", delivery);
  if (r == 0)
    r = statement_step(s, error);
  if (r <= 0)
    return r < 0 ? r : 1;
  Proof *p = g_new0(Proof, 1);
  gsize size = 0;
  gconstpointer digest = statement_blob(s, 0, &size);
  if (size == DIGEST_SIZE)
    memcpy(p->digest.bytes, digest, DIGEST_SIZE);
  p->name = g_strdup(statement_text(s, 1));
  p->media_type = g_strdup(statement_text(s, 2));
  p->size = statement_int(s, 3);
  p->reference = g_strdup(statement_text(s, 4));
  p->day = g_strdup(statement_text(s, 5));
  p->at = statement_int(s, 6);
  p->by = g_strdup(statement_text(s, 7));
  *ret = p;
  return 0;
}
