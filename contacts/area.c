/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contacts/area.h"

#include "base/text.h"

#include <string.h>

static const struct {
  const char *code, *names;
} regions[] = {
#define REGION(code, names) {code, names},
#include "contacts/regions.def"
#undef REGION
};

static const char *region_by_number(const char *number) {
  for (gsize i = 0; i < G_N_ELEMENTS(regions); i++)
    if (g_str_equal(regions[i].code, number))
      return regions[i].code;
  return NULL;
}

static gpointer make_names(gpointer data) {
  (void)data;
  GHashTable *names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS(regions); i++) {
    g_auto(GStrv) each = g_strsplit(regions[i].names, "|", 0);
    for (char **name = each; *name != NULL; name++)
      g_hash_table_replace(names, text_fold(*name), (gpointer)regions[i].code);
  }
  return names;
}

static const char *region_by_name(const char *name) {
  static GOnce once = G_ONCE_INIT;
  GHashTable *names = g_once(&once, make_names, NULL);
  g_auto(GStrv) pieces = g_strsplit(name, "\xE2\x80\x99", 0); /* a typographic apostrophe */
  g_autofree char *plain = g_strjoinv("'", pieces);
  g_autofree char *folded = text_fold(plain);
  return g_hash_table_lookup(names, folded);
}

/* "ca-qc" where CA is a State that is known (or nothing is): ISO 3166-2 §5: one to three letters or digits.
 */
static gboolean is_part_of_state(const States *states, const char *text) {
  gsize length = strlen(text);
  if (length < 4 || length > 6 || text[2] != '-' || !g_ascii_isalpha(text[0]) || !g_ascii_isalpha(text[1]))
    return FALSE;
  for (const char *c = text + 3; *c != '\0'; c++)
    if (!g_ascii_isalnum(*c))
      return FALSE;
  g_autofree char *state = g_strndup(text, 2);
  return states == NULL || states_find(states, state) != NULL;
}

static const State *state_by_number(const States *states, const char *number) {
  for (guint i = 0; i < states_count(states); i++) {
    const State *state = states_at(states, i);
    if (*state->m49 != '\0' && g_str_equal(state->m49, number))
      return state;
  }
  return NULL;
}

char *area_code(const States *states, const char *area) {
  g_autofree char *tidy = text_tidy(area);
  const char *region = region_by_number(tidy);
  const State *state = states != NULL ? states_find(states, tidy) : NULL;
  if (region == NULL && state == NULL && states != NULL)
    state = states_find_name(states, tidy);
  if (region == NULL && state == NULL)
    region = region_by_name(tidy);
  if (region == NULL && state == NULL && states != NULL && g_ascii_isdigit(*tidy))
    state = state_by_number(states, tidy);
  if (region != NULL || state != NULL)
    return g_strdup(region != NULL ? region : state->code);
  return is_part_of_state(states, tidy) ? g_ascii_strup(tidy, -1) : NULL;
}

const char *area_region_name(const char *code, enum language language) {
  for (gsize i = 0; i < G_N_ELEMENTS(regions); i++) {
    if (!g_str_equal(regions[i].code, code))
      continue;
    g_auto(GStrv) names = g_strsplit(regions[i].names, "|", LANGUAGE_COUNT + 1);
    return g_intern_string(names[language]);
  }
  return NULL;
}
