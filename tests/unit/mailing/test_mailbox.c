/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Several contacts behind one mailbox: what each choice makes of the roll, and who is told of whom. */
#include "mailing_fixture.h"

#include "mailing/mailbox.h"

static const char csv[] =
    "Type;Identifiant;Prénom;Nom;Genre;Langue;Courriel;Fonction;Type de fonction;Pays;Motif;Preuve du motif;"
    "Zone du motif;Début du mandat;Vérifié le\n"
    "fonction;O1;;;;fr;cabinet@arvania.example;Primature;prime_minister;XA;sse-promotion;loi;XA;;\n"
    "fonction;O2;Gilda;Gorvel;F;fr;cabinet@ARVANIA.example;Ambassade;ambassador;XA;sse-promotion;loi;XA;01/"
    "02/2012;"
    "20/11/2013\n"
    "fonction;O3;Hugo;Horvel;M;fr;cabinet@arvania.example;Présidence;president;XA;sse-promotion;loi;XA;01/02/"
    "2012;"
    "20/11/2013\n"
    "personne;P1;Anne;Arvel;F;fr;cabinet@arvania.example;;;;;;;;\n"
    "personne;P2;Bruno;Berval;M;fr;alone@attendee.example;;;;;;;;\n";

#define BOX "cabinet@arvania.example"

static Addressee *line_of(const Rolled *home, const char *contact) {
  Addressee *line = NULL;
  gint64 id = fixture_contact(home->f, contact);
  g_autoptr(Link) link = NULL;
  assert_done(store_read(home->f->store, &link, error));
  assert_done(roll_find_contact(link, 1, home->mailing, id, &line, error));
  return line;
}

static void expect_state(const Rolled *home, const char *contact, const char *state, const char *reason) {
  g_autoptr(Addressee) line = line_of(home, contact);
  if (strcmp(addressee_state_name(line->state), state) != 0 || g_strcmp0(line->reason, reason) != 0)
    fail_msg("%s: %s %s instead of %s %s", contact, addressee_state_name(line->state), line->reason, state,
             reason);
}

static void choose(const Rolled *home, enum mailbox_choice choice, const char *contact) {
  g_auto(RollCount) count = {0};
  gint64 id = contact != NULL ? fixture_contact(home->f, contact) : 0;
  assert_done(mailbox_choose(home->f->desk, &fixture_olga, home->mailing, "cabinet@ARVANIA.example", choice,
                             id, &count, error));
}

static const struct {
  enum mailbox_choice choice;
  const char *contact;
  const char *o1, *o1_reason, *o2, *o2_reason, *o3, *o3_reason, *p1, *p1_reason;
} choices[] = {
    {MAILBOX_BY_RULE, NULL, "held", "holder-vacant", "held", "same-mailbox", "held", "same-mailbox", "held",
     "same-mailbox"},
    {MAILBOX_EACH, NULL, "held", "holder-vacant", "included", NULL, "included", NULL, "included", NULL},
    {MAILBOX_ONE, "O3", "excluded", "same-mailbox", "excluded", "same-mailbox", "included", NULL, "excluded",
     "same-mailbox"},
    {MAILBOX_ONE, "O1", "held", "holder-vacant", "excluded", "same-mailbox", "excluded", "same-mailbox",
     "excluded", "same-mailbox"},
    {MAILBOX_NOTE, NULL, "excluded", "covered", "included", NULL, "excluded", "covered", "excluded",
     "covered"},
};

static void each_choice_has_its_roll(void **state) {
  (void)state;
  Rolled home = fixture_rolled(csv);
  for (gsize i = 0; i < G_N_ELEMENTS(choices); i++) {
    choose(&home, choices[i].choice, choices[i].contact);
    expect_state(&home, "O1", choices[i].o1, choices[i].o1_reason);
    expect_state(&home, "O2", choices[i].o2, choices[i].o2_reason);
    expect_state(&home, "O3", choices[i].o3, choices[i].o3_reason);
    expect_state(&home, "P1", choices[i].p1, choices[i].p1_reason);
    expect_state(&home, "P2", "included", NULL);
  }
  g_autoptr(Addressee) carrier = line_of(&home, "O2");
  assert_non_null(carrier->offices);
  g_auto(GStrv) names = g_strsplit(carrier->offices, "\n", -1);
  assert_int_equal(g_strv_length(names), 4);
  fixture_free(home.f);
}

static guint with_of(const Rolled *home, const char *contact, gint64 clearance) {
  g_autoptr(Addressee) line = line_of(home, contact);
  g_autoptr(GPtrArray) with = NULL;
  g_autoptr(Link) link = NULL;
  assert_done(store_read(home->f->store, &link, error));
  assert_done(mailbox_with(link, clearance, line, &with, error));
  return with->len;
}

static void the_others_are_named_to_who_may_see_them(void **state) {
  (void)state;
  Rolled home = fixture_rolled(csv);
  assert_int_equal(with_of(&home, "O1", 1), 3);
  assert_int_equal(with_of(&home, "O1", 0), 0);
  assert_int_equal(with_of(&home, "P2", 1), 0);
  choose(&home, MAILBOX_NOTE, NULL);
  assert_int_equal(with_of(&home, "O2", 1), 3);
  fixture_free(home.f);
}

static void what_is_no_choice_is_refused(void **state) {
  (void)state;
  Rolled home = fixture_rolled(csv);
  g_auto(RollCount) count = {0};
  Desk *desk = home.f->desk;
  gint64 p2 = fixture_contact(home.f, "P2");
  assert_fault(FAULT_RULE, "no two",
               mailbox_choose(desk, &fixture_olga, home.mailing, "alone@attendee.example", MAILBOX_EACH, 0,
                              &count, error));
  assert_fault(FAULT_RULE, "not among",
               mailbox_choose(desk, &fixture_olga, home.mailing, BOX, MAILBOX_ONE, p2, &count, error));
  assert_fault(FAULT_INPUT, "names the contact",
               mailbox_choose(desk, &fixture_olga, home.mailing, BOX, MAILBOX_ONE, 0, &count, error));
  assert_fault(FAULT_INPUT, "names the contact",
               mailbox_choose(desk, &fixture_olga, home.mailing, BOX, MAILBOX_EACH, p2, &count, error));
  assert_fault(FAULT_INPUT, "",
               mailbox_choose(desk, &fixture_olga, home.mailing, "nobody", MAILBOX_EACH, 0, &count, error));
  assert_fault(FAULT_FORBIDDEN, "organiser",
               mailbox_choose(desk, &fixture_boris, home.mailing, BOX, MAILBOX_EACH, 0, &count, error));
  assert_fault(FAULT_ABSENT, "no such mailing",
               mailbox_choose(desk, &fixture_vera, home.mailing, BOX, MAILBOX_EACH, 0, &count, error));
  fixture_free(home.f);
}

static void another_choice_ends_an_approval(void **state) {
  (void)state;
  Rolled home = fixture_rolled(csv);
  Digest digest = {{0}};
  choose(&home, MAILBOX_NOTE, NULL);
  assert_done(approval_submit(home.f->desk, &fixture_olga, home.mailing, &digest, error));
  assert_done(approval_approve(home.f->desk, &fixture_boris, home.mailing, &digest, error));
  choose(&home, MAILBOX_EACH, NULL);
  g_autoptr(Mailing) m = fixture_find(home.f, home.mailing);
  assert_int_equal(m->state, MAILING_DRAFT);
  assert_int_equal(fixture_entries(home.f, home.mailing, "approval-voided", NULL), 1);
  assert_int_equal(fixture_entries(home.f, home.mailing, "mailbox-chosen", NULL), 2);
  Digest other = {{0}};
  assert_done(approval_submit(home.f->desk, &fixture_olga, home.mailing, &other, error));
  assert_false(digest_equal(&digest, &other));
  fixture_free(home.f);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(each_choice_has_its_roll),
      cmocka_unit_test(the_others_are_named_to_who_may_see_them),
      cmocka_unit_test(what_is_no_choice_is_refused),
      cmocka_unit_test(another_choice_ends_an_approval),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
