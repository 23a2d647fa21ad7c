/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * migrate.c - brings a database to the newest step of each room
 *
 * A table notes each step that was taken, with the digest of its script. All is compared before anything
 * is changed, so that a database of a newer program is left as it was.
 */
#include <string.h>

#include "base/digest.h"
#include "base/fault.h"
#include "store/driver.h"

typedef struct {
  Store *store;
  const Schema *const *schemas;
  GHashTable *taken; /* room (its schema's own text) -> number of the last step that the database has taken */
} Plan;

typedef struct {
  const Schema *schema;
  gint64 number; /* from 1 */
} Step;

static gint64 steps_of(const Schema *schema) {
  return (gint64)g_strv_length((char **)schema->steps);
}

static const Schema *schema_of(const Plan *plan, const char *room) {
  for (gsize i = 0; plan->schemas[i] != NULL; i++)
    if (strcmp(plan->schemas[i]->room, room) == 0)
      return plan->schemas[i];
  return NULL;
}

static Digest digest_of_step(const Schema *schema, gint64 number) {
  const char *script = schema->steps[number - 1];
  return digest_of(script, strlen(script));
}

static int make_notebook(Link *link, gpointer data, GError **error) {
  (void)data;
  int r = link_run(link, error,
                   "CREATE TABLE IF NOT EXISTS schema_steps (room TEXT NOT NULL, step BIGINT NOT NULL,"
                   " digest BLOB NOT NULL, PRIMARY KEY (room, step))",
                   NULL);
  return MIN(r, 0);
}

/* One step that the database has taken. */
static int check_taken(const Plan *plan, Statement *taken, GError **error) {
  const char *room = statement_text(taken, 0), *path = store_path(plan->store);
  gint64 number = statement_int(taken, 1);
  const Schema *schema = schema_of(plan, room);
  if (schema == NULL || number > steps_of(schema))
    return fault(error, FAULT_RULE,
                 "%s: was written by a newer program: it has step %" G_GINT64_FORMAT
                 " of \"%s\", which this one does not know; run the newer valised again, or restore a backup "
                 "from before",
                 path, number, room);
  Digest ours = digest_of_step(schema, number);
  gsize size;
  gconstpointer theirs = statement_blob(taken, 2, &size);
  if (size != DIGEST_SIZE || memcmp(theirs, ours.bytes, DIGEST_SIZE) != 0)
    return fault(error, FAULT_RULE,
                 "%s: step %" G_GINT64_FORMAT
                 " of \"%s\" was taken in other words than this program has; run the "
                 "valised that made it",
                 path, number, room);
  g_hash_table_insert(plan->taken, (gpointer)schema->room, GINT_TO_POINTER((int)number));
  return 0;
}

static int check_all_taken(Link *link, gpointer data, GError **error) {
  const Plan *plan = data;
  g_autoptr(Statement) taken = NULL;
  int r = link_query(link, &taken, error, "SELECT room, step, digest FROM schema_steps ORDER BY room, step",
                     NULL);
  while (r == 0 && (r = statement_step(taken, error)) > 0)
    r = check_taken(plan, taken, error);
  return r;
}

/* 0 taken now, 1 it had been taken. */
static int take_step(Link *link, gpointer data, GError **error) {
  const Step *step = data;
  const Schema *schema = step->schema;
  Digest digest = digest_of_step(schema, step->number);
  int r = link_run(link, error,
                   "INSERT INTO schema_steps (room, step, digest) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
                   "tid", schema->room, step->number, &digest);
  if (r <= 0)
    return r < 0 ? r : 1;
  r = driver_script(link, schema->steps[step->number - 1], error);
  if (r < 0)
    return fault_prefix(error, "step %" G_GINT64_FORMAT " of \"%s\"", step->number, schema->room);
  return 0;
}

/* Steps are taken in their order, so what is left is what comes after the last: a start with nothing to do
 * waits for no disk. */
static int take_rest(const Plan *plan, const Schema *schema, GError **error) {
  gint64 last = GPOINTER_TO_INT(g_hash_table_lookup(plan->taken, schema->room));
  int r = 0;
  for (Step step = {schema, last + 1}; r >= 0 && step.number <= steps_of(schema); step.number++)
    r = store_write(plan->store, take_step, &step, error);
  return r;
}

int store_migrate(Store *store, const Schema *const *schemas, GError **error) {
  g_autoptr(GHashTable) taken = g_hash_table_new(g_str_hash, g_str_equal);
  Plan plan = {store, schemas, taken};
  int r = store_write(store, make_notebook, NULL, error);
  if (r == 0)
    r = store_write(store, check_all_taken, &plan, error);
  for (gsize i = 0; r >= 0 && schemas[i] != NULL; i++)
    r = take_rest(&plan, schemas[i], error);
  return MIN(r, 0);
}
