/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proposals/seating.h"

#include "base/fault.h"
#include "contacts/workshop.h"

static void seating_free(gpointer data) {
  Seating *seating = data;
  g_free(seating->language);
  g_free(seating->warning);
  g_free(seating);
}

GHashTable *seating_table_new(void) {
  return g_hash_table_new_full(g_str_hash, g_str_equal, g_free, seating_free);
}

static int take_list(const List *list, gpointer data, GError **error) {
  Seating *seating = data;
  if (!list->workshop)
    return fault(error, FAULT_RULE,
                 "the list \"%s\" is no workshop; create one with `valise lists create NAME --workshop`",
                 list->name);
  seating->question = list->question;
  return 0;
}

static int take_facts(const WorkshopFacts *facts, gpointer data, G_GNUC_UNUSED GError **error) {
  ((Seating *)data)->language = g_strdup(facts->language);
  return 0;
}

/* All seats are counted, also those that the actor does not see: it is as full as it is. */
static int count_seats(Link *link, const char *name, Seating *seating, GError **error) {
  g_auto(Workshop) workshop = {0};
  int r = workshop_look(link, seating->list, 1, &workshop, error);
  if (r == 0 && (workshop.seats < WORKSHOP_SEATS_LEAST || workshop.seats > WORKSHOP_SEATS_MOST))
    seating->warning =
        g_strdup_printf("the workshop \"%s\" has %" G_GINT64_FORMAT " seats taken, and should have %d to %d",
                        name, workshop.seats, WORKSHOP_SEATS_LEAST, WORKSHOP_SEATS_MOST);
  return r;
}

static int look(const ProposalUnit *unit, const char *name, Seating *to, GError **error) {
  gint64 clearance = actor_clearance(unit->actor);
  int r = list_find_seen(unit->link, name, clearance, &to->list, error);
  if (r == 0)
    r = list_each(unit->link, to->list, clearance, take_list, to, error);
  if (r == 0)
    r = workshop_facts(unit->link, to->list, clearance, take_facts, to, error);
  if (r == 0)
    r = list_is_hidden(unit->link, to->list, 0, &to->restricted, error);
  return r == 0 ? count_seats(unit->link, name, to, error) : r;
}

int seating_find(const ProposalUnit *unit, const char *name, const Seating **ret, GError **error) {
  Seating *seating = g_hash_table_lookup(unit->seatings, name);
  if (seating == NULL) {
    seating = g_new0(Seating, 1);
    int r = look(unit, name, seating, error);
    if (r < 0) {
      seating_free(seating);
      return r;
    }
    g_hash_table_insert(unit->seatings, g_strdup(name), seating);
  }
  *ret = seating;
  return 0;
}
