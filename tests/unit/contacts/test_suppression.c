/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contacts_fixture.h"

#include "contacts/channel.h"
#include "contacts/contact_rows.h"
#include "contacts/suppression.h"

static int take_channel(const Channel *channel, gpointer data, GError **error) {
  (void)error;
  g_string_append_printf(data, "%s %s; ", channel->value, channel_standing_name(channel->standing));
  return 0;
}

/* "a@b.example refused; " */
static char *channels_of(Fixture *f, const char *name) {
  g_autoptr(Link) link = NULL;
  GString *out = g_string_new(NULL);
  gint64 id = fixture_id(f, name);
  assert_done(store_read(f->contacts.store, &link, error));
  assert_done(channel_each(link, id, 1, take_channel, out, error));
  return g_string_free(out, FALSE);
}

static void expect_channels(Fixture *f, const char *name, const char *wanted) {
  g_autofree char *found = channels_of(f, name);
  if (!g_str_equal(found, wanted))
    fail_msg("%s: %s instead of %s", name, found, wanted);
}

static gint64 first_channel(Fixture *f, const char *name) {
  g_autoptr(CandidatePage) page = fixture_candidate(f, name);
  return page->items[0].email.id;
}

/* Imports TEXT; how many notes there were. */
static gint64 notes_of(Fixture *f, const char *text) {
  g_auto(ImportReport) report = {0};
  fixture_import(f, text, &report);
  return report.notes;
}

static void an_objection_follows_the_address(void **state) {
  Fixture *f = *state;
  fixture_take(f, "id;nom;courriel;téléphone\nA1;Un;un@forum.example;+999 55 01\n");
  assert_done(contact_object(&f->contacts, &marie, fixture_id(f, "A1"), "by letter", error));
  assert_int_equal(notes_of(f, "id;nom;courriel\nB1;Autre;UN@forum.example\nB2;Tiers;tiers@forum.example\n"),
                   1);
  expect_channels(f, "B1", "UN@forum.example refused; ");
  expect_channels(f, "B2", "tiers@forum.example unverified; ");
  g_autoptr(CandidatePage) page = fixture_candidate(f, "B1");
  assert_int_equal(page->items[0].channel_count, 0);
  /* By another kind of route as well, in another spelling. */
  assert_int_equal(notes_of(f, "id;nom;téléphone\nB3;Quart;+999 (55) 01\n"), 1);
  expect_channels(f, "B3", "+999 (55) 01 refused; ");
  /* Its own channels stay as they are: its standing says enough, and it may come back. */
  expect_channels(f, "A1", "un@forum.example unverified; +999 55 01 unverified; ");
  assert_done(contact_unobject(&f->contacts, &marie, fixture_id(f, "A1"), "by telephone", error));
  assert_int_equal(notes_of(f, "id;nom;courriel\nB4;Quint;un@forum.example\n"), 0);
  expect_channels(f, "B4", "un@forum.example unverified; ");
}

static void a_refused_route_stays_refused(void **state) {
  Fixture *f = *state;
  fixture_take(f, "id;type;type de fonction;pays;courriel\nO1;fonction;president;XA;bureau@palais.example\n");
  gint64 office = fixture_id(f, "O1"), channel = first_channel(f, "O1"), added;
  assert_int_equal(channel_mark(&f->contacts, &marie, office, channel, CHANNEL_REFUSED, NULL, NULL),
                   FAULT_INPUT);
  assert_done(
      channel_mark(&f->contacts, &marie, office, channel, CHANNEL_REFUSED, "do not write here", error));
  assert_int_equal(channel_mark(&f->contacts, &marie, office, channel, CHANNEL_DEAD, "550", NULL),
                   FAULT_RULE);
  /* In its own column, in another one, for another office. */
  assert_int_equal(notes_of(f, "id;courriel\nO1;bureau@palais.example\n"), 1);
  assert_int_equal(notes_of(f, "id;courriel du cabinet\nO1;Bureau@Palais.example\n"), 1);
  expect_channels(f, "O1", "bureau@palais.example refused; Bureau@palais.example refused; ");
  assert_int_equal(notes_of(f, "id;type;type de fonction;pays;courriel de la "
                               "mission\nO2;fonction;monarch;XB;bureau@palais.example\n"),
                   1);
  expect_channels(f, "O2", "bureau@palais.example refused; ");
  /* By hand it is added, but not to be used; a person may say that it is right again, and why. */
  fixture_take(f, "id;nom\nA1;Un\n");
  ChannelChange change = CHANNEL_CHANGE_NONE;
  change.kind = CHANNEL_EMAIL;
  change.value = "bureau@palais.example";
  assert_done(channel_add(&f->contacts, &marie, fixture_id(f, "A1"), &change, &added, error));
  expect_channels(f, "A1", "bureau@palais.example refused; ");
  assert_int_equal(channel_verify(&f->contacts, &marie, fixture_id(f, "A1"), added, NULL, NULL), FAULT_INPUT);
  assert_done(
      channel_verify(&f->contacts, &marie, fixture_id(f, "A1"), added, "he asked for it himself", error));
  expect_channels(f, "A1", "bureau@palais.example verified; ");
  fixture_take(f, "id;nom;courriel\nA2;Deux;bureau@palais.example\n");
  expect_channels(f, "A2", "bureau@palais.example unverified; ");
}

static int erase(Revision *revision, gpointer data, GError **error) {
  g_autoptr(ContactVersion) version = NULL;
  int r = contact_rows_load_visible(revision, *(gint64 *)data, &version, error);
  return r == 0 ? suppression_contact(revision, version->card, SUPPRESSED_ERASED, error) : r;
}

static void who_was_erased_is_not_brought_back(void **state) {
  Fixture *f = *state;
  fixture_take(f, "id;nom;courriel\nA1;Un;un@forum.example\nA2;Deux;deux@forum.example\n");
  gint64 id = fixture_id(f, "A1"), before = fixture_count(f, 1);
  assert_done(revision_by_hand(&f->contacts, &marie, erase, &id, error));
  g_auto(ImportReport) report = {0};
  /* Under another name and id, and by the id alone with another address; somebody else comes in. */
  fixture_import(
      f,
      "id;nom;courriel\nB1;Autre;Un@forum.example\na1 ;Un;neuf@forum.example\nB3;Tiers;tiers@forum.example\n",
      &report);
  assert_int_equal(report.added, 1);
  assert_int_equal(report.notes, 2);
  assert_int_equal(fixture_count(f, 1), before + 1);
  /* An office that has the address stays; it is not written to there. */
  fixture_take(f, "id;type;type de fonction;pays;courriel\nO1;fonction;president;XA;un@forum.example\n");
  expect_channels(f, "O1", "un@forum.example refused; ");
  /* A person who types it means it. */
  static const char *const pairs[] = {"id=B1", "family_name=Un", "email=un@forum.example", NULL};
  assert_done(contact_add(&f->contacts, &marie, pairs, &id, error));
  expect_channels(f, "B1", "un@forum.example refused; ");
}

static int forget(Link *link, gpointer data, GError **error) {
  (void)data;
  int r = link_run(link, error, "DELETE FROM suppressions", "");
  if (r >= 0)
    r = link_run(link, error, "DELETE FROM suppression_key", "");
  return MIN(r, 0);
}

/* As a database of an earlier version comes in. */
static void what_was_noted_earlier_counts(void **state) {
  Fixture *f = *state;
  fixture_take(
      f,
      "id;nom;courriel\nA1;Un;un@forum.example\nA2;Deux;deux@forum.example\nA3;Trois;trois@forum.example\n");
  assert_done(contact_object(&f->contacts, &marie, fixture_id(f, "A1"), "by letter", error));
  assert_done(channel_mark(&f->contacts, &marie, fixture_id(f, "A2"), first_channel(f, "A2"), CHANNEL_REFUSED,
                           "not here", error));
  assert_done(store_write(f->contacts.store, forget, NULL, error));
  for (int i = 0; i < 2; i++)
    assert_done(contacts_recover(&f->contacts, NULL, error));
  assert_int_equal(notes_of(f, "id;nom;courriel\nB1;Autre;un@forum.example\nB2;Tiers;deux@forum.example\n"
                               "B3;Quart;trois@forum.example\n"),
                   2);
  expect_channels(f, "B1", "un@forum.example refused; ");
  expect_channels(f, "B2", "deux@forum.example refused; ");
  expect_channels(f, "B3", "trois@forum.example unverified; ");
}

/* Nothing of an address can be read in the table. */
static void only_digests_are_kept(void **state) {
  Fixture *f = *state;
  fixture_take(f, "id;nom;courriel\nA1;Un;un@forum.example\n");
  gint64 id = fixture_id(f, "A1"), rows = 0, found = 0;
  assert_done(revision_by_hand(&f->contacts, &marie, erase, &id, error));
  g_autoptr(Link) link = NULL;
  assert_done(store_read(f->contacts.store, &link, error));
  assert_done(link_int(link, &rows, error, "SELECT count(*) FROM suppressions", ""));
  assert_int_equal(rows, 2); /* the address and the id */
  assert_done(
      link_int(link, &found, error,
               "SELECT count(*) FROM suppressions WHERE length(digest) <> 32 OR digest LIKE '%forum%'", ""));
  assert_int_equal(found, 0);
}

#define WITH(test) cmocka_unit_test_setup_teardown(test, fixture_setup, fixture_teardown)

int main(void) {
  const struct CMUnitTest tests[] = {WITH(an_objection_follows_the_address),
                                     WITH(a_refused_route_stays_refused),
                                     WITH(who_was_erased_is_not_brought_back), WITH(only_digests_are_kept),
                                     WITH(what_was_noted_earlier_counts)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
