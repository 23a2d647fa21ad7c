/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sign/authorities.h"

#include "sign/keeper.h"
#include "smime_fixture.h"

static char *list_of(Home *home) {
  g_autofree char *path = g_build_filename(home_folder(home), "trustlist.txt", NULL);
  char *text = NULL;
  return g_file_get_contents(path, &text, NULL, NULL) ? text : g_strdup("");
}

static void names_roots_alone(void **state) {
  (void)state;
  Fixture *f = fixture_new();
  smime_make_root(f, "root");
  smime_make_intermediate(f, "root", "between");
  smime_make_person(f, "between", "forum", 1);
  SHELL(f, "cat between.pem root.pem >all.pem && echo none >none.pem");
  g_autofree char *all = g_build_filename(f->folder, "all.pem", NULL),
                  *between = g_build_filename(f->folder, "between.pem", NULL),
                  *none = g_build_filename(f->folder, "none.pem", NULL);
  assert_fault(FAULT_INPUT, "issues itself", authorities_install(f->ours, between, error));
  assert_fault(FAULT_INPUT, "none.pem", authorities_install(f->ours, none, error));
  assert_fault(FAULT_ABSENT, "nowhere", authorities_install(f->ours, "/nowhere", error));
  assert_done(authorities_install(f->ours, all, error));
  g_autofree char *list = list_of(f->ours), *root = smime_fingerprint(f, "root"),
                  *other = smime_fingerprint(f, "between");
  assert_non_null(strstr(list, root));
  assert_null(strstr(list, other));
  fixture_free(f);
}

/* Also while an agent runs that has read another list. */
static void makes_a_certificate_serve(void **state) {
  (void)state;
  Fixture *f = fixture_new();
  smime_make_root(f, "root");
  smime_make_root(f, "other");
  smime_make_person(f, "root", "forum", 1);
  smime_give_secret(f, f->ours, "forum");
  g_autofree char *fingerprint = smime_fingerprint(f, "forum"),
                  *root = g_build_filename(f->folder, "root.pem", NULL),
                  *other = g_build_filename(f->folder, "other.pem", NULL);
  Seal seal = {0};
  gint64 expires = 0;
  double speed = 0;
  g_autoptr(Keeper) keeper = keeper_new(home_folder(f->ours), NULL, NULL);
  keeper_set_certificate(keeper, fingerprint, SMIME_PASSPHRASE, other);
  assert_fault(FAULT_RULE, "authority", keeper_seal(keeper, SIGNED_SMIME, &seal, error));
  g_clear_pointer(&keeper, keeper_free);
  keeper = keeper_new(home_folder(f->ours), NULL, NULL);
  keeper_set_certificate(keeper, fingerprint, SMIME_PASSPHRASE, root);
  assert_done(keeper_seal(keeper, SIGNED_SMIME, &seal, error));
  assert_string_equal(seal_fingerprint(&seal), fingerprint);
  assert_done(keeper_expires(keeper, SIGNED_SMIME, &expires, error));
  assert_int_equal(expires, seal_expires(&seal));
  assert_done(seal_speed(&seal, &speed, error));
  assert_true(speed > 0);
  assert_fault(FAULT_RULE, "no key is configured", keeper_seal(keeper, SIGNED_OPENPGP, &seal, error));
  fixture_free(f);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(names_roots_alone),
                                     cmocka_unit_test(makes_a_certificate_serve)};
  assert_int_equal(home_init(NULL), 0);
  return cmocka_run_group_tests(tests, NULL, NULL);
}
