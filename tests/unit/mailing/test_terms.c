/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a mailing puts into its letters by itself, what it is given, and what it takes from the letter before.
 */
#include "mailing_fixture.h"

#include "base/ident.h"

#include "mailing/publication.h"
#include "mailing/terms.h"

#define BOTH (LANGUAGE_BIT(LANGUAGE_FR) | LANGUAGE_BIT(LANGUAGE_ES))

static int give(Fixture *f, const Actor *actor, gint64 mailing, const char *name, const char *value,
                GError **error) {
  g_autoptr(GHashTable) values = g_hash_table_new(g_str_hash, g_str_equal);
  g_hash_table_insert(values, (char *)name, (char *)value);
  MailingFields fields = MAILING_FIELDS_NONE;
  fields.values = values;
  return mailing_set(f->desk, actor, mailing, &fields, error);
}

static void set_value(Fixture *f, gint64 mailing, const char *name, const char *value) {
  assert_done(give(f, &fixture_olga, mailing, name, value, error));
}

static int gather(Fixture *f, gint64 mailing, Terms **ret, GError **error) {
  g_autoptr(Mailing) m = fixture_find(f, mailing);
  g_autoptr(Link) link = NULL;
  int r = store_read(f->store, &link, error);
  m->submitted_at = clock_wall(f->clock);
  return r < 0 ? r : terms_gather(f->desk, link, m, BOTH, ret, error);
}

#define assert_word(terms, language, name, expected)                                                         \
  do {                                                                                                       \
    const char *word_found = terms_word((terms), (language), (name));                                        \
    if (g_strcmp0(word_found, (expected)) != 0)                                                              \
      fail_msg("%s: %s", (name), word_found);                                                                \
  } while (0)

static gint64 mailing_with(Fixture *f, const char *wording, const char *list) {
  return fixture_mailing(f, &fixture_olga, wording, fixture_document(f, "synthesis", TRUE),
                         fixture_list(f, list));
}

static void test_of_its_own(void **state) {
  (void)state;
  Fixture *f = fixture_new();
  fixture_import(f, "attendees.csv", "all");
  gint64 id = mailing_with(f, "press", "all");
  g_autoptr(Mailing) m = fixture_find(f, id);
  g_autoptr(Terms) before = NULL;
  assert_done(gather(f, id, &before, error));
  assert_word(before, LANGUAGE_FR, "document_edition", "6e édition");
  assert_word(before, LANGUAGE_ES, "document_edition", "6.ª edición");
  assert_word(before, LANGUAGE_FR, "document_languages", "français, anglais, espagnol et portugais");
  assert_word(before, LANGUAGE_FR, "embargo", NULL);
  assert_word(before, LANGUAGE_FR, "prior_reference", NULL);
  assert_done(publication_set(f->desk, &fixture_olga, g_array_index(m->documents, gint64, 0),
                              clock_wall(f->clock) + 14 * DAY, error));
  g_autoptr(Terms) after = NULL;
  assert_done(gather(f, id, &after, error));
  assert_word(after, LANGUAGE_FR, "embargo", "lundi 9 décembre 2013 à 10\u00a0heures, heure de Paris");
  assert_word(after, LANGUAGE_ES, "embargo", "lunes 9 de diciembre de 2013 a las 10 horas, hora de París");
  fixture_free(f);
}

static void test_times(void **state) {
  static const struct {
    const char *given, *french, *spanish; /* FRENCH NULL: refused, with SPANISH in the sentence */
  } rows[] = {
      {"2013-12-01", "1er décembre 2013", "1 de diciembre de 2013"},
      {"fin novembre", "fin novembre", "fin novembre"},
      {"01/12/2013", NULL, "the value answer_by in fr: \"01/12/2013\" is a date in figures"},
      {"2013-02-30", NULL, "the value answer_by in fr: \"2013-02-30\" names a day that there is not"},
  };
  (void)state;
  Fixture *f = fixture_new();
  fixture_import(f, "attendees.csv", "all");
  gint64 id = mailing_with(f, "pre-report", "all");
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autoptr(Terms) terms = NULL;
    set_value(f, id, "answer_by", rows[i].given);
    if (rows[i].french == NULL) {
      assert_fault(FAULT_INPUT, rows[i].spanish, gather(f, id, &terms, error));
      continue;
    }
    assert_done(gather(f, id, &terms, error));
    assert_word(terms, LANGUAGE_FR, "answer_by", rows[i].french);
    assert_word(terms, LANGUAGE_ES, "answer_by", rows[i].spanish);
  }
  fixture_free(f);
}

static void test_prior(void **state) {
  (void)state;
  Fixture *f = fixture_new();
  fixture_import(f, "attendees.csv", "all");
  gint64 first = mailing_with(f, "pre-report", "all"), second = mailing_with(f, "late-registrant", "all");
  g_autofree char *id = ident_text(IDENT_MAILING, first);
  set_value(f, second, "prior", id);
  g_autoptr(Terms) planned = NULL;
  assert_done(gather(f, second, &planned, error));
  assert_word(planned, LANGUAGE_FR, "prior_reference", id);
  assert_word(planned, LANGUAGE_FR, "prior_date", NULL);
  assert_word(planned, LANGUAGE_FR, "prior_title", "Rapport d'exemple");
  assert_word(planned, LANGUAGE_FR, "newer", "no"); /* the same file, under another number */
  MailingFields fields = MAILING_FIELDS_NONE;
  fields.at = FIXTURE_NOW + 7 * DAY;
  assert_done(mailing_set(f->desk, &fixture_olga, first, &fields, error));
  g_autoptr(GArray) documents = g_array_new(FALSE, FALSE, sizeof(gint64));
  gint64 other = fixture_document(f, "pre-report", TRUE);
  g_array_append_val(documents, other);
  MailingFields newer = MAILING_FIELDS_NONE;
  newer.documents = documents;
  assert_done(mailing_set(f->desk, &fixture_olga, second, &newer, error));
  g_autoptr(Terms) timed = NULL;
  assert_done(gather(f, second, &timed, error));
  assert_word(timed, LANGUAGE_ES, "prior_date", "2 de diciembre de 2013");
  assert_word(timed, LANGUAGE_FR, "newer", "yes");
  fixture_free(f);
}

static void test_no_prior(void **state) {
  (void)state;
  Fixture *f = fixture_new();
  fixture_import(f, "attendees.csv", "all");
  fixture_import(f, "offices.csv", "offices");
  gint64 secret = mailing_with(f, "synthesis", "offices");
  gint64 own = fixture_mailing(f, &fixture_vera, "reminder-first", fixture_document(f, "synthesis", TRUE),
                               fixture_list(f, "all"));
  g_autofree char *its_own = ident_text(IDENT_MAILING, own), *another = ident_text(IDENT_MAILING, secret);
  assert_fault(FAULT_RULE, "the value prior: M-99: there is no such mailing",
               give(f, &fixture_olga, own, "prior", "M-99", error));
  assert_fault(FAULT_RULE, "the value prior: \"D-1\" is no mailing",
               give(f, &fixture_olga, own, "prior", "D-1", error));
  /* A volunteer's letter learns nothing of one to offices; an organiser may tell attendees of it. */
  assert_fault(FAULT_RULE, "there is no such mailing", give(f, &fixture_vera, own, "prior", another, error));
  g_autoptr(Terms) terms = NULL;
  set_value(f, own, "prior", another);
  assert_done(gather(f, own, &terms, error));
  assert_word(terms, LANGUAGE_FR, "prior_reference", another);
  set_value(f, own, "prior", its_own);
  g_autoptr(Terms) none = NULL;
  assert_fault(FAULT_RULE, "a letter cannot follow itself", gather(f, own, &none, error));
  fixture_free(f);
}

/* Each field that lacks is named with its line and with what gives it a value. */
static void test_lacks(void **state) {
  static const struct {
    const char *wording, *says[2];
  } rows[] = {
      {"press", {"press/fr.md line 9: {{embargo}} has no value", "publish the document at a moment to come"}},
      {"thanks", {"{{prior_date}} has no value", "give the mailing the value prior, as in prior=M-7"}},
      {"registration", {"{{forum}} has no value", "give the mailing the value forum.fr"}},
  };
  (void)state;
  Fixture *f = fixture_new();
  fixture_import(f, "attendees.csv", "all");
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    gint64 id = mailing_with(f, rows[i].wording, "all");
    g_autoptr(Terms) terms = NULL;
    g_autoptr(Wording) wording = NULL;
    assert_done(gather(f, id, &terms, error));
    assert_done(terms_open_wording(terms, f->documents, LANGUAGE_FR, &wording, error));
    for (gsize j = 0; j < G_N_ELEMENTS(rows[i].says); j++)
      assert_fault(FAULT_RULE, rows[i].says[j], terms_check_fields(terms, wording, error));
  }
  fixture_free(f);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_of_its_own), cmocka_unit_test(test_times),
                                     cmocka_unit_test(test_prior), cmocka_unit_test(test_no_prior),
                                     cmocka_unit_test(test_lacks)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
