/* SPDX-License-Identifier: GPL-3.0-or-later */
/* journal_fixture.h - a store with a journal, in a folder of its own, and a clock that stands */
#pragma once

#include <string.h>

#include "base/clock.h"
#include "base/fault.h"
#include "journal/journal.h"
#include "store/store.h"
#include "support/case.h"

#define FIXTURE_TIME G_GINT64_CONSTANT(1385974800000000) /* 2013-12-02T09:00:00Z */

typedef struct {
  char *folder;
  Store *store;
  Clock *clock;
  Journal *journal;
} JournalFixture;

static inline int fixture_open(JournalFixture *f, GError **error) {
  int r = store_open("sqlite:valise.db", f->folder, &f->store, error);
  if (r == 0)
    r = store_migrate(f->store, (const Schema *const[]){&journal_schema, NULL}, error);
  return r < 0 ? r : journal_open(f->store, f->clock, &f->journal, error);
}

static inline void fixture_close(JournalFixture *f) {
  store_close(g_steal_pointer(&f->store));
  journal_close(g_steal_pointer(&f->journal));
}

static inline int fixture_setup(void **state) {
  JournalFixture *f = g_new0(JournalFixture, 1);
  f->folder = case_folder_make();
  f->clock = clock_stepped(FIXTURE_TIME);
  assert_done(fixture_open(f, error));
  *state = f;
  return 0;
}

static inline int fixture_teardown(void **state) {
  JournalFixture *f = *state;
  fixture_close(f);
  clock_free(f->clock);
  case_folder_remove(f->folder);
  g_free(f);
  return 0;
}

typedef struct {
  Journal *journal;
  const Entry *entries;
  gsize count;
} Notes;

static inline int add_notes(Link *link, gpointer data, GError **error) {
  const Notes *notes = data;
  int r = 0;
  for (gsize i = 0; r == 0 && i < notes->count; i++)
    r = journal_add(notes->journal, link, &notes->entries[i], error);
  return r;
}

/* One unit with all of ENTRIES. */
static inline int note(JournalFixture *f, const Entry *entries, gsize count, GError **error) {
  Notes notes = {f->journal, entries, count};
  return store_write(f->store, add_notes, &notes, error);
}

static inline int run_sql(Link *link, gpointer data, GError **error) {
  int r = link_run(link, error, data, NULL);
  return MIN(r, 0);
}

/* What somebody does behind the journal's back. */
static inline int tamper(JournalFixture *f, const char *sql, GError **error) {
  return store_write(f->store, run_sql, (gpointer)sql, error);
}

/* COUNT entries about the deliveries from FIRST on, one a unit, in turn plain and restricted. */
static inline void note_deliveries(JournalFixture *f, gint64 first, gint64 count) {
  for (gint64 d = first; d < first + count; d++) {
    Entry entry = {.kind = ENTRY_DELIVERY_RELAYED,
                   .user = "valised",
                   .mailing = 7,
                   .addressee = d + 1000,
                   .delivery = d,
                   .contact = d % 3 + 1,
                   .text = "the relay took charge: 250 2.0.0 Ok",
                   .facts = "attempt=1\nrelay=main\n",
                   .restricted = d % 2 == 0};
    assert_done(note(f, &entry, 1, error));
  }
}
