/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "api/contact_json.h"
#include "api/contacts_page.h"
#include "api/handlers.h"
#include "base/fault.h"
#include "base/text.h"
#include "contacts/list.h"
#include "contacts/workshop.h"

static json_t *person_json(gint64 id, const char *name) {
  return id != 0 ? json_pack("{s:o, s:s?}", "id", ask_ident(IDENT_CONTACT, id), "name", name) : json_null();
}

static int add_facts(const WorkshopFacts *f, gpointer data, G_GNUC_UNUSED GError **error) {
  json_t *facts = json_pack("{s:s?, s:s?, s:o, s:o}", "room", f->room, "language", f->language, "facilitator",
                            person_json(f->facilitator, f->facilitator_name), "rapporteur",
                            person_json(f->rapporteur, f->rapporteur_name));
  json_object_update(data, facts);
  json_decref(facts);
  return 0;
}

static json_t *shares_json(const GArray *shares) {
  json_t *all = json_object();
  for (guint i = 0; i < shares->len; i++) {
    const WorkshopShare *share = &g_array_index(shares, WorkshopShare, i);
    json_object_set_new(all, share->key, json_integer(share->seats));
  }
  return all;
}

static json_t *seats_json(const Workshop *w) {
  json_t *warnings = json_array();
  for (guint i = 0; i < w->warnings->len; i++)
    json_array_append_new(warnings, json_string(g_ptr_array_index(w->warnings, i)));
  return json_pack("{s:{s:I, s:i, s:i}, s:{s:o, s:o}, s:o}", "seats", "taken", (json_int_t)w->seats, "least",
                   WORKSHOP_SEATS_LEAST, "most", WORKSHOP_SEATS_MOST, "balance", "countries",
                   shares_json(w->countries), "languages", shares_json(w->languages), "warnings", warnings);
}

static int add_workshop(const Ask *ask, Link *link, gint64 list, json_t *to, GError **error) {
  g_auto(Workshop) workshop = {0};
  int r = workshop_facts(link, list, ask_clearance(ask), add_facts, to, error);
  if (r == 0)
    r = workshop_look(link, list, ask_clearance(ask), &workshop, error);
  if (r < 0)
    return r;
  json_t *seats = seats_json(&workshop);
  json_object_update(to, seats);
  json_decref(seats);
  return 0;
}

typedef struct {
  const Ask *ask;
  Link *link;
  json_t *items;
} Lists;

static int add_list(const List *l, gpointer data, GError **error) {
  const Lists *lists = data;
  json_t *one = json_pack("{s:s, s:s?, s:b, s:o, s:I}", "name", l->name, "rule", l->rule, "workshop",
                          l->workshop, "question", l->question != 0 ? json_integer(l->question) : json_null(),
                          "size", (json_int_t)l->size);
  json_array_append_new(lists->items, one);
  return l->workshop ? add_workshop(lists->ask, lists->link, l->id, one, error) : 0;
}

int lists_api_list(Ask *ask, GError **error) {
  static const char *const known[] = {NULL};
  g_autoptr(Link) link = NULL;
  json_t *items = json_array();
  int r = ask_query(ask, known, error);
  if (r == 0)
    r = store_read(ask->house->store, &link, error);
  if (r == 0)
    r = list_each(link, 0, ask_clearance(ask), add_list, &(Lists){ask, link, items}, error);
  if (r == 0)
    return ask_respond(ask, 200, ask_list(items, NULL));
  json_decref(items);
  return r;
}

/* Each member with its role on this list. */
static void say_roles(json_t *page, const char *list) {
  size_t i, j;
  json_t *member, *seat;
  json_array_foreach(json_object_get(page, "items"), i, member) {
    json_object_set_new(member, "role", json_null());
    json_array_foreach(json_object_get(member, "lists"), j, seat) {
      if (g_strcmp0(json_string_value(json_object_get(seat, "name")), list) == 0)
        json_object_set(member, "role", json_object_get(seat, "role"));
    }
  }
}

/* Counting a rule's members walks all contacts: the first page tells of the list, further ones name it. */
static int tell_list(Ask *ask, Link *link, gint64 id, json_t *found, GError **error) {
  g_autofree char *name = NULL;
  if (request_query(ask->request, "after") == NULL)
    return list_each(link, id, ask_clearance(ask), add_list, &(Lists){ask, link, found}, error);
  int r = list_name(link, id, &name, error);
  if (r == 0)
    json_array_append_new(found, json_pack("{s:s}", "name", name));
  return r;
}

/* The list with a page of its members. */
static int respond_list(Ask *ask, guint status, const char *name, GError **error) {
  g_autoptr(Link) link = NULL;
  json_t *found = json_array(), *page = NULL;
  ContactFilter filter = CONTACT_FILTER_ANY;
  int r = store_read(ask->house->store, &link, error);
  if (r == 0)
    r = list_find_seen(link, name, ask_clearance(ask), &filter.list, error);
  if (r == 0)
    r = tell_list(ask, link, filter.list, found, error);
  if (r == 0)
    r = contacts_page(ask, link, &filter, &page, error);
  if (r == 0) {
    json_t *list = json_incref(json_array_get(found, 0));
    say_roles(page, json_string_value(json_object_get(list, "name")));
    json_object_update(list, page);
    json_decref(page);
    ask_respond(ask, status, list);
  }
  json_decref(found);
  return r;
}

int lists_api_show(Ask *ask, GError **error) {
  static const char *const known[] = {"after", "limit", NULL};
  int r = ask_query(ask, known, error);
  return r < 0 ? r : respond_list(ask, 200, request_argument(ask->request, "name"), error);
}

static int check_seen(const Ask *ask, const char *name, GError **error) {
  g_autoptr(Link) link = NULL;
  gint64 id;
  int r = store_read(ask->house->store, &link, error);
  return r < 0 ? r : list_find_seen(link, name, ask_clearance(ask), &id, error);
}

/* "" and null clear; absent leaves as it is. */
static int read_leader(const Ask *ask, const char *name, gint64 *ret, GError **error) {
  int r = contact_json_field(ask, name, FALSE, ret, error);
  if (r == 0 && *ret == 0 && json_object_get(ask->body, name) != NULL)
    *ret = -1;
  return r;
}

static int read_words(const Ask *ask, const char *name, gsize max, const char **ret, GError **error) {
  int r = ask_text(ask, name, max, ret, error);
  if (r == 0 && json_is_null(json_object_get(ask->body, name)))
    *ret = "";
  return r;
}

static int read_workshop(const Ask *ask, WorkshopChange *to, GError **error) {
  int r = read_words(ask, "room", TEXT_NAME_MAX, &to->room, error);
  if (r == 0)
    r = read_words(ask, "language", 40, &to->language, error);
  if (r == 0)
    r = read_leader(ask, "facilitator", &to->facilitator, error);
  return r == 0 ? read_leader(ask, "rapporteur", &to->rapporteur, error) : r;
}

static gboolean says_something(const WorkshopChange *change) {
  return change->room != NULL || change->language != NULL || change->facilitator != 0 ||
         change->rapporteur != 0 || change->question != 0;
}

int lists_api_set(Ask *ask, GError **error) {
  static const char *const known[] = {"question", "room", "language", "facilitator", "rapporteur", NULL};
  const char *name = request_argument(ask->request, "name");
  WorkshopChange change = {0};
  int r = ask_fields(ask, known, error);
  if (r == 0)
    r = check_seen(ask, name, error);
  if (r == 0)
    r = ask_int(ask, "question", 1, 99, 0, &change.question, error);
  if (r == 0)
    r = read_workshop(ask, &change, error);
  if (r == 0 && says_something(&change))
    r = workshop_set(ask->house->contacts, ask->actor, name, &change, error);
  return r < 0 ? r : respond_list(ask, 200, name, error);
}

int lists_api_create(Ask *ask, GError **error) {
  static const char *const known[] = {"name",     "rule",        "workshop",   "question", "room",
                                      "language", "facilitator", "rapporteur", NULL};
  const char *name, *rule;
  gboolean workshop;
  gint64 question, id;
  WorkshopChange change = {0};
  int r = ask_fields(ask, known, error);
  if (r == 0)
    r = ask_needed(ask, "name", TEXT_NAME_MAX, &name, error);
  if (r == 0)
    r = ask_text(ask, "rule", TEXT_LINE_MAX, &rule, error);
  if (r == 0)
    r = ask_flag(ask, "workshop", &workshop, error);
  if (r == 0)
    r = ask_int(ask, "question", 1, 99, 0, &question, error);
  if (r == 0)
    r = read_workshop(ask, &change, error);
  if (r == 0 && !workshop && says_something(&change))
    r = fault(error, FAULT_INPUT, "only a workshop has a room, a language, a facilitator and a rapporteur");
  if (r == 0)
    r = list_create(ask->house->contacts, ask->actor, name, rule, workshop, question, &id, error);
  if (r == 0 && says_something(&change))
    r = workshop_set(ask->house->contacts, ask->actor, name, &change, error);
  return r < 0 ? r : respond_list(ask, 201, name, error);
}

static int read_members(const Ask *ask, const char *const *known, GArray *ids, GError **error) {
  g_autofree const char **names = NULL;
  g_autoptr(Link) link = NULL;
  int r = ask_fields(ask, known, error);
  if (r == 0)
    r = ask_texts(ask, "contacts", &names, error);
  if (r == 0 && *names == NULL)
    r = fault(error, FAULT_INPUT, "contacts: is missing; name at least one");
  if (r == 0)
    r = store_read(ask->house->store, &link, error);
  for (const char **name = names; r == 0 && *name != NULL; name++) {
    gint64 id;
    r = contact_json_number(ask, link, *name, &id, error);
    if (r == 0)
      g_array_append_val(ids, id);
  }
  return r;
}

int lists_api_add(Ask *ask, GError **error) {
  static const char *const known[] = {"contacts", "role", NULL};
  const char *name = request_argument(ask->request, "name"), *role = NULL;
  g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(gint64));
  gint64 changed;
  int r = check_seen(ask, name, error);
  if (r == 0)
    r = read_members(ask, known, ids, error);
  if (r == 0)
    r = read_words(ask, "role", TEXT_NAME_MAX, &role, error);
  if (r == 0)
    r = list_add_as(ask->house->contacts, ask->actor, name, (const gint64 *)(void *)ids->data, ids->len, role,
                    &changed, error);
  return r < 0 ? r : respond_list(ask, 200, name, error);
}

int lists_api_remove(Ask *ask, GError **error) {
  static const char *const known[] = {"contacts", NULL};
  const char *name = request_argument(ask->request, "name");
  g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(gint64));
  gint64 changed;
  int r = check_seen(ask, name, error);
  if (r == 0)
    r = read_members(ask, known, ids, error);
  if (r == 0)
    r = list_remove(ask->house->contacts, ask->actor, name, (const gint64 *)(void *)ids->data, ids->len,
                    &changed, error);
  return r < 0 ? r : respond_list(ask, 200, name, error);
}
