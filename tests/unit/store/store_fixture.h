/* SPDX-License-Identifier: GPL-3.0-or-later */
/* store_fixture.h - a store with one table, in a folder of its own */
#pragma once

#include <string.h>

#include "base/fault.h"
#include "store/store.h"
#include "support/case.h"

static const char *const things_steps[] = {"CREATE TABLE things (id INTEGER PRIMARY KEY, name TEXT UNIQUE, n "
                                           "BIGINT, bytes BLOB, of BIGINT REFERENCES things)",
                                           NULL};
static const Schema things_schema = {"things", things_steps};

typedef struct {
  char *folder;
  Store *store;
} StoreFixture;

static inline void fixture_open(StoreFixture *f) {
  assert_done(store_open("sqlite:valise.db", f->folder, &f->store, error));
  assert_done(store_migrate(f->store, (const Schema *const[]){&things_schema, NULL}, error));
}

static inline int fixture_setup(void **state) {
  StoreFixture *f = g_new0(StoreFixture, 1);
  f->folder = case_folder_make();
  fixture_open(f);
  *state = f;
  return 0;
}

static inline int fixture_teardown(void **state) {
  StoreFixture *f = *state;
  store_close(f->store);
  case_folder_remove(f->folder);
  g_free(f);
  return 0;
}

/* A unit: adds a thing of the name that DATA points to. */
static inline int add_named(Link *link, gpointer data, GError **error) {
  int r = link_run(link, error, "INSERT INTO things (name) VALUES (?1)", "t", data);
  return MIN(r, 0);
}

static inline int add_thing(Store *store, const char *name, GError **error) {
  return store_write(store, add_named, (gpointer)name, error);
}

static inline gint64 count_things(Store *store) {
  g_autoptr(Link) link = NULL;
  gint64 n = -1;
  assert_done(store_read(store, &link, error));
  assert_done(link_int(link, &n, error, "SELECT COUNT(*) FROM things", NULL));
  return n;
}

/* CALL faults with CODE, and its sentence holds each of the words. */
#define assert_fault_says(call, code, ...)                                                                   \
  do {                                                                                                       \
    g_autoptr(GError) fault_error = NULL;                                                                    \
    GError **error = &fault_error;                                                                           \
    int fault_result = (call);                                                                               \
    if (fault_result != (code) || fault_error == NULL || fault_code(fault_error) != (code))                  \
      fail_msg("%s: %d, wanted %d: %s", #call, fault_result, (code),                                         \
               fault_error != NULL ? fault_error->message : "no sentence");                                  \
    const char *const fault_words[] = {__VA_ARGS__, NULL};                                                   \
    for (gsize fw = 0; fault_words[fw] != NULL; fw++)                                                        \
      if (strstr(fault_error->message, fault_words[fw]) == NULL)                                             \
        fail_msg("\"%s\" is missing in: %s", fault_words[fw], fault_error->message);                         \
  } while (0)
