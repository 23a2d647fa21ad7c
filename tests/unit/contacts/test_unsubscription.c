/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contacts_fixture.h"

#include "contacts/unsubscription.h"

static gboolean stands(Fixture *f, gint64 contact, const char *address, const char *category) {
  g_autoptr(Link) link = NULL;
  gboolean yes = FALSE;
  assert_done(store_read(f->contacts.store, &link, error));
  assert_done(unsubscription_stands(link, contact, address, category, &yes, error));
  return yes;
}

static int append_category(const char *category, gint64 since, gpointer data, GError **error) {
  (void)error;
  assert_int_equal(since, clock_wall(((Fixture *)data)->contacts.clock));
  assert_string_equal(category, "forum");
  return 0;
}

static void leaves_and_comes_back(void **state) {
  Fixture *f = *state;
  const Unsubscription forum = {.contact = 1, .category = "forum", .address = "un@mail.example"};
  fixture_take(f, "id;nom;courriel\nA1;Un;un@mail.example\nA2;Deux;deux@mail.example\n");
  gint64 entries = fixture_entries(f);
  assert_done(unsubscription_note(&f->contacts, &marie, &forum, error));
  assert_int_equal(fixture_entries(f), entries + 1);
  assert_int_equal(unsubscription_note(&f->contacts, &marie, &forum, NULL), 1);
  assert_int_equal(fixture_entries(f), entries + 1);
  const struct {
    gint64 contact;
    const char *address, *category;
    gboolean stands;
  } rows[] = {
      {1, "un@mail.example", "forum", TRUE},
      {1, "other@mail.example", "forum", TRUE}, /* the person, wherever he is written to */
      {2, "un@mail.example", "forum", TRUE},    /* the mailbox, whoever has it */
      {2, "deux@mail.example", "forum", FALSE},
      {1, "un@mail.example", "correction", FALSE},
      {2, NULL, "forum", FALSE},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
    if (stands(f, rows[i].contact, rows[i].address, rows[i].category) != rows[i].stands)
      fail_msg("row %zu", i);
  g_autoptr(Link) link = NULL;
  assert_done(store_read(f->contacts.store, &link, error));
  assert_done(unsubscription_each(link, 1, append_category, f, error));
  g_clear_pointer(&link, link_return);
  assert_done(unsubscription_withdraw(&f->contacts, &marie, &forum, error));
  assert_int_equal(unsubscription_withdraw(&f->contacts, &marie, &forum, NULL), 1);
  assert_int_equal(fixture_entries(f), entries + 2);
  assert_false(stands(f, 1, "un@mail.example", "forum"));
}

static void offices_object_instead(void **state) {
  Fixture *f = *state;
  fixture_take(
      f, "type;id;fonction;type de fonction;pays;courriel\noffice;O1;Presidency of Arvania;president;XA;"
         "office@presidency.example\n");
  const Unsubscription forum = {.contact = 1, .category = "forum"};
  assert_int_equal(unsubscription_note(&f->contacts, &marie, &forum, NULL), FAULT_RULE);
  assert_int_equal(unsubscription_note(&f->contacts, &paul, &forum, NULL), FAULT_ABSENT);
}

static void stays_across_an_import(void **state) {
  Fixture *f = *state;
  const Unsubscription forum = {.contact = 1, .category = "forum", .address = "un@mail.example"};
  fixture_take(f, "id;nom;courriel\nA1;Un;un@mail.example\n");
  assert_done(unsubscription_note(&f->contacts, &marie, &forum, error));
  fixture_take(f, "id;nom;courriel\nA1;Un;un@mail.example\nA9;Neuf;un@mail.example\n");
  assert_true(stands(f, 1, "un@mail.example", "forum"));
}

#define WITH(test) cmocka_unit_test_setup_teardown(test, fixture_setup, fixture_teardown)

int main(void) {
  const struct CMUnitTest tests[] = {WITH(leaves_and_comes_back), WITH(offices_object_instead),
                                     WITH(stays_across_an_import)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
