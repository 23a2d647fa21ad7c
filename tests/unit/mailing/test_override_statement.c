/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an approver signs: the same bytes each time, and nothing that he may not see. */
#include "mailing_fixture.h"

#include "mailing/override_statement.h"

static void test_statement(void **state) {
  (void)state;
  static const struct {
    const char *reason, *line;
  } rows[] = {{"decision 7 of the Board", "reason decision 7 of the Board\n"},
              {"a\\b", "reason a\\\\b\n"},
              {"x\nname Somebody Else", "reason x\\nname Somebody Else\n"}};
  Fixture *f = fixture_new();
  fixture_import(f, "offices.csv", "offices");
  gint64 document = fixture_document(f, "synthesis", TRUE), contact = fixture_contact(f, "S-XA");
  gint64 mailing = fixture_mailing(f, &fixture_olga, "synthesis", document, fixture_list(f, "offices"));
  g_autoptr(Link) link = NULL;
  assert_done(store_read(f->store, &link, error));
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autofree char *text = NULL, *wanted = NULL;
    g_autoptr(Contact) card = NULL;
    assert_done(contact_find(link, contact, 1, &card, error));
    assert_done(override_statement(f->desk, link, 1, contact, mailing, rows[i].reason, &text, error));
    wanted = g_strdup_printf("valise-override 1\norganisation Rencontres d'exemple\nmailing M-%d\n"
                             "document F-%d %s\ncontact C-%d\nname %s\n%s",
                             (int)mailing, (int)document, "Rapport d'exemple", (int)contact, card->name,
                             rows[i].line);
    assert_string_equal(text, wanted);
  }
  g_autofree char *none = NULL;
  assert_fault(FAULT_ABSENT, "C-", override_statement(f->desk, link, 0, contact, mailing, "x", &none, error));
  assert_fault(FAULT_ABSENT, "M-9", override_statement(f->desk, link, 1, contact, 9, "x", &none, error));
  assert_null(none);
  g_clear_pointer(&link, link_return);
  fixture_free(f);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_statement)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
