/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contacts_fixture.h"

#include "contacts/membership.h"

static int take(const Membership *m, gpointer data, GError **error) {
  (void)error;
  char from[DAY_TEXT_SIZE], to[DAY_TEXT_SIZE];
  g_string_append_printf(data, "%s in %s as %s %s..%s%s; ", m->member_name,
                         m->organisation_name != NULL ? m->organisation_name : "us",
                         m->role != NULL ? m->role : "-", day_text(m->from, from), day_text(m->to, to),
                         m->present ? " now" : "");
  return 0;
}

static void expect_memberships(Fixture *f, const char *name, gint64 clearance, const char *wanted) {
  g_autoptr(Link) link = NULL;
  g_autoptr(GString) found = g_string_new(NULL);
  gint64 id = fixture_id(f, name);
  assert_done(store_read(f->contacts.store, &link, error));
  assert_done(membership_each(link, id, contacts_today(&f->contacts), clearance, take, found, error));
  if (!g_str_equal(found->str, wanted))
    fail_msg("%s: %s", name, found->str);
}

static Day day(const char *text) {
  Day found = 0;
  assert_done(day_parse(text, &found, error));
  return found;
}

static int note(Fixture *f, const char *member, const char *organisation, const char *role, const char *from,
                const char *to) {
  gint64 id;
  Membership m = {.member = fixture_id(f, member),
                  .organisation = organisation != NULL ? fixture_id(f, organisation) : 0,
                  .role = role,
                  .from = from != NULL ? day(from) : 0,
                  .to = to != NULL ? day(to) : 0};
  return membership_note(&f->contacts, &marie, &m, &id, NULL);
}

static void setting(Fixture *f) {
  fixture_take(
      f, "id;type;nom;organisation;type de fonction;pays\nP1;personne;Un;;;\nO1;organisation;;Union;;XA\n"
         "O2;organisation;;Ligue;;XB\nF1;fonction;;;president;XA\n");
}

/* The present day is 2 December 2013. */
static void from_and_to(void **state) {
  Fixture *f = *state;
  setting(f);
  assert_int_equal(note(f, "O1", NULL, NULL, "2010-01-01", NULL), 0);
  expect_memberships(f, "O1", 1, "Union in us as - 2010-01-01.. now; ");
  assert_int_equal(note(f, "O1", NULL, "fondateur", NULL, NULL), 0); /* the same one, with a role */
  expect_memberships(f, "O1", 1, "Union in us as fondateur 2010-01-01.. now; ");
  assert_int_equal(note(f, "O1", NULL, NULL, NULL, "2012-12-31"), 0);
  expect_memberships(f, "O1", 1, "Union in us as fondateur 2010-01-01..2012-12-31; ");
  assert_int_equal(note(f, "O1", NULL, NULL, NULL, NULL), 0); /* who left comes back */
  assert_int_equal(note(f, "O1", NULL, NULL, "2013-06-01", NULL), 0);
  expect_memberships(f, "O1", 1,
                     "Union in us as - 2013-06-01.. now; Union in us as fondateur 2010-01-01..2012-12-31; ");
  assert_int_equal(note(f, "O1", NULL, NULL, "2013-06-01", "2013-05-01"), FAULT_INPUT);
}

static void both_sides(void **state) {
  Fixture *f = *state;
  setting(f);
  assert_int_equal(note(f, "P1", "O1", "déléguée", "2011-01-01", NULL), 0);
  assert_int_equal(note(f, "P1", "O2", NULL, "2012-01-01", NULL), 0);
  assert_int_equal(note(f, "O1", "O2", NULL, "2009-01-01", NULL), 0);
  expect_memberships(f, "P1", 1,
                     "Un in Ligue as - 2012-01-01.. now; Un in Union as déléguée 2011-01-01.. now; ");
  expect_memberships(f, "O1", 1,
                     "Un in Union as déléguée 2011-01-01.. now; Union in Ligue as - 2009-01-01.. now; ");
  /* Organisations are hidden from who sees attendees alone. */
  expect_memberships(f, "P1", 0, "");
  assert_int_equal(note(f, "P1", NULL, NULL, "2012-01-01", NULL), 0);
  expect_memberships(f, "P1", 0, "Un in us as - 2012-01-01.. now; ");
}

static void who_belongs_to_whom(void **state) {
  Fixture *f = *state;
  static const struct {
    const char *member, *organisation;
    int result;
  } cases[] = {{"F1", "O1", FAULT_RULE}, {"F1", NULL, FAULT_RULE}, {"P1", "P1", FAULT_RULE},
               {"O1", "O1", FAULT_RULE}, {"O1", "P1", FAULT_RULE}, {"P1", "F1", FAULT_RULE},
               {"P1", "O1", 0},          {"P1", NULL, 0}};
  setting(f);
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
    if (note(f, cases[i].member, cases[i].organisation, NULL, "2012-01-01", NULL) != cases[i].result)
      fail_msg("%s in %s", cases[i].member, cases[i].organisation);
  gint64 id;
  Membership m = {.member = fixture_id(f, "P1"), .organisation = fixture_id(f, "O1")};
  assert_int_equal(membership_note(&f->contacts, &paul, &m, &id, NULL), FAULT_ABSENT);
  m.role = "a\nb";
  assert_int_equal(membership_note(&f->contacts, &marie, &m, &id, NULL), FAULT_INPUT);
}

#define WITH(test) cmocka_unit_test_setup_teardown(test, fixture_setup, fixture_teardown)

int main(void) {
  const struct CMUnitTest tests[] = {WITH(from_and_to), WITH(both_sides), WITH(who_belongs_to_whom)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
