/* SPDX-License-Identifier: GPL-3.0-or-later */
/* exports_api.c - all that is kept of one contact, for whoever asks what that is; and that a person looked at
 * it */
#include "api/answers_json.h"
#include "api/contact_json.h"
#include "api/handlers.h"
#include "api/inbound_api.h"
#include "api/log_json.h"
#include "api/proposals_json.h"
#include "base/fault.h"
#include "contacts/merge.h"
#include "contacts/review.h"
#include "journal/journal_rows.h"

typedef struct {
  const Ask *ask;
  Link *link;
  json_t *deliveries, *answers, *log, *merged, *inbound;
} Dossier;

static json_t *delivery_json(const DeliveryRow *d) {
  return json_pack("{s:o, s:o, s:s, s:s, s:s, s:s?, s:s?, s:o, s:o}", "id", ask_ident(IDENT_DELIVERY, d->id),
                   "mailing", ask_ident(IDENT_MAILING, d->mailing), "state", delivery_state_name(d->state),
                   "address", d->address, "language", d->language, "variant", d->variant, "reason", d->reason,
                   "dated", ask_time(d->dated), "message_sha256",
                   d->has_sha256 ? ask_digest(&d->sha256) : json_null());
}

static int add_deliveries(Dossier *dossier, gint64 contact, GError **error) {
  DeliveryFilter filter = {.contact = contact, .limit = ASK_PAGE_MAX};
  for (;;) {
    g_autoptr(GPtrArray) rows = NULL;
    int r = outbox_list(dossier->link, ask_clearance(dossier->ask), &filter, &rows, error);
    if (r < 0)
      return r;
    for (guint i = 0; i < rows->len; i++) {
      const DeliveryRow *row = rows->pdata[i];
      json_array_append_new(dossier->deliveries, delivery_json(row));
      filter.after = row->id;
    }
    if (rows->len < ASK_PAGE_MAX)
      return 0;
  }
}

static int add_answers(Dossier *dossier, gint64 contact, GError **error) {
  g_autoptr(GPtrArray) events = NULL;
  int r =
      acknowledgement_events_of_contact(dossier->link, ask_clearance(dossier->ask), contact, &events, error);
  for (guint i = 0; r == 0 && i < events->len; i++)
    json_array_append_new(dossier->answers, answers_json_event(g_ptr_array_index(events, i)));
  return r;
}

static int add_entry(const JournalRow *row, gpointer data, G_GNUC_UNUSED GError **error) {
  return json_array_append_new(data, log_json_entry(row)) == 0 ? 0 : FAULT_SYSTEM;
}

static int add_log(Dossier *dossier, gint64 contact, GError **error) {
  JournalFilter filter = {.contact = contact, .limit = JOURNAL_PAGE_MAX};
  return journal_rows_each(dossier->link, &filter, ask_clearance(dossier->ask), add_entry, dossier->log,
                           error);
}

/* What was sent to who went into the contact was sent to the same person. */
static int add_merged(const Merge *merge, gpointer data, GError **error) {
  Dossier *dossier = data;
  json_t *one = json_pack("{s:o, s:o, s:s}", "id", ask_ident(IDENT_CONTACT, merge->gone), "at",
                          ask_time(merge->made_at), "by", merge->made_by);
  int r = json_array_append_new(dossier->merged, one) == 0 ? 0 : FAULT_SYSTEM;
  if (r == 0)
    r = add_deliveries(dossier, merge->gone, error);
  if (r == 0)
    r = add_answers(dossier, merge->gone, error);
  if (r == 0)
    r = add_log(dossier, merge->gone, error);
  if (r == 0)
    r = inbound_api_add_contact(dossier->ask, dossier->link, merge->gone, dossier->inbound, error);
  return r == 0
             ? merge_each(dossier->link, merge->gone, ask_clearance(dossier->ask), add_merged, dossier, error)
             : r;
}

static int add_review(const Dossier *dossier, gint64 contact, json_t *to, GError **error) {
  g_autofree char *by = NULL;
  gint64 at = 0;
  int r = review_last(dossier->link, contact, &at, &by, error);
  json_object_set_new(to, "reviewed_at", ask_time(at));
  json_object_set_new(to, "reviewed_by", by != NULL ? json_string(by) : json_null());
  return r;
}

static int fill(Dossier *dossier, gint64 contact, GError **error) {
  int r = add_deliveries(dossier, contact, error);
  if (r == 0)
    r = add_answers(dossier, contact, error);
  if (r == 0)
    r = add_log(dossier, contact, error);
  if (r == 0)
    r = inbound_api_add_contact(dossier->ask, dossier->link, contact, dossier->inbound, error);
  return r == 0 ? merge_each(dossier->link, contact, ask_clearance(dossier->ask), add_merged, dossier, error)
                : r;
}

static int dossier_of(const Ask *ask, json_t **ret, GError **error) {
  g_autoptr(Link) link = NULL;
  g_autoptr(Contact) contact = NULL;
  json_t *json = NULL;
  int r = store_read(ask->house->store, &link, error);
  if (r == 0)
    r = contact_json_named(ask, link, &contact, error);
  if (r == 0)
    r = contact_json(ask, link, contact, &json, error);
  if (r < 0)
    return r;
  Dossier dossier = {ask, link, json_array(), json_array(), json_array(), json_array(), json_array()};
  r = fill(&dossier, contact->id, error);
  json_t *proposals = json_array();
  if (r == 0)
    r = proposals_json_of_contact(ask, link, contact->id, proposals, error);
  json_object_set_new(json, "proposals", proposals);
  if (r == 0)
    r = add_review(&dossier, contact->id, json, error);
  json_object_set_new(json, "merged", dossier.merged);
  json_object_set_new(json, "deliveries", dossier.deliveries);
  json_object_set_new(json, "answers", dossier.answers);
  json_object_set_new(json, "log", dossier.log);
  json_object_set_new(json, "inbound", dossier.inbound);
  if (r == 0)
    *ret = json;
  else
    json_decref(json);
  return r;
}

int exports_api_dossier(Ask *ask, GError **error) {
  static const char *const known[] = {NULL};
  json_t *json = NULL;
  int r = ask_query(ask, known, error);
  if (r == 0)
    r = dossier_of(ask, &json, error);
  return r < 0 ? r : ask_respond(ask, 200, json);
}

int exports_api_review(Ask *ask, GError **error) {
  static const char *const known[] = {NULL};
  g_autoptr(Contact) contact = NULL;
  int r = ask_fields(ask, known, error);
  if (r == 0) {
    g_autoptr(Link) link = NULL;
    r = store_read(ask->house->store, &link, error);
    if (r == 0)
      r = contact_json_named(ask, link, &contact, error);
  }
  if (r == 0)
    r = review_note(ask->house->contacts, ask->actor, contact->id, error);
  return r < 0 ? r : contact_json_respond(ask, 200, contact->id, error);
}
