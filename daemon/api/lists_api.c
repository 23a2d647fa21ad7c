/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "api/contacts_page.h"
#include "api/handlers.h"
#include "base/fault.h"
#include "base/text.h"
#include "contacts/list.h"

static json_t *list_json(const List *l) {
  return json_pack("{s:s, s:s?, s:b, s:o, s:I}", "name", l->name, "rule", l->rule, "workshop", l->workshop,
                   "question", l->question != 0 ? json_integer(l->question) : json_null(), "size",
                   (json_int_t)l->size);
}

static int add_list(const List *list, gpointer data, G_GNUC_UNUSED GError **error) {
  return json_array_append_new(data, list_json(list)) == 0 ? 0 : FAULT_SYSTEM;
}

int lists_api_list(Ask *ask, GError **error) {
  static const char *const known[] = {NULL};
  g_autoptr(Link) link = NULL;
  json_t *items = json_array();
  int r = ask_query(ask, known, error);
  if (r == 0)
    r = store_read(ask->house->store, &link, error);
  if (r == 0)
    r = list_each(link, 0, ask_clearance(ask), add_list, items, error);
  if (r == 0)
    return ask_respond(ask, 200, ask_list(items, NULL));
  json_decref(items);
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
    r = list_each(link, filter.list, ask_clearance(ask), add_list, found, error);
  if (r == 0)
    r = contacts_page(ask, link, &filter, &page, error);
  if (r == 0) {
    json_t *list = json_incref(json_array_get(found, 0));
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

int lists_api_create(Ask *ask, GError **error) {
  static const char *const known[] = {"name", "rule", "workshop", "question", NULL};
  const char *name, *rule;
  gboolean workshop;
  gint64 question, id;
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
    r = list_create(ask->house->contacts, ask->actor, name, rule, workshop, question, &id, error);
  return r < 0 ? r : respond_list(ask, 201, name, error);
}

typedef int (*ListChange)(const Contacts *contacts, const Actor *actor, const char *name, const gint64 *ids,
                          gsize count, gint64 *ret_changed, GError **error);

static int read_members(const Ask *ask, GArray *ids, GError **error) {
  static const char *const known[] = {"contacts", NULL};
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
    g_autoptr(Contact) contact = NULL;
    r = contact_find_named(link, *name, ask_clearance(ask), &contact, error);
    if (r == 0)
      g_array_append_val(ids, contact->id);
  }
  return r;
}

static int check_seen(const Ask *ask, const char *name, GError **error) {
  g_autoptr(Link) link = NULL;
  gint64 id;
  int r = store_read(ask->house->store, &link, error);
  return r < 0 ? r : list_find_seen(link, name, ask_clearance(ask), &id, error);
}

static int change_members(Ask *ask, ListChange change, GError **error) {
  const char *name = request_argument(ask->request, "name");
  g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(gint64));
  gint64 changed;
  int r = check_seen(ask, name, error);
  if (r == 0)
    r = read_members(ask, ids, error);
  if (r == 0)
    r = change(ask->house->contacts, ask->actor, name, (const gint64 *)(void *)ids->data, ids->len, &changed,
               error);
  return r < 0 ? r : respond_list(ask, 200, name, error);
}

int lists_api_add(Ask *ask, GError **error) {
  return change_members(ask, list_add, error);
}

int lists_api_remove(Ask *ask, GError **error) {
  return change_members(ask, list_remove, error);
}
