/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "api/list_seen.h"

#include "base/fault.h"
#include "contacts/list.h"

#define SEES_ALL 1 /* the clearance of who may see everything (journal/actor.h) */

int list_seen_hidden(const Ask *ask, Link *link, gint64 list, gboolean *ret_hidden, GError **error) {
  gint64 clearance = ask_clearance(ask), visible = 0, all = 0;
  *ret_hidden = FALSE;
  if (clearance >= SEES_ALL)
    return 0;
  ContactFilter filter = CONTACT_FILTER_ANY;
  filter.list = list;
  int r = contact_count(link, &filter, clearance, &visible, error);
  if (r == 0 && visible == 0)
    r = contact_count(link, &filter, SEES_ALL, &all, error);
  *ret_hidden = visible == 0 && all > 0;
  return r;
}

int list_seen_find(const Ask *ask, Link *link, const char *name, gint64 *ret_id, GError **error) {
  gboolean hidden = FALSE;
  int r = list_find(link, name, ret_id, error);
  if (r == 0)
    r = list_seen_hidden(ask, link, *ret_id, &hidden, error);
  if (r == 0 && hidden)
    return fault(error, FAULT_ABSENT, "there is no list \"%s\"; `valise lists list` shows those there are",
                 name);
  return r;
}
