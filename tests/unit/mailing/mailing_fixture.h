/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mailing_fixture.h - a desk in a folder of its own, with the contacts, documents and words of the examples
 */
#pragma once

#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/file.h"
#include "contacts/import.h"
#include "contacts/list.h"
#include "journal/journal_rows.h"
#include "mailing/approval.h"
#include "mailing/compose.h"
#include "mailing/document.h"
#include "mailing/mailing.h"
#include "mailing/manifest.h"
#include "mailing/preview.h"
#include "mailing/release.h"
#include "mailing/roll.h"
#include "support/case.h"

/* A room above sets it, with a comma behind, before it includes this. */
#ifndef FIXTURE_SCHEMA
#define FIXTURE_SCHEMA
#endif

typedef struct {
  char *folder, *templates, *documents;
  Clock *clock;
  Store *store;
  Journal *journal;
  MailingSettings *settings;
  Desk *desk;
  Relay *relay;
  const Relay *relays[2];
  Outbox *outbox;
  Contacts contacts;
} Fixture;

/* Monday 25 November 2013, 10:00 in Paris: the examples' tenures were verified a week before. */
#define FIXTURE_NOW (G_GINT64_CONSTANT(1385370000) * SECOND)

static const Actor fixture_olga = {7, "olga", ROLE_ORGANISER};
static const Actor fixture_boris = {8, "boris", ROLE_APPROVER};
static const Actor fixture_vera = {9, "vera", ROLE_VOLUNTEER};

/* 0 means done; fails with the sentence otherwise. */
#define fixture_done(call) assert_done(call)

static inline MailingSettings *fixture_settings(const Fixture *f) {
  MailingSettings *s = mailing_settings_new();
  g_hash_table_insert(s->organisation, g_strdup(""), g_strdup("Rencontres d'exemple"));
  g_hash_table_insert(s->organisation, g_strdup("en"), g_strdup("Example Meetings"));
  g_hash_table_insert(s->sender_title, g_strdup(""), g_strdup("Présidente"));
  s->organisation_address = g_strdup("1, rue de l'Exemple\n74400 Chamonix Cedex 2\nFrance");
  s->sender_name = g_strdup("Aline Vercors");
  s->from = g_strdup("presidence@rencontres.example");
  const char *const languages[] = {"fr", "en", "es", "pt"};
  for (gsize i = 0; i < G_N_ELEMENTS(languages); i++)
    g_ptr_array_add(s->languages, g_strdup(languages[i]));
  s->reply_mailbox = g_strdup("reponses@rencontres.example");
  s->bounce_mailbox = g_strdup("retours@rencontres.example");
  s->envelope_token = TRUE;
  s->separator = g_strdup("+");
  memset(s->token_key.bytes, 7, sizeof s->token_key.bytes);
  s->base_url = g_strdup("https://documents.rencontres.example");
  s->attachment_limit = 10 * 1024 * 1024;
  s->message_limit = 10 * 1024 * 1024;
  s->documents = g_strdup(f->documents);
  mailing_settings_add_relay(s, "main", "maildir:/somewhere");
  s->zone = g_time_zone_new_identifier("Europe/Paris");
  s->stale_days = 30;
  assert_done(states_load(f->templates, &s->states, error));
  assert_done(forms_load(f->templates, s->states, &s->forms, error));
  assert_done(catalogue_open(f->templates, &s->catalogue, error));
  return s;
}

static inline void fixture_open(Fixture *f) {
  static const Schema *const schemas[] = {&journal_schema, &contacts_schema, &outbox_schema, &mailing_schema,
                                          FIXTURE_SCHEMA NULL};
  assert_done(store_open("sqlite:valise.db", f->folder, &f->store, error));
  assert_done(store_migrate(f->store, schemas, error));
  assert_done(journal_open(f->store, f->clock, &f->journal, error));
  f->settings = fixture_settings(f);
  assert_done(desk_new(f->store, f->journal, f->clock, f->settings, &f->desk, error));
  g_autofree char *url = g_strdup_printf("maildir:%s/maildir", f->folder);
  RelayOptions relay = {.name = "main", .url = url, .tls = RELAY_TLS_NONE, .ehlo = "valise.test"};
  assert_done(relay_new(&relay, &f->relay, error));
  f->relays[0] = f->relay;
  OutboxOptions options = {.store = f->store,
                           .journal = f->journal,
                           .clock = f->clock,
                           .composer = compose_composer(f->desk),
                           .relays = f->relays,
                           .retry = {MINUTE, 2.0, HOUR, 0.0, 3},
                           .couriers = 2,
                           .log_lag = 10 * MINUTE};
  assert_done(outbox_open(&options, &f->outbox, error));
  desk_set_outbox(f->desk, f->outbox);
  f->contacts = (Contacts){f->store, f->journal, f->clock, f->settings->zone, f->settings->states};
}

static inline void fixture_close(Fixture *f) {
  g_clear_pointer(&f->outbox, outbox_close);
  g_clear_pointer(&f->desk, desk_free);
  g_clear_pointer(&f->settings, mailing_settings_unref);
  g_clear_pointer(&f->store, store_close);
  g_clear_pointer(&f->journal, journal_close);
  g_clear_pointer(&f->relay, relay_free);
}

/* The words are copied, so that a test may change them. */
static inline void fixture_copy_templates(const Fixture *f) {
  const char *const arguments[] = {"cp", "-r", SOURCE_DIR "/templates", f->templates, NULL};
  int status = 0;
  assert_true(g_spawn_sync(NULL, (char **)arguments, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL,
                           &status, NULL));
  assert_int_equal(status, 0);
}

static inline Fixture *fixture_new(void) {
  Fixture *f = g_new0(Fixture, 1);
  g_autoptr(GError) error = NULL;
  f->folder = case_folder_make();
  f->templates = g_build_filename(f->folder, "templates", NULL);
  f->documents = g_build_filename(f->folder, "documents", NULL);
  f->clock = clock_stepped(FIXTURE_NOW);
  fixture_copy_templates(f);
  assert_true(transport_init(&error) == 0);
  fixture_open(f);
  return f;
}

static inline void fixture_free(Fixture *f) {
  fixture_close(f);
  clock_free(f->clock);
  case_folder_remove(f->folder);
  g_free(f->templates);
  g_free(f->documents);
  g_free(f);
}

/* ---- contacts ---- */

static inline void fixture_import_text(Fixture *f, const char *text, gsize length, const char *list) {
  g_autoptr(GBytes) bytes = g_bytes_new(text, length);
  ImportOptions options = {.name = "contacts.csv", .list = list};
  g_auto(ImportReport) report = {0};
  g_autoptr(GError) error = NULL;
  int r = import_csv(&f->contacts, &fixture_olga, bytes, &options, &report, &error);
  if (r == IMPORT_REFUSED)
    fail_msg("import: %s", ((ImportComplaint *)g_ptr_array_index(report.complaints, 0))->sentence);
  if (r != 0)
    fail_msg("import: %s", error->message);
}

static inline void fixture_import(Fixture *f, const char *name, const char *list) {
  g_autofree char *path = g_build_filename(SOURCE_DIR, "tests", "examples", name, NULL);
  g_autofree char *text = NULL;
  gsize length = 0;
  assert_true(g_file_get_contents(path, &text, &length, NULL));
  fixture_import_text(f, text, length, list);
}

static inline gint64 fixture_list(Fixture *f, const char *name) {
  gint64 id = 0;
  g_autoptr(Link) link = NULL;
  assert_done(store_read(f->store, &link, error));
  assert_done(list_find(link, name, &id, error));
  return id;
}

static inline gint64 fixture_contact(Fixture *f, const char *name) {
  g_autoptr(Link) link = NULL;
  g_autoptr(Contact) contact = NULL;
  assert_done(store_read(f->store, &link, error));
  assert_done(contact_find_named(link, name, 1, &contact, error));
  return contact->id;
}

/* ---- documents ---- */

/* KIND is the name of the examples' file too. */
static inline gint64 fixture_document(Fixture *f, const char *kind, gboolean freeze) {
  const char *const languages[] = {"fr", "en", "es", "pt"};
  g_autofree char *paths[4] = {0};
  DocumentFile files[4];
  for (gsize i = 0; i < 4; i++) {
    g_autofree char *name = g_strdup_printf("%s.%s.pdf", kind, languages[i]);
    paths[i] = g_build_filename(SOURCE_DIR, "tests", "examples", "documents", name, NULL);
    files[i] = (DocumentFile){languages[i], paths[i], "rapport n° 1 – été.pdf"};
  }
  gint64 id = 0;
  assert_done(document_add(f->desk, &fixture_olga, &(DocumentDraft){kind, "Rapport d'exemple", 6, 0}, files,
                           4, &id, error));
  if (freeze)
    assert_done(document_freeze(f->desk, &fixture_olga, id, NULL, error));
  for (gsize i = 1; i < 4; i++)
    g_free(g_steal_pointer(&paths[i]));
  return id;
}

/* ---- mailings ---- */

static inline gint64 fixture_mailing(Fixture *f, const Actor *actor, const char *wording, gint64 document,
                                     gint64 list) {
  g_autoptr(GArray) documents = g_array_new(FALSE, FALSE, sizeof(gint64));
  g_autoptr(GArray) lists = g_array_new(FALSE, FALSE, sizeof(gint64));
  g_array_append_val(documents, document);
  g_array_append_val(lists, list);
  MailingFields fields = MAILING_FIELDS_NONE;
  fields.documents = documents;
  fields.lists = lists;
  fields.wording = wording;
  fields.acknowledgement = "requested";
  gint64 id = 0;
  assert_done(mailing_create(f->desk, actor, &fields, &id, error));
  return id;
}

static inline Mailing *fixture_find(Fixture *f, gint64 mailing) {
  Mailing *m = NULL;
  g_autoptr(Link) link = NULL;
  assert_done(store_read(f->store, &link, error));
  assert_done(mailing_find(link, 1, mailing, &m, error));
  return m;
}

static inline enum mailing_state fixture_state(Fixture *f, gint64 mailing) {
  g_autoptr(Mailing) m = fixture_find(f, mailing);
  return m->state;
}

#define assert_state(f, mailing, expected)                                                                   \
  assert_string_equal(mailing_state_name(fixture_state((f), (mailing))), mailing_state_name(expected))

static inline void fixture_roll(Fixture *f, gint64 mailing) {
  g_auto(RollCount) count = {0};
  assert_done(roll_make(f->desk, &fixture_olga, mailing, &count, error));
}

typedef struct {
  Fixture *f;
  gint64 mailing;
} Rolled;

/* A draft to the contacts of CSV, with its roll. */
static inline Rolled fixture_rolled(const char *csv) {
  Fixture *f = fixture_new();
  fixture_import_text(f, csv, strlen(csv), "all");
  gint64 document = fixture_document(f, "pre-report", TRUE);
  Rolled home = {f, fixture_mailing(f, &fixture_olga, "pre-report", document, fixture_list(f, "all"))};
  fixture_roll(f, home.mailing);
  return home;
}

/* Offices of the examples, a synthesis for them, rolled and submitted. */
static inline gint64 fixture_submitted(Fixture *f, Digest *ret_digest) {
  fixture_import(f, "offices.csv", "offices");
  gint64 document = fixture_document(f, "synthesis", TRUE);
  gint64 mailing = fixture_mailing(f, &fixture_olga, "synthesis", document, fixture_list(f, "offices"));
  fixture_roll(f, mailing);
  assert_done(approval_submit(f->desk, &fixture_olga, mailing, ret_digest, error));
  return mailing;
}

static inline gint64 fixture_approved(Fixture *f) {
  Digest digest;
  gint64 mailing = fixture_submitted(f, &digest);
  assert_done(approval_approve(f->desk, &fixture_boris, mailing, &digest, error));
  return mailing;
}

/* Attendees of the examples and a pre-report for them, released. */
static inline gint64 fixture_released(Fixture *f) {
  fixture_import(f, "attendees.csv", "all");
  gint64 document = fixture_document(f, "pre-report", TRUE);
  gint64 mailing = fixture_mailing(f, &fixture_olga, "pre-report", document, fixture_list(f, "all"));
  fixture_roll(f, mailing);
  Digest digest;
  gint64 planned = 0;
  assert_done(approval_submit(f->desk, &fixture_olga, mailing, &digest, error));
  assert_done(release_start(f->desk, &fixture_olga, mailing, &planned, error));
  return mailing;
}

/* ---- the journal ---- */

typedef struct {
  const char *kind;
  int n;
  char *last; /* text of the last one */
} FixtureEntries;

static int fixture_entry_seen(const JournalRow *row, gpointer data, G_GNUC_UNUSED GError **error) {
  FixtureEntries *e = data;
  e->n++;
  g_free(e->last);
  e->last = g_strdup(row->text);
  return 0;
}

/* How many entries of KIND there are about MAILING; *ret_last (may be NULL) is the last one's text. */
static inline int fixture_entries(Fixture *f, gint64 mailing, const char *kind, char **ret_last) {
  FixtureEntries e = {kind, 0, NULL};
  JournalFilter filter = {.mailing = mailing, .kind = kind, .limit = 1000};
  g_autoptr(Link) link = NULL;
  assert_done(store_read(f->store, &link, error));
  assert_done(journal_rows_each(link, &filter, 1, fixture_entry_seen, &e, error));
  if (ret_last != NULL)
    *ret_last = g_steal_pointer(&e.last);
  g_free(e.last);
  return e.n;
}

/* ---- crashes ---- */

/* Runs WORK on a fixture opened anew in a process of its own, which is killed at its passage number AT
 * through a crash point. TRUE when it was; FALSE when it came to its end before. */
static inline gboolean fixture_crash(Fixture *f, int at, void (*work)(Fixture *f, gint64 mailing),
                                     gint64 mailing) {
  fixture_close(f);
  pid_t child = fork();
  if (child == 0) {
    g_autofree char *text = g_strdup_printf("%d", at);
    g_setenv("VALISE_CRASH_AT", text, TRUE);
    fixture_open(f);
    work(f, mailing);
    _exit(0);
  }
  int status = 0;
  assert_true(waitpid(child, &status, 0) == child);
  if (WIFEXITED(status))
    assert_int_equal(WEXITSTATUS(status), 0);
  fixture_open(f);
  return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
}
