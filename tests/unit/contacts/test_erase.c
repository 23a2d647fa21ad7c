/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contacts_fixture.h"

#include "contacts/channel.h"
#include "contacts/erase.h"
#include "contacts/merge.h"
#include "contacts/tenure.h"
#include "journal/journal_verify.h"

#define NEEDLE "Zwervane"

static const char person[] =
    "Type;Identifiant;Prénom;Nom;Genre;Organisation;Ville;Pays;Langue;Courriel;Téléphone;Adresse "
    "postale;Listes\n"
    "personne;ID-" NEEDLE ";Ada" NEEDLE ";" NEEDLE ";F;Coop " NEEDLE ";Anvaux;XA;fr;ada@" NEEDLE
    ".example;01 99 00 00 77;1 rue " NEEDLE ";amis\n";

/* Is the word anywhere in the files of the database, free pages and log included? */
static gboolean is_on_disk(Fixture *f, const char *word) {
  static const char *const names[] = {"valise.db", "valise.db-wal"};
  for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
    g_autofree char *path = g_build_filename(f->folder, names[i], NULL);
    g_autofree char *bytes = NULL;
    gsize length = 0;
    if (!g_file_get_contents(path, &bytes, &length, NULL))
      continue;
    for (gsize at = 0; at + strlen(word) <= length; at++)
      if (g_ascii_strncasecmp(bytes + at, word, strlen(word)) == 0)
        return TRUE;
  }
  return FALSE;
}

static void erase(Fixture *f, gint64 id, EraseReport *report) {
  EraseTerms terms = {0};
  assert_done(erase_contact(&f->contacts, &marie, id, &terms, report, error));
  assert_false(report->log_left);
}

static void verify(Fixture *f) {
  g_auto(Verified) verified = {0};
  assert_done(journal_verify_store(f->contacts.journal, f->contacts.store, NULL, &verified, error));
}

static gint64 number(Fixture *f, const char *sql, gint64 id) {
  g_autoptr(Link) link = NULL;
  gint64 found = -1;
  assert_done(store_read(f->contacts.store, &link, error));
  assert_done(link_int(link, &found, error, sql, "i", id));
  return found;
}

static void nothing_is_left(void **state) {
  Fixture *f = *state;
  EraseReport report;
  fixture_take(f, person);
  gint64 id = fixture_id(f, "ID-" NEEDLE);
  static const char *const pairs[] = {"honorific=Dr " NEEDLE, NULL};
  assert_done(contact_set(&f->contacts, &marie, id, pairs, error));
  assert_done(contact_object(&f->contacts, &marie, id, "letter of " NEEDLE, error));
  assert_true(is_on_disk(f, NEEDLE));
  gint64 entries = fixture_entries(f);
  erase(f, id, &report);
  assert_int_equal(report.channels, 3);
  assert_int_equal(report.lists, 1);
  assert_int_equal(report.objections, 1);
  assert_int_equal(report.entries, 2);
  assert_false(is_on_disk(f, NEEDLE));
  assert_false(is_on_disk(f, "01 99 00 00 77"));
  assert_int_equal(fixture_entries(f), entries + 1);
  verify(f);
  assert_int_equal(number(f, "SELECT standing FROM contacts_now WHERE id = ?1", id), CONTACT_ERASED);
  assert_int_equal(number(f, "SELECT count(*) FROM entries WHERE contact = ?1 AND salt IS NULL", id), 2);
  EraseTerms terms = {0};
  assert_int_equal(erase_contact(&f->contacts, &marie, id, &terms, &report, NULL), 1);
}

static void no_file_brings_back(void **state) {
  Fixture *f = *state;
  EraseReport report;
  g_auto(ImportReport) again = {0};
  g_auto(ImportReport) other = {0};
  g_auto(ImportReport) card = {0};
  fixture_take(f, person);
  gint64 id = fixture_id(f, "ID-" NEEDLE);
  erase(f, id, &report);
  fixture_import(f, person, &again);
  assert_int_equal(again.added + again.changed, 0);
  assert_int_equal(again.notes, 1);
  fixture_import(f, "Type;Nom;Courriel\npersonne;Autre;ADA@" NEEDLE ".example\n", &other);
  assert_int_equal(other.added, 0);
  fixture_import(f, "BEGIN:VCARD\nFN:X Y\nEMAIL:ada@" NEEDLE ".example\nEND:VCARD\n", &card);
  assert_int_equal(card.added, 0);
  assert_int_equal(fixture_count(f, 1), 1);
  g_autofree char *csv = fixture_export(f, 1);
  assert_null(strstr(csv, "\r\nperson"));
}

/* The office keeps that somebody held it, and when. */
static void history_stays(void **state) {
  Fixture *f = *state;
  EraseReport report;
  fixture_take(f, "Type;Identifiant;Prénom;Nom;Type de fonction;Pays;Courriel;Début du mandat\n"
                  "fonction;XA-PR;Talen;" NEEDLE ";president;XA;p@arvanie.example;2012-05-14\n"
                  "fonction;XA-PM;Maude;Orlence;prime_minister;XA;;2012-05-14\n");
  gint64 office = fixture_id(f, "XA-PR");
  gint64 holder = number(f, "SELECT person FROM tenures_now WHERE office = ?1", office);
  Stamps before = fixture_stamps(f, "XA-PR");
  erase(f, holder, &report);
  assert_int_equal(report.tenures, 1);
  Stamps after = fixture_stamps(f, "XA-PR");
  assert_int_not_equal(before.holder, after.holder);
  assert_int_equal(number(f, "SELECT count(*) FROM tenures_now WHERE person = ?1", holder), 1);
  assert_int_equal(number(f, "SELECT restricted FROM contacts_now WHERE id = ?1", holder), 1);
  assert_false(is_on_disk(f, NEEDLE));
  g_autoptr(GError) error = NULL;
  EraseTerms terms = {0};
  assert_int_equal(erase_contact(&f->contacts, &marie, office, &terms, &report, &error), FAULT_RULE);
  assert_non_null(strstr(error->message, "only persons"));
  g_clear_error(&error);
  assert_int_equal(erase_contact(&f->contacts, &paul, holder, &terms, &report, &error), FAULT_ABSENT);
}

/* Who went into the person goes with it, shelved rows and ids too, and stays away from files. */
static void merged_ones_too(void **state) {
  Fixture *f = *state;
  EraseReport report;
  g_auto(MergeReport) merged = {0};
  g_auto(ImportReport) again = {0};
  g_autoptr(GError) error = NULL;
  fixture_take(f, person);
  fixture_take(f, "Type;Identifiant;Prénom;Nom;Courriel;Listes\n"
                  "personne;TWO-" NEEDLE ";A;" NEEDLE ";ada@" NEEDLE ".example, a@" NEEDLE ".example;amis\n");
  gint64 a = fixture_id(f, "ID-" NEEDLE), b = fixture_id(f, "TWO-" NEEDLE);
  assert_int_equal(merge_contacts(&f->contacts, &marie, a, b, FALSE, &merged, &error), 0);
  erase(f, a, &report);
  assert_int_equal(report.merged, 1);
  assert_false(is_on_disk(f, NEEDLE));
  assert_true(merge_undo(&f->contacts, &marie, a, b, FALSE, &error) < 0);
  fixture_import(f, "Type;Identifiant;Nom;Courriel\npersonne;TWO-" NEEDLE ";X;neuf@b.example\n", &again);
  assert_int_equal(again.added, 0);
}

static int count_calls(Link *link, gint64 contact, const char *const *words, gpointer data, GError **error) {
  (void)link, (void)error;
  assert_true(contact > 0);
  assert_true(g_strv_contains(words, "Ada" NEEDLE));
  assert_true(g_strv_contains(words, "ada@zwervane.example"));
  (*(int *)data)++;
  return 0;
}

static void dry_run(void **state) {
  Fixture *f = *state;
  EraseReport report;
  int calls = 0;
  EraseTerms terms = {.dry_run = TRUE, .elsewhere = count_calls, .data = &calls};
  fixture_take(f, person);
  g_autofree char *before = fixture_export(f, 1);
  gint64 id = fixture_id(f, "ID-" NEEDLE), entries = fixture_entries(f);
  assert_done(erase_contact(&f->contacts, &marie, id, &terms, &report, error));
  assert_int_equal(report.channels, 3);
  assert_int_equal(calls, 1);
  g_autofree char *after = fixture_export(f, 1);
  assert_string_equal(after, before);
  assert_int_equal(fixture_entries(f), entries);
}

#define WITH(test) cmocka_unit_test_setup_teardown(test, fixture_setup, fixture_teardown)

int main(void) {
  const struct CMUnitTest tests[] = {WITH(nothing_is_left), WITH(no_file_brings_back), WITH(history_stays),
                                     WITH(merged_ones_too), WITH(dry_run)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
