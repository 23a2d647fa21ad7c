/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contacts_fixture.h"

#include "contacts/rule.h"

static void members(void **state) {
  Fixture *f = *state;
  gint64 list, changed, ids[] = {1, 2};
  fixture_take(f, "id;nom\nA1;Un\nA2;Deux\n");
  assert_done(list_create(&f->contacts, &marie, "  Amis  du forum ", NULL, FALSE, 0, &list, error));
  assert_int_equal(list_create(&f->contacts, &marie, "AMIS DU FORUM", NULL, FALSE, 0, &list, NULL),
                   FAULT_RULE);
  assert_int_equal(list_create(&f->contacts, &marie, "a,b", NULL, FALSE, 0, &list, NULL), FAULT_INPUT);
  assert_done(list_add(&f->contacts, &marie, "amis du forum", ids, 2, &changed, error));
  assert_int_equal(changed, 2);
  gint64 entries = fixture_entries(f);
  assert_done(list_add(&f->contacts, &marie, "amis du forum", ids, 2, &changed, error));
  assert_int_equal(changed, 0);
  assert_int_equal(fixture_entries(f), entries);
  ids[1] = 999;
  assert_int_equal(list_remove(&f->contacts, &marie, "amis du forum", ids, 2, &changed, NULL), FAULT_ABSENT);
  assert_done(list_remove(&f->contacts, &marie, "amis du forum", ids, 1, &changed, error));
  assert_int_equal(changed, 1);
  assert_int_equal(list_add(&f->contacts, &marie, "nobody's", ids, 1, &changed, NULL), FAULT_ABSENT);
}

static void by_rule(void **state) {
  Fixture *f = *state;
  gint64 list, changed, id = 1;
  fixture_take(f, "id;nom\nA1;Un\n");
  assert_done(list_create(&f->contacts, &marie, "ruled", "kind=person", FALSE, 0, &list, error));
  assert_int_equal(list_add(&f->contacts, &marie, "ruled", &id, 1, &changed, NULL), FAULT_RULE);
  assert_int_equal(list_create(&f->contacts, &marie, "again", "list=ruled", FALSE, 0, &list, NULL),
                   FAULT_RULE);
  assert_int_equal(list_create(&f->contacts, &marie, "again", "list=nobody", FALSE, 0, &list, NULL),
                   FAULT_ABSENT);
  g_auto(ImportReport) report = {0};
  ImportOptions options = {.name = "x.csv", .list = "ruled"};
  fixture_import_as(f, &marie, "Nom\nDeux\n", 9, &options, IMPORT_REFUSED, &report);
}

static void rules(void **state) {
  (void)state;
  static const struct {
    const char *rule;
    gsize conditions; /* 0: refused */
  } cases[] = {
      {"country=FR", 1},
      {"country=FR,BE kind=office", 2},
      {"list=\"Amis du forum\" language=fr", 2},
      {"", 0},
      {"country", 0},
      {"shoes=43", 0},
      {"country=", 0},
      {"country=FR,,BE", 0},
      {"kind=animal", 0},
      {"kind=person\n", 0},
      {"=FR", 0},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autoptr(Rule) rule = NULL;
    g_autoptr(GError) error = NULL;
    int r = rule_parse(cases[i].rule, &rule, &error);
    if (cases[i].conditions == 0 ? r != FAULT_INPUT : r != 0 || rule_count(rule) != cases[i].conditions)
      fail_msg("\"%s\": %d", cases[i].rule, r);
  }
}

#define WITH(test) cmocka_unit_test_setup_teardown(test, fixture_setup, fixture_teardown)

int main(void) {
  const struct CMUnitTest tests[] = {WITH(members), WITH(by_rule), cmocka_unit_test(rules)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
