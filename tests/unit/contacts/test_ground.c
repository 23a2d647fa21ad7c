/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contacts_fixture.h"

#include "contacts/ground.h"

static int take(const Ground *g, gpointer data, GError **error) {
  (void)error;
  char day[DAY_TEXT_SIZE], hex[DIGEST_HEX_SIZE];
  digest_hex(&g->file, hex);
  hex[4] = '\0';
  g_string_append_printf(data, "%s %s %s %s%s%s%s; ", ground_kind_name(g->kind),
                         g->area != NULL ? g->area : "-", g->evidence, day_text(g->date, day),
                         g->file_name != NULL ? " " : "", g->file_name != NULL ? hex : "",
                         g->before_holder ? " before" : "");
  return 0;
}

static void expect_grounds(Fixture *f, const char *name, const char *wanted) {
  g_autoptr(Link) link = NULL;
  g_autoptr(GString) found = g_string_new(NULL);
  gint64 id = fixture_id(f, name);
  assert_done(store_read(f->contacts.store, &link, error));
  assert_done(ground_each(link, id, contacts_today(&f->contacts), 1, take, found, error));
  if (!g_str_equal(found->str, wanted))
    fail_msg("%s instead of %s", found->str, wanted);
}

static Day day(const char *text) {
  Day found = 0;
  assert_done(day_parse(text, &found, error));
  return found;
}

static void setting(Fixture *f) {
  fixture_take(f, "id;type;organisation;type de fonction;pays;nom;début du "
                  "mandat\nO1;fonction;;president;XA;Vascourt;2012-05-14\n"
                  "O2;organisation;Union;;XB;;\nO3;fonction;;minister;XA;;\n");
}

static int note(Fixture *f, const char *name, enum ground_kind kind, const char *area, const char *date,
                const char *file) {
  gint64 id;
  Ground ground = {.contact = fixture_id(f, name),
                   .kind = kind,
                   .area = area,
                   .evidence = "letter",
                   .date = date != NULL ? day(date) : 0,
                   .file_name = file,
                   .file = file != NULL ? digest_of(file, strlen(file)) : (Digest){{0}}};
  return ground_note(&f->contacts, &marie, &ground, &id, NULL);
}

static void areas_and_files(void **state) {
  Fixture *f = *state;
  setting(f);
  assert_int_equal(note(f, "O2", GROUND_APPROVAL, "Sénégal", "2013-06-12", NULL), 0);
  assert_int_equal(note(f, "O2", GROUND_APPROVAL, "sn", "2013-06-12", NULL), FAULT_RULE); /* the same area */
  assert_int_equal(note(f, "O2", GROUND_PROMOTION, "West Africa", NULL, NULL), 0);
  assert_int_equal(note(f, "O2", GROUND_PROMOTION, " le  Sahel ", NULL, NULL), 0);
  expect_grounds(
      f, "O2",
      "approval-expressed SN letter 2013-06-12; sse-promotion 011 letter ; sse-promotion le Sahel letter ; ");
  /* One that is there is given its file; the stamp, and with it what was approved, stays. */
  Stamps before = fixture_stamps(f, "O2");
  assert_int_equal(note(f, "O2", GROUND_APPROVAL, "SN", "2013-06-12", "lettre.pdf"), 0);
  assert_true(fixture_stamps(f, "O2").ground == before.ground);
  g_autofree char *name = NULL;
  g_autoptr(Link) link = NULL;
  Digest digest, wanted = digest_of("lettre.pdf", strlen("lettre.pdf"));
  gint64 ground = 0;
  assert_done(store_read(f->contacts.store, &link, error));
  assert_done(link_int(link, &ground, error, "SELECT id FROM grounds_now WHERE file_name IS NOT NULL", ""));
  assert_done(ground_file(link, fixture_id(f, "O2"), ground, 1, &digest, &name, error));
  assert_true(digest_equal(&digest, &wanted));
  assert_string_equal(name, "lettre.pdf");
  g_clear_pointer(&name, g_free);
  assert_int_equal(ground_file(link, fixture_id(f, "O2"), ground, 0, &digest, &name, NULL), FAULT_ABSENT);
  assert_int_equal(ground_file(link, fixture_id(f, "O1"), ground, 1, &digest, &name, NULL), FAULT_ABSENT);
  assert_int_equal(ground_file(link, fixture_id(f, "O2"), ground + 1, 1, &digest, &name, NULL), FAULT_ABSENT);
}

/* The present holder came on 14 May 2012; the day of today is 2 December 2013. */
static void of_a_predecessor(void **state) {
  Fixture *f = *state;
  setting(f);
  assert_int_equal(note(f, "O1", GROUND_APPROVAL, "XA", "2012-05-13", NULL), 0);
  assert_int_equal(note(f, "O1", GROUND_PROMOTION, "XA", "2012-05-14", NULL), 0);
  assert_int_equal(note(f, "O1", GROUND_PROMOTION, "XB", NULL, NULL),
                   0); /* as of the day when it was noted */
  expect_grounds(f, "O1",
                 "approval-expressed XA letter 2012-05-13 before; sse-promotion XA letter 2012-05-14; "
                 "sse-promotion XB letter ; ");
  /* Somebody who was there then is still there: a co-head joining changes nothing. */
  static const char *const pairs[] = {"id=P1", "family_name=Tessin", NULL};
  gint64 person, tenure;
  assert_done(contact_add(&f->contacts, &marie, pairs, &person, error));
  TenureChange joins = {.from = day("2013-01-01"), .joint = TRUE}, follows = {.from = day("2013-12-01")};
  assert_done(tenure_set(&f->contacts, &marie, fixture_id(f, "O1"), person, &joins, &tenure, error));
  expect_grounds(f, "O1",
                 "approval-expressed XA letter 2012-05-13 before; sse-promotion XA letter 2012-05-14; "
                 "sse-promotion XB letter ; ");
  static const char *const others[] = {"id=P2", "family_name=Norvane", NULL};
  assert_done(contact_add(&f->contacts, &marie, others, &person, error));
  assert_done(tenure_set(&f->contacts, &marie, fixture_id(f, "O1"), person, &follows, &tenure, error));
  expect_grounds(f, "O1",
                 "approval-expressed XA letter 2012-05-13 before; sse-promotion XA letter 2012-05-14 before; "
                 "sse-promotion XB letter ; ");
  /* Nobody is known to hold it: nobody came later. */
  assert_int_equal(note(f, "O3", GROUND_APPROVAL, "XA", "1999-01-01", NULL), 0);
  expect_grounds(f, "O3", "approval-expressed XA letter 1999-01-01; ");
}

#define WITH(test) cmocka_unit_test_setup_teardown(test, fixture_setup, fixture_teardown)

int main(void) {
  const struct CMUnitTest tests[] = {WITH(areas_and_files), WITH(of_a_predecessor)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
