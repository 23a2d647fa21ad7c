/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Once each, ever: also when two supplements were prepared before either was released. */
#include "mailing/supplement.h"

#include "mailing_fixture.h"

#define LATE                                                                                                 \
  "Type;Identifiant;Prénom;Nom;Genre;Pays;Langue;Courriel\n"                                                \
  "personne;L-1;Ada;Norvane;F;FR;fr;ada@late.example\n"                                                      \
  "personne;L-2;Bea;Norvane;F;FR;fr;bea@late.example\n"

static gint64 planned_of(Fixture *f, gint64 mailing) {
  gint64 counts[DELIVERY_STATES] = {0}, n = 0;
  g_autoptr(Link) link = NULL;
  assert_done(store_read(f->store, &link, error));
  assert_done(delivery_counts(link, mailing, counts, error));
  for (int state = 0; state < DELIVERY_STATES; state++)
    n += counts[state];
  return n;
}

static void release(Fixture *f, gint64 mailing) {
  Digest digest;
  gint64 planned = 0;
  assert_done(approval_submit(f->desk, &fixture_olga, mailing, &digest, error));
  assert_done(release_start(f->desk, &fixture_olga, mailing, &planned, error));
}

static void nobody_is_new(void **state) {
  (void)state;
  Fixture *f = fixture_new();
  gint64 id = fixture_released(f);
  Supplement supplement;
  for (int night = 0; night < 3; night++) {
    assert_done(supplement_make(f->desk, &fixture_olga, id, NULL, &supplement, error));
    assert_int_equal(supplement.mailing, 0);
  }
  fixture_free(f);
}

static void two_at_once(void **state) {
  (void)state;
  Fixture *f = fixture_new();
  gint64 id = fixture_released(f);
  fixture_import_text(f, LATE, strlen(LATE), "all");
  Supplement first;
  assert_done(supplement_make(f->desk, &fixture_olga, id, NULL, &first, error));
  assert_true(first.made);
  g_autoptr(Mailing) m = fixture_find(f, first.mailing);
  assert_int_equal(m->included, 2);
  MailingFields fields = MAILING_FIELDS_NONE;
  fields.documents = m->documents;
  fields.lists = m->lists;
  fields.wording = m->wording;
  fields.supplements = id;
  gint64 second = 0;
  assert_done(mailing_create(f->desk, &fixture_olga, &fields, &second, error));
  fixture_roll(f, second);
  release(f, first.mailing);
  release(f, second);
  assert_int_equal(planned_of(f, first.mailing), 2);
  assert_int_equal(planned_of(f, second), 0);
  fixture_free(f);
}

static void only_after_a_release(void **state) {
  (void)state;
  Fixture *f = fixture_new();
  Digest digest;
  gint64 id = fixture_submitted(f, &digest);
  Supplement supplement;
  assert_fault(FAULT_RULE, "was released",
               supplement_make(f->desk, &fixture_olga, id, NULL, &supplement, error));
  assert_fault(FAULT_ABSENT, "no such mailing",
               supplement_make(f->desk, &fixture_vera, id, NULL, &supplement, error));
  fixture_free(f);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(nobody_is_new), cmocka_unit_test(two_at_once),
                                     cmocka_unit_test(only_after_a_release)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
