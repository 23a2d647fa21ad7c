/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The Board's reason: who may note it, what replaces it, what a signature of his own leaves. */
#include "contacts_fixture.h"

#include "contacts/override.h"
#include "journal/entry.h"

#define STATEMENT "valise-override 1\nreason point 3\n"
#define BOARD     "Board of 25 November, point 3"

static gint64 office(Fixture *f) {
  fixture_take(f,
               "id;type;nom;type de fonction;pays;courriel\nO1;fonction;;prince;XD;palais@forum.example\n");
  return fixture_id(f, "O1");
}

static const struct {
  const char *name;
  const Actor *actor;
  const char *reason;
  int result;
} rows[] = {
    {"an organiser", &marie, BOARD, FAULT_FORBIDDEN},
    {"a volunteer", &paul, BOARD, FAULT_FORBIDDEN},
    {"no reason", &nadia, "", FAULT_INPUT},
    {"a blank one", &nadia, " ", FAULT_INPUT},
    {"one of two lines", &nadia, "a\nb", FAULT_INPUT},
    {"an approver's", &nadia, BOARD, 0},
};

static void who_may(void **state) {
  Fixture *f = *state;
  gint64 id = office(f), before = fixture_entries(f);
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    Override override = {.contact = id, .mailing = 7, .reason = rows[i].reason};
    int r = override_note(&f->contacts, rows[i].actor, &override, NULL);
    if (r != rows[i].result)
      fail_msg("%s: %d instead of %d", rows[i].name, r, rows[i].result);
  }
  g_autoptr(Link) link = NULL;
  assert_int_equal(fixture_entries(f), before + 1);
  assert_done(store_read(f->contacts.store, &link, error));
  assert_done(override_given(link, id, 7, error));
  assert_int_equal(override_given(link, id, 8, NULL), 1);
  assert_int_equal(override_given(link, id + 1, 7, NULL), 1);
}

static int take(const Override *o, gpointer data, GError **error) {
  (void)error;
  g_string_append_printf(data, "%d %s by %s", (int)o->mailing, o->reason, o->noted_by);
  if (o->signature != NULL)
    g_string_append_printf(data, "; %s by %s with %s at %d: %s/%s", o->statement, o->signature->signer,
                           o->signature->fingerprint, (int)o->signature->at,
                           (const char *)g_bytes_get_data(o->signature->armour, NULL),
                           (const char *)g_bytes_get_data(o->signature->key, NULL));
  g_string_append_c(data, '|');
  return 0;
}

static void expect_noted(Fixture *f, gint64 contact, const char *wanted) {
  g_autoptr(Link) link = NULL;
  g_autoptr(GString) found = g_string_new(NULL);
  assert_done(store_read(f->contacts.store, &link, error));
  assert_done(override_each(link, contact, 1, take, found, error));
  assert_string_equal(found->str, wanted);
}

static int take_facts(const JournalRow *row, gpointer data, GError **error) {
  (void)error;
  g_free(*(char **)data);
  *(char **)data = g_strdup(row->facts);
  return 0;
}

static void expect_facts(Fixture *f, const char *wanted) {
  JournalFilter filter = {.kind = "override-added", .limit = 10};
  g_autoptr(Link) link = NULL;
  g_autofree char *facts = NULL;
  assert_done(store_read(f->contacts.store, &link, error));
  assert_done(journal_rows_each(link, &filter, 1, take_facts, &facts, error));
  assert_string_equal(facts != NULL ? facts : "", wanted);
}

static void signed_by_himself(void **state) {
  Fixture *f = *state;
  gint64 id = office(f);
  g_autoptr(GBytes) armour = g_bytes_new_static("AR", 3);
  g_autoptr(GBytes) key = g_bytes_new_static("KE", 3);
  char finger[] = "00FF", signer[] = "nadia", statement[DIGEST_HEX_SIZE], signature[DIGEST_HEX_SIZE];
  ActSignature own = {.armour = armour, .key = key, .fingerprint = finger, .signer = signer, .at = 12};
  Override override = {
      .contact = id, .mailing = 7, .reason = BOARD, .statement = STATEMENT, .signature = &own};
  assert_done(override_note(&f->contacts, &nadia, &override, error));
  expect_noted(f, id, "7 " BOARD " by nadia; " STATEMENT " by nadia with 00FF at 12: AR/KE|");
  Digest of_statement = digest_of(STATEMENT, strlen(STATEMENT)), of_armour = digest_of("AR", 3);
  digest_hex(&of_statement, statement);
  digest_hex(&of_armour, signature);
  g_autofree char *facts =
      g_strdup_printf("statement=%s\nsignature=%s\nsigned-by=00FF\n", statement, signature);
  expect_facts(f, facts);
  Override later = {.contact = id, .mailing = 7, .reason = "point 4"};
  assert_done(override_note(&f->contacts, &nadia, &later, error));
  expect_noted(f, id, "7 point 4 by nadia|");
  expect_facts(f, "");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(who_may, fixture_setup, fixture_teardown),
      cmocka_unit_test_setup_teardown(signed_by_himself, fixture_setup, fixture_teardown),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
