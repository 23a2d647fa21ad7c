/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The frozen lists: who is on them, why somebody is not, and that a crash shows the old roll or the new one.
 */
#include "mailing_fixture.h"

static GPtrArray *lines_of(Fixture *f, gint64 mailing, gint64 clearance) {
  AddresseeFilter filter = {.mailing = mailing, .state = -1, .limit = 100000};
  GPtrArray *lines = NULL;
  g_autoptr(Link) link = NULL;
  assert_done(store_read(f->store, &link, error));
  assert_done(roll_list(link, clearance, &filter, &lines, error));
  return lines;
}

static Addressee *line_of(Fixture *f, gint64 mailing, const char *contact) {
  Addressee *line = NULL;
  gint64 id = fixture_contact(f, contact);
  g_autoptr(Link) link = NULL;
  assert_done(store_read(f->store, &link, error));
  assert_done(roll_find_contact(link, 1, mailing, id, &line, error));
  return line;
}

/* The examples' own table of what becomes of their offices. */
static const struct {
  const char *contact;
  enum addressee_state state;
  const char *reason;
} offices[] = {
    {"S-XA", ADDRESSEE_INCLUDED, NULL},        {"S-XA-PM", ADDRESSEE_HELD, "holder-stale"},
    {"S-XH", ADDRESSEE_HELD, "holder-stale"},  {"S-XJ", ADDRESSEE_HELD, "holder-vacant"},
    {"S-XF", ADDRESSEE_EXCLUDED, "no-ground"}, {"O-FPE", ADDRESSEE_EXCLUDED, "no-ground"},
};

static void test_offices(void **state) {
  (void)state;
  Fixture *f = fixture_new();
  fixture_import(f, "offices.csv", "offices");
  gint64 document = fixture_document(f, "synthesis", TRUE);
  gint64 id = fixture_mailing(f, &fixture_olga, "synthesis", document, fixture_list(f, "offices"));
  g_auto(RollCount) count = {0};
  assert_done(roll_make(f->desk, &fixture_olga, id, &count, error));
  assert_int_equal(count.included, 11);
  assert_int_equal(count.held, 3);
  assert_int_equal(count.excluded, 2);
  assert_true(count.restricted);
  assert_true(count.bytes > 11 * 1000);
  for (gsize i = 0; i < G_N_ELEMENTS(offices); i++) {
    g_autoptr(Addressee) line = line_of(f, id, offices[i].contact);
    if (line->state != offices[i].state || g_strcmp0(line->reason, offices[i].reason) != 0)
      fail_msg("%s: %s %s (%s)", offices[i].contact, addressee_state_name(line->state), line->reason,
               line->detail);
  }
  g_autoptr(Addressee) line = line_of(f, id, "S-XA");
  assert_string_equal(line->language, "fr");
  assert_string_equal(line->salutation, "Monsieur le Président,");
  assert_non_null(strstr(line->inside, "Président de la République d'Arvanie"));
  assert_string_equal(line->to_name, "Présidence de la République d'Arvanie");
  assert_non_null(line->holder);
  assert_true(line->ground_approval);
  assert_string_equal(line->country, "XA");
  g_autoptr(Mailing) m = fixture_find(f, id);
  assert_true(m->restricted);
  assert_int_equal(m->included, 11);
  fixture_free(f);
}

/* ---- one mailbox, several contacts ---- */

static const char shared_csv[] =
    "Type;Identifiant;Prénom;Nom;Genre;Langue;Courriel;Fonction;Type de fonction;Pays;Motif;Preuve du motif;"
    "Zone du motif;Début du mandat;Vérifié le\n"
    "personne;P1;Anne;Arvel;F;fr;team@attendee.example;;;;;;;;\n"
    "personne;P2;Bruno;Berval;M;fr;team@ATTENDEE.example;;;;;;;;\n"
    "personne;P3;Clara;Corvel;F;fr;alone@attendee.example;;;;;;;;\n"
    "personne;P4;Denis;Dorvel;M;de;nowhere@attendee.example;;;;;;;;\n"
    "personne;P5;Emma;Ervel;F;fr;;;;;;;;;\n"
    "fonction;O1;Fabien;Forvel;M;fr;cabinet@arvania.example;Primature;prime_minister;XA;sse-promotion;loi;XA;"
    "01/02/2012;20/11/2013\n"
    "fonction;O2;Gilda;Gorvel;F;fr;cabinet@arvania.example;Ambassade;ambassador;XA;sse-promotion;loi;XA;01/"
    "02/2012;"
    "20/11/2013\n";

static const struct {
  const char *contact, *state, *reason;
} shared[] = {
    {"P1", "included", NULL},           {"P2", "excluded", "same-mailbox"}, {"P3", "included", NULL},
    {"P4", "held", "language-missing"}, {"P5", "excluded", "no-route"},     {"O1", "held", "same-mailbox"},
    {"O2", "held", "same-mailbox"},
};

static void test_shared_mailbox(void **state) {
  (void)state;
  Fixture *f = fixture_new();
  fixture_import_text(f, shared_csv, strlen(shared_csv), "all");
  gint64 document = fixture_document(f, "pre-report", TRUE);
  gint64 id = fixture_mailing(f, &fixture_olga, "pre-report", document, fixture_list(f, "all"));
  fixture_roll(f, id);
  for (gsize i = 0; i < G_N_ELEMENTS(shared); i++) {
    g_autoptr(Addressee) line = line_of(f, id, shared[i].contact);
    if (strcmp(addressee_state_name(line->state), shared[i].state) != 0 ||
        g_strcmp0(line->reason, shared[i].reason) != 0)
      fail_msg("%s: %s %s", shared[i].contact, addressee_state_name(line->state), line->reason);
  }
  g_auto(RollCount) count = {0};
  g_autoptr(Link) link = NULL;
  assert_done(store_read(f->store, &link, error));
  assert_done(roll_counts(link, 1, id, &count, error));
  g_clear_pointer(&link, link_return);
  assert_int_equal(*(gint64 *)g_hash_table_lookup(count.reasons, "held same-mailbox"), 2);
  assert_int_equal(*(gint64 *)g_hash_table_lookup(count.languages, "fr"), 2);
  fixture_free(f);
}

/* A volunteer's roll knows attendees only, and nothing of it is restricted. */
static void test_volunteer(void **state) {
  (void)state;
  Fixture *f = fixture_new();
  fixture_import_text(f, shared_csv, strlen(shared_csv), "all");
  gint64 document = fixture_document(f, "pre-report", TRUE);
  gint64 id = fixture_mailing(f, &fixture_vera, "pre-report", document, fixture_list(f, "all"));
  g_auto(RollCount) count = {0};
  assert_done(roll_make(f->desk, &fixture_vera, id, &count, error));
  assert_false(count.restricted);
  assert_int_equal(count.included + count.held + count.excluded, 5);
  g_autoptr(GPtrArray) lines = lines_of(f, id, 0);
  assert_int_equal(lines->len, 5);
  g_auto(RollCount) again = {0};
  assert_done(roll_make(f->desk, &fixture_olga, id, &again, error));
  assert_true(again.restricted);
  assert_fault(FAULT_ABSENT, "no such mailing", roll_make(f->desk, &fixture_vera, id, &count, error));
  fixture_free(f);
}

/* A person with an address that is an office's too: a letter to her may be opened there. */
static void test_address_of_an_office(void **state) {
  (void)state;
  static const char one[] = "Type;Identifiant;Prénom;Nom;Langue;Courriel\n"
                            "personne;P9;Irma;Irvel;fr;Cabinet@arvania.example\n";
  Fixture *f = fixture_new();
  fixture_import_text(f, shared_csv, strlen(shared_csv), "all");
  fixture_import_text(f, one, strlen(one), "one");
  gint64 document = fixture_document(f, "pre-report", TRUE);
  gint64 id = fixture_mailing(f, &fixture_olga, "pre-report", document, fixture_list(f, "one"));
  g_auto(RollCount) count = {0};
  assert_done(roll_make(f->desk, &fixture_olga, id, &count, error));
  assert_true(count.restricted);
  gint64 own = fixture_mailing(f, &fixture_vera, "pre-report", document, fixture_list(f, "one"));
  g_auto(RollCount) none = {0};
  assert_done(roll_make(f->desk, &fixture_vera, own, &none, error));
  assert_false(none.restricted);
  assert_int_equal(none.included, 0);
  assert_int_equal(*(gint64 *)g_hash_table_lookup(none.reasons, "excluded volunteer"), 1);
  fixture_free(f);
}

static void test_refusals(void **state) {
  (void)state;
  Fixture *f = fixture_new();
  fixture_import_text(f, shared_csv, strlen(shared_csv), "all");
  gint64 document = fixture_document(f, "pre-report", FALSE);
  gint64 id = fixture_mailing(f, &fixture_olga, "pre-report", document, fixture_list(f, "all"));
  g_auto(RollCount) count = {0};
  assert_fault(FAULT_RULE, "freeze", roll_make(f->desk, &fixture_olga, id, &count, error));
  assert_done(document_freeze(f->desk, &fixture_olga, document, NULL, error));
  fixture_roll(f, id);
  Digest digest;
  assert_done(approval_submit(f->desk, &fixture_olga, id, &digest, error));
  assert_fault(FAULT_RULE, "submitted", roll_make(f->desk, &fixture_olga, id, &count, error));
  assert_fault(FAULT_FORBIDDEN, "organiser", roll_make(f->desk, &fixture_boris, id, &count, error));
  fixture_free(f);
}

/* ---- twenty thousand ---- */

static void import_many(Fixture *f, int n) {
  g_autoptr(GString) csv = g_string_new("Type;Identifiant;Prénom;Nom;Genre;Langue;Courriel\n");
  for (int i = 0; i < n; i++)
    g_string_append_printf(csv, "personne;M%d;Alma;Ervel%d;%s;%s;a%d@attendee.example\n", i, i,
                           i % 2 ? "F" : "M", i % 3 ? "fr" : "en", i);
  fixture_import_text(f, csv->str, csv->len, "many");
}

static void test_many(void **state) {
  (void)state;
  Fixture *f = fixture_new();
  import_many(f, 20000);
  gint64 document = fixture_document(f, "pre-report", TRUE);
  gint64 id = fixture_mailing(f, &fixture_olga, "pre-report", document, fixture_list(f, "many"));
  g_auto(RollCount) count = {0};
  gint64 begun = g_get_monotonic_time();
  assert_done(roll_make(f->desk, &fixture_olga, id, &count, error));
  print_message("20,000 rolled in %.2f s; the longest unit took %.1f ms\n",
                (double)(g_get_monotonic_time() - begun) / 1e6, (double)count.longest / 1e3);
  assert_int_equal(count.included, 20000);
  g_autoptr(GPtrArray) lines = lines_of(f, id, 1);
  assert_int_equal(lines->len, 20000);
  fixture_free(f);
}

/* ---- crashes ---- */

static void roll_again(Fixture *f, gint64 mailing) {
  g_auto(RollCount) count = {0};
  g_autoptr(GError) error = NULL;
  if (roll_make(f->desk, &fixture_olga, mailing, &count, &error) != 0)
    _exit(3);
}

static void test_crash(void **state) {
  (void)state;
  Fixture *f = fixture_new();
  import_many(f, 1300);
  gint64 document = fixture_document(f, "pre-report", TRUE);
  gint64 id = fixture_mailing(f, &fixture_olga, "pre-report", document, fixture_list(f, "many"));
  fixture_roll(f, id);
  g_autoptr(Mailing) before = fixture_find(f, id);
  int at = 1;
  while (fixture_crash(f, at, roll_again, id)) {
    g_autoptr(GPtrArray) lines = lines_of(f, id, 1); /* the old roll, or the new one as a whole */
    assert_int_equal(lines->len, 1300);
    assert_done(roll_clean(f->desk, error));
    at++;
  }
  assert_true(at > 3);
  g_autoptr(Mailing) after = fixture_find(f, id);
  assert_true(after->generation > before->generation);
  g_autoptr(GPtrArray) lines = lines_of(f, id, 1);
  assert_int_equal(lines->len, 1300);
  gint64 left = 0;
  g_autoptr(Link) link = NULL;
  assert_done(store_read(f->store, &link, error));
  assert_done(link_int(link, &left, error, "SELECT count(*) FROM addressees", ""));
  g_clear_pointer(&link, link_return);
  assert_int_equal(left, 1300);
  fixture_free(f);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_offices),   cmocka_unit_test(test_shared_mailbox),
      cmocka_unit_test(test_volunteer), cmocka_unit_test(test_address_of_an_office),
      cmocka_unit_test(test_refusals),  cmocka_unit_test(test_many),
      cmocka_unit_test(test_crash),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
