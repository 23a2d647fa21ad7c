/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is signed verifies elsewhere; what cannot be signed is a fault, in time, whatever the agent does. */
#include "signer_fixture.h"

#define TEXT "one line\nand another, with \xc3\xa9\n"

static gboolean gpgv_says_good(Fixture *f, GBytes *armour, const char *text) {
  g_autofree char *ring = g_build_filename(f->folder, "ring.gpg", NULL),
                  *sig = g_build_filename(f->folder, "t.asc", NULL);
  g_autofree char *file = g_build_filename(f->folder, "t", NULL);
  g_autoptr(Key) key = NULL;
  g_autoptr(GBytes) public = NULL;
  gsize size = 0;
  const char *bytes = g_bytes_get_data(armour, &size);
  int status = 0;
  assert_done(key_find(f->ours, "forum@forum.example", FALSE, &key, error));
  assert_done(key_export(f->ours, key->fingerprint, FALSE, &public, error));
  assert_done(file_write_whole(sig, bytes, size, 0600, error));
  bytes = g_bytes_get_data(public, &size);
  assert_done(file_write_whole(ring, bytes, size, 0600, error));
  assert_done(file_write_whole(file, text, strlen(text), 0600, error));
  char *argv[] = {(char *)"gpgv", (char *)"--keyring", ring, sig, file, NULL};
  assert_true(g_spawn_sync(NULL, argv, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL,
                           NULL, NULL, &status, NULL));
  return status == 0;
}

static void signs(void **state) {
  (void)state;
  Fixture *f = fixture_new();
  g_autoptr(Signer) signer = NULL;
  g_auto(Signature) signature = {0};
  fixture_make_key(home_folder(f->ours), FORUM, "secret words", "1y");
  assert_done(signer_open(f->ours, "forum@forum.example", "secret words", &signer, error));
  const Key *key = signer_key(signer);
  assert_string_equal(key->user_id, FORUM);
  assert_string_equal(key->algorithm, "ed25519");
  assert_true(key->expires > key->created && key->can_sign && key->secret);
  assert_done(signer_sign(signer, TEXT, strlen(TEXT), &signature, error));
  assert_string_equal(signature.micalg, "pgp-sha512");
  assert_string_equal(signature.fingerprint, key->fingerprint);
  assert_true(gpgv_says_good(f, signature.armour, TEXT));
  assert_false(gpgv_says_good(f, signature.armour, TEXT " "));
  g_autofree char *path = g_build_filename(f->folder, "file", NULL);
  g_auto(Signature) of_file = {0};
  assert_done(file_write_whole(path, TEXT, strlen(TEXT), 0600, error));
  assert_done(signer_sign_file(signer, path, &of_file, error));
  assert_true(gpgv_says_good(f, of_file.armour, TEXT));
  assert_fault(FAULT_SYSTEM, "absent", signer_sign_file(signer, "/absent", &of_file, error));
  gint64 now = clock_wall(clock_system());
  assert_done(signer_check(signer, now, now + 300 * DAY, error));
  assert_fault(FAULT_RULE, "ends too early", signer_check(signer, now, now + 400 * DAY, error));
  g_clear_pointer(&signer, signer_close);
  fixture_free(f);
}

static void refuses(void **state) {
  (void)state;
  Fixture *f = fixture_new();
  Signer *signer = NULL;
  assert_fault(FAULT_ABSENT, "--import", signer_open(f->ours, "forum@forum.example", NULL, &signer, error));
  fixture_make_key(home_folder(f->ours), FORUM, "secret words", "1y");
  assert_fault(FAULT_RULE, "passphrase",
               signer_open(f->ours, "forum@forum.example", "other words", &signer, error));
  assert_fault(FAULT_RULE, "passphrase", signer_open(f->ours, "forum@forum.example", NULL, &signer, error));
  fixture_make_key(home_folder(f->ours), "Forum of Others <forum@other.example>", "", "seconds=1");
  g_usleep(2100000);
  assert_fault(FAULT_RULE, "expired", signer_open(f->ours, "forum@other.example", NULL, &signer, error));
  assert_fault(FAULT_RULE, "2 keys", signer_open(f->ours, "Forum of", NULL, &signer, error));
  fixture_free(f);
}

/* A key that is revoked while its signer is open signs no more. */
static void minds_a_revocation(void **state) {
  (void)state;
  Fixture *f = fixture_new();
  g_autoptr(Signer) signer = NULL;
  g_auto(Signature) none = {0};
  fixture_make_key(home_folder(f->ours), FORUM, "", "1y");
  assert_done(signer_open(f->ours, "forum@forum.example", NULL, &signer, error));
  g_autofree char *name = g_strconcat(signer_key(signer)->fingerprint, ".rev", NULL), *text = NULL;
  g_autofree char *made = g_build_filename(home_folder(f->ours), "openpgp-revocs.d", name, NULL),
                  *path = g_build_filename(f->folder, "revocation", NULL);
  assert_true(g_file_get_contents(made, &text, NULL, NULL));
  const char *block = strstr(text, ":-----BEGIN") + 1;
  assert_done(file_write_whole(path, block, strlen(block), 0600, error));
  GPG(home_folder(f->ours), "--import", path);
  assert_fault(FAULT_RULE, "nothing was signed", signer_sign(signer, TEXT, strlen(TEXT), &none, error));
  assert_fault(FAULT_RULE, "revoked", signer_check(signer, clock_wall(clock_system()), 0, error));
  g_clear_pointer(&signer, signer_close);
  fixture_free(f);
}

static void signs_pieces(void **state) {
  (void)state;
  Fixture *f = fixture_new();
  g_autoptr(Signer) signer = NULL;
  g_auto(Signature) signature = {0}, none = {0};
  g_autofree char *path = g_build_filename(f->folder, "piece", NULL);
  g_autofree char *middle = g_strnfill(200000, 'x'), *whole = g_strconcat("head\n", middle, "tail", NULL);
  fixture_make_key(home_folder(f->ours), FORUM, "secret words", "1y");
  assert_done(signer_open(f->ours, "forum@forum.example", "secret words", &signer, error));
  assert_done(file_write_whole(path, middle, strlen(middle), 0600, error));
  Digest digest = digest_of(middle, strlen(middle));
  g_autoptr(Message) text = message_new();
  g_autoptr(GBytes) head = g_bytes_new_static("head\n", 5), tail = g_bytes_new_static("tail\r\n", 6);
  message_add_bytes(text, head);
  message_add_file(text, path, strlen(middle), &digest);
  message_add_bytes(text, tail);
  assert_done(signer_sign_pieces(signer, text, text->size - 2, &signature, error));
  assert_true(gpgv_says_good(f, signature.armour, whole));
  assert_fault(FAULT_INPUT, "shorter", signer_sign_pieces(signer, text, text->size + 1, &none, error));
  middle[100000] = 'y';
  assert_done(file_write_whole(path, middle, strlen(middle), 0600, error));
  assert_fault(FAULT_RULE, "SHA-256", signer_sign_pieces(signer, text, text->size - 2, &none, error));
  /* What is changed behind the last octet that is signed shows too. */
  assert_fault(FAULT_RULE, "SHA-256", signer_sign_pieces(signer, text, 7, &none, error));
  assert_int_equal(unlink(path), 0);
  assert_fault(FAULT_ABSENT, "missing", signer_sign_pieces(signer, text, text->size - 2, &none, error));
  assert_null(none.armour);
  g_clear_pointer(&signer, signer_close);
  fixture_free(f);
}

/* ---- an agent that does not answer ---- */

static int sign_text(gpointer signer, const char *text, Signature *ret, GError **error) {
  return signer_sign(signer, text, strlen(text), ret, error);
}

static gboolean is_good(Fixture *f, const Signature *signature, const char *text) {
  return gpgv_says_good(f, signature->armour, text);
}

static void survives_its_agent(void **state) {
  (void)state;
  Fixture *f = fixture_new();
  g_autoptr(Signer) signer = NULL;
  fixture_make_key(home_folder(f->ours), FORUM, "", "1y");
  assert_done(signer_open(f->ours, "forum@forum.example", NULL, &signer, error));
  const SignerAtWork work = {f, signer, sign_text, is_good, 0};
  assert_true(signer_survives_its_agent(&work, TEXT) < 20 * SECOND);
  g_clear_pointer(&signer, signer_close);
  fixture_free(f);
}

static void signs_at_once(void **state) {
  (void)state;
  Fixture *f = fixture_new();
  g_autoptr(Signer) signer = NULL;
  fixture_make_key(home_folder(f->ours), FORUM, "secret words", "1y");
  assert_done(signer_open(f->ours, "forum@forum.example", "secret words", &signer, error));
  const SignerAtWork work = {f, signer, sign_text, is_good, 0};
  signer_signs_at_once(&work);
  g_clear_pointer(&signer, signer_close);
  fixture_free(f);
}

/* ---- homes ---- */

static void homes_of_their_own(void **state) {
  (void)state;
  Fixture *f = fixture_new();
  Home *home = NULL;
  g_autofree char *deep =
      g_strdup_printf("%s/%s", f->folder,
                      "a-name-that-is-so-long-that-no-socket-fits-below-it-any-more-at-all-in-this-house");
  assert_fault(FAULT_INPUT, "too long", home_open(deep, HOME_OURS, &home, error));
  fixture_make_key(home_folder(f->ours), FORUM, "", "1y");
  g_autofree char *secret =
      fixture_gpg(home_folder(f->ours), (const char *const[]){"--armor", "--export-secret-keys", NULL});
  g_autoptr(GBytes) bytes = g_bytes_new(secret, strlen(secret));
  GPtrArray *fingerprints = NULL;
  assert_fault(FAULT_INPUT, "secret key", key_import(f->others, bytes, &fingerprints, error));
  g_autoptr(GBytes) junk = g_bytes_new_static("junk", 4);
  assert_fault(FAULT_INPUT, "no public", key_import(f->others, junk, &fingerprints, error));
  g_autoptr(GPtrArray) keys = NULL;
  assert_done(key_list(f->others, TRUE, &keys, error));
  assert_int_equal(keys->len, 0);
  fixture_free(f);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(signs),
                                     cmocka_unit_test(signs_pieces),
                                     cmocka_unit_test(minds_a_revocation),
                                     cmocka_unit_test(refuses),
                                     cmocka_unit_test(survives_its_agent),
                                     cmocka_unit_test(signs_at_once),
                                     cmocka_unit_test(homes_of_their_own)};
  signal(SIGPIPE, SIG_IGN);
  if (home_init(NULL) < 0)
    return 1;
  return cmocka_run_group_tests(tests, NULL, NULL);
}
