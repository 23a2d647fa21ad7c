/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "api/proposals_json.h"

static json_t *author_json(const Proposal *p) {
  if (p->author == 0)
    return json_null();
  return json_pack("{s:o, s:s}", "id", ask_ident(IDENT_CONTACT, p->author), "name", p->author_name);
}

/* "workshop", "reply", "page", else "hand"; a part of another says so beside. */
static json_t *source_json(const Proposal *p) {
  const char *kind = p->inbound != 0    ? "reply"
                     : p->delivery != 0 ? "page"
                     : p->workshop != 0 ? "workshop"
                                        : "hand";
  return json_pack("{s:s, s:o, s:o, s:o, s:o, s:s}", "kind", kind, "inbound",
                   ask_ident(IDENT_INBOUND, p->inbound), "delivery", ask_ident(IDENT_DELIVERY, p->delivery),
                   "split_from", ask_ident(IDENT_PROPOSAL, p->split_from), "at", ask_time(p->entered_at),
                   "by", p->entered_by);
}

static json_t *wording_json(const Proposal *p) {
  if (p->wording == NULL)
    return json_null();
  return json_pack("{s:s, s:s}", "language", p->wording_language, "text", p->wording);
}

static json_t *number_json(gint64 number) {
  return number != 0 ? json_integer(number) : json_null();
}

json_t *proposals_json_one(const Proposal *p) {
  return json_pack("{s:o, s:I, s:o, s:s, s:o, s:o, s:o, s:s, s:s, s:o, s:s?, s:o, s:o, s:s?}", "id",
                   ask_ident(IDENT_PROPOSAL, p->id), "edition", (json_int_t)p->edition, "question",
                   number_json(p->question), "state", proposal_state_name(p->state), "place",
                   number_json(p->place), "merged_into", ask_ident(IDENT_PROPOSAL, p->merged_into), "item",
                   ask_ident(IDENT_PROPOSAL, p->item), "language", p->language, "text", p->text, "wording",
                   wording_json(p), "workshop", p->workshop_name, "author", author_json(p), "source",
                   source_json(p), "reason", p->reason);
}

/* ---- one, with all that is known of it ---- */

static int add_sources(const Ask *ask, Link *link, const Proposal *p, json_t *to, GError **error) {
  g_autoptr(GPtrArray) sources = NULL;
  json_t *list = json_array();
  int r =
      p->state == PROPOSAL_MERGED ? 0 : proposal_sources(link, ask_clearance(ask), p->id, &sources, error);
  for (guint i = 0; r == 0 && sources != NULL && i < sources->len; i++) {
    const Proposal *source = sources->pdata[i];
    if (source->id != p->id)
      json_array_append_new(list, proposals_json_one(source));
  }
  json_object_set_new(to, "merged", list);
  return r;
}

static json_t *step_json(const ProposalStep *step) {
  return json_pack("{s:o, s:s, s:s, s:s, s:s, s:o, s:s?}", "time", ask_time(step->at), "by", step->by, "deed",
                   proposal_deed_name(step->deed), "from", proposal_state_name(step->from), "to",
                   proposal_state_name(step->to), "other", ask_ident(IDENT_PROPOSAL, step->other), "note",
                   step->note);
}

static int add_history(const Ask *ask, Link *link, gint64 id, json_t *to, GError **error) {
  g_autoptr(GPtrArray) history = NULL;
  json_t *list = json_array();
  int r = proposal_history(link, ask_clearance(ask), id, &history, error);
  for (guint i = 0; r == 0 && i < history->len; i++)
    json_array_append_new(list, step_json(history->pdata[i]));
  json_object_set_new(to, "history", list);
  return r;
}

int proposals_json_whole(const Ask *ask, Link *link, gint64 id, json_t **ret, GError **error) {
  g_autoptr(Proposal) p = NULL;
  int r = proposal_find(link, ask_clearance(ask), id, &p, error);
  if (r < 0)
    return r;
  json_t *json = proposals_json_one(p);
  r = add_sources(ask, link, p, json, error);
  if (r == 0)
    r = add_history(ask, link, id, json, error);
  if (r == 0)
    *ret = json;
  else
    json_decref(json);
  return r;
}

int proposals_json_of_contact(const Ask *ask, Link *link, gint64 contact, json_t *to, GError **error) {
  ProposalFilter filter = PROPOSAL_FILTER_ANY;
  filter.edition = PROPOSAL_ANY;
  filter.author = contact;
  filter.limit = PROPOSAL_PAGE_MAX;
  for (;;) {
    g_autoptr(GPtrArray) rows = NULL;
    int r = proposal_list(link, ask_clearance(ask), &filter, &rows, error);
    if (r < 0)
      return r;
    for (guint i = 0; i < rows->len; i++) {
      const Proposal *p = rows->pdata[i];
      json_array_append_new(to, proposals_json_one(p));
      filter.after = p->id;
    }
    if (rows->len < PROPOSAL_PAGE_MAX)
      return 0;
  }
}

/* ---- questions ---- */

static json_t *words_json(const Question *q) {
  json_t *words = json_object();
  for (int i = 0; i < LANGUAGE_COUNT; i++)
    if (q->words[i] != NULL)
      json_object_set_new(words, language_code((enum language)i), json_string(q->words[i]));
  return words;
}

/* What was received is in the draft, merged or set aside. */
static void add_sums(json_t *to, const gint64 n[PROPOSAL_STATES]) {
  gint64 draft = n[PROPOSAL_SUBMITTED] + n[PROPOSAL_MODERATED] + n[PROPOSAL_IN_SYNTHESIS];
  json_t *states = json_object();
  for (int state = 0; state < PROPOSAL_STATES; state++)
    json_object_set_new(states, proposal_state_name((enum proposal_state)state), json_integer(n[state]));
  json_object_set_new(to, "received", json_integer(draft + n[PROPOSAL_MERGED] + n[PROPOSAL_SET_ASIDE]));
  json_object_set_new(to, "in_draft", json_integer(draft));
  json_object_set_new(to, "merged", json_integer(n[PROPOSAL_MERGED]));
  json_object_set_new(to, "set_aside", json_integer(n[PROPOSAL_SET_ASIDE]));
  json_object_set_new(to, "states", states);
}

json_t *proposals_json_edition(const Edition *edition) {
  json_t *items = json_array(), *none = json_object(), *all = json_object();
  gint64 sums[PROPOSAL_STATES] = {0};
  for (guint i = 0; i < edition->questions->len; i++) {
    const Question *q = edition->questions->pdata[i];
    json_t *one = q->number != 0
                      ? json_pack("{s:I, s:o}", "question", (json_int_t)q->number, "words", words_json(q))
                      : json_incref(none);
    add_sums(one, q->counts);
    for (int state = 0; state < PROPOSAL_STATES; state++)
      sums[state] += q->counts[state];
    if (q->number != 0)
      json_array_append(items, one);
    json_decref(one);
  }
  add_sums(all, sums);
  return json_pack("{s:I, s:o, s:o, s:n, s:o, s:o}", "edition", (json_int_t)edition->number, "theme",
                   words_json(edition->questions->pdata[0]), "items", items, "next", "without_question", none,
                   "all", all);
}
