/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Four eyes: who may approve what, and every change that ends an approval. */
#include "mailing_fixture.h"

static const Actor both = {7, "olga", ROLE_ORGANISER | ROLE_APPROVER};
static const Actor root = {0, "root", ROLE_ADMIN};
static const Actor second = {10, "carla", ROLE_ORGANISER | ROLE_APPROVER};

static void test_second_person(void **state) {
  (void)state;
  Fixture *f = fixture_new();
  Digest digest, other;
  gint64 id = fixture_submitted(f, &digest);
  assert_fault(FAULT_FORBIDDEN, "written by olga", approval_approve(f->desk, &both, id, &digest, error));
  assert_fault(FAULT_FORBIDDEN, "approver", approval_approve(f->desk, &root, id, &digest, error));
  assert_fault(FAULT_FORBIDDEN, "approver", approval_approve(f->desk, &fixture_vera, id, &digest, error));
  other = digest;
  other.bytes[31] ^= 1;
  assert_fault(FAULT_RULE, "digest", approval_approve(f->desk, &fixture_boris, id, &other, error));
  gint64 planned = 0;
  assert_fault(FAULT_RULE, "second person", release_start(f->desk, &fixture_olga, id, &planned, error));
  assert_done(approval_approve(f->desk, &fixture_boris, id, &digest, error));
  assert_state(f, id, MAILING_APPROVED);
  assert_fault(FAULT_RULE, "approved", approval_approve(f->desk, &fixture_boris, id, &digest, error));
  g_autoptr(Mailing) m = fixture_find(f, id);
  assert_string_equal(m->approver, "boris");
  assert_string_equal(m->submitter, "olga");
  fixture_free(f);
}

/* Who only submitted another's draft has looked at it as an author does. */
static void test_submitter(void **state) {
  (void)state;
  Fixture *f = fixture_new();
  fixture_import(f, "offices.csv", "offices");
  gint64 document = fixture_document(f, "synthesis", TRUE);
  gint64 id = fixture_mailing(f, &fixture_olga, "synthesis", document, fixture_list(f, "offices"));
  Digest digest;
  assert_fault(FAULT_RULE, "no roll", approval_submit(f->desk, &fixture_olga, id, &digest, error));
  fixture_roll(f, id);
  assert_done(approval_submit(f->desk, &second, id, &digest, error));
  assert_fault(FAULT_FORBIDDEN, "submitted by carla", approval_approve(f->desk, &second, id, &digest, error));
  assert_fault(FAULT_INPUT, "reason", approval_reject(f->desk, &fixture_boris, id, " ", error));
  assert_done(approval_reject(f->desk, &fixture_boris, id, "the third paragraph is wrong", error));
  assert_state(f, id, MAILING_REJECTED);
  MailingFields fields = MAILING_FIELDS_NONE;
  fields.acknowledgement = "required";
  assert_done(mailing_set(f->desk, &fixture_olga, id, &fields, error));
  assert_state(f, id, MAILING_DRAFT);
  fixture_free(f);
}

/* ---- what voids ---- */

static void append_to(const char *path, const char *text) {
  g_autofree char *was = NULL;
  assert_true(g_file_get_contents(path, &was, NULL, NULL));
  g_autofree char *now = g_strconcat(was, text, NULL);
  assert_done(file_write_whole(path, now, strlen(now), 0600, error));
}

static void new_settings(Fixture *f, void (*change)(MailingSettings *)) {
  MailingSettings *settings = fixture_settings(f);
  if (change != NULL)
    change(settings);
  desk_settings_replace(f->desk, settings);
  mailing_settings_unref(f->settings);
  f->settings = settings;
}

static void change_wording(Fixture *f) {
  g_autofree char *path = g_build_filename(f->templates, "wording", "synthesis", "fr.md", NULL);
  append_to(path, "\nUn mot de plus.\n");
}

static void take_wording_away(Fixture *f) {
  g_autofree char *path = g_build_filename(f->templates, "wording", "synthesis", "en.md", NULL);
  assert_int_equal(unlink(path), 0);
}

static void change_document(Fixture *f) {
  g_autoptr(Document) document = NULL;
  g_autoptr(Link) link = NULL;
  assert_done(store_read(f->store, &link, error));
  assert_done(document_find(link, 1, &document, error));
  g_autofree char *path = document_path(f->settings, &document_version(document, "fr")->digest, FALSE);
  append_to(path, "x");
}

static void change_forms(Fixture *f) {
  g_autofree char *path = g_build_filename(f->templates, "closes.tsv", NULL);
  append_to(path, "# looked through\n");
  new_settings(f, NULL);
}

static void set_relay(MailingSettings *s) {
  mailing_settings_add_relay(s, "second", "smtp://relay.example:25");
}
static void change_relay(Fixture *f) {
  new_settings(f, set_relay);
}

static void set_sender(MailingSettings *s) {
  g_free(s->from);
  s->from = g_strdup("other@rencontres.example");
}
static void change_sender(Fixture *f) {
  new_settings(f, set_sender);
}

/* As somebody with the database file in hand would. */
static int tamper_unit(Link *link, gpointer data, GError **error) {
  (void)data;
  int r = link_run(link, error, "UPDATE addressees SET address = 'elsewhere@evil.example' WHERE id = 3", "");
  return MIN(r, 0);
}
static void change_roll(Fixture *f) {
  assert_done(store_write(f->store, tamper_unit, NULL, error));
}

static const struct {
  void (*change)(Fixture *f);
  const char *names; /* what the reason speaks of */
} voids[] = {
    {change_wording, "wording fr synthesis"},
    {take_wording_away, "en"},
    {change_document, "fr"},
    {change_forms, "forms"},
    {change_relay, "relay 2 second"},
    {change_sender, "from"},
    {change_roll, "root"},
};

static void test_void_at_approval(void **state) {
  (void)state;
  for (gsize i = 0; i < G_N_ELEMENTS(voids); i++) {
    Fixture *f = fixture_new();
    Digest digest;
    gint64 id = fixture_submitted(f, &digest);
    voids[i].change(f);
    assert_fault(FAULT_RULE, voids[i].names, approval_approve(f->desk, &fixture_boris, id, &digest, error));
    assert_state(f, id, MAILING_DRAFT);
    g_autofree char *text = NULL;
    assert_int_equal(fixture_entries(f, id, "approval-voided", &text), 1);
    assert_non_null(strstr(text, voids[i].names));
    fixture_free(f);
  }
}

static void test_void_at_release(void **state) {
  (void)state;
  for (gsize i = 0; i < G_N_ELEMENTS(voids); i++) {
    Fixture *f = fixture_new();
    gint64 id = fixture_approved(f), planned = 0;
    voids[i].change(f);
    assert_fault(FAULT_RULE, voids[i].names, release_start(f->desk, &fixture_olga, id, &planned, error));
    assert_state(f, id, MAILING_DRAFT);
    g_autoptr(Mailing) m = fixture_find(f, id);
    assert_false(m->has_digest);
    assert_null(m->approver);
    fixture_free(f);
  }
}

/* Planned for later; then something changed: nothing leaves, what was planned is called back, and the mailing
 * can be rolled, approved and released anew. */
static void test_void_at_start(void **state) {
  (void)state;
  Fixture *f = fixture_new();
  fixture_import(f, "offices.csv", "offices");
  gint64 document = fixture_document(f, "synthesis", TRUE), planned = 0, next = 0;
  gint64 id = fixture_mailing(f, &fixture_olga, "synthesis", document, fixture_list(f, "offices"));
  MailingFields fields = MAILING_FIELDS_NONE;
  fields.at = FIXTURE_NOW + HOUR;
  assert_done(mailing_set(f->desk, &fixture_olga, id, &fields, error));
  for (int round = 0; round < 2; round++) {
    Digest digest;
    fixture_roll(f, id);
    assert_done(approval_submit(f->desk, &fixture_olga, id, &digest, error));
    assert_done(approval_approve(f->desk, &fixture_boris, id, &digest, error));
    assert_done(release_start(f->desk, &fixture_olga, id, &planned, error));
    assert_true(planned > 5);
    assert_state(f, id, MAILING_SCHEDULED);
    assert_done(release_tick(f->desk, &next, error));
    assert_int_equal(next, FIXTURE_NOW + (round + 1) * HOUR);
    if (round == 1)
      break;
    change_wording(f);
    clock_advance(f->clock, HOUR);
    assert_done(release_tick(f->desk, &next, error));
    assert_state(f, id, MAILING_DRAFT);
    gint64 counts[DELIVERY_STATES] = {0};
    g_autoptr(Link) link = NULL;
    assert_done(store_read(f->store, &link, error));
    assert_done(delivery_counts(link, id, counts, error));
    assert_int_equal(counts[DELIVERY_CANCELLED], planned);
    g_clear_pointer(&link, link_return);
    fields.at = FIXTURE_NOW + 2 * HOUR;
    assert_done(mailing_set(f->desk, &fixture_olga, id, &fields, error));
  }
  fixture_free(f);
}

static void test_set_voids(void **state) {
  (void)state;
  Fixture *f = fixture_new();
  gint64 id = fixture_approved(f);
  MailingFields fields = MAILING_FIELDS_NONE;
  fields.delivery_policy = "at-least-once";
  assert_done(mailing_set(f->desk, &fixture_olga, id, &fields, error));
  assert_state(f, id, MAILING_DRAFT);
  assert_int_equal(fixture_entries(f, id, "approval-voided", NULL), 1);
  g_autofree char *text = NULL;
  g_autoptr(Link) link = NULL;
  assert_done(store_read(f->store, &link, error));
  assert_fault(FAULT_ABSENT, "manifest", manifest_text(link, 1, id, &text, error));
  g_clear_pointer(&link, link_return);
  fixture_free(f);
}

static void test_times(void **state) {
  (void)state;
  Fixture *f = fixture_new();
  fixture_import(f, "offices.csv", "offices");
  gint64 document = fixture_document(f, "synthesis", TRUE);
  gint64 id = fixture_mailing(f, &fixture_olga, "synthesis", document, fixture_list(f, "offices"));
  fixture_roll(f, id);
  Digest digest;
  MailingFields fields = MAILING_FIELDS_NONE;
  fields.at = FIXTURE_NOW - 1;
  assert_fault(FAULT_INPUT, "+01:00", mailing_set(f->desk, &fixture_olga, id, &fields, error));
  fields.at = 0;
  fields.not_after = FIXTURE_NOW;
  assert_fault(FAULT_INPUT, "not-after", mailing_set(f->desk, &fixture_olga, id, &fields, error));
  fields.at = FIXTURE_NOW + HOUR;
  fields.not_after = FIXTURE_NOW + 2 * HOUR;
  assert_done(mailing_set(f->desk, &fixture_olga, id, &fields, error));
  fixture_roll(f, id);
  clock_advance(f->clock, HOUR);
  assert_fault(FAULT_RULE, "has passed", approval_submit(f->desk, &fixture_olga, id, &digest, error));
  clock_advance(f->clock, HOUR);
  fields.at = FIXTURE_NOW + 4 * HOUR;
  fields.not_after = FIXTURE_NOW + 5 * HOUR;
  assert_done(mailing_set(f->desk, &fixture_olga, id, &fields, error));
  clock_advance(f->clock, 4 * HOUR);
  assert_fault(FAULT_RULE, "has passed", approval_submit(f->desk, &fixture_olga, id, &digest, error));
  fixture_free(f);
}

/* The stored text hashes to the digest, and each leaf is provably in it. */
static void test_manifest(void **state) {
  (void)state;
  Fixture *f = fixture_new();
  Digest digest;
  gint64 id = fixture_submitted(f, &digest);
  g_autofree char *text = NULL;
  g_autoptr(Link) link = NULL;
  assert_done(store_read(f->store, &link, error));
  assert_done(manifest_text(link, 1, id, &text, error));
  assert_fault(FAULT_ABSENT, "no such mailing", manifest_text(link, 0, id, &text, error));
  Digest again = digest_of(text, strlen(text));
  assert_true(digest_equal(&digest, &again));
  AddresseeFilter filter = {.mailing = id, .state = -1, .limit = 100};
  g_autoptr(GPtrArray) lines = NULL;
  assert_done(roll_list(link, 1, &filter, &lines, error));
  g_clear_pointer(&link, link_return);
  assert_true(lines->len >= 16);
  for (guint i = 0; i < lines->len; i++) {
    const Addressee *a = g_ptr_array_index(lines, i);
    g_auto(ManifestProof) proof = {0};
    assert_done(manifest_prove(f->desk, 1, a->id, &proof, error));
    Digest leaf = merkle_leaf(proof.leaf, strlen(proof.leaf));
    char hex[DIGEST_HEX_SIZE];
    digest_hex(&proof.root, hex);
    assert_non_null(strstr(text, hex));
    assert_true(merkle_verify(&leaf, proof.index, proof.count, proof.path, proof.length, &proof.root));
    assert_int_equal(proof.count, lines->len);
    if (a->address != NULL)
      assert_non_null(strstr(proof.leaf, a->address));
  }
  static const char *const lines_expected[] = {"valise-manifest 1\n",     "\nmailing M-1\n",
                                               "\nsign none\n",           "\nat release\n",
                                               "\nrelay 1 main maildir:", "\njournal "};
  for (gsize i = 0; i < G_N_ELEMENTS(lines_expected); i++)
    assert_non_null(strstr(text, lines_expected[i]));
  fixture_free(f);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_second_person),
      cmocka_unit_test(test_submitter),
      cmocka_unit_test(test_void_at_approval),
      cmocka_unit_test(test_void_at_release),
      cmocka_unit_test(test_void_at_start),
      cmocka_unit_test(test_set_voids),
      cmocka_unit_test(test_times),
      cmocka_unit_test(test_manifest),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
