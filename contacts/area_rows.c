/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contacts/area.h"

#include "base/text.h"

#include <string.h>

#define WORLD "001"

static int put(Link *link, const char *area, const char *place, GError **error) {
  g_autofree char *a = g_ascii_strdown(area, -1);
  g_autofree char *p = g_ascii_strdown(place, -1);
  int r =
      link_run(link, error,
               "INSERT INTO area_places (area, place) VALUES (?1, ?2) ON CONFLICT (area, place) DO NOTHING",
               "tt", a, p);
  return MIN(r, 0);
}

/* The region itself, those it lies in, and the world: "002 202 011". */
static int put_regions(Link *link, const State *state, GError **error) {
  g_auto(GStrv) regions = g_strsplit(state->region, " ", 0);
  int r = 0;
  for (char **outer = regions; r == 0 && *outer != NULL; outer++) {
    if (**outer == '\0')
      continue;
    r = put(link, *outer, state->code, error);
    for (char **inner = outer; r == 0 && *inner != NULL; inner++)
      r = put(link, *outer, *inner, error);
    if (r == 0)
      r = put(link, WORLD, *outer, error);
  }
  return r;
}

static int put_state(Link *link, const State *state, GError **error) {
  g_autofree char *whole = g_strndup(state->code, strcspn(state->code, "-"));
  int r = put(link, state->code, state->code, error);
  if (r == 0)
    r = put(link, whole, state->code, error);
  if (r == 0)
    r = put(link, WORLD, state->code, error);
  if (r == 0 && *state->m49 != '\0')
    r = put(link, state->m49, state->code, error);
  return r == 0 ? put_regions(link, state, error) : r;
}

static int refill(Link *link, gpointer data, GError **error) {
  const States *states = data;
  int r = link_run(link, error, "DELETE FROM area_places", "");
  for (guint i = 0; r >= 0 && i < states_count(states); i++)
    r = put_state(link, states_at(states, i), error);
  if (r >= 0)
    r = link_run(link, error,
                 "INSERT INTO area_source (one, digest) VALUES (1, ?1)"
                 " ON CONFLICT (one) DO UPDATE SET digest = excluded.digest",
                 "d", states_digest(states));
  return MIN(r, 0);
}

static int is_up_to_date(Store *store, const States *states, GError **error) {
  g_autoptr(Link) link = NULL;
  gint64 one;
  int r = store_read(store, &link, error);
  return r < 0 ? r
               : link_int(link, &one, error, "SELECT 1 FROM area_source WHERE one = 1 AND digest = ?1", "d",
                          states_digest(states));
}

int area_prepare(const Contacts *contacts, GError **error) {
  int r = contacts->states != NULL ? is_up_to_date(contacts->store, contacts->states, error) : 0;
  return r == 1 ? store_write(contacts->store, refill, (gpointer)contacts->states, error) : r;
}

/* A part of a State that the table does not have lies wherever its State does. */
int area_has(Link *link, const char *area, const char *place, gboolean *ret, GError **error) {
  gint64 one;
  g_autofree char *a = g_ascii_strdown(area, -1);
  g_autofree char *p = g_ascii_strdown(place, -1);
  g_autofree char *state = g_strndup(p, strcspn(p, "-"));
  *ret = g_str_equal(a, p) || g_str_equal(a, state);
  if (*ret)
    return 0;
  int r = link_int(link, &one, error,
                   "SELECT 1 FROM area_places WHERE area = ?1 AND (place = ?2 OR place = ?3) LIMIT 1", "ttt",
                   a, p, state);
  *ret = r == 0;
  return MIN(r, 0);
}

static int has_ground(Link *link, const char *area, gint64 contact, gboolean *ret, GError **error) {
  gint64 one;
  g_autofree char *folded = text_fold(area);
  int r = link_int(
      link, &one, error,
      "SELECT 1 FROM grounds_now g WHERE g.contact = ?1 AND (g.area_folded = ?2 OR EXISTS"
      " (SELECT 1 FROM area_places p WHERE p.area = ?2 AND (p.place = g.area_folded"
      "  OR (substr(g.area_folded, 3, 1) = '-' AND p.place = substr(g.area_folded, 1, 2))))) LIMIT 1",
      "it", contact, folded);
  *ret = r == 0;
  return MIN(r, 0);
}

AreaMemo *area_memo_new(void) {
  return g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
}

/* As area_has, asking once for each place. */
static int has_place(Link *link, const char *area, const char *place, AreaMemo *memo, gboolean *ret,
                     GError **error) {
  g_autofree char *key = g_strconcat(area, "/", place, NULL);
  gpointer known;
  if (g_hash_table_lookup_extended(memo, key, NULL, &known)) {
    *ret = GPOINTER_TO_INT(known);
    return 0;
  }
  int r = area_has(link, area, place, ret, error);
  if (r == 0)
    g_hash_table_insert(memo, g_steal_pointer(&key), GINT_TO_POINTER(*ret));
  return r;
}

int area_has_contact(Link *link, const char *area, const Contact *card, AreaMemo *memo, gboolean *ret,
                     GError **error) {
  *ret = FALSE;
  int r = card->country != NULL ? has_place(link, area, card->country, memo, ret, error) : 0;
  return r < 0 || *ret || card->kind == CONTACT_PERSON ? r : has_ground(link, area, card->id, ret, error);
}
