/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One thing is good; everything else has its name. The signatures are openssl's. */
#include "smime_fixture.h"

#define TEXT "Monsieur le Pr\xc3\xa9sident,\r\n"

static enum signature_state check(Fixture *f, GBytes *signature, const char *text, SignatureCheck *found) {
  assert_done(
      smime_check(f->others, signature, text, strlen(text), clock_wall(clock_system()), found, error));
  return found->state;
}

static void expect(Fixture *f, GBytes *signature, const char *text, enum signature_state wanted,
                   const char *what) {
  SignatureCheck check_found;
  enum signature_state found = check(f, signature, text, &check_found);
  if (found != wanted)
    fail_msg("%s: \"%s\" instead of \"%s\"", what, signature_state_name(found), signature_state_name(wanted));
}

static void prepare(Fixture *f) {
  g_autofree char *path = g_build_filename(f->folder, "text", NULL);
  assert_done(file_write_whole(path, TEXT, strlen(TEXT), 0600, error));
  smime_make_root(f, "root");
  smime_make_root(f, "eve");
  smime_make_intermediate(f, "root", "middle");
  smime_make_person(f, "middle", "alma", 1);
  smime_make_person(f, "root", "berto", 1);
  smime_make_person(f, "root", "late", 0);
  smime_make_person(f, "eve", "false", 1);
  smime_trust(f, f->others, "root");
}

static const struct {
  const char *what, *words;
  enum signature_state state;
} rows[] = {
    {"good, with its chain", "-signer alma.pem -inkey alma.key -certfile middle.pem", SIGNATURE_GOOD},
    {"by the root's own", "-signer berto.pem -inkey berto.key", SIGNATURE_GOOD},
    {"by an authority that nobody trusts", "-signer false.pem -inkey false.key -certfile eve.pem",
     SIGNATURE_UNTRUSTED},
    {"two signers",
     "-signer alma.pem -inkey alma.key -signer berto.pem -inkey berto.key -certfile middle.pem",
     SIGNATURE_SEVERAL},
    {"two signers, the false one first",
     "-signer false.pem -inkey false.key -signer berto.pem -inkey berto.key", SIGNATURE_SEVERAL},
    {"over SHA-1", "-md sha1 -signer berto.pem -inkey berto.key", SIGNATURE_WEAK},
    {"by a certificate that has expired", "-signer late.pem -inkey late.key", SIGNATURE_KEY_EXPIRED},
};

static void judges(void **state) {
  (void)state;
  Fixture *f = fixture_new();
  prepare(f);
  g_usleep(1100000); /* until one of them has expired */
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autoptr(GBytes) signature = smime_sign(f, rows[i].words);
    expect(f, signature, TEXT, rows[i].state, rows[i].what);
    if (rows[i].state == SIGNATURE_GOOD)
      expect(f, signature, TEXT " ", SIGNATURE_BAD, "over other bytes");
  }
  SignatureCheck found;
  g_autoptr(GBytes) good = smime_sign(f, rows[0].words);
  g_autofree char *fingerprint = smime_fingerprint(f, "alma");
  assert_int_equal(check(f, good, TEXT, &found), SIGNATURE_GOOD);
  assert_string_equal(found.fingerprint, fingerprint);
  assert_true(ABS(found.at - clock_wall(clock_system())) < 10 * MINUTE);
  assert_done(smime_check(f->others, good, TEXT, strlen(TEXT), found.at - DAY, &found, error));
  assert_int_equal(found.state, SIGNATURE_FUTURE);
  fixture_free(f);
}

/* A signature that brings its own text, none at all, certificates alone, junk. */
static void takes_no_stand_in(void **state) {
  (void)state;
  Fixture *f = fixture_new();
  prepare(f);
  SignatureCheck found;
  g_autofree char *path = g_build_filename(f->folder, "certificates", NULL);
  SHELL(f, "openssl crl2pkcs7 -nocrl -certfile berto.pem -outform DER -out certificates");
  g_autoptr(GBytes) opaque = smime_sign(f, "-nodetach -signer berto.pem -inkey berto.key"), alone = NULL,
                    junk = g_bytes_new_static("no signature", 12), nothing = g_bytes_new(NULL, 0),
                    unknown = smime_sign(f, "-nocerts -signer alma.pem -inkey alma.key");
  assert_done(file_read(path, 65536, &alone, error));
  GBytes *const all[] = {opaque, alone, junk, nothing, unknown};
  for (gsize i = 0; i < G_N_ELEMENTS(all); i++) {
    assert_true(check(f, all[i], TEXT, &found) != SIGNATURE_GOOD);
    assert_true(check(f, all[i], "other words\r\n", &found) != SIGNATURE_GOOD);
  }
  expect(f, unknown, TEXT, SIGNATURE_KEY_UNKNOWN, "by a certificate that is not here");
  fixture_free(f);
}

/* Octets of a good signature changed at random: never good over other words, and never a fault of ours. */
static void survives_anything(void **state) {
  (void)state;
  Fixture *f = fixture_new();
  prepare(f);
  g_autoptr(GBytes) good = smime_sign(f, rows[1].words);
  GRand *dice = g_rand_new_with_seed(20131202);
  for (int i = 0; i < 60; i++) {
    gsize size = g_bytes_get_size(good);
    g_autofree guint8 *bytes = g_memdup2(g_bytes_get_data(good, NULL), size);
    for (int n = 0; n < 3; n++)
      bytes[g_rand_int_range(dice, 0, (gint32)size)] = (guint8)g_rand_int_range(dice, 0, 256);
    g_autoptr(GBytes) changed = g_bytes_new(bytes, i % 4 == 0 ? size - (gsize)i : size);
    SignatureCheck found;
    g_autoptr(GError) problem = NULL;
    int r =
        smime_check(f->others, changed, "other words\r\n", 13, clock_wall(clock_system()), &found, &problem);
    if (r < 0)
      print_message("%d: %s\n", i, problem->message);
    assert_true(r == 0 && found.state != SIGNATURE_GOOD);
  }
  g_rand_free(dice);
  fixture_free(f);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(judges), cmocka_unit_test(takes_no_stand_in),
                                     cmocka_unit_test(survives_anything)};
  signal(SIGPIPE, SIG_IGN);
  if (home_init(NULL) < 0)
    return 1;
  return cmocka_run_group_tests(tests, NULL, NULL);
}
