/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "api/contact_json.h"
#include "api/handlers.h"
#include "base/fault.h"
#include "base/text.h"
#include "contacts/duplicate.h"

static json_t *reasons_json(guint reasons) {
  json_t *list = json_array();
  for (int i = 0; i < DUPLICATE_REASONS; i++)
    if ((reasons & (1U << i)) != 0)
      json_array_append_new(list, json_string(duplicate_reason_name((enum duplicate_reason)i)));
  return list;
}

static int add_pair(const Duplicate *d, gpointer data, G_GNUC_UNUSED GError **error) {
  json_t *one = json_pack("{s:o, s:s, s:o, s:s, s:i, s:o}", "a", ask_ident(IDENT_CONTACT, d->a), "a_name",
                          d->a_name, "b", ask_ident(IDENT_CONTACT, d->b), "b_name", d->b_name, "score",
                          d->score, "reasons", reasons_json(d->reasons));
  return json_array_append_new(data, one) == 0 ? 0 : FAULT_SYSTEM;
}

static int read_score(const Ask *ask, int *ret, GError **error) {
  const char *text;
  char *end = NULL;
  int r = ask_query_text(ask, "min-score", &text, error);
  if (r < 0 || text == NULL)
    return r;
  gint64 score = g_ascii_strtoll(text, &end, 10);
  if (end == text || *end != '\0' || score < 1 || score > DUPLICATE_SCORE_MAX)
    return fault(error, FAULT_INPUT, "min-score: \"%s\" is no whole number between 1 and %d", text,
                 DUPLICATE_SCORE_MAX);
  *ret = (int)score;
  return 0;
}

static int read_filter(const Ask *ask, DuplicateFilter *to, GError **error) {
  const char *kind;
  enum contact_kind found = CONTACT_PERSON;
  int r = ask_query_text(ask, "kind", &kind, error);
  if (r == 0 && kind != NULL && !contact_kind_parse(kind, &found))
    r = fault(error, FAULT_INPUT, "kind: \"%s\" is none of person, office and organisation", kind);
  if (r == 0)
    r = read_score(ask, &to->min_score, error);
  if (r == 0)
    r = ask_page(ask, (enum ident)0, &to->after, &to->limit, error);
  to->kind = kind != NULL ? (int)found : -1;
  return r;
}

int duplicates_api_list(Ask *ask, GError **error) {
  static const char *const known[] = {"kind", "min-score", "after", "limit", NULL};
  g_autoptr(Link) link = NULL;
  DuplicateFilter filter = {0};
  DuplicateCount count = {0};
  json_t *items = json_array();
  int r = ask_query(ask, known, error);
  if (r == 0)
    r = read_filter(ask, &filter, error);
  if (r == 0)
    r = store_read(ask->house->store, &link, error);
  if (r == 0)
    r = duplicate_each(link, &filter, ask_clearance(ask), add_pair, items, &count, error);
  if (r < 0) {
    json_decref(items);
    return r;
  }
  gint64 next = filter.after + (gint64)json_array_size(items);
  json_t *list = ask_list(items, next < count.pairs ? json_integer(next) : NULL);
  json_object_set_new(list, "total", json_integer(count.pairs));
  json_object_set_new(list, "complete", json_boolean(count.complete));
  return ask_respond(ask, 200, list);
}

static int find(const Ask *ask, Link *link, const char *field, gint64 *ret, GError **error) {
  const char *name;
  int r = ask_needed(ask, field, TEXT_NAME_MAX, &name, error);
  return r < 0 ? r : contact_json_number(ask, link, name, ret, error);
}

int duplicates_api_mark(Ask *ask, GError **error) {
  static const char *const known[] = {"a", "b", "distinct", NULL};
  g_autoptr(Link) link = NULL;
  gint64 a = 0, b = 0;
  gboolean distinct = TRUE;
  int r = ask_fields(ask, known, error);
  if (r == 0)
    r = store_read(ask->house->store, &link, error);
  if (r == 0)
    r = find(ask, link, "a", &a, error);
  if (r == 0)
    r = find(ask, link, "b", &b, error);
  g_clear_pointer(&link, link_return);
  if (r == 0 && json_object_get(ask->body, "distinct") != NULL)
    r = ask_flag(ask, "distinct", &distinct, error);
  if (r == 0)
    r = duplicate_mark(ask->house->contacts, ask->actor, a, b, distinct, error);
  return r < 0 ? r
               : ask_respond(ask, 200,
                             json_pack("{s:o, s:o, s:b}", "a", ask_ident(IDENT_CONTACT, a), "b",
                                       ask_ident(IDENT_CONTACT, b), "distinct", distinct));
}
