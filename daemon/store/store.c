/* SPDX-License-Identifier: GPL-3.0-or-later */
/* store.c - what every driver shares: opening and closing, lent links, and the way to the committer */
#include "store/store.h"

#include <string.h>

#include "base/fault.h"
#include "store/committer.h"
#include "store/driver.h"

/* Idle reading links that are kept open. */
#define IDLE_READERS 8
struct Store {
  char *path;
  Claim *claim;
  Link *writer;
  Committer *committer;
  GMutex lock; /* the idle links */
  GPtrArray *idle;
};

/* ---- open and close ------------------------------------------------------------------------------- */

static int path_of_url(const char *url, const char *folder, char **ret, GError **error) {
  if (!g_str_has_prefix(url, "sqlite:") || url[strlen("sqlite:")] == '\0')
    return fault(error, FAULT_INPUT,
                 "[store] url: \"%s\" names no store that is known here; write sqlite:PATH, such as "
                 "sqlite:valise.db",
                 url);
  *ret = g_canonicalize_filename(url + strlen("sqlite:"), folder);
  return 0;
}

int store_open(const char *url, const char *folder, Store **ret_store, GError **error) {
  g_autofree char *path = NULL;
  int r = path_of_url(url, folder, &path, error);
  if (r < 0)
    return r;
  Store *store = g_new0(Store, 1);
  store->path = g_steal_pointer(&path);
  store->idle = g_ptr_array_new_with_free_func((GDestroyNotify)driver_close);
  g_mutex_init(&store->lock);
  r = driver_claim(store->path, &store->claim, error);
  if (r == 0)
    r = driver_open(store->path, TRUE, store, &store->writer, error);
  if (r < 0) {
    store_close(store);
    return r;
  }
  store->committer = committer_new(store->path, store->writer);
  *ret_store = store;
  return 0;
}

/* The writing link goes last: whoever closes the database last tidies up its log. */
void store_close(Store *store) {
  if (store == NULL)
    return;
  committer_free(store->committer);
  g_ptr_array_unref(store->idle);
  driver_close(store->writer);
  driver_give_up(store->claim);
  g_mutex_clear(&store->lock);
  g_free(store->path);
  g_free(store);
}

const char *store_path(const Store *store) {
  return store->path;
}

int store_write(Store *store, StoreWork work, gpointer data, GError **error) {
  return committer_run(store->committer, work, data, error);
}

int store_scrub(Store *store, GError **error) {
  Link *link = NULL;
  int r = driver_open(store->path, TRUE, store, &link, error);
  if (r == 0)
    r = driver_scrub(link, error);
  driver_close(link);
  return r;
}

int store_write_aside(Store *store, StoreWork work, gpointer data, GError **error) {
  return committer_run_aside(store->committer, work, data, error);
}

void store_counts(Store *store, gint64 *ret_commits, gint64 *ret_units) {
  committer_counts(store->committer, ret_commits, ret_units);
}

gint64 store_longest_unit(Store *store) {
  return committer_longest_unit(store->committer);
}

gboolean store_is_broken(Store *store) {
  return committer_is_broken(store->committer);
}

void store_add_witness(Store *store, const StoreWitness *witness) {
  committer_add_witness(store->committer, witness);
}

/* ---- reading -------------------------------------------------------------------------------------- */

static Link *take_idle(Store *store) {
  g_mutex_lock(&store->lock);
  Link *link = store->idle->len > 0 ? g_ptr_array_steal_index(store->idle, store->idle->len - 1) : NULL;
  g_mutex_unlock(&store->lock);
  return link;
}

int store_read(Store *store, Link **ret_link, GError **error) {
  Link *link = take_idle(store);
  int r = link != NULL ? 0 : driver_open(store->path, FALSE, store, &link, error);
  if (r == 0)
    r = driver_do(link, VERB_READ, error);
  if (r < 0) {
    driver_close(link);
    return r;
  }
  *ret_link = link;
  return 0;
}

void link_return(Link *link) {
  if (link == NULL)
    return;
  Store *store = driver_owner(link);
  gboolean sound = driver_do(link, VERB_ROLLBACK, NULL) == 0;
  g_mutex_lock(&store->lock);
  gboolean kept = sound && store->idle->len < IDLE_READERS;
  if (kept)
    g_ptr_array_add(store->idle, link);
  g_mutex_unlock(&store->lock);
  if (!kept)
    driver_close(link);
}
