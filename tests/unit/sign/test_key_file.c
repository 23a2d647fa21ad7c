/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sign/key_file.h"

#include "smime_fixture.h"

#define ALMA "Alma <alma@ministry.example>"

static GBytes *run(const char *home, const char *const *words) {
  g_autofree char *text = fixture_gpg(home, words);
  return g_bytes_new(text, strlen(text));
}

static guint homes_left(Fixture *f) {
  g_autoptr(GDir) names = g_dir_open(f->folder, 0, NULL);
  guint n = 0;
  for (const char *name; (name = g_dir_read_name(names)) != NULL;)
    n += g_str_has_prefix(name, "look-");
  return n;
}

static void takes_keys_apart(void **state) {
  (void)state;
  Fixture *f = fixture_new();
  g_autoptr(GPtrArray) keys = NULL, again = NULL;
  fixture_make_key(home_folder(f->ours), ALMA, "", "1y");
  fixture_make_key(home_folder(f->ours), FORUM, "", "never");
  g_autoptr(GBytes) both = run(home_folder(f->ours), (const char *const[]){"--armor", "--export", NULL});
  assert_done(key_file_read(f->folder, both, &keys, error));
  assert_int_equal(keys->len, 2);
  const KeyMaterial *alma = g_ptr_array_index(keys, 0);
  assert_string_equal(alma->user_id, ALMA);
  assert_string_equal(alma->algorithm, "ed25519");
  assert_true(alma->expires > clock_wall(clock_system()) && alma->can_sign && !alma->revoked);
  /* What was taken apart is a file of its own, and the same bytes again. */
  assert_done(key_file_read(f->folder, alma->bytes, &again, error));
  const KeyMaterial *same = g_ptr_array_index(again, 0);
  assert_true(digest_equal(&alma->digest, &same->digest));
  /* Signatures of others are left out. */
  GPG(home_folder(f->ours), "--passphrase", "", "--local-user", FORUM, "--quick-sign-key", alma->fingerprint);
  g_autoptr(GBytes) signed_key =
      run(home_folder(f->ours), (const char *const[]){"--armor", "--export", alma->fingerprint, NULL});
  g_clear_pointer(&again, g_ptr_array_unref);
  assert_done(key_file_read(f->folder, signed_key, &again, error));
  assert_true(digest_equal(&alma->digest, &((KeyMaterial *)g_ptr_array_index(again, 0))->digest));
  assert_int_equal(homes_left(f), 0);
  fixture_free(f);
}

static void takes_certificates_apart(void **state) {
  (void)state;
  Fixture *f = fixture_new();
  g_autoptr(GPtrArray) found = NULL, in_signature = NULL;
  smime_make_root(f, "root");
  smime_make_person(f, "root", "alma", 1);
  SHELL(f, "cat alma.pem root.pem >all.pem && printf x >text");
  g_autofree char *path = g_build_filename(f->folder, "all.pem", NULL);
  g_autofree char *fingerprint = smime_fingerprint(f, "alma");
  g_autoptr(GBytes) all = NULL;
  assert_done(file_read(path, 65536, &all, error));
  assert_done(key_file_read(f->folder, all, &found, error));
  assert_int_equal(found->len, 1);
  const KeyMaterial *alma = g_ptr_array_index(found, 0);
  assert_string_equal(alma->fingerprint, fingerprint);
  assert_string_equal(alma->address, "alma@ministry.example");
  assert_int_equal(alma->protocol, SIGNED_SMIME);
  g_autoptr(GBytes) signature = smime_sign(f, "-signer alma.pem -inkey alma.key -certfile root.pem");
  assert_done(key_file_read(f->folder, signature, &in_signature, error));
  assert_int_equal(in_signature->len, 1);
  assert_string_equal(((KeyMaterial *)g_ptr_array_index(in_signature, 0))->fingerprint, fingerprint);
  fixture_free(f);
}

static void refuses(void **state) {
  (void)state;
  Fixture *f = fixture_new();
  g_autoptr(GPtrArray) found = NULL;
  fixture_make_key(home_folder(f->ours), ALMA, "", "1y");
  smime_make_root(f, "root");
  g_autofree char *large = g_strnfill(KEY_FILE_MAX + 1, 'x');
  g_autofree char *root = NULL, *pem_key = NULL;
  g_autofree char *root_path = g_build_filename(f->folder, "root.pem", NULL),
                  *key_path = g_build_filename(f->folder, "root.key", NULL);
  assert_true(g_file_get_contents(root_path, &root, NULL, NULL));
  assert_true(g_file_get_contents(key_path, &pem_key, NULL, NULL));
  g_autofree char *secret =
      fixture_gpg(home_folder(f->ours),
                  (const char *const[]){"--passphrase", "", "--armor", "--export-secret-keys", NULL});
  const struct {
    const char *what, *text, *word;
  } rows[] = {{"nothing", "", "no public"},
              {"words", "no key at all\n", "no public"},
              {"too large", large, "larger"},
              {"a secret key", secret, "secret key"},
              {"a secret key of S/MIME", pem_key, "secret key"},
              {"an authority alone", root, "authorities alone"}};
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autoptr(GBytes) bytes = g_bytes_new(rows[i].text, strlen(rows[i].text));
    assert_fault(FAULT_INPUT, rows[i].word, key_file_read(f->folder, bytes, &found, error));
    assert_int_equal(homes_left(f), 0);
  }
  g_autofree char *left = g_build_filename(f->folder, "look-abc", NULL);
  assert_int_equal(g_mkdir_with_parents(left, 0700), 0);
  key_file_clean(f->folder);
  assert_int_equal(homes_left(f), 0);
  fixture_free(f);
}

static void has_ceilings(void **state) {
  (void)state;
  Fixture *f = fixture_new();
  g_autoptr(GPtrArray) found = NULL;
  for (int i = 0; i <= KEY_FILE_KEYS_MAX; i++) {
    g_autofree char *name = g_strdup_printf("n%d@many.example", i);
    fixture_make_key(home_folder(f->ours), name, "", "never");
  }
  g_autoptr(GBytes) all = run(home_folder(f->ours), (const char *const[]){"--armor", "--export", NULL});
  assert_fault(FAULT_INPUT, "more than", key_file_read(f->folder, all, &found, error));
  fixture_free(f);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(takes_keys_apart),
                                     cmocka_unit_test(takes_certificates_apart), cmocka_unit_test(refuses),
                                     cmocka_unit_test(has_ceilings)};
  assert_int_equal(home_init(NULL), 0);
  return cmocka_run_group_tests(tests, NULL, NULL);
}
