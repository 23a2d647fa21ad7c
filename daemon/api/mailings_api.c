/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "api/mailings_api.h"

#include <string.h>

#include "api/answers_json.h"
#include "api/contact_json.h"
#include "api/forms_api.h"
#include "api/handlers.h"
#include "api/mailboxes_api.h"
#include "api/waits_api.h"
#include "api/waves_api.h"
#include "base/fault.h"
#include "base/text.h"
#include "base/units.h"
#include "contacts/list.h"
#include "mailing/approval.h"
#include "mailing/manifest.h"
#include "mailing/preview.h"
#include "mailing/release.h"
#include "mailing/reminder.h"
#include "mailing/roll.h"
#include "mailing/route.h"
#include "mailing/supplement.h"
#include "outbox/refusal.h"

#define SHOWN_LINES_MAX 1000 /* of the roll beside a mailing; all of them are at /roll */

/* ---- a mailing as JSON ---- */

static json_t *approvals_json(const Mailing *m) {
  json_t *list = json_array();
  if (m->approved_at != 0 && m->has_digest)
    json_array_append_new(list, json_pack("{s:s?, s:o, s:o}", "by", m->approver, "at",
                                          ask_time(m->approved_at), "digest", ask_digest(&m->digest)));
  return list;
}

static json_t *idents_json(const GArray *ids, enum ident kind) {
  json_t *list = json_array();
  for (guint i = 0; i < ids->len; i++)
    json_array_append_new(list, ask_ident(kind, g_array_index(ids, gint64, i)));
  return list;
}

/* A mailing to attendees may name a list of which offices have become the only members. */
static int lists_json(const Ask *ask, Link *link, const GArray *ids, json_t **ret, GError **error) {
  json_t *names = json_array();
  int r = 0;
  for (guint i = 0; i < ids->len && r == 0; i++) {
    g_autofree char *name = NULL;
    gboolean hidden = FALSE;
    gint64 id = g_array_index(ids, gint64, i);
    r = list_is_hidden(link, id, ask_clearance(ask), &hidden, error);
    if (r == 0 && !hidden)
      r = list_name(link, id, &name, error);
    if (name != NULL)
      json_array_append_new(names, json_string(name));
  }
  *ret = names;
  return r;
}

static int lines_json(const Ask *ask, Link *link, gint64 mailing, enum addressee_state state, json_t **ret,
                      GError **error) {
  g_autoptr(GPtrArray) lines = NULL;
  AddresseeFilter filter = {.mailing = mailing, .state = (int)state, .limit = SHOWN_LINES_MAX};
  *ret = json_array();
  int r = roll_list(link, ask_clearance(ask), &filter, &lines, error);
  for (guint i = 0; r == 0 && i < lines->len; i++) {
    const Addressee *a = g_ptr_array_index(lines, i);
    json_t *line = json_pack("{s:o, s:s?, s:s?, s:s?}", "contact", ask_ident(IDENT_CONTACT, a->contact),
                             "name", a->name, "reason", a->reason, "detail", a->detail);
    json_array_append_new(*ret, line);
    r = mailboxes_api_add_with(ask, link, a, line, error);
  }
  return r;
}

static int roll_json(const Ask *ask, Link *link, const Mailing *m, json_t **ret, GError **error) {
  json_t *held = NULL, *excluded = NULL;
  int r = lines_json(ask, link, m->id, ADDRESSEE_EXCLUDED, &excluded, error);
  if (r == 0)
    r = lines_json(ask, link, m->id, ADDRESSEE_HELD, &held, error);
  *ret = json_pack("{s:I, s:I, s:I, s:o, s:o}", "included", (json_int_t)m->included, "held",
                   (json_int_t)m->held, "excluded_count", (json_int_t)m->excluded, "excluded", excluded,
                   "held_items", held != NULL ? held : json_array());
  return r < 0 ? r : forms_api_add_use(link, m, *ret, error);
}

/* What will still happen by itself: `watch` waits for none. Behind a gate that a person shut, that is what
 * couriers have already. */
static gint64 moving(const Mailing *m, const gint64 counts[DELIVERY_STATES], gint64 waiting,
                     gboolean on_hold) {
  if (m->state == MAILING_PAUSED || (on_hold && !m->releasing))
    return counts[DELIVERY_CLAIMED] + counts[DELIVERY_COMMITTING];
  gint64 n = m->releasing || m->state == MAILING_SCHEDULED || m->state == MAILING_SENDING ? 1 : 0;
  n -= waiting > 0 ? waiting + 1 : 0; /* the next wave waits for a person */
  for (int state = 0; state < DELIVERY_STATES; state++)
    if (delivery_moves(state))
      n += counts[state];
  return n;
}

static json_t *facts_json(const Mailing *m) {
  return json_pack(
      "{s:o, s:s, s:o, s:s?, s:s?, s:o, s:o, s:o, s:s?, s:s?, s:s?, s:s?, s:s?, s:s?, s:b, s:s?, s:b}", "id",
      ask_ident(IDENT_MAILING, m->id), "state", mailing_state_name(m->state), "digest",
      m->has_digest ? ask_digest(&m->digest) : json_null(), "author", m->author, "submitter", m->submitter,
      "approvals", approvals_json(m), "at", ask_time(m->at), "not_after", ask_time(m->not_after), "wording",
      m->wording, "acknowledgement", m->acknowledgement, "counts_from", m->counts_from, "sign", m->sign,
      "category", m->category, "delivery_policy", m->delivery_policy, "restricted", m->restricted, "reason",
      m->reason, "releasing", m->releasing);
}

static void add_times(const Mailing *m, json_t *to) {
  json_object_set_new(to, "created_at", ask_time(m->created_at));
  json_object_set_new(to, "rolled_at", ask_time(m->rolled_at));
  json_object_set_new(to, "submitted_at", ask_time(m->submitted_at));
  json_object_set_new(to, "approved_at", ask_time(m->approved_at));
  json_object_set_new(to, "released_at", ask_time(m->released_at));
  json_object_set_new(to, "started_at", ask_time(m->started_at));
  json_object_set_new(to, "sent_at", ask_time(m->sent_at));
}

/* Which mailing it follows, and as what. */
static int add_origin(Link *link, const Mailing *m, json_t *to, GError **error) {
  gint64 supplemented = 0, reminded = 0;
  int r = supplement_of(link, m->id, &supplemented, error);
  if (r == 0)
    r = reminder_of(link, m->id, &reminded, error);
  json_object_set_new(to, "supplements", ask_ident(IDENT_MAILING, supplemented));
  json_object_set_new(to, "reminds", ask_ident(IDENT_MAILING, reminded));
  return r;
}

static int mailing_json(const Ask *ask, Link *link, const Mailing *m, gboolean whole, json_t **ret,
                        GError **error) {
  gint64 counts[DELIVERY_STATES];
  json_t *lists = NULL, *roll = NULL;
  g_auto(Hold) hold = {0};
  gint64 refused = 0, superseded = 0;
  int r = delivery_counts(link, m->id, counts, error);
  if (r == 0)
    r = outbox_hold_read(link, &hold, error);
  if (r == 0)
    r = refusal_count(link, m->id, &refused, error);
  if (r == 0)
    r = outbox_superseded(link, m->id, &superseded, error);
  if (r == 0)
    r = lists_json(ask, link, m->lists, &lists, error);
  if (r == 0 && whole)
    r = roll_json(ask, link, m, &roll, error);
  if (r < 0) {
    json_decref(lists);
    json_decref(roll);
    return r;
  }
  json_t *json = facts_json(m);
  add_times(m, json);
  json_object_set_new(json, "next_channel", json_string(m->next_channel));
  json_object_set_new(json, "next_after", m->next_after != 0 ? json_integer(m->next_after) : json_null());
  json_object_set_new(json, "remind_after",
                      m->remind_after != NULL ? json_string(m->remind_after) : json_null());
  json_object_set_new(json, "message_limit", json_integer(m->message_limit));
  json_object_set_new(json, "documents", idents_json(m->documents, IDENT_DOCUMENT));
  json_object_set_new(json, "lists", lists);
  json_object_set_new(json, "counts", ask_counts(counts));
  gint64 waiting = 0;
  r = waves_api_add(ask, link, m, json, &waiting, error);
  if (r == 0)
    r = add_origin(link, m, json, error);
  if (r == 0)
    r = waits_api_add(ask, link, m, json, error);
  if (r == 0 && whole)
    r = answers_json_add_counts(link, m, json, error);
  /* What follows a refusal is decided by itself, whatever gate is shut. */
  json_object_set_new(json, "moving", json_integer(MAX(0, moving(m, counts, waiting, hold.held)) + refused));
  json_object_set_new(json, "superseded", json_integer(superseded));
  json_object_set_new(json, "rehearsal", json_boolean(ask->house->config->valise.mode == CONFIG_REHEARSAL));
  if (roll == NULL)
    roll = json_pack("{s:I, s:I, s:I}", "included", (json_int_t)m->included, "held", (json_int_t)m->held,
                     "excluded_count", (json_int_t)m->excluded);
  json_object_set_new(json, "roll", roll);
  *ret = json;
  if (r < 0)
    g_clear_pointer(ret, json_decref);
  return r;
}

static int read_mailing(const Ask *ask, gint64 id, Mailing **ret, json_t **ret_json, GError **error) {
  g_autoptr(Link) link = NULL;
  int r = store_read(ask->house->store, &link, error);
  if (r == 0)
    r = mailing_find(link, ask_clearance(ask), id, ret, error);
  return r < 0 ? r : mailing_json(ask, link, *ret, TRUE, ret_json, error);
}

int mailings_api_respond(Ask *ask, guint status, gint64 id, const char *extra, gint64 number,
                         GError **error) {
  g_autoptr(Mailing) mailing = NULL;
  json_t *json = NULL;
  int r = read_mailing(ask, id, &mailing, &json, error);
  if (r < 0)
    return r;
  if (extra != NULL)
    json_object_set_new(json, extra, json_integer(number));
  return ask_respond(ask, status, json);
}

int mailings_api_list(Ask *ask, GError **error) {
  static const char *const known[] = {"after", "limit", NULL};
  g_autoptr(Link) link = NULL;
  g_autoptr(GPtrArray) mailings = NULL;
  gint64 after, limit, last = 0;
  int r = ask_query(ask, known, error);
  if (r == 0)
    r = ask_page(ask, IDENT_MAILING, &after, &limit, error);
  if (r == 0)
    r = store_read(ask->house->store, &link, error);
  if (r == 0)
    r = mailing_list(link, ask_clearance(ask), after, limit, &mailings, error);
  if (r < 0)
    return r;
  json_t *items = json_array(), *one = NULL;
  for (guint i = 0; i < mailings->len && r == 0; i++) {
    const Mailing *m = g_ptr_array_index(mailings, i);
    last = m->id;
    r = mailing_json(ask, link, m, FALSE, &one, error);
    if (r == 0)
      json_array_append_new(items, one);
  }
  if (r == 0)
    return ask_respond(ask, 200, ask_page_of(items, limit, ask_ident(IDENT_MAILING, last)));
  json_decref(items);
  return r;
}

int mailings_api_show(Ask *ask, GError **error) {
  static const char *const known[] = {NULL};
  gint64 id;
  int r = ask_query(ask, known, error);
  if (r == 0)
    r = ask_id(ask, IDENT_MAILING, &id, error);
  return r < 0 ? r : mailings_api_respond(ask, 200, id, NULL, 0, error);
}

/* ---- create and set ---- */

static int read_documents(const Ask *ask, GArray *ids, GError **error) {
  g_autofree const char **names = NULL;
  int r = ask_texts(ask, "documents", &names, error);
  for (const char **name = names; r == 0 && *name != NULL; name++) {
    gint64 id;
    r = ident_parse(IDENT_DOCUMENT, *name, &id, error);
    if (r == 0)
      g_array_append_val(ids, id);
  }
  return r;
}

static int read_lists(const Ask *ask, GArray *ids, GError **error) {
  g_autofree const char **names = NULL;
  g_autoptr(Link) link = NULL;
  int r = ask_texts(ask, "lists", &names, error);
  if (r == 0)
    r = store_read(ask->house->store, &link, error);
  for (const char **name = names; r == 0 && *name != NULL; name++) {
    gint64 id;
    r = list_find_seen(link, *name, ask_clearance(ask), &id, error);
    if (r == 0)
      g_array_append_val(ids, id);
  }
  return r;
}

static int read_values(const Ask *ask, GHashTable *values, GError **error) {
  json_t *object = json_object_get(ask->body, "values"), *value;
  const char *name;
  if (object != NULL && !json_is_object(object) && !json_is_null(object))
    return fault(error, FAULT_INPUT, "values: an object of texts is wanted here");
  json_object_foreach(object, name, value) {
    int r = text_check_line("values", name, -1, 60, error);
    if (r < 0)
      return r;
    if (!json_is_string(value))
      return fault(error, FAULT_INPUT, "values: %s: a text is wanted here", name);
    r = text_check_lines(name, json_string_value(value), (gssize)json_string_length(value), TEXT_LONG_MAX,
                         error);
    if (r < 0)
      return r;
    g_hash_table_insert(values, g_strdup(name), g_strdup(json_string_value(value)));
  }
  return 0;
}

static int read_words(const Ask *ask, MailingFields *f, GError **error) {
  const struct {
    const char *name;
    const char **to;
  } words[] = {{"wording", &f->wording},           {"acknowledgement", &f->acknowledgement},
               {"counts_from", &f->counts_from},   {"sign", &f->sign},
               {"category", &f->category},         {"delivery_policy", &f->delivery_policy},
               {"next_channel", &f->next_channel}, {"remind_after", &f->remind_after}};
  int r = 0;
  for (gsize i = 0; i < G_N_ELEMENTS(words) && r == 0; i++)
    r = ask_text(ask, words[i].name, TEXT_NAME_MAX, words[i].to, error);
  return r;
}

/* Borrowed by a MailingFields. */
typedef struct {
  GArray *documents, *lists;
  GHashTable *values;
  GPtrArray *waves; /* NULL: not given */
} Given;

static void given_clear(Given *given) {
  g_array_unref(given->documents);
  g_array_unref(given->lists);
  g_hash_table_unref(given->values);
  g_clear_pointer(&given->waves, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Given, given_clear)

/* "10 MiB"; 0 when it is not given. */
static int read_limit(const Ask *ask, gint64 *ret, GError **error) {
  const char *text = NULL;
  *ret = 0;
  int r = ask_text(ask, "message_limit", TEXT_NAME_MAX, &text, error);
  if (r == 0 && text != NULL && (!units_size(text, ret) || *ret <= 0))
    return fault(error, FAULT_INPUT, "message_limit: \"%s\" is no size; write 10 MiB or 500 KiB", text);
  return r;
}

static int read_at(const Ask *ask, gint64 *ret, GError **error) {
  if (g_strcmp0(json_string_value(json_object_get(ask->body, "at")), "next-working-day") != 0)
    return ask_moment(ask, "at", MAILING_KEEP, ret, error);
  *ret = moment_next_working_day(clock_wall(ask->house->clock), ask->house->contacts->zone);
  return 0;
}

static int read_fields(const Ask *ask, Given *given, MailingFields *f, GError **error) {
  static const char *const known[] = {"documents",
                                      "lists",
                                      "wording",
                                      "at",
                                      "not_after",
                                      "acknowledgement",
                                      "counts_from",
                                      "sign",
                                      "category",
                                      "delivery_policy",
                                      "values",
                                      "waves",
                                      "next_channel",
                                      "message_limit",
                                      "remind_after",
                                      "next_after",
                                      NULL};
  *given = (Given){g_array_new(FALSE, FALSE, sizeof(gint64)), g_array_new(FALSE, FALSE, sizeof(gint64)),
                   g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free), NULL};
  int r = ask_fields(ask, known, error);
  if (r == 0)
    r = read_documents(ask, given->documents, error);
  if (r == 0)
    r = read_lists(ask, given->lists, error);
  if (r == 0)
    r = read_values(ask, given->values, error);
  if (r == 0)
    r = read_words(ask, f, error);
  if (r == 0)
    r = read_at(ask, &f->at, error);
  if (r == 0)
    r = ask_moment(ask, "not_after", MAILING_KEEP, &f->not_after, error);
  if (r == 0)
    r = read_limit(ask, &f->message_limit, error);
  if (r == 0)
    r = ask_int(ask, "next_after", 1, G_MAXINT32, 0, &f->next_after, error);
  f->documents = given->documents->len > 0 ? given->documents : NULL;
  f->lists = given->lists->len > 0 ? given->lists : NULL;
  if (r == 0)
    r = waves_api_read(ask, &given->waves, error);
  f->values = given->values;
  f->waves = given->waves;
  return r;
}

int mailings_api_create(Ask *ask, GError **error) {
  MailingFields fields = MAILING_FIELDS_NONE;
  g_auto(Given) given = {0};
  gint64 id;
  int r = read_fields(ask, &given, &fields, error);
  if (r == 0)
    r = mailing_create(ask->house->desk, ask->actor, &fields, &id, error);
  return r < 0 ? r : mailings_api_respond(ask, 201, id, NULL, 0, error);
}

int mailings_api_set(Ask *ask, GError **error) {
  MailingFields fields = MAILING_FIELDS_NONE;
  g_auto(Given) given = {0};
  gint64 id;
  int r = read_fields(ask, &given, &fields, error);
  if (r == 0)
    r = ask_id(ask, IDENT_MAILING, &id, error);
  if (r == 0)
    r = mailing_set(ask->house->desk, ask->actor, id, &fields, error);
  return r < 0 ? r : mailings_api_respond(ask, 200, id, NULL, 0, error);
}

/* ---- the roll, the manifest, the preview ---- */

static int no_fields(const Ask *ask, gint64 *ret_id, GError **error) {
  static const char *const known[] = {NULL};
  int r = ask_fields(ask, known, error);
  return r < 0 ? r : ask_id(ask, IDENT_MAILING, ret_id, error);
}

int mailings_api_roll(Ask *ask, GError **error) {
  g_auto(RollCount) count = {0};
  gint64 id;
  int r = no_fields(ask, &id, error);
  if (r == 0)
    r = roll_make(ask->house->desk, ask->actor, id, &count, error);
  return r < 0 ? r : mailings_api_respond(ask, 200, id, "bytes", count.bytes, error);
}

static json_t *offices_json(const Addressee *a) {
  json_t *list = json_array();
  g_auto(GStrv) names = g_strsplit(a->offices != NULL ? a->offices : "", "\n", -1);
  for (char **name = names; *name != NULL; name++)
    json_array_append_new(list, json_string(*name));
  return list;
}

static json_t *addressee_json(const Addressee *a) {
  return json_pack("{s:o, s:o, s:s?, s:s, s:s?, s:s?, s:s?, s:s?, s:s?, s:s?, s:s?, s:b, s:s, s:o}", "id",
                   ask_ident(IDENT_ADDRESSEE, a->id), "contact", ask_ident(IDENT_CONTACT, a->contact), "name",
                   a->name, "state", addressee_state_name(a->state), "reason", a->reason, "detail", a->detail,
                   "language", a->language, "address", a->address, "holder", a->holder, "salutation",
                   a->salutation, "form", a->form, "form_reviewed", a->form_reviewed, "variant",
                   variant_name(a->variant), "offices", offices_json(a));
}

/* Its routes when there are several or by hand, who shares its mailbox, and how its newest delivery stands.
 */
static int add_ways(const Ask *ask, Link *link, const Addressee *a, json_t *to, GError **error) {
  g_autoptr(GPtrArray) routes = NULL;
  g_autoptr(GPtrArray) chain = NULL;
  int r = route_list(link, a, &routes, error);
  if (r == 0)
    r = outbox_chain(link, ask_clearance(ask), a->id, &chain, error);
  if (r < 0)
    return r;
  json_t *list = json_array();
  for (guint i = 0; i < routes->len; i++) {
    const Route *route = g_ptr_array_index(routes, i);
    json_array_append_new(
        list, json_pack("{s:o, s:s, s:s, s:s, s:b}", "channel", ask_ident(IDENT_CHANNEL, route->channel),
                        "kind", channel_kind_name(route->kind), "address", route->address, "variant",
                        variant_name(route->variant), "plain_only", route->plain_only));
  }
  json_object_set_new(to, "routes", list);
  const DeliveryRow *newest = chain->len > 0 ? g_ptr_array_index(chain, chain->len - 1) : NULL;
  json_object_set_new(to, "delivery",
                      newest != NULL ? json_pack("{s:o, s:s}", "id", ask_ident(IDENT_DELIVERY, newest->id),
                                                 "state", delivery_state_name(newest->state))
                                     : json_null());
  return mailboxes_api_add_with(ask, link, a, to, error);
}

static int read_line_state(const Ask *ask, AddresseeFilter *filter, GError **error) {
  const char *text;
  enum addressee_state state;
  int r = ask_query_text(ask, "state", &text, error);
  filter->state = -1;
  if (r < 0 || text == NULL)
    return r;
  if (!addressee_state_parse(text, &state))
    return fault(error, FAULT_INPUT, "state: \"%s\" is none of included, held and excluded", text);
  filter->state = (int)state;
  return 0;
}

int mailings_api_addressees(Ask *ask, GError **error) {
  static const char *const known[] = {"state", "reason", "language", "after", "limit", NULL};
  AddresseeFilter filter = {0};
  g_autoptr(Link) link = NULL;
  g_autoptr(Mailing) mailing = NULL;
  g_autoptr(GPtrArray) lines = NULL;
  int r = ask_query(ask, known, error);
  if (r == 0)
    r = ask_id(ask, IDENT_MAILING, &filter.mailing, error);
  if (r == 0)
    r = read_line_state(ask, &filter, error);
  if (r == 0)
    r = ask_query_text(ask, "reason", &filter.reason, error);
  if (r == 0)
    r = ask_query_text(ask, "language", &filter.language, error);
  if (r == 0)
    r = ask_page(ask, IDENT_ADDRESSEE, &filter.after, &filter.limit, error);
  if (r == 0)
    r = store_read(ask->house->store, &link, error);
  if (r == 0)
    r = mailing_find(link, ask_clearance(ask), filter.mailing, &mailing, error);
  if (r == 0)
    r = roll_list(link, ask_clearance(ask), &filter, &lines, error);
  if (r < 0)
    return r;
  json_t *items = json_array();
  gint64 last = 0;
  for (guint i = 0; i < lines->len && r == 0; i++) {
    const Addressee *a = g_ptr_array_index(lines, i);
    last = a->id;
    json_t *line = addressee_json(a);
    json_array_append_new(items, line);
    r = add_ways(ask, link, a, line, error);
  }
  if (r == 0)
    return ask_respond(ask, 200, ask_page_of(items, filter.limit, ask_ident(IDENT_ADDRESSEE, last)));
  json_decref(items);
  return r;
}

int mailings_api_manifest(Ask *ask, GError **error) {
  static const char *const known[] = {NULL};
  g_autoptr(Link) link = NULL;
  g_autofree char *text = NULL;
  gint64 id;
  int r = ask_query(ask, known, error);
  if (r == 0)
    r = ask_id(ask, IDENT_MAILING, &id, error);
  if (r == 0)
    r = store_read(ask->house->store, &link, error);
  if (r == 0)
    r = manifest_text(link, ask_clearance(ask), id, &text, error);
  if (r == 0)
    response_text(ask->response, 200, "text/plain; charset=utf-8", text);
  return r;
}

static json_t *attachments_json(const GPtrArray *attachments) {
  json_t *list = json_array();
  for (guint i = 0; i < attachments->len; i++) {
    const PreviewAttachment *a = g_ptr_array_index(attachments, i);
    json_array_append_new(list, json_pack("{s:s, s:s, s:s?, s:I, s:o}", "name", a->name, "media_type",
                                          a->media_type, "language", a->language, "size", (json_int_t)a->size,
                                          "sha256", ask_digest(&a->digest)));
  }
  return list;
}

static json_t *preview_json(const Preview *p) {
  return json_pack("{s:s?, s:s?, s:s?, s:s?, s:s?, s:s?, s:o, s:o, s:o, s:s?, s:s?, s:b, s:s?, s:s?, s:o}",
                   "to", p->to, "subject", p->subject, "language", p->language, "text", p->text, "html",
                   p->html, "headers", p->headers, "attachments", attachments_json(p->attachments),
                   "addressee", ask_ident(IDENT_ADDRESSEE, p->addressee), "contact",
                   ask_ident(IDENT_CONTACT, p->contact), "state", p->state, "reason", p->reason,
                   "form_reviewed", p->form_reviewed, "variant", p->variant, "by_hand", p->by_hand, "with",
                   mailboxes_api_with(p->with));
}

static int contact_of_query(const Ask *ask, gint64 *ret, GError **error) {
  const char *name;
  *ret = 0;
  int r = ask_query_text(ask, "contact", &name, error);
  return r < 0 ? r : contact_json_find(ask, name, ret, error);
}

int mailings_api_preview(Ask *ask, GError **error) {
  static const char *const known[] = {"contact", "language", "as", NULL};
  g_autoptr(Preview) preview = NULL;
  const char *language, *as;
  gint64 id, contact;
  int r = ask_query(ask, known, error);
  if (r == 0)
    r = ask_id(ask, IDENT_MAILING, &id, error);
  if (r == 0)
    r = contact_of_query(ask, &contact, error);
  if (r == 0)
    r = ask_query_text(ask, "language", &language, error);
  if (r == 0)
    r = ask_query_text(ask, "as", &as, error);
  if (r == 0 && as != NULL && strcmp(as, "eml") != 0 && strcmp(as, "json") != 0)
    r = fault(error, FAULT_INPUT, "as: \"%s\" is neither eml nor json", as);
  if (r == 0)
    r = preview_make(ask->house->desk, ask->actor, id, contact, language, &preview, error);
  if (r < 0)
    return r;
  if (g_strcmp0(as, "eml") != 0)
    return ask_respond(ask, 200, preview_json(preview));
  if (preview->bytes == NULL)
    return fault(error, FAULT_RULE, "this letter goes by %s: it has words and no message", preview->by_hand);
  response_bytes(ask->response, 200, "message/rfc822", preview->bytes);
  return 0;
}

/* ---- from submission to the end ---- */

int mailings_api_submit(Ask *ask, GError **error) {
  Digest digest;
  gint64 id;
  int r = no_fields(ask, &id, error);
  if (r == 0)
    r = approval_submit(ask->house->desk, ask->actor, id, &digest, error);
  return r < 0 ? r : mailings_api_respond(ask, 200, id, NULL, 0, error);
}

static int read_reason(const Ask *ask, gboolean needed, gint64 *ret_id, const char **ret, GError **error) {
  static const char *const known[] = {"reason", NULL};
  int r = ask_fields(ask, known, error);
  if (r == 0)
    r = ask_id(ask, IDENT_MAILING, ret_id, error);
  if (r == 0)
    r = needed ? ask_needed(ask, "reason", TEXT_LINE_MAX, ret, error)
               : ask_text(ask, "reason", TEXT_LINE_MAX, ret, error);
  return r;
}

int mailings_api_reject(Ask *ask, GError **error) {
  const char *reason;
  gint64 id;
  int r = read_reason(ask, TRUE, &id, &reason, error);
  if (r == 0)
    r = approval_reject(ask->house->desk, ask->actor, id, reason, error);
  return r < 0 ? r : mailings_api_respond(ask, 200, id, NULL, 0, error);
}

static int after_step(Ask *ask, int r, gint64 id, const char *extra, gint64 number, GError **error) {
  if (r < 0)
    return r;
  ask->house->wake(ask->house->wake_data);
  return mailings_api_respond(ask, 200, id, extra, number, error);
}

/* The mailing, or with "wave" a further wave of it. */
int mailings_api_release(Ask *ask, GError **error) {
  static const char *const known[] = {"wave", NULL};
  gint64 id, wave, planned = 0;
  int r = ask_fields(ask, known, error);
  if (r == 0)
    r = ask_id(ask, IDENT_MAILING, &id, error);
  if (r == 0)
    r = ask_int(ask, "wave", 1, WAVES_MAX + 1, 0, &wave, error);
  if (r == 0 && wave != 0)
    return after_step(ask, wave_open(ask->house->desk, ask->actor, id, wave, error), id, NULL, 0, error);
  if (r == 0)
    r = release_start(ask->house->desk, ask->actor, id, &planned, error);
  return after_step(ask, r, id, "planned", planned, error);
}

int mailings_api_pause(Ask *ask, GError **error) {
  const char *reason;
  gint64 id;
  int r = read_reason(ask, FALSE, &id, &reason, error);
  if (r == 0)
    r = release_pause(ask->house->desk, ask->actor, id, reason, error);
  return after_step(ask, r, id, NULL, 0, error);
}

int mailings_api_resume(Ask *ask, GError **error) {
  gint64 id;
  int r = no_fields(ask, &id, error);
  if (r == 0)
    r = release_resume(ask->house->desk, ask->actor, id, error);
  return after_step(ask, r, id, NULL, 0, error);
}

int mailings_api_cancel(Ask *ask, GError **error) {
  const char *reason;
  gint64 id, cancelled = 0;
  int r = read_reason(ask, TRUE, &id, &reason, error);
  if (r == 0)
    r = release_cancel(ask->house->desk, ask->actor, id, reason, &cancelled, error);
  return after_step(ask, r, id, "cancelled", cancelled, error);
}

int mailings_api_close(Ask *ask, GError **error) {
  gint64 id;
  int r = no_fields(ask, &id, error);
  if (r == 0)
    r = release_close(ask->house->desk, ask->actor, id, error);
  return after_step(ask, r, id, NULL, 0, error);
}
