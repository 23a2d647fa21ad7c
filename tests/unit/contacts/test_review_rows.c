/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contacts_fixture.h"

#include "contacts/channel.h"
#include "contacts/review.h"
#include "contacts/tenure.h"

static int note_name(const Contact *contact, gpointer data, GError **error) {
  (void)error;
  g_string_append_printf(data, "%s ", contact->external_id != NULL ? contact->external_id : "-");
  return 0;
}

/* Whom nobody has looked at since the moment. */
static char *unreviewed(Fixture *f, gint64 since) {
  g_autoptr(Link) link = NULL;
  GString *out = g_string_new(NULL);
  ContactFilter filter = CONTACT_FILTER_ANY;
  filter.not_reviewed_since = since;
  assert_done(store_read(f->contacts.store, &link, error));
  assert_done(contact_each(link, &filter, 1, note_name, out, error));
  return g_string_free(out, FALSE);
}

static void assert_unreviewed(Fixture *f, gint64 since, const char *wanted) {
  g_autofree char *found = unreviewed(f, since);
  assert_string_equal(found, wanted);
}

#define YEAR (365 * G_GINT64_CONSTANT(86400) * SECOND)

static void what_counts(void **state) {
  Fixture *f = *state;
  gint64 begun = clock_wall(f->clock), channel = 0, at = 0;
  fixture_take(
      f, "Type;Identifiant;Nom;Type de fonction;Pays;Courriel;Début du mandat\n"
         "personne;P-1;Norvane;;;a@b.example;\npersonne;P-2;Oran;;;c@b.example;\n"
         "personne;P-3;Farlowe;;;d@b.example;\nfonction;O-1;Vascourt;president;XA;p@xa.example;2012-05-14\n");
  assert_unreviewed(f, begun, "");
  clock_advance(f->clock, YEAR);
  gint64 year = clock_wall(f->clock);
  assert_unreviewed(f, year, "P-1 P-2 P-3 O-1 - ");
  gint64 p1 = fixture_id(f, "P-1"), p2 = fixture_id(f, "P-2"), office = fixture_id(f, "O-1");
  assert_done(review_note(&f->contacts, &paul, p1, error));
  g_autoptr(CandidatePage) page = fixture_candidate(f, "O-1");
  assert_done(tenure_verify(&f->contacts, &marie, office, page->items[0].holders[0].tenure, 0, error));
  {
    g_autoptr(Link) link = NULL;
    g_autofree char *by = NULL;
    assert_done(store_read(f->contacts.store, &link, error));
    assert_done(link_int(link, &channel, error, "SELECT id FROM channels_now WHERE contact = ?1", "i", p2));
    assert_done(review_last(link, p1, &at, &by, error));
    assert_string_equal(by, "paul");
    assert_int_equal(at, year);
  }
  assert_done(channel_verify(&f->contacts, &marie, p2, channel, NULL, error));
  assert_unreviewed(f, year, "P-3 ");
  clock_advance(f->clock, YEAR);
  assert_unreviewed(f, clock_wall(f->clock), "P-1 P-2 P-3 O-1 - ");
}

static void hidden(void **state) {
  Fixture *f = *state;
  g_autoptr(GError) error = NULL;
  fixture_take(f, "Type;Identifiant;Organisation;Pays\norganisation;O-1;Union;XA\n");
  gint64 id = fixture_id(f, "O-1");
  assert_int_equal(review_note(&f->contacts, &paul, id, &error), FAULT_ABSENT);
}

#define WITH(test) cmocka_unit_test_setup_teardown(test, fixture_setup, fixture_teardown)

int main(void) {
  const struct CMUnitTest tests[] = {WITH(what_counts), WITH(hidden)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
