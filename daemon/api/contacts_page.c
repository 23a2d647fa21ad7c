/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "api/contacts_page.h"

#include "api/contact_json.h"

typedef struct {
  const Ask *ask;
  Link *link;
  json_t *items;
  gint64 last;
} Gathered;

static int gather(const Contact *contact, gpointer data, GError **error) {
  Gathered *g = data;
  json_t *one = NULL;
  int r = contact_json(g->ask, g->link, contact, &one, error);
  g->last = contact->id;
  return r < 0 ? r : json_array_append_new(g->items, one);
}

int contacts_page(const Ask *ask, Link *link, ContactFilter *filter, json_t **ret, GError **error) {
  int r = ask_page(ask, IDENT_CONTACT, &filter->after, &filter->limit, error);
  if (r < 0)
    return r;
  Gathered g = {ask, link, json_array(), 0};
  r = contact_each(link, filter, ask_clearance(ask), gather, &g, error);
  if (r == 0)
    *ret = ask_page_of(g.items, filter->limit, ask_ident(IDENT_CONTACT, g.last));
  else
    json_decref(g.items);
  return r;
}
