/* SPDX-License-Identifier: GPL-3.0-or-later */
/* contacts_fixture.h - contacts of one's own in a folder of one's own, on 2 December 2013 */
#pragma once

#include "base/fault.h"
#include "contacts/candidate.h"
#include "contacts/export.h"
#include "contacts/import.h"
#include "contacts/list.h"
#include "journal/journal_rows.h"
#include "support/case.h"

#include <string.h>

/* A room above has more tables: "&proposals_schema,". */
#ifndef FIXTURE_SCHEMA
#define FIXTURE_SCHEMA
#endif

typedef struct {
  char *folder;
  Clock *clock; /* stepped; NULL: the machine's */
  States *states;
  Contacts contacts;
} Fixture;

static const Actor marie = {.id = 1, .name = "marie", .roles = ROLE_ORGANISER};
static const Actor paul = {.id = 2, .name = "paul", .roles = ROLE_VOLUNTEER};
static const Actor nadia = {.id = 3, .name = "nadia", .roles = ROLE_APPROVER};

static inline void fixture_open(Fixture *f) {
  static const Schema *const schemas[] = {&journal_schema, &contacts_schema, FIXTURE_SCHEMA NULL};
  assert_done(store_open("sqlite:valise.db", f->folder, &f->contacts.store, error));
  assert_done(store_migrate(f->contacts.store, schemas, error));
  assert_done(journal_open(f->contacts.store, f->contacts.clock, &f->contacts.journal, error));
}

static inline void fixture_close(Fixture *f) {
  g_clear_pointer(&f->contacts.store, store_close);
  g_clear_pointer(&f->contacts.journal, journal_close);
}

static inline Fixture *fixture_new(gboolean stepped) {
  Fixture *f = g_new0(Fixture, 1);
  f->folder = case_folder_make();
  f->clock = stepped ? clock_stepped(G_GINT64_CONSTANT(1385978400) * SECOND) : NULL;
  f->contacts.clock = stepped ? f->clock : clock_system();
  assert_done(states_load(SOURCE_DIR "/templates", &f->states, error));
  f->contacts.states = f->states;
  fixture_open(f);
  return f;
}

static inline void fixture_free(Fixture *f) {
  fixture_close(f);
  g_clear_pointer(&f->states, states_free);
  g_clear_pointer(&f->clock, clock_free);
  case_folder_remove(f->folder);
  g_free(f);
}

static inline int fixture_setup(void **state) {
  *state = fixture_new(TRUE);
  return 0;
}

static inline int fixture_teardown(void **state) {
  fixture_free(*state);
  return 0;
}

/* Imports text as marie; fails the test unless the result is EXPECTED. */
static inline void fixture_import_as(Fixture *f, const Actor *actor, const char *text, gsize length,
                                     const ImportOptions *options, int expected, ImportReport *report) {
  g_autoptr(GBytes) bytes = g_bytes_new(text, length);
  g_autoptr(GError) error = NULL;
  int r = import_csv(&f->contacts, actor, bytes, options, report, &error);
  if (r != expected) {
    const ImportComplaint *first =
        report->complaints != NULL && report->complaints->len > 0 ? report->complaints->pdata[0] : NULL;
    fail_msg("import: %d instead of %d: %s; %s", r, expected, error != NULL ? error->message : "no fault",
             first != NULL ? first->sentence : "no complaint");
  }
  if (r < 0)
    assert_non_null(error);
}

static inline void fixture_import(Fixture *f, const char *text, ImportReport *report) {
  ImportOptions options = {.name = "contacts.csv"};
  fixture_import_as(f, &marie, text, strlen(text), &options, 0, report);
}

/* Imports text that must be taken; forgets the report. */
static inline void fixture_take(Fixture *f, const char *text) {
  g_auto(ImportReport) report = {0};
  fixture_import(f, text, &report);
}

static inline Contact *fixture_contact(Fixture *f, const char *name) {
  g_autoptr(Link) link = NULL;
  Contact *contact = NULL;
  assert_done(store_read(f->contacts.store, &link, error));
  assert_done(contact_find_named(link, name, 1, &contact, error));
  return contact;
}

static inline gint64 fixture_id(Fixture *f, const char *name) {
  g_autoptr(Contact) contact = fixture_contact(f, name);
  return contact->id;
}

static inline gint64 fixture_count(Fixture *f, gint64 clearance) {
  g_autoptr(Link) link = NULL;
  gint64 count = 0;
  assert_done(store_read(f->contacts.store, &link, error));
  assert_done(contact_count(link, &CONTACT_FILTER_ANY, clearance, &count, error));
  return count;
}

static inline Stamps fixture_stamps(Fixture *f, const char *name) {
  g_autoptr(Link) link = NULL;
  Stamps stamps = {0};
  gint64 id = fixture_id(f, name);
  assert_done(store_read(f->contacts.store, &link, error));
  assert_done(contact_stamps(link, id, contacts_today(&f->contacts), &stamps, error));
  return stamps;
}

static inline CandidatePage *fixture_candidate(Fixture *f, const char *name) {
  g_autoptr(Link) link = NULL;
  CandidatePage *page = NULL;
  gint64 id = fixture_id(f, name);
  assert_done(store_read(f->contacts.store, &link, error));
  assert_done(candidate_one(link, id, 1, contacts_today(&f->contacts), &page, error));
  return page;
}

static inline int fixture_append(const char *bytes, gsize length, gpointer data, GError **error) {
  (void)error;
  g_string_append_len(data, bytes, (gssize)length);
  return 0;
}

static inline char *fixture_export(Fixture *f, gint64 clearance) {
  g_autoptr(Link) link = NULL;
  GString *out = g_string_new(NULL);
  assert_done(store_read(f->contacts.store, &link, error));
  assert_done(export_csv(link, &CONTACT_FILTER_ANY, clearance, contacts_today(&f->contacts), fixture_append,
                         out, error));
  return g_string_free(out, FALSE);
}

/* How many entries of the journal there are. */
static inline gint64 fixture_entries(Fixture *f) {
  Head head;
  journal_head(f->contacts.journal, &head);
  return head.index;
}
