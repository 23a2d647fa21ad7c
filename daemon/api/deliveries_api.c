/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "api/deliveries_api.h"

#include <string.h>

#include "api/answers_json.h"
#include "api/contact_json.h"
#include "api/handlers.h"
#include "api/log_json.h"
#include "base/fault.h"
#include "base/text.h"
#include "journal/journal_rows.h"
#include "mailing/compose.h"
#include "mailing/proof.h"
#include "mailing/splice.h"
#include "outbox/fact.h"

static json_t *attempts_json(const GPtrArray *attempts) {
  json_t *list = json_array();
  for (guint i = 0; i < attempts->len; i++) {
    const AttemptRow *a = g_ptr_array_index(attempts, i);
    json_array_append_new(list, json_pack("{s:I, s:I, s:o, s:o, s:o, s:s, s:s, s:s, s:i, s:s?, s:s?, s:s?}",
                                          "number", (json_int_t)a->number, "epoch", (json_int_t)a->epoch,
                                          "time", ask_time(a->at), "dot_at", ask_time(a->dot_at), "ended_at",
                                          ask_time(a->ended_at), "relay", a->relay, "outcome", a->outcome,
                                          "step", a->step, "code", a->code, "status", a->status, "reply",
                                          a->reply, "tls", a->tls));
  }
  return list;
}

static json_t *facts_json(const GPtrArray *facts) {
  json_t *list = json_array();
  for (guint i = 0; i < facts->len; i++) {
    const Fact *f = g_ptr_array_index(facts, i);
    gboolean bounced = f->kind == FACT_BOUNCED;
    json_array_append_new(list, json_pack("{s:s, s:o, s:s?, s:s?, s:s?, s:s?, s:o}", "fact",
                                          fact_kind_name(f->kind), "time", ask_time(f->at), "class",
                                          bounced ? (f->hard ? "hard" : "soft") : NULL, "cause",
                                          bounced ? refusal_cause_name(f->cause) : NULL, "status", f->status,
                                          "words", f->words, "message", ask_ident(IDENT_INBOUND, f->source)));
  }
  return list;
}

/* NULL: nobody, or there is no message yet. */
static int signed_by(Link *link, const DeliveryRow *d, char **ret, GError **error) {
  g_autoptr(GBytes) head = NULL;
  int r = d->has_sha256 ? outbox_splice_head(link, d->id, SPLICE_HEAD, &head, error) : 0;
  *ret = head != NULL ? splice_signed_by(head) : NULL;
  return r;
}

static json_t *delivery_json(const Ask *ask, const DeliveryRow *d, const GPtrArray *attempts,
                             const GPtrArray *facts) {
  g_autofree char *message_id = compose_message_id(ask->house->desk, d->id);
  return json_pack(
      "{s:o, s:o, s:o, s:o, s:o, s:s, s:s, s:s?, s:s, s:s, s:s?, s:s?, s:o, s:o, s:o, s:o,"
      " s:I, s:I, s:o, s:s?, s:s?}",
      "id", ask_ident(IDENT_DELIVERY, d->id), "mailing", ask_ident(IDENT_MAILING, d->mailing), "addressee",
      ask_ident(IDENT_ADDRESSEE, d->addressee), "contact", ask_ident(IDENT_CONTACT, d->contact), "channel",
      ask_ident(IDENT_CHANNEL, d->channel), "variant", d->variant, "state", delivery_state_name(d->state),
      "reason", d->reason, "address", d->address, "language", d->language, "country", d->country,
      "message_id", message_id, "sha256", d->has_sha256 ? ask_digest(&d->sha256) : json_null(), "supersedes",
      ask_ident(IDENT_DELIVERY, d->supersedes), "facts", facts_json(facts), "attempts",
      attempts_json(attempts), "epoch", (json_int_t)d->epoch, "attempts_counted", (json_int_t)d->attempts,
      "due", ask_time(delivery_moves(d->state) ? d->due : 0), "relay", d->relay, "by_hand", d->by_hand);
}

static int one_json(const Ask *ask, Link *link, const DeliveryRow *row, json_t **ret, GError **error) {
  g_autoptr(GPtrArray) attempts = NULL, facts = NULL;
  int r = outbox_attempts(link, row->id, &attempts, error);
  g_autofree char *signer = NULL;
  json_t *answer = NULL;
  if (r == 0)
    r = signed_by(link, row, &signer, error);
  if (r == 0)
    r = fact_list(link, row->id, &facts, error);
  if (r == 0)
    r = answers_json_of(ask, link, row->addressee, &answer, error);
  if (r < 0)
    return r;
  *ret = delivery_json(ask, row, attempts, facts);
  json_object_set_new(*ret, "signed_by", signer != NULL ? json_string(signer) : json_null());
  json_object_set_new(*ret, "acknowledgement", answer);
  return 0;
}

static int read_states(const Ask *ask, guint *ret, GError **error) {
  for (const char *const *name = request_query_all(ask->request, "state"); *name != NULL; name++) {
    enum delivery_state state = delivery_state_of(*name);
    if (state == DELIVERY_STATES)
      return fault(error, FAULT_INPUT,
                   "state: \"%s\" is no state of a delivery; `valise log kinds` shows them", *name);
    *ret |= 1U << state;
  }
  return 0;
}

int deliveries_api_list(Ask *ask, GError **error) {
  static const char *const known[] = {"mailing", "state", "country", "contact", "after", "limit", NULL};
  DeliveryFilter filter = {0};
  g_autoptr(Link) link = NULL;
  g_autoptr(GPtrArray) rows = NULL;
  int r = ask_query(ask, known, error);
  if (r == 0)
    r = ask_query_id(ask, "mailing", IDENT_MAILING, &filter.mailing, error);
  if (r == 0)
    r = contact_json_queried(ask, "contact", &filter.contact, error);
  if (r == 0)
    r = ask_query_text(ask, "country", &filter.country, error);
  if (r == 0)
    r = read_states(ask, &filter.states, error);
  if (r == 0)
    r = ask_page(ask, IDENT_DELIVERY, &filter.after, &filter.limit, error);
  if (r == 0)
    r = store_read(ask->house->store, &link, error);
  if (r == 0)
    r = outbox_list(link, ask_clearance(ask), &filter, &rows, error);
  if (r < 0)
    return r;
  json_t *items = json_array(), *one = NULL;
  gint64 last = 0;
  for (guint i = 0; i < rows->len && r == 0; i++) {
    const DeliveryRow *row = g_ptr_array_index(rows, i);
    last = row->id;
    r = one_json(ask, link, row, &one, error);
    if (r == 0)
      json_array_append_new(items, one);
  }
  if (r == 0)
    return ask_respond(ask, 200, ask_page_of(items, filter.limit, ask_ident(IDENT_DELIVERY, last)));
  json_decref(items);
  return r;
}

static int add_entry(const JournalRow *row, gpointer data, G_GNUC_UNUSED GError **error) {
  return json_array_append_new(data, log_json_entry(row)) == 0 ? 0 : FAULT_SYSTEM;
}

static int add_timeline(const Ask *ask, Link *link, gint64 delivery, json_t *to, GError **error) {
  JournalFilter filter = {.delivery = delivery, .limit = JOURNAL_PAGE_MAX};
  json_t *timeline = json_array();
  json_object_set_new(to, "timeline", timeline);
  return journal_rows_each(link, &filter, ask_clearance(ask), add_entry, timeline, error);
}

/* All deliveries of its addressee, the newest last: that one tells how the addressee stands. */
static int add_chain(const Ask *ask, Link *link, const DeliveryRow *row, json_t *to, GError **error) {
  g_autoptr(GPtrArray) chain = NULL;
  int r = outbox_chain(link, ask_clearance(ask), row->addressee, &chain, error);
  if (r < 0)
    return r;
  json_t *list = json_array(), *after = json_null();
  for (guint i = 0; i < chain->len; i++) {
    const DeliveryRow *d = g_ptr_array_index(chain, i);
    json_array_append_new(
        list, json_pack("{s:o, s:s, s:s?, s:s, s:o, s:s?, s:o}", "id", ask_ident(IDENT_DELIVERY, d->id),
                        "state", delivery_state_name(d->state), "reason", d->reason, "variant", d->variant,
                        "channel", ask_ident(IDENT_CHANNEL, d->channel), "by_hand", d->by_hand, "supersedes",
                        ask_ident(IDENT_DELIVERY, d->supersedes)));
    if (d->supersedes == row->id)
      after = ask_ident(IDENT_DELIVERY, d->id);
  }
  json_object_set_new(to, "chain", list);
  json_object_set_new(to, "superseded_by", after);
  return 0;
}

static int add_proof(Link *link, gint64 delivery, json_t *to, GError **error) {
  g_autoptr(Proof) p = NULL;
  int r = proof_find(link, delivery, &p, error);
  if (r != 0) {
    json_object_set_new(to, "proof", json_null());
    return MIN(r, 0);
  }
  json_object_set_new(to, "proof",
                      json_pack("{s:o, s:s, s:s, s:I, s:s?, s:s?, s:o, s:s}", "sha256",
                                ask_digest(&p->digest), "name", p->name, "media_type", p->media_type, "size",
                                (json_int_t)p->size, "reference", p->reference, "date", p->day, "at",
                                ask_time(p->at), "by", p->by));
  return 0;
}

int deliveries_api_respond(Ask *ask, gint64 delivery, GError **error) {
  g_autoptr(Link) link = NULL;
  g_autoptr(DeliveryRow) row = NULL;
  json_t *one = NULL;
  int r = store_read(ask->house->store, &link, error);
  if (r == 0)
    r = outbox_find(link, ask_clearance(ask), delivery, &row, error);
  if (r == 0)
    r = one_json(ask, link, row, &one, error);
  if (r < 0)
    return r;
  if (row->state == DELIVERY_IN_DOUBT)
    json_object_set_new(one, "resend_from", ask_time(outbox_resend_from(ask->house->outbox, row)));
  r = add_timeline(ask, link, delivery, one, error);
  if (r == 0)
    r = add_chain(ask, link, row, one, error);
  if (r == 0)
    r = add_proof(link, delivery, one, error);
  if (r == 0)
    return ask_respond(ask, 200, one);
  json_decref(one);
  return r;
}

int deliveries_api_show(Ask *ask, GError **error) {
  static const char *const known[] = {NULL};
  gint64 delivery;
  int r = ask_query(ask, known, error);
  if (r == 0)
    r = ask_id(ask, IDENT_DELIVERY, &delivery, error);
  return r < 0 ? r : deliveries_api_respond(ask, delivery, error);
}

static int read_settle(const char *as, enum settle *ret, GError **error) {
  static const char *const words[] = {
      [SETTLE_PRESUMED] = "presumed", [SETTLE_RESEND] = "resend", [SETTLE_CANCELLED] = "cancelled"};
  for (gsize i = 0; i < G_N_ELEMENTS(words); i++)
    if (strcmp(as, words[i]) == 0) {
      *ret = (enum settle)i;
      return 0;
    }
  return fault(error, FAULT_INPUT, "as: \"%s\" is none of presumed, resend and cancelled", as);
}

int deliveries_api_settle(Ask *ask, GError **error) {
  static const char *const known[] = {"as", "reason", "accept_duplicate", NULL};
  const char *as, *reason;
  gboolean accept;
  gint64 delivery;
  int r = ask_fields(ask, known, error);
  if (r == 0)
    r = ask_id(ask, IDENT_DELIVERY, &delivery, error);
  if (r == 0)
    r = ask_needed(ask, "as", 20, &as, error);
  if (r == 0)
    r = ask_needed(ask, "reason", TEXT_LINE_MAX, &reason, error);
  if (r == 0)
    r = ask_flag(ask, "accept_duplicate", &accept, error);
  if (r < 0)
    return r;
  enum settle settle = SETTLE_PRESUMED;
  r = read_settle(as, &settle, error);
  if (r == 0)
    r = outbox_settle(ask->house->outbox, ask->actor, delivery, settle, reason, accept, error);
  if (r < 0)
    return r;
  ask->house->wake(ask->house->wake_data);
  return deliveries_api_respond(ask, delivery, error);
}
