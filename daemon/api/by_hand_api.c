/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "api/csv_row.h"
#include "api/deliveries_api.h"
#include "api/handlers.h"
#include "base/fault.h"
#include "mailing/mailing.h"
#include "mailing/proof.h"
#include "mailing/roll.h"
#include "mailing/to_do.h"

#define LABELS_MAX 5000 /* rows of one sheet of labels */

/* ---- the letter ---- */

static json_t *documents_json(const GPtrArray *documents) {
  json_t *list = json_array();
  for (guint i = 0; i < documents->len; i++) {
    const DocumentVersion *v = g_ptr_array_index(documents, i);
    json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:I, s:o}", "name", v->name, "media_type",
                                          v->media_type, "language", v->language, "size", (json_int_t)v->size,
                                          "sha256", ask_digest(&v->digest)));
  }
  return list;
}

static int read_letter(Ask *ask, ToDoLetter **ret, GError **error) {
  static const char *const known[] = {NULL};
  gint64 delivery;
  int r = ask_query(ask, known, error);
  if (r == 0)
    r = ask_id(ask, IDENT_DELIVERY, &delivery, error);
  return r < 0 ? r : to_do_letter(ask->house->desk, ask_clearance(ask), delivery, ret, error);
}

int by_hand_api_text(Ask *ask, GError **error) {
  g_autoptr(ToDoLetter) letter = NULL;
  int r = read_letter(ask, &letter, error);
  if (r < 0)
    return r;
  return ask_respond(ask, 200,
                     json_pack("{s:o, s:s, s:s, s:s, s:s?, s:s, s:s, s:s, s:o}", "id",
                               ask_ident(IDENT_DELIVERY, letter->delivery), "by_hand", letter->by_hand,
                               "address", letter->address, "language", letter->language, "inside_address",
                               letter->inside, "subject", letter->subject, "text", letter->text, "reference",
                               letter->reference, "documents", documents_json(letter->documents)));
}

/* To be saved and printed, never to be shown at the address of the API. */
int by_hand_api_letter(Ask *ask, GError **error) {
  g_autoptr(ToDoLetter) letter = NULL;
  int r = read_letter(ask, &letter, error);
  if (r < 0)
    return r;
  g_autofree char *html = to_do_paper(ask->house->desk, letter);
  response_text(ask->response, 200, "text/html; charset=utf-8", html);
  response_set_header(ask->response, "Content-Disposition", "attachment; filename=letter.html");
  return 0;
}

int by_hand_api_document(Ask *ask, GError **error) {
  g_autoptr(ToDoLetter) letter = NULL;
  g_autoptr(MailingSettings) settings = desk_settings(ask->house->desk);
  Digest digest;
  int r = read_letter(ask, &letter, error);
  if (r < 0)
    return r;
  const char *text = request_argument(ask->request, "sha256");
  gboolean known = text != NULL && digest_parse(text, &digest);
  for (guint i = 0; known && i < letter->documents->len; i++) {
    const DocumentVersion *v = g_ptr_array_index(letter->documents, i);
    if (!digest_equal(&v->digest, &digest))
      continue;
    g_autofree char *path = document_path(settings, &v->digest, FALSE);
    return response_file(ask->response, 200, v->media_type, path, error);
  }
  return fault(error, FAULT_ABSENT, "no document with that SHA-256 goes with this letter");
}

/* ---- carried, and the proof of it ---- */

int by_hand_api_done(Ask *ask, GError **error) {
  static const char *const known[] = {"name", "reference", "date", NULL};
  ProofFile file = {.path = request_upload(ask->request)};
  gint64 delivery;
  int r = ask_query(ask, known, error);
  if (r == 0)
    r = ask_id(ask, IDENT_DELIVERY, &delivery, error);
  if (r == 0)
    r = ask_query_text(ask, "name", &file.name, error);
  if (r == 0)
    r = ask_query_text(ask, "reference", &file.reference, error);
  if (r == 0)
    r = ask_query_text(ask, "date", &file.day, error);
  if (r < 0)
    return r;
  if (file.path == NULL)
    return fault(error, FAULT_INPUT,
                 "the proof is missing: a file is wanted as the body, with its Content-Type");
  if (file.name == NULL)
    return fault(error, FAULT_INPUT, "name: is missing; say in the query what the file is called");
  r = proof_keep(ask->house->desk, ask->actor, delivery, &file, error);
  return r < 0 ? r : deliveries_api_respond(ask, delivery, error);
}

int by_hand_api_proof(Ask *ask, GError **error) {
  static const char *const known[] = {NULL};
  g_autoptr(Link) link = NULL;
  g_autoptr(DeliveryRow) row = NULL;
  g_autoptr(Proof) proof = NULL;
  g_autofree char *path = NULL;
  gint64 delivery;
  int r = ask_query(ask, known, error);
  if (r == 0)
    r = ask_id(ask, IDENT_DELIVERY, &delivery, error);
  if (r == 0)
    r = store_read(ask->house->store, &link, error);
  if (r == 0)
    r = outbox_find(link, ask_clearance(ask), delivery, &row, error);
  if (r == 0)
    r = proof_find(link, delivery, &proof, error);
  if (r > 0)
    return fault(error, FAULT_ABSENT, "no proof is kept of this delivery");
  if (r == 0)
    r = proof_path(ask->house->desk, proof, &path, error);
  if (r < 0)
    return r;
  /* What somebody scanned is handed out to be saved, never to be shown by a browser. */
  r = response_file(ask->response, 200, "application/octet-stream", path, error);
  if (r == 0)
    response_set_header(ask->response, "Content-Disposition", "attachment");
  return r;
}

/* ---- labels ---- */

static int put_label(const Ask *ask, Link *link, const DeliveryRow *row, GString *to, GError **error) {
  g_autoptr(Addressee) line = NULL;
  char id[IDENT_SIZE], mailing[IDENT_SIZE];
  int r = roll_find(link, ask_clearance(ask), row->addressee, &line, error);
  if (r < 0)
    return r;
  const char *const cells[] = {ident_into(IDENT_DELIVERY, row->id, id),
                               ident_into(IDENT_MAILING, row->mailing, mailing),
                               line->inside != NULL ? line->inside : line->name,
                               row->address,
                               row->country,
                               row->language};
  csv_row_put(to, cells, G_N_ELEMENTS(cells));
  return 0;
}

static int read_labels(const Ask *ask, DeliveryFilter *filter, GError **error) {
  static const char *const known[] = {"mailing", "country", NULL};
  *filter = (DeliveryFilter){.states = 1U << DELIVERY_TO_DO, .limit = LABELS_MAX};
  int r = ask_query(ask, known, error);
  if (r == 0)
    r = ask_query_id(ask, "mailing", IDENT_MAILING, &filter->mailing, error);
  return r == 0 ? ask_query_text(ask, "country", &filter->country, error) : r;
}

/* What a sheet of labels is printed from: what is to be posted, one a row. */
int by_hand_api_labels(Ask *ask, GError **error) {
  DeliveryFilter filter;
  g_autoptr(Link) link = NULL;
  g_autoptr(GPtrArray) rows = NULL;
  int r = read_labels(ask, &filter, error);
  if (r == 0)
    r = store_read(ask->house->store, &link, error);
  if (r == 0)
    r = outbox_list(link, ask_clearance(ask), &filter, &rows, error);
  g_autoptr(GString) csv = g_string_new(
      CSV_ROW_MARK "\"delivery\";\"reference\";\"name\";\"address\";\"country\";\"language\"\r\n");
  for (guint i = 0; r == 0 && i < rows->len; i++) {
    const DeliveryRow *row = g_ptr_array_index(rows, i);
    if (g_strcmp0(row->by_hand, "post") == 0)
      r = put_label(ask, link, row, csv, error);
  }
  if (r == 0)
    response_text(ask->response, 200, "text/csv; charset=utf-8", csv->str);
  return r;
}
