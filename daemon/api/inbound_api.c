/* SPDX-License-Identifier: GPL-3.0-or-later */
/* inbound_api.c - what came in: taking it by hand, the list, the holding pen */
#include "api/inbound_api.h"

#include "api/contact_json.h"
#include "api/handlers.h"
#include "base/fault.h"
#include "base/text.h"
#include "base/units.h"
#include "reply/assign.h"
#include "reply/guess.h"
#include "reply/mbox.h"

#define PEN_ALARM (3 * DAY)
#define PATIENCE  (20 * SECOND) /* for what was taken to be filed, before the answer says that it waits */

/* ---- one message ---- */

/* "class": null where it has none. */
static json_t *word(const char *text) {
  return text != NULL && *text != '\0' ? json_string(text) : json_null();
}

static json_t *reasons_json(const char *names) {
  json_t *list = json_array();
  g_auto(GStrv) parts = g_strsplit(names != NULL ? names : "", ",", -1);
  for (char **part = parts; *part != NULL; part++)
    if (**part != '\0')
      json_array_append_new(list, json_string(*part));
  return list;
}

static json_t *message_json(const InboundMessage *m) {
  json_t *json = json_pack(
      "{s:o, s:s?, s:s, s:b, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:s?, s:s?, s:o, s:b}", "id",
      ask_ident(IDENT_INBOUND, m->id), "file", m->name, "state", inbound_state_name(m->state), "restricted",
      m->restricted, "verdict", word(m->verdict), "class", word(m->class), "cause", word(m->cause), "status",
      word(m->status), "disposition", word(m->disposition), "delivery",
      ask_ident(IDENT_DELIVERY, m->delivery), "mailing", ask_ident(IDENT_MAILING, m->mailing), "addressee",
      ask_ident(IDENT_ADDRESSEE, m->addressee), "contact", ask_ident(IDENT_CONTACT, m->contact), "matched_by",
      m->matched_by, "reason", m->reason, "reasons", reasons_json(m->reasons), "guess", m->guess);
  json_object_set_new(json, "dmarc", word(m->dmarc));
  json_object_set_new(json, "signature", word(m->signature));
  json_object_set_new(json, "sender", word(m->sender));
  json_object_set_new(json, "recipient", word(m->recipient));
  json_t *more = json_pack(
      "{s:s?, s:s?, s:s?, s:s?, s:s?, s:o, s:o, s:o, s:o, s:I, s:s, s:s?, s:s?, s:b}", "from", m->from,
      "from_name", m->from_name, "subject", m->subject, "message_id", m->message_id, "words", m->words,
      "received_at", ask_time(m->received_at != 0 ? m->received_at : m->taken_at), "taken_at",
      ask_time(m->taken_at), "filed_at", ask_time(m->filed_at), "sha256",
      m->has_bytes ? ask_digest(&m->sha256) : json_null(), "size", (json_int_t)m->size, "account", m->account,
      "folder", m->folder, "not_whole", m->taken_reason, "erased", m->erased);
  json_object_update_missing_new(json, more);
  return json;
}

int inbound_api_add_contact(const Ask *ask, Link *link, gint64 contact, json_t *to, GError **error) {
  InboundFilter filter = {.contact = contact, .limit = G_MAXINT64};
  g_autoptr(GPtrArray) list = NULL;
  int r = inbound_message_list(link, ask_clearance(ask), &filter, &list, error);
  for (guint i = 0; r == 0 && i < list->len; i++) {
    const InboundMessage *m = g_ptr_array_index(list, i);
    g_autofree char *text = NULL, *attachments = NULL;
    json_t *one = message_json(m);
    r = inbound_message_text(link, m->id, &text, &attachments, error);
    json_object_set_new(one, "text", text != NULL ? json_string(text) : json_null());
    json_array_append_new(to, one);
  }
  return r;
}

static int read_filter(const Ask *ask, InboundFilter *f, GError **error) {
  static const char *const known[] = {"verdict", "unmatched", "delivery", "contact", "after", "limit", NULL};
  int r = ask_query(ask, known, error);
  if (r == 0)
    r = ask_query_text(ask, "verdict", &f->verdict, error);
  if (r == 0)
    r = ask_query_flag(ask, "unmatched", &f->unmatched, error);
  if (r == 0)
    r = ask_query_id(ask, "delivery", IDENT_DELIVERY, &f->delivery, error);
  if (r == 0)
    r = contact_json_queried(ask, "contact", &f->contact, error);
  return r == 0 ? ask_page(ask, IDENT_INBOUND, &f->after, &f->limit, error) : r;
}

static int check_verdict(const char *verdict, GError **error) {
  static const char *const names[] = {
#define KIND(symbol, name) name,
#include "inbound/verdict_kinds.def"
#undef KIND
      NULL};
  if (verdict == NULL || g_strv_contains(names, verdict))
    return 0;
  g_autofree char *all = g_strjoinv(", ", (char **)names);
  return fault(error, FAULT_INPUT, "verdict: \"%s\" is none of %s", verdict, all);
}

int inbound_api_list(Ask *ask, GError **error) {
  InboundFilter filter = {0};
  g_autoptr(Link) link = NULL;
  g_autoptr(GPtrArray) list = NULL;
  int r = read_filter(ask, &filter, error);
  if (r == 0)
    r = check_verdict(filter.verdict, error);
  if (r == 0)
    r = store_read(ask->house->store, &link, error);
  if (r == 0)
    r = inbound_message_list(link, ask_clearance(ask), &filter, &list, error);
  if (r < 0)
    return r;
  json_t *items = json_array();
  gint64 last = 0;
  for (guint i = 0; i < list->len; i++) {
    const InboundMessage *m = g_ptr_array_index(list, i);
    last = m->id;
    json_array_append_new(items, message_json(m));
  }
  return ask_respond(ask, 200, ask_page_of(items, filter.limit, ask_ident(IDENT_INBOUND, last)));
}

static int find(Ask *ask, Link **ret_link, InboundMessage **ret, GError **error) {
  static const char *const known[] = {NULL};
  gint64 id = 0;
  int r = ask_query(ask, known, error);
  if (r == 0)
    r = ask_id(ask, IDENT_INBOUND, &id, error);
  if (r == 0)
    r = store_read(ask->house->store, ret_link, error);
  return r == 0 ? inbound_message_find(*ret_link, ask_clearance(ask), id, ret, error) : r;
}

static json_t *guesses_json(const GArray *guesses) {
  json_t *list = json_array();
  for (guint i = 0; i < guesses->len; i++) {
    const Guess *g = &g_array_index(guesses, Guess, i);
    json_array_append_new(list, json_pack("{s:s, s:s, s:o, s:o, s:o}", "why", guess_way_name(g->way),
                                          "sentence", guess_way_sentence(g->way), "delivery",
                                          ask_ident(IDENT_DELIVERY, g->delivery), "contact",
                                          ask_ident(IDENT_CONTACT, g->contact), "message",
                                          ask_ident(IDENT_INBOUND, g->message)));
  }
  return list;
}

int inbound_api_show(Ask *ask, GError **error) {
  g_autoptr(Link) link = NULL;
  g_autoptr(InboundMessage) m = NULL;
  g_autofree char *text = NULL, *attachments = NULL;
  g_autoptr(GArray) guesses = NULL;
  int r = find(ask, &link, &m, error);
  if (r == 0)
    r = inbound_message_text(link, m->id, &text, &attachments, error);
  if (r == 0)
    r = guess_list(link, ask_clearance(ask), m, &guesses, error);
  if (r < 0)
    return r;
  json_t *json = message_json(m);
  json_t *hanging = attachments != NULL ? json_loads(attachments, 0, NULL) : NULL;
  json_object_set_new(json, "text", text != NULL ? json_string(text) : json_null());
  json_object_set_new(json, "attachments", hanging != NULL ? hanging : json_array());
  json_object_set_new(json, "guesses", guesses_json(guesses));
  return ask_respond(ask, 200, json);
}

/* What strangers wrote is handed out to be saved, never to be shown by a browser. */
int inbound_api_raw(Ask *ask, GError **error) {
  g_autoptr(Link) link = NULL;
  g_autoptr(InboundMessage) m = NULL;
  int r = find(ask, &link, &m, error);
  if (r == 0 && (!m->has_bytes || m->erased))
    r = fault(error, FAULT_ABSENT, "no bytes are kept of this message%s",
              m->erased ? ": its contact was erased" : "");
  if (r < 0)
    return r;
  g_autofree char *path = intake_path(ask->house->intake, &m->sha256);
  r = response_file(ask->response, 200, "application/octet-stream", path, error);
  if (r == 0)
    response_set_header(ask->response, "Content-Disposition", "attachment");
  return r;
}

/* ---- status ---- */

int inbound_api_add_status(const Ask *ask, Link *link, json_t *status, GError **error) {
  InboundCounts counts = {0};
  if (ask_clearance(ask) == 0)
    return 0;
  int r = inbound_message_counts(link, &counts, error);
  if (r < 0)
    return r;
  json_object_set_new(status, "inbound",
                      json_pack("{s:I, s:I, s:o}", "waiting", (json_int_t)counts.taken, "held",
                                (json_int_t)counts.held, "held_since", ask_time(counts.held_since)));
  gint64 age = counts.held_since != 0 ? clock_wall(ask->house->clock) - counts.held_since : 0;
  if (age >= PEN_ALARM)
    json_array_append_new(json_object_get(status, "warnings"),
                          json_sprintf("the oldest of %lld in the holding pen has waited for %lld days: "
                                       "`valise inbound list --unmatched`",
                                       (long long)counts.held, (long long)(age / DAY)));
  return 0;
}

/* ---- what a person says ---- */

static AssignHouse assign_house(const Ask *ask) {
  return (AssignHouse){
      .desk = ask->house->desk, .contacts = ask->house->contacts, .taker = ask->house->taker};
}

static int respond_with(Ask *ask, gint64 id, GError **error) {
  g_autoptr(Link) link = NULL;
  g_autoptr(InboundMessage) m = NULL;
  int r = store_read(ask->house->store, &link, error);
  if (r == 0)
    r = inbound_message_find(link, ask_clearance(ask), id, &m, error);
  return r == 0 ? ask_respond(ask, 200, message_json(m)) : r;
}

static int read_words(const Ask *ask, AssignWords *words, GError **error) {
  int r = ask_text(ask, "meaning", TEXT_NAME_MAX, &words->meaning, error);
  if (r == 0)
    r = ask_text(ask, "by", TEXT_NAME_MAX, &words->by, error);
  return r == 0 ? ask_text(ask, "note", TEXT_LINE_MAX, &words->note, error) : r;
}

int inbound_api_assign(Ask *ask, GError **error) {
  static const char *const known[] = {"delivery", "meaning", "by", "note", NULL};
  AssignHouse house = assign_house(ask);
  AssignWords words = {NULL};
  const char *text = NULL;
  gint64 id = 0, delivery = 0;
  int r = ask_fields(ask, known, error);
  if (r == 0)
    r = ask_id(ask, IDENT_INBOUND, &id, error);
  if (r == 0)
    r = ask_needed(ask, "delivery", TEXT_NAME_MAX, &text, error);
  if (r == 0)
    r = ident_parse(IDENT_DELIVERY, text, &delivery, error);
  if (r == 0)
    r = read_words(ask, &words, error);
  if (r == 0)
    r = assign_to(&house, ask->actor, id, delivery, &words, error);
  if (r == 0)
    ask->house->wake(ask->house->wake_data);
  return r == 0 ? respond_with(ask, id, error) : r;
}

int inbound_api_meaning(Ask *ask, GError **error) {
  static const char *const known[] = {"meaning", "by", "note", "ground", NULL};
  AssignHouse house = assign_house(ask);
  AssignWords words = {NULL};
  gint64 id = 0;
  int r = ask_fields(ask, known, error);
  if (r == 0)
    r = ask_id(ask, IDENT_INBOUND, &id, error);
  if (r == 0)
    r = ask_needed(ask, "meaning", TEXT_NAME_MAX, &words.meaning, error);
  if (r == 0)
    r = read_words(ask, &words, error);
  if (r == 0)
    r = ask_text(ask, "ground", TEXT_NAME_MAX, &words.ground, error);
  if (r == 0)
    r = assign_meaning(&house, ask->actor, id, &words, error);
  return r == 0 ? respond_with(ask, id, error) : r;
}

int inbound_api_dismiss(Ask *ask, GError **error) {
  static const char *const known[] = {"reason", NULL};
  AssignHouse house = assign_house(ask);
  const char *reason = NULL;
  gint64 id = 0;
  int r = ask_fields(ask, known, error);
  if (r == 0)
    r = ask_id(ask, IDENT_INBOUND, &id, error);
  if (r == 0)
    r = ask_needed(ask, "reason", TEXT_LINE_MAX, &reason, error);
  if (r == 0)
    r = assign_dismiss(&house, ask->actor, id, reason, error);
  return r == 0 ? respond_with(ask, id, error) : r;
}

/* ---- taking by hand ---- */

typedef struct {
  gint64 id;
  gboolean known;
} Taken;

static int take(const Ask *ask, const char *name, gint64 number, GBytes *bytes, GArray *to, GError **error) {
  g_autofree char *numbered =
      name != NULL && number > 0 ? g_strdup_printf("%s#%" G_GINT64_FORMAT, name, number) : g_strdup(name);
  InboundOrigin origin = {.account = INTAKE_BY_HAND, .name = numbered};
  Taken taken = {0};
  int r = intake_take(ask->house->intake, &origin, bytes, &taken.id, error);
  if (r < 0)
    return r;
  taken.known = r == INTAKE_KNOWN;
  g_array_append_val(to, taken);
  return 0;
}

static int take_all(const Ask *ask, const char *name, GBytes *file, GArray *to, GError **error) {
  if (!mbox_is(file))
    return take(ask, name, 0, file, to, error);
  MboxWalk walk = {0};
  g_autoptr(GBytes) next = mbox_next(file, &walk);
  int r = 0;
  while (r == 0 && next != NULL) {
    g_autoptr(GBytes) bytes = g_steal_pointer(&next);
    next = mbox_next(file, &walk);
    gboolean alone = next == NULL && walk.count == 1;
    r = take(ask, name, alone ? 0 : to->len + 1, bytes, to, error);
  }
  if (r == 0 && to->len == 0)
    r = fault(error, FAULT_INPUT, "the mbox holds no message");
  return r;
}

static int respond(Ask *ask, const GArray *taken, GError **error) {
  g_autoptr(Link) link = NULL;
  json_t *items = json_array();
  gboolean added = FALSE;
  int r = store_read(ask->house->store, &link, error);
  for (guint i = 0; r == 0 && i < taken->len; i++) {
    const Taken *t = &g_array_index(taken, Taken, i);
    g_autoptr(InboundMessage) m = NULL;
    r = inbound_message_find(link, ask_clearance(ask), t->id, &m, error);
    if (r < 0)
      break;
    json_t *one = message_json(m);
    json_object_set_new(one, "known", json_boolean(t->known));
    json_array_append_new(items, one);
    added = added || !t->known;
  }
  if (r == 0)
    return ask_respond(ask, added ? 201 : 200, ask_list(items, NULL));
  json_decref(items);
  return r;
}

int inbound_api_ingest(Ask *ask, GError **error) {
  static const char *const known[] = {"name", NULL};
  const char *path = request_upload(ask->request), *name = NULL;
  g_autoptr(GArray) taken = g_array_new(FALSE, FALSE, sizeof(Taken));
  int r = ask_query(ask, known, error);
  if (r == 0)
    r = ask_query_text(ask, "name", &name, error);
  if (r == 0 && (path == NULL || request_upload_size(ask->request) == 0))
    r = fault(error, FAULT_INPUT,
              "a file is wanted as the body: a message or an mbox, with Content-Type message/rfc822");
  if (r < 0)
    return r;
  g_autoptr(GMappedFile) file = g_mapped_file_new(path, FALSE, error);
  if (file == NULL)
    return FAULT_SYSTEM;
  g_autoptr(GBytes) bytes = g_mapped_file_get_bytes(file);
  r = take_all(ask, name, bytes, taken, error);
  if (r < 0)
    return r;
  filing_wait(ask->house->filing, g_array_index(taken, Taken, taken->len - 1).id, PATIENCE);
  return respond(ask, taken, error);
}
