/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "api/handlers.h"
#include "base/fault.h"
#include "base/file.h"
#include "base/text.h"
#include "mailing/publication.h"

static json_t *signature_json(const DocumentSignature *s) {
  return s == NULL ? json_null()
                   : json_pack("{s:s, s:s, s:o, s:s}", "fingerprint", s->fingerprint, "user_id", s->user_id,
                               "at", ask_time(s->at), "by", s->by);
}

static json_t *version_json(const DocumentVersion *v) {
  return json_pack("{s:s, s:s, s:s, s:I, s:o, s:o, s:o, s:o}", "language", v->language, "name", v->name,
                   "media_type", v->media_type, "size", (json_int_t)v->size, "sha256", ask_digest(&v->digest),
                   "signature", signature_json(v->signature), "frozen_at", ask_time(v->frozen_at),
                   "public_at", ask_time(v->public_at));
}

static json_t *document_json(const Document *d) {
  char day[DAY_TEXT_SIZE];
  json_t *versions = json_array();
  for (guint i = 0; i < d->versions->len; i++)
    json_array_append_new(versions, version_json(g_ptr_array_index(d->versions, i)));
  return json_pack("{s:o, s:s, s:s, s:o, s:s?, s:o, s:s?, s:o, s:o}", "id", ask_ident(IDENT_DOCUMENT, d->id),
                   "kind", d->kind, "title", d->title, "edition",
                   d->edition != 0 ? json_integer(d->edition) : json_null(), "date",
                   d->dated != 0 ? day_text(d->dated, day) : NULL, "created_at", ask_time(d->created_at),
                   "created_by", d->created_by, "frozen_at", ask_time(d->frozen_at), "versions", versions);
}

static json_t *documents_json(const GPtrArray *documents) {
  json_t *items = json_array();
  for (guint i = 0; i < documents->len; i++)
    json_array_append_new(items, document_json(g_ptr_array_index(documents, i)));
  return items;
}

static int respond_document(Ask *ask, guint status, gint64 id, GError **error) {
  g_autoptr(Link) link = NULL;
  g_autoptr(Document) document = NULL;
  int r = store_read(ask->house->store, &link, error);
  if (r == 0)
    r = document_find(link, id, &document, error);
  return r < 0 ? r : ask_respond(ask, status, document_json(document));
}

int documents_api_list(Ask *ask, GError **error) {
  static const char *const known[] = {"after", "limit", NULL};
  g_autoptr(Link) link = NULL;
  g_autoptr(GPtrArray) documents = NULL;
  gint64 after, limit;
  int r = ask_query(ask, known, error);
  if (r == 0)
    r = ask_page(ask, IDENT_DOCUMENT, &after, &limit, error);
  if (r == 0)
    r = store_read(ask->house->store, &link, error);
  if (r == 0)
    r = document_list(link, after, limit, &documents, error);
  if (r < 0)
    return r;
  gint64 last = documents->len > 0 ? ((Document *)g_ptr_array_index(documents, documents->len - 1))->id : 0;
  return ask_respond(ask, 200,
                     ask_page_of(documents_json(documents), limit, ask_ident(IDENT_DOCUMENT, last)));
}

int documents_api_show(Ask *ask, GError **error) {
  static const char *const known[] = {NULL};
  gint64 id;
  int r = ask_query(ask, known, error);
  if (r == 0)
    r = ask_id(ask, IDENT_DOCUMENT, &id, error);
  return r < 0 ? r : respond_document(ask, 200, id, error);
}

/* The uploaded file as it lies here and as people call it. */
static int read_file(const Ask *ask, DocumentFile *ret, GError **error) {
  ret->path = request_upload(ask->request);
  int r = ask_query_text(ask, "language", &ret->language, error);
  if (r == 0)
    r = ask_query_text(ask, "name", &ret->name, error);
  if (r < 0)
    return r;
  if (ret->path == NULL)
    return fault(error, FAULT_INPUT, "a file is wanted as the body, with its Content-Type");
  if (ret->language == NULL || ret->name == NULL)
    return fault(error, FAULT_INPUT, "%s: is missing; say it in the query",
                 ret->language == NULL ? "language" : "name");
  return 0;
}

static int read_edition(const Ask *ask, gint64 *ret, GError **error) {
  const char *text = request_query(ask->request, "edition");
  guint64 edition = 0;
  if (text != NULL && !g_ascii_string_to_unsigned(text, 10, 1, 10000, &edition, NULL))
    return fault(error, FAULT_INPUT, "edition: \"%s\" is no number from 1 to 10000", text);
  *ret = (gint64)edition;
  return 0;
}

static int read_day(const Ask *ask, Day *ret, GError **error) {
  const char *text = NULL;
  int r = ask_query_text(ask, "date", &text, error);
  if (r == 0 && text != NULL && (r = day_parse(text, ret, error)) < 0)
    return fault_prefix(error, "date");
  return r;
}

int documents_api_add(Ask *ask, GError **error) {
  static const char *const known[] = {"kind", "title", "edition", "date", "language", "name", NULL};
  DocumentDraft draft = {0};
  gint64 id;
  DocumentFile file = {0};
  int r = ask_query(ask, known, error);
  if (r == 0)
    r = ask_query_text(ask, "kind", &draft.kind, error);
  if (r == 0)
    r = ask_query_text(ask, "title", &draft.title, error);
  if (r == 0)
    r = read_edition(ask, &draft.edition, error);
  if (r == 0)
    r = read_day(ask, &draft.dated, error);
  if (r == 0)
    r = read_file(ask, &file, error);
  if (r == 0 && (draft.kind == NULL || text_blank(draft.title)))
    r = fault(error, FAULT_INPUT, "%s: is missing; say it in the query",
              draft.kind == NULL ? "kind" : "title");
  if (r == 0)
    r = document_add(ask->house->desk, ask->actor, &draft, &file, 1, &id, error);
  return r < 0 ? r : respond_document(ask, 201, id, error);
}

int documents_api_put(Ask *ask, GError **error) {
  static const char *const known[] = {"language", "name", NULL};
  gint64 id;
  DocumentFile file = {0};
  int r = ask_query(ask, known, error);
  if (r == 0)
    r = ask_id(ask, IDENT_DOCUMENT, &id, error);
  if (r == 0)
    r = read_file(ask, &file, error);
  if (r == 0)
    r = document_put(ask->house->desk, ask->actor, id, &file, error);
  return r < 0 ? r : respond_document(ask, r > 0 ? 200 : 201, id, error);
}

int documents_api_freeze(Ask *ask, GError **error) {
  static const char *const known[] = {"confirm", NULL};
  const char *confirm = NULL;
  gint64 id;
  int r = ask_fields(ask, known, error);
  if (r == 0)
    r = ask_id(ask, IDENT_DOCUMENT, &id, error);
  if (r == 0)
    r = ask_text(ask, "confirm", 100, &confirm, error);
  if (r == 0)
    r = document_freeze(ask->house->desk, ask->actor, id, confirm, error);
  return r < 0 ? r : respond_document(ask, 200, id, error);
}

/* As gpg and gpgv take it beside the file. */
int documents_api_signature(Ask *ask, GError **error) {
  static const char *const known[] = {NULL};
  g_autoptr(Link) link = NULL;
  g_autoptr(Document) document = NULL;
  gint64 id;
  int r = ask_query(ask, known, error);
  if (r == 0)
    r = ask_id(ask, IDENT_DOCUMENT, &id, error);
  if (r == 0)
    r = store_read(ask->house->store, &link, error);
  if (r == 0)
    r = document_find(link, id, &document, error);
  if (r < 0)
    return r;
  const char *language = request_argument(ask->request, "language");
  const DocumentVersion *v = document_version(document, language);
  char text[IDENT_SIZE];
  if (v == NULL || v->signature == NULL)
    return fault(error, FAULT_ABSENT, "%s %s: there is no signature of ours",
                 ident_into(IDENT_DOCUMENT, id, text), language);
  response_bytes(ask->response, 200, "application/pgp-signature", v->signature->armour);
  return 0;
}

int documents_api_publish(Ask *ask, GError **error) {
  static const char *const known[] = {"at", NULL};
  gint64 id, at;
  int r = ask_fields(ask, known, error);
  if (r == 0)
    r = ask_id(ask, IDENT_DOCUMENT, &id, error);
  if (r == 0)
    r = ask_moment(ask, "at", 0, &at, error);
  if (r == 0)
    r = publication_set(ask->house->desk, ask->actor, id, at, error);
  return r < 0 ? r : respond_document(ask, 200, id, error);
}

int documents_api_verify(Ask *ask, GError **error) {
  static const char *const known[] = {NULL};
  g_autoptr(GPtrArray) documents = NULL;
  const char *path = request_upload(ask->request);
  Digest digest;
  goffset size;
  int r = ask_query(ask, known, error);
  if (r == 0 && path == NULL)
    r = fault(error, FAULT_INPUT, "a file is wanted as the body, with its Content-Type");
  if (r == 0)
    r = file_digest(path, &digest, &size, error);
  if (r == 0)
    r = document_of_digest(ask->house->desk, &digest, &documents, error);
  if (r < 0)
    return r;
  return ask_respond(ask, 200,
                     json_pack("{s:b, s:o, s:o}", "genuine", documents->len > 0, "sha256",
                               ask_digest(&digest), "items", documents_json(documents)));
}
