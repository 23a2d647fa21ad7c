/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is signed verifies by openssl; what cannot be signed is a fault, whatever the agent does. */
#include <sys/socket.h>
#include <sys/un.h>

#include "signer_fixture.h"
#include "smime_fixture.h"

static gint listening; /* the agent that ends does */

#define TEXT "one line\r\nand another, with \xc3\xa9\r\n"

static void write_file(Fixture *f, const char *name, gconstpointer bytes, gsize size) {
  g_autofree char *path = g_build_filename(f->folder, name, NULL);
  assert_done(file_write_whole(path, bytes, size, 0600, error));
}

/* The root alone is given to openssl: the rest of the chain must be in the signature. */
static gboolean openssl_says_good(Fixture *f, const Signature *signature, const char *text) {
  gsize size = 0;
  const char *base64 = g_bytes_get_data(signature->armour, &size);
  write_file(f, "p7s", base64, size);
  write_file(f, "text", text, strlen(text));
  g_autofree char *said = fixture_shell(
      f, "openssl base64 -d -in p7s | openssl cms -verify -binary -inform DER -content text -CAfile "
         "root.pem -purpose smimesign -out /dev/null 2>&1 || true");
  return strstr(said, "Verification successful") != NULL;
}

static char *prepare(Fixture *f) {
  smime_make_root(f, "root");
  smime_make_intermediate(f, "root", "middle");
  smime_make_person(f, "middle", "forum", 1);
  smime_give_secret(f, f->ours, "forum");
  smime_give_certificate(f, f->ours, "middle");
  return smime_fingerprint(f, "forum");
}

static SmimeSigner *opened(Fixture *f) {
  SmimeSigner *signer = NULL;
  g_autofree char *fingerprint = prepare(f);
  smime_trust(f, f->ours, "root");
  assert_done(smime_signer_open(f->ours, fingerprint, SMIME_PASSPHRASE, &signer, error));
  return signer;
}

static void signs(void **state) {
  (void)state;
  Fixture *f = fixture_new();
  g_autoptr(SmimeSigner) signer = NULL;
  g_auto(Signature) signature = {0};
  g_autofree char *fingerprint = prepare(f);
  smime_trust(f, f->ours, "root");
  assert_done(smime_signer_open(f->ours, fingerprint, SMIME_PASSPHRASE, &signer, error));
  const Certificate *c = smime_signer_certificate(signer);
  assert_string_equal(c->fingerprint, fingerprint);
  assert_string_equal(c->address, "forum@ministry.example");
  assert_true(c->can_sign && c->secret && c->begins > 0);
  gint64 now = clock_wall(clock_system());
  assert_true(c->expires > now && c->expires <= now + DAY + MINUTE);
  assert_done(smime_signer_sign(signer, TEXT, strlen(TEXT), &signature, error));
  assert_string_equal(signature.micalg, "sha-256");
  assert_string_equal(signature.fingerprint, fingerprint);
  assert_true(signature.at > now - MINUTE);
  assert_true(openssl_says_good(f, &signature, TEXT));
  assert_false(openssl_says_good(f, &signature, TEXT " "));
  assert_done(smime_signer_check(signer, now, now + HOUR, error));
  assert_fault(FAULT_RULE, "ends too early", smime_signer_check(signer, now, now + 7 * DAY, error));
  /* Nobody can sign with what was left in the agent. */
  SHELL(f, "! gpgsm --homedir %s --batch --detach-sign text >/dev/null 2>&1", home_folder(f->ours));
  g_clear_pointer(&signer, smime_signer_close);
  fixture_free(f);
}

static void signs_pieces(void **state) {
  (void)state;
  Fixture *f = fixture_new();
  g_autoptr(SmimeSigner) signer = opened(f);
  g_auto(Signature) signature = {0}, none = {0};
  g_autofree char *path = g_build_filename(f->folder, "piece", NULL);
  g_autoptr(GString) file = g_string_new(NULL);
  for (int i = 0; i < 20000; i++)
    g_string_append(file, "a line of the file\r\n");
  write_file(f, "piece", file->str, file->len);
  Digest digest = digest_of(file->str, file->len);
  g_autoptr(Message) text = message_new();
  g_autoptr(GBytes) head = g_bytes_new_static("head\r\n", 6), tail = g_bytes_new_static("tail\r\n", 6);
  message_add_bytes(text, head);
  message_add_file(text, path, file->len, &digest);
  message_add_bytes(text, tail);
  g_autofree char *whole = g_strconcat("head\r\n", file->str, "tail", NULL);
  assert_done(smime_signer_sign_pieces(signer, text, strlen(whole), &signature, error));
  assert_true(openssl_says_good(f, &signature, whole));
  assert_fault(FAULT_INPUT, "shorter",
               smime_signer_sign_pieces(signer, text, strlen(whole) + 3, &none, error));
  file->str[5] = '_';
  write_file(f, "piece", file->str, file->len);
  assert_fault(FAULT_RULE, "SHA-256", smime_signer_sign_pieces(signer, text, strlen(whole), &none, error));
  assert_null(none.armour);
  g_clear_pointer(&signer, smime_signer_close);
  fixture_free(f);
}

static void refuses(void **state) {
  (void)state;
  Fixture *f = fixture_new();
  SmimeSigner *signer = NULL;
  g_autofree char *fingerprint = prepare(f), *root = smime_fingerprint(f, "root"),
                  *endless = g_strnfill(SMIME_PASSPHRASE_MAX + 1, 'x');
  assert_fault(FAULT_RULE, "trustlist.txt",
               smime_signer_open(f->ours, fingerprint, SMIME_PASSPHRASE, &signer, error));
  smime_trust(f, f->ours, "root");
  assert_fault(FAULT_RULE, "passphrase",
               smime_signer_open(f->ours, fingerprint, "other words", &signer, error));
  assert_fault(FAULT_RULE, "passphrase", smime_signer_open(f->ours, fingerprint, NULL, &signer, error));
  assert_fault(FAULT_INPUT, "longer", smime_signer_open(f->ours, fingerprint, endless, &signer, error));
  assert_fault(FAULT_ABSENT, "--import", smime_signer_open(f->ours, root, NULL, &signer, error));
  assert_fault(FAULT_ABSENT, "--import", smime_signer_open(f->others, fingerprint, NULL, &signer, error));
  g_autoptr(GBytes) junk = g_bytes_new_static("junk", 4);
  GPtrArray *fingerprints = NULL;
  assert_fault(FAULT_INPUT, "no X.509", certificate_import(f->others, junk, &fingerprints, error));
  fixture_free(f);
}

static int sign_text(gpointer signer, const char *text, Signature *ret, GError **error) {
  return smime_signer_sign(signer, text, strlen(text), ret, error);
}

static void survives_its_agent(void **state) {
  (void)state;
  Fixture *f = fixture_new();
  g_autoptr(SmimeSigner) signer = opened(f);
  const SignerAtWork work = {f, signer, sign_text, openssl_says_good, 0};
  signer_survives_its_agent(&work, TEXT);
  g_clear_pointer(&signer, smime_signer_close);
  fixture_free(f);
}

/* An agent that takes one command, and is gone before its answer is read. */
static gpointer be_an_agent_that_ends(gpointer data) {
  struct sockaddr_un *address = data;
  char line[1024];
  int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  assert_int_equal(bind(listener, (struct sockaddr *)address, sizeof *address), 0);
  assert_int_equal(listen(listener, 1), 0);
  g_atomic_int_set(&listening, 1);
  int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
  assert_int_equal(write(fd, "OK\n", 3), 3);
  gsize n = 0;
  while (n < sizeof line && read(fd, line + n, 1) == 1 && line[n] != '\n')
    n++;
  unlink(address->sun_path);
  close(listener);
  assert_int_equal(write(fd, "OK\n", 3), 3);
  close(fd);
  return GINT_TO_POINTER(n > 6 && memcmp(line, "PRESET", 6) == 0);
}

/* Between the gift of the passphrase and the signature the agent is another. */
static void survives_the_loss_of_its_passphrase(void **state) {
  (void)state;
  Fixture *f = fixture_new();
  g_autoptr(SmimeSigner) signer = opened(f);
  g_auto(Signature) signature = {0};
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  g_autofree char *path = g_build_filename(home_folder(f->ours), "S.gpg-agent", NULL);
  g_strlcpy(address.sun_path, path, sizeof address.sun_path);
  SHELL(f, "gpgconf --homedir %s --kill gpg-agent", home_folder(f->ours));
  for (int i = 0; i < 500 && access(path, F_OK) == 0; i++)
    g_usleep(10000);
  GThread *agent = g_thread_new("agent", be_an_agent_that_ends, &address);
  while (g_atomic_int_get(&listening) == 0)
    g_usleep(1000);
  assert_done(smime_signer_sign(signer, TEXT, strlen(TEXT), &signature, error));
  assert_int_equal(GPOINTER_TO_INT(g_thread_join(agent)), 1);
  assert_true(openssl_says_good(f, &signature, TEXT));
  g_clear_pointer(&signer, smime_signer_close);
  fixture_free(f);
}

static void signs_at_once(void **state) {
  (void)state;
  Fixture *f = fixture_new();
  g_autoptr(SmimeSigner) signer = opened(f);
  const SignerAtWork work = {f, signer, sign_text, openssl_says_good, 0};
  signer_signs_at_once(&work);
  g_clear_pointer(&signer, smime_signer_close);
  fixture_free(f);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(signs),
                                     cmocka_unit_test(signs_pieces),
                                     cmocka_unit_test(refuses),
                                     cmocka_unit_test(survives_its_agent),
                                     cmocka_unit_test(survives_the_loss_of_its_passphrase),
                                     cmocka_unit_test(signs_at_once)};
  signal(SIGPIPE, SIG_IGN);
  if (home_init(NULL) < 0)
    return 1;
  return cmocka_run_group_tests(tests, NULL, NULL);
}
