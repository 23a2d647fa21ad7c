/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config/origins.h"

struct Origins {
  GHashTable *by_key;
};

Origins *origins_new(void) {
  Origins *origins = g_new0(Origins, 1);
  origins->by_key = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  return origins;
}

void origins_free(Origins *origins) {
  if (origins == NULL)
    return;
  g_hash_table_destroy(origins->by_key);
  g_free(origins);
}

/* No part can hold a line break. */
static char *join(const char *section, const char *name, const char *key) {
  return g_strdup_printf("%s\n%s\n%s", section, name != NULL ? name : "", key != NULL ? key : "");
}

const Assignment *origins_find(const Origins *origins, const char *section, const char *name,
                               const char *key) {
  g_autofree char *joined = join(section, name, key);
  return g_hash_table_lookup(origins->by_key, joined);
}

void origins_note(Origins *origins, const Assignment *a) {
  if (a->key != NULL || origins_find(origins, a->section, a->name, NULL) == NULL)
    g_hash_table_insert(origins->by_key, join(a->section, a->name, a->key), (gpointer)a);
}
