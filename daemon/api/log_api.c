/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "api/contact_json.h"
#include "api/export_folder.h"
#include "api/handlers.h"
#include "api/log_json.h"
#include "base/fault.h"
#include "contacts/eligibility.h"
#include "evidence/reckoning.h"
#include "journal/export.h"
#include "journal/journal_rows.h"
#include "journal/journal_verify.h"
#include "journal/signed_head.h"
#include "proposals/proposal.h"

static const char *const filter_names[] = {"mailing", "contact", "delivery", "addressee", "kind",   "user",
                                           "since",   "until",   "after",    "limit",     "newest", NULL};

/* Asked here too, because a stream that has begun can refuse nothing any more. */
static int read_kind(const Ask *ask, JournalFilter *f, GError **error) {
  int r = ask_query_text(ask, "kind", &f->kind, error);
  if (r == 0 && f->kind != NULL && entry_kind_of(f->kind) == ENTRY_KINDS)
    return fault(error, FAULT_INPUT, "kind: \"%s\" is no kind of entry; `valise log kinds` shows them",
                 f->kind);
  return r;
}

static int read_filter(const Ask *ask, JournalFilter *f, GError **error) {
  int r = ask_query(ask, filter_names, error);
  if (r == 0)
    r = ask_query_id(ask, "mailing", IDENT_MAILING, &f->mailing, error);
  if (r == 0)
    r = contact_json_queried(ask, "contact", &f->contact, error);
  if (r == 0)
    r = ask_query_id(ask, "delivery", IDENT_DELIVERY, &f->delivery, error);
  if (r == 0)
    r = ask_query_id(ask, "addressee", IDENT_ADDRESSEE, &f->addressee, error);
  if (r == 0)
    r = read_kind(ask, f, error);
  if (r == 0)
    r = ask_query_text(ask, "user", &f->user, error);
  if (r == 0)
    r = ask_query_moment(ask, "since", &f->since, error);
  if (r == 0)
    r = ask_query_moment(ask, "until", &f->until, error);
  if (r == 0)
    r = ask_page(ask, 0, &f->after, &f->limit, error);
  if (r == 0)
    r = ask_query_flag(ask, "newest", &f->newest_first, error);
  return r;
}

typedef struct {
  json_t *items;
  gint64 last;
} Gathered;

static int gather(const JournalRow *row, gpointer data, G_GNUC_UNUSED GError **error) {
  Gathered *gathered = data;
  gathered->last = row->index;
  return json_array_append_new(gathered->items, log_json_entry(row)) == 0 ? 0 : FAULT_SYSTEM;
}

int log_api_list(Ask *ask, GError **error) {
  JournalFilter filter = {0};
  g_autoptr(Link) link = NULL;
  int r = read_filter(ask, &filter, error);
  if (r == 0)
    r = store_read(ask->house->store, &link, error);
  if (r < 0)
    return r;
  Gathered gathered = {json_array(), 0};
  r = journal_rows_each(link, &filter, ask_clearance(ask), gather, &gathered, error);
  if (r < 0) {
    json_decref(gathered.items);
    return r;
  }
  g_autofree char *last = g_strdup_printf("%" G_GINT64_FORMAT, gathered.last);
  return ask_respond(ask, 200, ask_page_of(gathered.items, filter.limit, json_string(last)));
}

/* ---- follow ---- */

typedef struct {
  Store *store;
  Journal *journal;
  JournalFilter filter;
  gint64 clearance;
  char *kind, *user; /* the filter's, which outlive the request */
  GString *chunk;
  gint64 shown; /* entries of this page */
} Follow;

static void follow_free(gpointer data) {
  Follow *follow = data;
  g_free(follow->kind);
  g_free(follow->user);
  g_free(follow);
}

static int follow_row(const JournalRow *row, gpointer data, G_GNUC_UNUSED GError **error) {
  Follow *follow = data;
  json_t *entry = log_json_entry(row);
  char *line = json_dumps(entry, JSON_COMPACT);
  g_string_append(follow->chunk, line);
  g_string_append_c(follow->chunk, '\n');
  free(line);
  json_decref(entry);
  follow->shown++;
  follow->filter.after = row->index;
  return 0;
}

/* The next page begins behind the last entry that was looked at, shown or not, so that a quiet filter reads
 * nothing twice. The head is read first: what comes after it may be shown already, but is never skipped. */
static int follow_next(GString *chunk, gpointer data) {
  Follow *follow = data;
  Head head;
  if (!journal_wait(follow->journal, follow->filter.after, SECOND))
    return 1;
  journal_head(follow->journal, &head);
  g_autoptr(Link) link = NULL;
  if (store_read(follow->store, &link, NULL) < 0)
    return -1;
  follow->chunk = chunk;
  follow->shown = 0;
  const JournalFilter filter = follow->filter;
  if (journal_rows_each(link, &filter, follow->clearance, follow_row, follow, NULL) < 0)
    return -1;
  if (follow->shown < filter.limit)
    follow->filter.after = MAX(follow->filter.after, head.index);
  return 1;
}

int log_api_follow(Ask *ask, GError **error) {
  g_autofree Follow *follow = g_new0(Follow, 1);
  int r = read_filter(ask, &follow->filter, error);
  if (r < 0)
    return r;
  follow->store = ask->house->store;
  follow->journal = ask->house->journal;
  follow->clearance = ask_clearance(ask);
  follow->filter.kind = follow->kind = g_strdup(follow->filter.kind);
  follow->filter.user = follow->user = g_strdup(follow->filter.user);
  follow->filter.newest_first = FALSE;
  follow->filter.limit = JOURNAL_PAGE;
  if (request_query(ask->request, "after") == NULL) {
    Head head;
    journal_head(ask->house->journal, &head);
    follow->filter.after = head.index;
  }
  response_stream(ask->response, 200, "application/x-ndjson", follow_next, g_steal_pointer(&follow),
                  follow_free, "\n");
  return 0;
}

/* ---- signed heads ---- */

static json_t *signed_json(const SignedHead *h) {
  g_autofree char *head = head_text(&h->head);
  return json_pack("{s:I, s:o, s:s, s:s}", "number", (json_int_t)h->number, "at", ask_time(h->at), "head",
                   head, "fingerprint", h->fingerprint);
}

static int add_signed(const SignedHead *h, gpointer data, G_GNUC_UNUSED GError **error) {
  return json_array_append_new(data, signed_json(h)) == 0 ? 0 : FAULT_SYSTEM;
}

int log_api_heads(Ask *ask, GError **error) {
  static const char *const known[] = {"after", "limit", NULL};
  g_autoptr(Link) link = NULL;
  gint64 after, limit;
  json_t *items = json_array();
  int r = ask_query(ask, known, error);
  if (r == 0)
    r = ask_page(ask, 0, &after, &limit, error);
  if (r == 0)
    r = store_read(ask->house->store, &link, error);
  if (r == 0)
    r = signed_head_each(link, after, G_MAXINT64, limit, add_signed, items, error);
  if (r == 0)
    return ask_respond(ask, 200,
                       ask_page_of(items, limit,
                                   json_deep_copy(json_object_get(
                                       json_array_get(items, json_array_size(items) - 1), "number"))));
  json_decref(items);
  return r;
}

/* At once, and not only when it is time. */
int log_api_sign(Ask *ask, GError **error) {
  static const char *const known[] = {NULL};
  g_autoptr(SignedHead) head = NULL;
  g_autoptr(Link) link = NULL;
  int r = ask_fields(ask, known, error);
  if (r == 0)
    r = signed_head_make(ask->house->journal, ask->house->store, ask->house->log_keeper,
                         clock_wall(ask->house->clock), &head, error);
  if (r > 0 && (r = store_read(ask->house->store, &link, error)) == 0 &&
      (r = signed_head_last(link, &head, error)) > 0)
    return fault(error, FAULT_RULE, "the journal has no entry yet, so there is no head to sign");
  if (r < 0)
    return r;
  return ask_respond(ask, 200, signed_json(head));
}

/* ---- kinds, verification, export ---- */

/* The words of what comes in: facts of deliveries, ways of matching, what was made of a message. */
static void add_inbound_words(json_t *to) {
  json_t *facts = json_array(), *ways = json_array(), *handlings = json_array(), *guesses = json_array();
#define FACT(symbol, name, sentence)                                                                         \
  json_array_append_new(facts, json_pack("{s:s, s:s}", "fact", name, "sentence", sentence));
#include "outbox/fact_kinds.def"
#undef FACT
#define WAY(symbol, name, weight, sentence)                                                                  \
  json_array_append_new(ways, json_pack("{s:s, s:s}", "matched_by", name, "sentence", sentence));
#include "reply/match_ways.def"
#undef WAY
#define HANDLING(symbol, name, sentence)                                                                     \
  json_array_append_new(handlings, json_pack("{s:s, s:s}", "reason", name, "sentence", sentence));
#include "reply/handlings.def"
#undef HANDLING
#define GUESS(symbol, name, sentence)                                                                        \
  json_array_append_new(guesses, json_pack("{s:s, s:s}", "why", name, "sentence", sentence));
#include "reply/guess_ways.def"
#undef GUESS
  json_object_set_new(to, "facts", facts);
  json_object_set_new(to, "matched_by", ways);
  json_object_set_new(to, "inbound_reasons", handlings);
  json_object_set_new(to, "guesses", guesses);
}

int log_api_kinds(Ask *ask, GError **error) {
  static const char *const known[] = {NULL};
  int r = ask_query(ask, known, error);
  if (r < 0)
    return r;
  json_t *items = json_array(), *states = json_array(), *reasons = json_array();
  for (int kind = 0; kind < ENTRY_KINDS; kind++)
    json_array_append_new(
        items, json_pack("{s:s, s:s}", "kind", entry_kind_name(kind), "sentence", entry_kind_sentence(kind)));
  for (int state = 0; state < DELIVERY_STATES; state++)
    json_array_append_new(states, json_pack("{s:s, s:s}", "state", delivery_state_name(state), "sentence",
                                            delivery_state_sentence(state)));
#define REASON(symbol, name, sentence)                                                                       \
  json_array_append_new(reasons, json_pack("{s:s, s:s}", "reason", name, "sentence", sentence));
#include "contacts/reasons.def"
#undef REASON
  json_t *proposals = json_array();
  for (int state = 0; state < PROPOSAL_STATES; state++)
    json_array_append_new(proposals, json_pack("{s:s, s:s}", "state", proposal_state_name(state), "sentence",
                                               proposal_state_sentence(state)));
  json_t *answers = json_array(), *meanings = json_array();
#define KIND(symbol, name, sentence)                                                                         \
  json_array_append_new(answers, json_pack("{s:s, s:s}", "kind", name, "sentence", sentence));
#include "acknowledgement/acknowledgement_kinds.def"
#undef KIND
#define MEANING(symbol, name, sentence)                                                                      \
  json_array_append_new(meanings, json_pack("{s:s, s:s}", "meaning", name, "sentence", sentence));
#include "acknowledgement/acknowledgement_meanings.def"
#undef MEANING
  json_t *all =
      json_pack("{s:o, s:n, s:o, s:o, s:o, s:o, s:o}", "items", items, "next", "states", states, "reasons",
                reasons, "acknowledgements", answers, "meanings", meanings, "proposals", proposals);
  add_inbound_words(all);
  return ask_respond(ask, 200, all);
}

/* The chain first, then who signed it, then whether the rows of deliveries say what it says. */
static int verify_all(Ask *ask, const Head *known, Verified *ret, GError **error) {
  const ApiHouse *house = ask->house;
  int r = journal_verify_store(house->journal, house->store, known, ret, error);
  if (r == 0)
    r = signed_head_check(house->store, house->log_keeper, clock_wall(house->clock), &ret->bad, &ret->trouble,
                          error);
  return r != 0 ? r : reckoning_of_deliveries(house->store, &ret->bad, &ret->trouble, error);
}

int log_api_verify(Ask *ask, GError **error) {
  static const char *const known[] = {"head", NULL};
  const char *text;
  Head head;
  g_auto(Verified) verified = {0};
  int r = ask_query(ask, known, error);
  if (r == 0)
    r = ask_query_text(ask, "head", &text, error);
  if (r == 0 && text != NULL)
    r = head_parse(text, &head, error);
  if (r == 0)
    r = verify_all(ask, text != NULL ? &head : NULL, &verified, error);
  if (r < 0)
    return r;
  g_autofree char *reached = head_text(&verified.head);
  return ask_respond(ask, 200,
                     json_pack("{s:b, s:I, s:s, s:o, s:s?}", "verified", r == 0, "entries",
                               (json_int_t)verified.entries, "head", reached, "first_bad",
                               r == 0 ? json_null() : json_integer(verified.bad), "text", verified.trouble));
}

int log_api_export(Ask *ask, GError **error) {
  static const char *const known[] = {NULL};
  g_autofree char *folder = NULL;
  Exported exported;
  int r = ask_query(ask, known, error);
  if (r == 0)
    r = export_folder_make(ask, &folder, error);
  if (r < 0)
    return r;
  r = journal_export(ask->house->journal, ask->house->store, ask_clearance(ask), folder, &exported, error);
  return export_folder_send(ask, folder, r, error);
}
