/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contacts_fixture.h"

#include "contacts/eligibility.h"

static int take(const Tenure *t, gpointer data, GError **error) {
  (void)error;
  char from[DAY_TEXT_SIZE], to[DAY_TEXT_SIZE];
  g_string_append_printf(data, "%s %s..%s%s%s; ", t->person_name, day_text(t->from, from),
                         day_text(t->to, to), t->present ? " now" : "",
                         t->manner != TENURE_IN_OFFICE ? tenure_manner_name(t->manner) : "");
  return 0;
}

static void expect_tenures(Fixture *f, const char *name, const char *wanted) {
  g_autoptr(Link) link = NULL;
  g_autoptr(GString) found = g_string_new(NULL);
  gint64 id = fixture_id(f, name);
  assert_done(store_read(f->contacts.store, &link, error));
  assert_done(tenure_each(link, id, contacts_today(&f->contacts), 1, take, found, error));
  if (!g_str_equal(found->str, wanted))
    fail_msg("%s instead of %s", found->str, wanted);
}

static Day day(const char *text) {
  Day found = 0;
  if (text != NULL)
    assert_done(day_parse(text, &found, error));
  return found;
}

static void note(Fixture *f, const char *person, const char *from, const char *to, gboolean joint,
                 const enum tenure_manner *manner) {
  gint64 id;
  TenureChange change = {.from = day(from), .to = day(to), .joint = joint, .manner = manner};
  assert_done(
      tenure_set(&f->contacts, &marie, fixture_id(f, "O1"), fixture_id(f, person), &change, &id, error));
}

static void setting(Fixture *f) {
  fixture_take(f, "id;type;nom;type de "
                  "fonction;pays;courriel\nO1;fonction;;prince;XD;palais@forum.example\nP1;personne;Un;;;\n"
                  "P2;personne;Deux;;;\nP3;personne;Trois;;;\n");
}

/* The present day is 2 December 2013. */
static void succession(void **state) {
  Fixture *f = *state;
  setting(f);
  note(f, "P1", "2005-01-01", NULL, FALSE, NULL);
  note(f, "P2", "2012-07-01", NULL, FALSE, NULL);
  expect_tenures(f, "O1", "Deux 2012-07-01.. now; Un 2005-01-01..2012-06-30; ");
  note(f, "P3", "2014-01-01", NULL, FALSE, NULL); /* elected: the present one stays until then */
  expect_tenures(f, "O1", "Deux 2012-07-01..2013-12-31 now; Trois 2014-01-01..; Un 2005-01-01..2012-06-30; ");
  note(f, "P1", "1999-01-01", "2001-12-31", FALSE, NULL); /* history ends nobody */
  expect_tenures(f, "O1",
                 "Deux 2012-07-01..2013-12-31 now; Trois 2014-01-01..; Un 2005-01-01..2012-06-30; Un "
                 "1999-01-01..2001-12-31; ");
}

static void co_heads(void **state) {
  Fixture *f = *state;
  setting(f);
  note(f, "P1", "2005-01-01", NULL, FALSE, NULL);
  note(f, "P2", "2012-07-01", NULL, TRUE, NULL);
  expect_tenures(f, "O1", "Deux 2012-07-01.. now; Un 2005-01-01.. now; ");
  g_autoptr(CandidatePage) page = fixture_candidate(f, "O1");
  assert_int_equal(page->items[0].holder_count, 2);
  /* One of two ends, or is known to end, and the other stays. */
  note(f, "P1", NULL, "2013-12-31", FALSE, NULL);
  expect_tenures(f, "O1", "Deux 2012-07-01.. now; Un 2005-01-01..2013-12-31 now; ");
  note(f, "P3", "2014-01-01", NULL, TRUE, NULL);
  expect_tenures(f, "O1", "Deux 2012-07-01.. now; Un 2005-01-01..2013-12-31 now; Trois 2014-01-01..; ");
  /* A known last day is not lost because nobody says it again. */
  note(f, "P1", "2005-02-01", NULL, TRUE, NULL);
  expect_tenures(f, "O1", "Deux 2012-07-01.. now; Un 2005-02-01..2013-12-31 now; Trois 2014-01-01..; ");
}

static enum eligibility judge(Fixture *f, enum reason *ret) {
  g_autoptr(CandidatePage) page = fixture_candidate(f, "O1");
  EligibilityTerms terms = {.today = contacts_today(&f->contacts)};
  return eligibility_check(&page->items[0], &terms, ret);
}

static void manners(void **state) {
  Fixture *f = *state;
  static const enum tenure_manner acting = TENURE_ACTING, contested = TENURE_CONTESTED,
                                  plain = TENURE_IN_OFFICE;
  enum reason reason;
  setting(f);
  note(f, "P1", "2005-01-01", NULL, FALSE, NULL);
  Stamps before = fixture_stamps(f, "O1");
  note(f, "P1", NULL, NULL, FALSE, &acting);
  expect_tenures(f, "O1", "Un 2005-01-01.. nowacting; ");
  assert_int_equal(judge(f, &reason), ELIGIBLE);
  assert_int_not_equal(fixture_stamps(f, "O1").holder, before.holder);
  note(f, "P1", NULL, NULL, FALSE, &contested);
  assert_int_equal(judge(f, &reason), ELIGIBILITY_HELD);
  assert_int_equal(reason, REASON_HOLDER_CONTESTED);
  note(f, "P1", "2005-01-01", NULL, FALSE, NULL); /* not said: as it is */
  expect_tenures(f, "O1", "Un 2005-01-01.. nowcontested; ");
  note(f, "P1", NULL, NULL, FALSE, &plain);
  assert_int_equal(judge(f, &reason), ELIGIBLE);
  assert_true(fixture_stamps(f, "O1").holder == before.holder);
}

/* Several holders come in a file and go out in one. */
static void in_files(void **state) {
  (void)state;
  static const char file[] =
      "id;type;type de fonction;pays;prénom;nom;début du mandat;vérifié le;mandat conjoint;nature du mandat\n"
      "O1;fonction;prince;XD;Ivo;Dornan;2003-01-01;2013-11-01;;\n"
      "O1;fonction;prince;XD;Mara;Tessin;2012-05-15;2013-11-01;oui;par intérim\n"
      ";fonction;president;XA;Talen;Vascourt;2012-05-14;;;\n"
      ";fonction;president;XA;Ada;Norvane;2013-01-01;;oui;\n";
  static const char wanted[] = "Mara Tessin 2012-05-15.. nowacting; Ivo Dornan 2003-01-01.. now; ";
  Fixture *f = fixture_new(TRUE);
  Fixture *other = fixture_new(TRUE);
  g_auto(ImportReport) report = {0};
  g_auto(ImportReport) again = {0};
  fixture_import(f, file, &report);
  assert_int_equal(report.added, 2);
  expect_tenures(f, "O1", wanted);
  fixture_import(f, file, &again);
  assert_int_equal(again.unchanged, 4);
  g_autofree char *out = fixture_export(f, 1);
  fixture_take(other, out);
  expect_tenures(other, "O1", wanted);
  g_autofree char *back = fixture_export(other, 1);
  assert_string_equal(back, out);
  fixture_free(f);
  fixture_free(other);
}

static void joint_rows(void **state) {
  (void)state;
  static const struct {
    const char *rows, *says; /* NULL: taken */
  } cases[] = {
      {"O1;prince;XD;Ivo;;\nO1;prince;XD;Mara;;oui\n", NULL},
      {"O1;prince;XD;Mara;;oui\nO1;prince;XD;Ivo;;\n", "own row first"},
      {"O1;prince;XD;Mara;;oui\n", "own row first"},
      {"O1;prince;XD;Ivo;;\nO1;prince;XD;Mara;;oui\nO1;prince;XD;Mara;;oui\n", "same contact as on line 3"},
      {"O1;prince;XD;Ivo;;\nO1;prince;XD;;;oui\n", "needs the name"},
      {"O1;prince;XD;Ivo;;\nO1;prince;XD;Mara;m@forum.example;oui\n", "nothing else"},
      {"O1;prince;XD;Ivo;;\nO1;prince;XD;Mara;;peut-être\n", "neither yes nor no"},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    Fixture *f = fixture_new(TRUE);
    g_auto(ImportReport) report = {0};
    ImportOptions options = {.name = "offices.csv"};
    g_autofree char *text =
        g_strconcat("id;type de fonction;pays;nom;courriel;mandat conjoint\n", cases[i].rows, NULL);
    fixture_import_as(f, &marie, text, strlen(text), &options, cases[i].says != NULL ? IMPORT_REFUSED : 0,
                      &report);
    if (cases[i].says != NULL &&
        strstr(((ImportComplaint *)report.complaints->pdata[0])->sentence, cases[i].says) == NULL)
      fail_msg("%s: %s", cases[i].rows, ((ImportComplaint *)report.complaints->pdata[0])->sentence);
    fixture_free(f);
  }
}

#define WITH(test) cmocka_unit_test_setup_teardown(test, fixture_setup, fixture_teardown)

int main(void) {
  const struct CMUnitTest tests[] = {WITH(succession), WITH(co_heads), WITH(manners),
                                     cmocka_unit_test(in_files), cmocka_unit_test(joint_rows)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
