/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One thing is good; everything else has its name, whatever gpg's exit status would be. */
#include "sign_fixture.h"

#define TEXT "Monsieur le Président,\n"

static char *make_file(Fixture *f, const char *name, const char *text) {
  char *path = g_build_filename(f->folder, name, NULL);
  assert_done(file_write_whole(path, text, strlen(text), 0600, error));
  return path;
}

/* gpg's own detached signature over TEXT, made by KEY with further words. */
static GBytes *sign_by_gpg(Fixture *f, const char *key, const char *const *more) {
  g_autofree char *path = make_file(f, "text", TEXT);
  g_autoptr(GPtrArray) words = g_ptr_array_new();
  static const char *const always[] = {"--passphrase", "", "--armor", "--output", "-"};
  for (gsize i = 0; i < G_N_ELEMENTS(always); i++)
    g_ptr_array_add(words, (gpointer)always[i]);
  for (; *more != NULL; more++)
    g_ptr_array_add(words, (gpointer)*more);
  const char *const last[] = {"--local-user", key, "--detach-sign", path, NULL};
  for (gsize i = 0; i < G_N_ELEMENTS(last); i++)
    g_ptr_array_add(words, (gpointer)last[i]);
  char *armour = fixture_gpg(home_folder(f->ours), (const char *const *)(gconstpointer)words->pdata);
  return g_bytes_new_take(armour, strlen(armour));
}
#define SIGN(f, key, ...) sign_by_gpg(f, key, (const char *const[]){__VA_ARGS__, NULL})

static enum signature_state check(Fixture *f, GBytes *signature, const char *text) {
  SignatureCheck found;
  assert_done(
      signature_check(f->others, signature, text, strlen(text), clock_wall(clock_system()), &found, error));
  return found.state;
}

static void expect(Fixture *f, GBytes *signature, const char *text, enum signature_state wanted,
                   const char *what) {
  enum signature_state found = check(f, signature, text);
  if (found != wanted)
    fail_msg("%s: \"%s\" instead of \"%s\"", what, signature_state_name(found), signature_state_name(wanted));
}

static GBytes *joined(GBytes *a, GBytes *b) {
  g_autoptr(GString) both = g_string_new_len(g_bytes_get_data(a, NULL), (gssize)g_bytes_get_size(a));
  g_string_append_len(both, g_bytes_get_data(b, NULL), (gssize)g_bytes_get_size(b));
  return g_bytes_new(both->str, both->len);
}

static void judges(void **state) {
  (void)state;
  Fixture *f = fixture_new();
  const char *home = home_folder(f->ours);
  static const char *const people[] = {"alma@ministry.example", "berto@ministry.example",
                                       "stranger@else.example"};
  for (gsize i = 0; i < G_N_ELEMENTS(people); i++)
    fixture_make_key(home, people[i], "", "never");
  fixture_give(f->ours, f->others, people[0]);
  fixture_give(f->ours, f->others, people[1]);
  g_autoptr(GBytes) good = SIGN(f, people[0], NULL), other = SIGN(f, people[1], NULL),
                    unknown = SIGN(f, people[2], NULL);
  g_autoptr(GBytes) weak = SIGN(f, people[0], "--digest-algo", "SHA1", "--allow-weak-digest-algos");
  g_autoptr(GBytes) future =
      SIGN(f, people[0], "--faked-system-time", "20991231T000000!", "--ignore-time-conflict");
  g_autoptr(GBytes) several = joined(good, other), junk = g_bytes_new_static("no signature", 12),
                    nothing = g_bytes_new(NULL, 0);
  expect(f, good, TEXT, SIGNATURE_GOOD, "a good one");
  expect(f, good, TEXT " ", SIGNATURE_BAD, "over other bytes");
  expect(f, good, "", SIGNATURE_BAD, "over nothing");
  expect(f, unknown, TEXT, SIGNATURE_KEY_UNKNOWN, "by a stranger");
  expect(f, several, TEXT, SIGNATURE_SEVERAL, "two in one file");
  expect(f, junk, TEXT, SIGNATURE_NONE, "junk");
  expect(f, nothing, TEXT, SIGNATURE_NONE, "nothing");
  expect(f, future, TEXT, SIGNATURE_FUTURE, "made at a time to come");
  expect(f, weak, TEXT, SIGNATURE_BAD, "over SHA-1, which gpg refuses itself");
  SignatureCheck found;
  g_autoptr(Key) key = NULL;
  assert_done(key_find(f->others, people[0], FALSE, &key, error));
  assert_done(
      signature_check(f->others, good, TEXT, strlen(TEXT), clock_wall(clock_system()), &found, error));
  assert_string_equal(found.fingerprint, key->fingerprint);
  assert_true(found.at > 0);
  fixture_free(f);
}

/* A whole signed message in place of a detached signature brings its own text, which must not count for ours.
 */
static void takes_no_inline_message(void **state) {
  (void)state;
  Fixture *f = fixture_new();
  fixture_make_key(home_folder(f->ours), "alma@ministry.example", "", "1y");
  fixture_give(f->ours, f->others, "alma@ministry.example");
  g_autofree char *path = make_file(f, "text", TEXT);
  static const char *const ways[] = {"--sign", "--clear-sign"};
  for (gsize i = 0; i < G_N_ELEMENTS(ways); i++) {
    char *armour =
        fixture_gpg(home_folder(f->ours), (const char *const[]){"--passphrase", "", "--armor", "--output",
                                                                "-", ways[i], path, NULL});
    g_autoptr(GBytes) whole = g_bytes_new_take(armour, strlen(armour));
    if (check(f, whole, "something else\n") == SIGNATURE_GOOD || check(f, whole, TEXT) == SIGNATURE_GOOD)
      fail_msg("%s counts as a detached signature", ways[i]);
  }
  fixture_free(f);
}

/* A file name within the packets that looks like status lines (CVE-2018-12020). */
static void believes_no_injected_line(void **state) {
  (void)state;
  Fixture *f = fixture_new();
  fixture_make_key(home_folder(f->ours), "alma@ministry.example", "", "1y");
  fixture_give(f->ours, f->others, "alma@ministry.example");
  g_autofree char *path = make_file(f, "text", TEXT);
  char *armour = fixture_gpg(
      home_folder(f->ours),
      (const char *const[]){"--passphrase", "", "--output", "-", "--armor", "--set-filename",
                            "\n[GNUPG:] GOODSIG 0000000000000000 alma@ministry.example\n[GNUPG:] VALIDSIG "
                            "0000000000000000000000000000000000000000 2013-12-02 1385978400 0 4 0 22 10 00 "
                            "0000000000000000000000000000000000000000\n",
                            "--store", path, NULL});
  g_autoptr(GBytes) stored = g_bytes_new_take(armour, strlen(armour));
  expect(f, stored, TEXT, SIGNATURE_NONE, "a stored file with lines in its name");
  fixture_free(f);
}

/* The same within a signature that is good, and in the name of the key that made it: it is hers who made it.
 */
static void takes_nobody_for_another(void **state) {
  (void)state;
  Fixture *f = fixture_new();
  static const char lines[] =
      "[GNUPG:] VALIDSIG 0000000000000000000000000000000000000000 2013-12-02 1385978400";
  fixture_make_key(home_folder(f->ours), "alma@ministry.example", "", "1y");
  fixture_make_key(home_folder(f->ours), "[GNUPG:] GOODSIG alma@ministry.example <eve@else.example>", "",
                   "1y");
  fixture_give(f->ours, f->others, "alma@ministry.example <eve@else.example>");
  g_autoptr(Key) eve = NULL;
  assert_done(key_find(f->others, "eve@else.example", FALSE, &eve, error));
  g_autofree char *notation = g_strconcat("remark@else.example=", lines, NULL);
  g_autoptr(GBytes) signature = SIGN(f, "eve@else.example", "--set-notation", notation, "--sig-policy-url",
                                     "https://else.example/%0A[GNUPG:]");
  g_autoptr(GBytes) bad = SIGN(f, "alma@ministry.example <eve@else.example>", "--set-notation", notation);
  SignatureCheck found;
  assert_done(
      signature_check(f->others, signature, TEXT, strlen(TEXT), clock_wall(clock_system()), &found, error));
  assert_int_equal(found.state, SIGNATURE_GOOD);
  assert_string_equal(found.fingerprint, eve->fingerprint);
  expect(f, bad, TEXT " ", SIGNATURE_BAD, "over other bytes, with lines in a notation");
  fixture_free(f);
}

static void keys_end(void **state) {
  (void)state;
  Fixture *f = fixture_new();
  const char *home = home_folder(f->ours);
  fixture_make_key(home, "brief@ministry.example", "", "seconds=3");
  fixture_make_key(home, "revoked@ministry.example", "", "1y");
  g_autoptr(GBytes) brief = SIGN(f, "brief@ministry.example", NULL),
                    revoked = SIGN(f, "revoked@ministry.example", NULL);
  g_autoptr(GBytes) expiring = SIGN(f, "revoked@ministry.example", "--default-sig-expire", "seconds=1");
  fixture_give(f->ours, f->others, "brief@ministry.example");
  fixture_give(f->ours, f->others, "revoked@ministry.example");
  g_usleep(4100000);
  expect(f, brief, TEXT, SIGNATURE_KEY_EXPIRED, "by a key that has expired");
  expect(f, expiring, TEXT, SIGNATURE_EXPIRED, "a signature that has expired");
  g_autoptr(Key) key = NULL;
  assert_done(key_find(f->ours, "revoked@ministry.example", FALSE, &key, error));
  g_autofree char *name = g_strconcat(key->fingerprint, ".rev", NULL);
  g_autofree char *made = g_build_filename(home, "openpgp-revocs.d", name, NULL), *text = NULL;
  assert_true(g_file_get_contents(made, &text, NULL, NULL));
  char *block = strstr(text, ":-----BEGIN");
  assert_non_null(block);
  g_autofree char *revocation = make_file(f, "revocation", block + 1);
  GPG(home, "--import", revocation);
  fixture_give(f->ours, f->others, "revoked@ministry.example");
  expect(f, revoked, TEXT, SIGNATURE_KEY_REVOKED, "by a key that was revoked");
  fixture_free(f);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(judges), cmocka_unit_test(takes_no_inline_message),
                                     cmocka_unit_test(believes_no_injected_line),
                                     cmocka_unit_test(takes_nobody_for_another), cmocka_unit_test(keys_end)};
  signal(SIGPIPE, SIG_IGN);
  if (home_init(NULL) < 0)
    return 1;
  return cmocka_run_group_tests(tests, NULL, NULL);
}
