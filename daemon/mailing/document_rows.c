/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailing/document_rows.h"

#include <string.h>

#include "base/fault.h"
#include "mailing/document_signature.h"

int document_rows_insert(Link *link, const Document *d, gint64 *ret_id, GError **error) {
  return link_insert(link, ret_id, error,
                     "INSERT INTO documents (kind, title, edition, created_at, created_by, dated)"
                     " VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                     "ttiiti", d->kind, d->title, d->edition, d->created_at, d->created_by, (gint64)d->dated);
}

int document_rows_put(Link *link, gint64 document, const DocumentVersion *v, const char *by, GError **error) {
  int n = link_run(
      link, error,
      "INSERT INTO document_versions (document, language, name, media_type, size, sha256,"
      " added_by) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (document, language) DO UPDATE SET"
      " name = excluded.name, media_type = excluded.media_type, size = excluded.size,"
      " sha256 = excluded.sha256, added_by = excluded.added_by WHERE document_versions.frozen_at = 0",
      "itttidt", document, v->language, v->name, v->media_type, v->size, &v->digest, by);
  return n < 0 ? n : n == 0;
}

int document_rows_freeze(Link *link, gint64 document, const DocumentVersion *v, gint64 now, GError **error) {
  int n = link_run(link, error,
                   "UPDATE document_versions SET frozen_at = ?4, encoded_size = ?5, encoded_sha256 = ?6"
                   " WHERE document = ?1 AND language = ?2 AND sha256 = ?3 AND frozen_at = 0",
                   "itdiid", document, v->language, &v->digest, now, v->encoded_size, &v->encoded_digest);
  return n < 0 ? n : n == 0;
}

int document_rows_publish(Link *link, gint64 document, const char *language, gint64 at, GError **error) {
  int r = link_run(link, error,
                   "INSERT INTO publications (document, language, public_at) VALUES (?1, ?2, ?3)"
                   " ON CONFLICT (document, language) DO UPDATE SET public_at = excluded.public_at",
                   "iti", document, language, at);
  return MIN(r, 0);
}

static void digest_at(Statement *s, int column, Digest *ret) {
  gsize size = 0;
  gconstpointer bytes = statement_blob(s, column, &size);
  if (size == DIGEST_SIZE)
    memcpy(ret->bytes, bytes, DIGEST_SIZE);
}

static DocumentVersion *version_at(Statement *s) {
  DocumentVersion *v = g_new0(DocumentVersion, 1);
  v->language = g_strdup(statement_text(s, 0));
  v->name = g_strdup(statement_text(s, 1));
  v->media_type = g_strdup(statement_text(s, 2));
  v->size = statement_int(s, 3);
  digest_at(s, 4, &v->digest);
  v->frozen_at = statement_int(s, 5);
  v->encoded_size = statement_int(s, 6);
  digest_at(s, 7, &v->encoded_digest);
  v->public_at = statement_int(s, 8);
  v->added_by = g_strdup(statement_text(s, 9));
  g_autoptr(GBytes) armour = statement_bytes(s, 10);
  if (armour != NULL)
    v->signature = document_signature_new(armour, statement_text(s, 11), statement_text(s, 12),
                                          statement_int(s, 13), statement_text(s, 14));
  return v;
}

/* CODE, when given, leaves out the versions that it does not fit. */
static int add_versions(Link *link, Document *document, const DocumentCode *code, GError **error) {
  g_autoptr(Statement) s = NULL;
  int r = link_query(link, &s, error,
                     "SELECT v.language, v.name, v.media_type, v.size, v.sha256, v.frozen_at, v.encoded_size,"
                     " v.encoded_sha256, COALESCE(p.public_at, 0), v.added_by, g.armour, g.fingerprint,"
                     " g.user_id, g.signed_at, g.signed_by FROM document_versions v"
                     " LEFT JOIN document_signatures g ON g.document = v.document AND g.language = v.language"
                     " LEFT JOIN publications p ON p.document = v.document AND p.language = v.language"
                     " WHERE v.document = ?1 ORDER BY v.language",
                     "i", document->id);
  gboolean all_frozen = TRUE;
  gint64 last = 0;
  while (r == 0 && (r = statement_step(s, error)) > 0) {
    DocumentVersion *v = version_at(s);
    all_frozen = all_frozen && v->frozen_at != 0;
    last = MAX(last, v->frozen_at);
    g_ptr_array_add(document->versions, v);
    if (code != NULL && !document_code_fits(code, &v->digest))
      g_ptr_array_remove_index(document->versions, document->versions->len - 1);
    r = 0;
  }
  document->frozen_at = all_frozen ? last : 0;
  return r;
}

static void version_free(gpointer data) {
  DocumentVersion *v = data;
  g_free(v->language);
  g_free(v->name);
  g_free(v->media_type);
  g_free(v->added_by);
  document_signature_free(v->signature);
  g_free(v);
}

static Document *document_at(Statement *s) {
  Document *d = g_new0(Document, 1);
  d->id = statement_int(s, 0);
  d->kind = g_strdup(statement_text(s, 1));
  d->title = g_strdup(statement_text(s, 2));
  d->edition = statement_int(s, 3);
  d->created_at = statement_int(s, 4);
  d->created_by = g_strdup(statement_text(s, 5));
  d->dated = (Day)statement_int(s, 6);
  d->versions = g_ptr_array_new_with_free_func(version_free);
  return d;
}

/* Takes over S, whose rows are documents. */
static int gather(Link *link, int r, Statement *s, const DocumentCode *code, GPtrArray **ret,
                  GError **error) {
  g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func((GDestroyNotify)document_free);
  while (r == 0 && (r = statement_step(s, error)) > 0) {
    g_ptr_array_add(rows, document_at(s));
    r = 0;
  }
  statement_done(s);
  for (guint i = 0; r == 0 && i < rows->len; i++)
    r = add_versions(link, g_ptr_array_index(rows, i), code, error);
  if (r == 0)
    *ret = g_steal_pointer(&rows);
  return r;
}

#define ROW "SELECT id, kind, title, edition, created_at, created_by, dated FROM documents"

int document_rows_find(Link *link, gint64 document, Document **ret, GError **error) {
  Statement *s = NULL;
  g_autoptr(GPtrArray) rows = NULL;
  int r = link_query(link, &s, error, ROW " WHERE id = ?1", "i", document);
  r = gather(link, r, s, NULL, &rows, error);
  if (r < 0)
    return r;
  if (rows->len == 0)
    return 1;
  *ret = g_ptr_array_steal_index(rows, 0);
  return 0;
}

int document_rows_list(Link *link, gint64 after, gint64 limit, GPtrArray **ret, GError **error) {
  Statement *s = NULL;
  int r = link_query(link, &s, error, ROW " WHERE id > ?1 ORDER BY id LIMIT ?2", "ii", after, limit);
  return gather(link, r, s, NULL, ret, error);
}

int document_rows_of_code(Link *link, const DocumentCode *code, GPtrArray **ret, GError **error) {
  Statement *s = NULL;
  int r = link_query(
      link, &s, error,
      ROW " WHERE id IN (SELECT document FROM document_versions WHERE sha256 BETWEEN ?1 AND ?2) ORDER BY id",
      "dd", &code->from, &code->to);
  return gather(link, r, s, code, ret, error);
}

int document_rows_list_public(Link *link, gint64 now, gint64 limit, GPtrArray **ret, GError **error) {
  Statement *s = NULL;
  int r = link_query(link, &s, error,
                     ROW " JOIN (SELECT document, MAX(public_at) AS latest FROM publications"
                         " WHERE public_at <= ?1 GROUP BY document) p ON p.document = id"
                         " ORDER BY p.latest DESC, id DESC LIMIT ?2",
                     "ii", now, limit);
  return gather(link, r, s, NULL, ret, error);
}

int document_signature_rows_put(Link *link, gint64 document, const DocumentVersion *v, GError **error) {
  const DocumentSignature *s = v->signature;
  int r =
      link_run(link, error,
               "INSERT INTO document_signatures (document, language, armour, fingerprint, user_id, signed_at,"
               " signed_by) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
               "itbttit", document, v->language, s->armour, s->fingerprint, s->user_id, s->at, s->by);
  return MIN(r, 0);
}
