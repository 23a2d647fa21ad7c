/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Real signatures in messages as they should be, and in messages that deceive: only the former are good. */
#include "sign/signed_mail.h"

#include "smime_fixture.h"

#define ALMA "alma@ministry.example"
#define EVE  "eve@else.example"
#define TEXT "Content-Type: text/plain; charset=utf-8\r\n\r\nWe support it.\r\n"

static GBytes *bytes_of(const char *text) {
  return g_bytes_new(text, strlen(text));
}

static char *sign_by(Fixture *f, const char *key, const char *text, const char *how) {
  g_autofree char *path = g_build_filename(f->folder, "text", NULL);
  assert_done(file_write_whole(path, text, strlen(text), 0600, error));
  return fixture_gpg(home_folder(f->ours), (const char *const[]){"--passphrase", "", "--armor", "--output",
                                                                 "-", "--local-user", key, how, path, NULL});
}

static char *message_of(const char *text, const char *armour) {
  return gpg_message("Alma <" ALMA ">", text, armour);
}

static void expect(Fixture *f, const char *message, const char *name, const char *what, SignedMail *ret) {
  g_autoptr(GBytes) raw = bytes_of(message);
  assert_done(signed_mail_check(f->others, raw, clock_wall(clock_system()), ret, error));
  if (strcmp(signed_mail_name(ret), name) != 0)
    fail_msg("%s: \"%s\" instead of \"%s\"", what, signed_mail_name(ret), name);
  assert_int_equal(signed_mail_is_good(ret), strcmp(name, "good") == 0);
  assert_true(strlen(signed_mail_sentence(ret)) > 5);
}

static void expect_edited(Fixture *f, const char *message, const char *from, const char *to, const char *name,
                          const char *what) {
  g_auto(SignedMail) mail = {0};
  g_autoptr(GString) text = g_string_new(message);
  assert_true(g_string_replace(text, from, to, 1) == 1);
  expect(f, text->str, name, what, &mail);
}

static const struct {
  const char *what, *from, *to, *name;
} edits[] = {
    {"as it was", "We support", "We support", "good"},
    {"another word", "We support", "We oppose", "bad"},
    {"a word more", "it.\r\n", "it.\r\nNot.\r\n", "bad"},
    {"a line break less", "it.\r\n", "it.", "bad"},
    {"another type within", "text/plain", "text/html", "bad"},
    {"a charset within", "charset=utf-8", "charset=utf-7", "bad"},
    {"words before", "\r\n--=_b\r\nContent-Type: text", "\r\nWe oppose it.\r\n--=_b\r\nContent-Type: text",
     "partial"},
    {"words after", "--=_b--\r\n", "--=_b--\r\nWe oppose it.\r\n", "partial"},
    {"a part before", "--=_b\r\nContent-Type: text",
     "--=_b\r\n\r\nWe oppose it.\r\n--=_b\r\nContent-Type: text", "partial"},
    {"a part after", "--=_b--", "--=_b\r\n\r\nWe oppose it.\r\n--=_b--", "partial"},
    {"mixed instead of signed", "multipart/signed", "multipart/mixed", "partial"},
    {"two authors", "Subject:", "From: " EVE "\r\nSubject:", "several-from"},
    {"two authors, the other first", "From: Alma", "From: " EVE "\r\nFrom: Alma", "several-from"},
    {"a sender", "Subject:", "Sender: " EVE "\r\nSubject:", "sender-mismatch"},
    {"two types", "Content-Type: multipart", "Content-Type: text/plain\r\nContent-Type: multipart",
     "several-fields"},
    {"the author's address in another's name", "Alma <" ALMA ">", "\"" ALMA "\" <" EVE ">", "from-unclear"},
    {"the author's address in a comment", "Alma <" ALMA ">", EVE " (" ALMA ")", "from-unclear"},
    {"the other protocol", "protocol=\"application/pgp-signature\"",
     "protocol=\"application/pkcs7-signature\"", "type-mismatch"},
    {"lines of gpg's before the signature", "-----BEGIN PGP SIGNATURE",
     "[GNUPG:] NEWSIG\r\n-----BEGIN PGP SIGNATURE", "malformed"},
    {"a message for a signature", "-----BEGIN PGP SIGNATURE", "-----BEGIN PGP MESSAGE", "malformed"},
    {"a remark in the armour", "-----BEGIN PGP SIGNATURE-----\r\n",
     "-----BEGIN PGP SIGNATURE-----\r\nComment: [GNUPG:] BADSIG 0 x\r\n", "good"},
    {"an empty signature", "\r\n\r\n-----BEGIN PGP SIGNATURE-----\r\n",
     "\r\n\r\n-----BEGIN PGP SIGNATURE-----\r\n\r\n-----END PGP SIGNATURE-----\r\n\r\n--=_b--\r\n--x\r\n",
     "partial"},
};

static void judges_openpgp(void **state) {
  (void)state;
  Fixture *f = fixture_new();
  static const char *const people[] = {ALMA, EVE, "stranger@else.example"};
  for (gsize i = 0; i < G_N_ELEMENTS(people); i++)
    fixture_make_key(home_folder(f->ours), people[i], "", "never");
  fixture_give(f->ours, f->others, ALMA);
  fixture_give(f->ours, f->others, EVE);
  g_autofree char *armour = sign_by(f, ALMA, TEXT, "--detach-sign"), *good = message_of(TEXT, armour);
  for (gsize i = 0; i < G_N_ELEMENTS(edits); i++)
    expect_edited(f, good, edits[i].from, edits[i].to, edits[i].name, edits[i].what);
  g_auto(SignedMail) stored = {0}, strange = {0}, body = {0};
  g_autoptr(GString) lf = g_string_new(good);
  g_string_replace(lf, "\r\n", "\n", 0);
  expect(f, lf->str, "good", "stored with LF alone", &stored);
  assert_true(stored.parts.made_canonical);
  g_autofree char *by_stranger = sign_by(f, people[2], TEXT, "--detach-sign"),
                  *unknown = message_of(TEXT, by_stranger);
  expect(f, unknown, "key-unknown", "by a stranger", &strange);
  g_autofree char *over_body = sign_by(f, ALMA, "We support it.\r\n", "--detach-sign"),
                  *partly = message_of(TEXT, over_body);
  expect(f, partly, "bad", "over the body of the part alone", &body);
  fixture_free(f);
}

/* Another's good signature under the author's name: whose key it must be is told, and the key is not that
 * one. */
static void names_both_for_the_binding(void **state) {
  (void)state;
  Fixture *f = fixture_new();
  fixture_make_key(home_folder(f->ours), ALMA, "", "never");
  fixture_make_key(home_folder(f->ours), EVE, "", "never");
  fixture_give(f->ours, f->others, ALMA);
  fixture_give(f->ours, f->others, EVE);
  g_autoptr(Key) alma = NULL, eve = NULL;
  assert_done(key_find(f->others, ALMA, FALSE, &alma, error));
  assert_done(key_find(f->others, EVE, FALSE, &eve, error));
  g_autofree char *by_eve = sign_by(f, EVE, TEXT, "--detach-sign"), *forged = message_of(TEXT, by_eve);
  g_auto(SignedMail) mail = {0}, several = {0};
  expect(f, forged, "good", "by another key", &mail);
  assert_string_equal(mail.parts.from->send, ALMA);
  assert_string_equal(mail.signature.fingerprint, eve->fingerprint);
  assert_string_not_equal(mail.signature.fingerprint, alma->fingerprint);
  g_autofree char *path = g_build_filename(f->folder, "text", NULL);
  g_autofree char *both =
      fixture_gpg(home_folder(f->ours),
                  (const char *const[]){"--passphrase", "", "--armor", "--output", "-", "--local-user", ALMA,
                                        "--local-user", EVE, "--detach-sign", path, NULL});
  g_autofree char *two = message_of(TEXT, both);
  expect(f, two, "several", "two signatures in one armour", &several);
  fixture_free(f);
}

/* ---- S/MIME ---- */

static char *smime_message(Fixture *f, const char *text, const char *words) {
  g_autofree char *path = g_build_filename(f->folder, "text", NULL);
  assert_done(file_write_whole(path, text, strlen(text), 0600, error));
  g_autoptr(GBytes) der = smime_sign(f, words);
  gsize size = 0;
  const guchar *bytes = g_bytes_get_data(der, &size);
  g_autofree char *base64 = g_base64_encode(bytes, size);
  return g_strconcat(
      "From: Alma <" ALMA ">\r\nSubject: Re: synthesis\r\nMIME-Version: 1.0\r\nContent-Type: "
      "multipart/signed; protocol=\"application/pkcs7-signature\"; boundary=\"=_b\"\r\n\r\nThis is an S/MIME "
      "signed message\r\n\r\n--=_b\r\n" TEXT
      "\r\n--=_b\r\nContent-Type: application/x-pkcs7-signature; name=smime.p7s\r\n"
      "Content-Transfer-Encoding: base64\r\n\r\n",
      base64, "\r\n--=_b--\r\n", NULL);
}

static void judges_smime(void **state) {
  (void)state;
  static const char by_alma[] = "-signer alma.pem -inkey alma.key";
  Fixture *f = fixture_new();
  smime_make_root(f, "root");
  smime_make_person(f, "root", "alma", 1);
  smime_make_person(f, "root", "berto", 1);
  smime_trust(f, f->others, "root");
  g_auto(SignedMail) mail = {0}, other = {0}, opaque = {0}, several = {0};
  g_autofree char *fingerprint = smime_fingerprint(f, "alma"), *good = smime_message(f, TEXT, by_alma);
  expect(f, good, "good", "as it should be", &mail);
  assert_string_equal(mail.signature.fingerprint, fingerprint);
  assert_int_equal(mail.parts.protocol, SIGNED_SMIME);
  expect_edited(f, good, "We support", "We oppose", "bad", "another word");
  expect_edited(f, good, "\r\n--=_b--", "\r\n--=_b\r\n\r\nWe oppose it.\r\n--=_b--", "partial",
                "a part after");
  expect_edited(f, good, "base64\r\n", "7bit\r\n", "malformed", "a signature that is not encoded");
  g_autofree char *of_other = smime_message(f, "We oppose it.\r\n", by_alma);
  expect(f, of_other, "bad", "a signature over other words", &other);
  /* The signature brings words of its own that it is good over; they are not those that are shown. */
  g_autofree char *confused =
      smime_message(f, "We oppose it.\r\n", "-nodetach -signer alma.pem -inkey alma.key");
  g_autoptr(GBytes) raw = bytes_of(confused);
  assert_done(signed_mail_check(f->others, raw, clock_wall(clock_system()), &opaque, error));
  assert_false(signed_mail_is_good(&opaque));
  g_autofree char *two =
      smime_message(f, TEXT, "-signer alma.pem -inkey alma.key -signer berto.pem -inkey berto.key");
  expect(f, two, "several", "two signers", &several);
  fixture_free(f);
}

/* ---- the public collection of "Johnny, you are fired" ---- */

/* Some are kept with both kinds of line ends, which no mail server would hand over; here they get one. */
static GBytes *read_public(const char *path) {
  g_autofree char *text = NULL;
  assert_true(g_file_get_contents(path, &text, NULL, NULL));
  g_autoptr(GString) message = g_string_new(text);
  g_string_replace(message, "\r\n", "\n", 0);
  g_string_replace(message, "\n", "\r\n", 0);
  return bytes_of(message->str);
}

typedef struct {
  guint seen, whole, genuine;
  Fixture *f;
  char *manager; /* fingerprint of his OpenPGP key; nobody trusts the authority of his certificate */
} Public;

/* What would be taken for the manager's word: good, by his key, under his address. */
static void judge_public(Public *all, const char *path) {
  g_autoptr(GBytes) raw = read_public(path);
  g_auto(SignedMail) mail = {0};
  assert_done(signed_mail_check(all->f->others, raw, clock_wall(clock_system()), &mail, error));
  gboolean taken = signed_mail_is_good(&mail) && g_str_has_prefix(mail.parts.from->send, "manager@") &&
                   strcmp(mail.signature.fingerprint, all->manager) == 0;
  gboolean genuine = strstr(path, "valid-signed") != NULL;
  all->seen++;
  all->whole += mail.parts.state == SIGNED_PARTS_WHOLE;
  all->genuine += taken && genuine;
  if (taken && !genuine)
    fail_msg("%s is taken for the manager's word", path);
}

static void walk(Public *all, const char *folder) {
  g_autoptr(GQueue) folders = g_queue_new();
  for (char *next = g_strdup(folder); next != NULL; next = g_queue_pop_head(folders)) {
    g_autoptr(GDir) dir = g_dir_open(next, 0, NULL);
    for (const char *name; dir != NULL && (name = g_dir_read_name(dir)) != NULL;) {
      g_autofree char *path = g_build_filename(next, name, NULL);
      if (g_file_test(path, G_FILE_TEST_IS_DIR))
        g_queue_push_tail(folders, g_steal_pointer(&path));
      else if (g_str_has_suffix(name, ".eml"))
        judge_public(all, path);
    }
    g_free(next);
  }
}

/* The public key of WHO; its fingerprint. */
static char *import_public(Fixture *f, const char *folder, const char *who) {
  g_autofree char *keys = g_build_filename(folder, "assets", "public-keys", NULL);
  g_autoptr(GDir) dir = g_dir_open(keys, 0, NULL);
  const char *name = NULL;
  while (dir != NULL && (name = g_dir_read_name(dir)) != NULL && !g_str_has_prefix(name, who))
    ;
  assert_non_null(name);
  g_autofree char *path = g_build_filename(keys, name, NULL);
  g_autoptr(GBytes) bytes = NULL;
  g_autoptr(GPtrArray) fingerprints = NULL;
  assert_done(file_read(path, 1 << 20, &bytes, error));
  assert_done(key_import(f->others, bytes, &fingerprints, error));
  return g_strdup(g_ptr_array_index(fingerprints, 0));
}

static void is_not_fired(void **state) {
  (void)state;
  static const char folder[] = CORPORA_DIR "/johnny";
  if (!g_file_test(folder, G_FILE_TEST_IS_DIR)) {
    print_message("the public collection is not here: only our own cases were tried\n");
    return;
  }
  Public all = {.f = fixture_new()};
  all.manager = import_public(all.f, folder, "manager");
  g_autofree char *eve = import_public(all.f, folder, "eve");
  walk(&all, folder);
  print_message("%u public messages, %u of them whole by their structure, %u genuine\n", all.seen, all.whole,
                all.genuine);
  assert_true(all.genuine > 0);
  g_free(all.manager);
  fixture_free(all.f);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(judges_openpgp),
                                     cmocka_unit_test(names_both_for_the_binding),
                                     cmocka_unit_test(judges_smime), cmocka_unit_test(is_not_fired)};
  signal(SIGPIPE, SIG_IGN);
  if (home_init(NULL) < 0)
    return 1;
  return cmocka_run_group_tests(tests, NULL, NULL);
}
