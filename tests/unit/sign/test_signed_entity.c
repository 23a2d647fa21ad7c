/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What we write as signed mail is read and found good by others' programs, and by our own. */
#include "sign/signed_entity.h"

#include "mail/transfer.h"
#include "sign/signed_mail.h"
#include "smime_fixture.h"

#define SEED     "d1042"
#define MESSAGES 8

static void write_file(Fixture *f, const char *name, gconstpointer bytes, gsize size) {
  g_autofree char *path = g_build_filename(f->folder, name, NULL);
  assert_done(file_write_whole(path, bytes, size, 0600, error));
}

/* ---- messages of random words, with all that breaks signatures ---- */

static char *random_text(GRand *dice) {
  static const char *const lines[] = {
      "From the beginning",
      "ends with blanks  ",
      "\ttab and end\t",
      ".",
      "-- ",
      "",
      "=3D = ?=",
      "--=_signed",
      "Monsieur le Pr\xc3\xa9sident,",
      "\xe2\x82\xac",
      "a line that is so long that it must be broken somewhere, wherever that may be, and "
      "be whole again for whoever reads it"};
  GString *text = g_string_new(NULL);
  for (int n = g_rand_int_range(dice, 1, 30); n > 0; n--)
    g_string_append_printf(text, "%s\n", lines[g_rand_int_range(dice, 0, G_N_ELEMENTS(lines))]);
  return g_string_free(text, FALSE);
}

static GString *fields(const char *address, const char *subject) {
  GString *head = g_string_new(NULL);
  g_autoptr(Address) from = NULL, to = NULL;
  assert_done(address_parse("forum@forum.example", ADDRESS_CONTACT, &from, error));
  assert_done(address_parse(address, ADDRESS_CONTACT, &to, error));
  assert_done(header_mailbox(head, "From",
                             "Rencontres \xc3\xa9"
                             "conomiques",
                             from, error));
  assert_done(header_mailbox(head, "To", "Son Excellence", to, error));
  assert_done(header_text(head, "Subject", subject, error));
  assert_done(header_date(head, "Date", 1385974800 * SECOND, error));
  assert_done(header_message_id(head, "Message-ID", "<d1042.x@forum.example>", error));
  assert_done(header_verbatim(head, "MIME-Version", "1.0", error));
  return head;
}

/* Text, and a file as a piece. */
static Message *entity_of(Fixture *f, GRand *dice, const GString *head, int i) {
  Message *entity = message_new();
  GString *text = g_string_new(NULL), *end = g_string_new(NULL);
  g_autofree char *words = random_text(dice), *name = g_strdup_printf("%d.b64", i),
                  *path = g_build_filename(f->folder, name, NULL);
  g_autoptr(GString) base64 = g_string_new(NULL);
  guint8 octets[5000];
  char boundary[MIME_BOUNDARY_SIZE];
  mime_boundary("mixed", SEED, boundary);
  for (gsize n = 0; n < sizeof octets; n++)
    octets[n] = (guint8)g_rand_int_range(dice, 0, 256);
  transfer_base64(base64, octets, sizeof octets);
  write_file(f, name, base64->str, base64->len);
  Digest digest = digest_of(base64->str, base64->len);
  assert_done(signed_entity_protect(text, head->str, head->len, error));
  assert_done(mime_multipart_with(text, "mixed", boundary, &signed_entity_clear, 1, error));
  mime_delimiter(text, boundary);
  assert_done(mime_text(text, "plain", words, -1, error));
  mime_delimiter(text, boundary);
  assert_done(mime_attachment(text, "application/pdf", "synth\xc3\xa8se 2013.pdf", error));
  message_add_string(entity, text);
  message_add_file(entity, path, base64->len, &digest);
  mime_close(end, boundary);
  message_add_string(entity, end);
  return entity;
}

static GBytes *bytes_of(const Message *message) {
  g_autoptr(MessageReader) reader = message_reader_new(message);
  GString *all = g_string_new(NULL);
  const guint8 *bytes = NULL;
  gssize n = 0;
  while ((n = message_reader_next(reader, &bytes, NULL)) > 0)
    g_string_append_len(all, (const char *)bytes, n);
  assert_int_equal(n, 0);
  return g_string_free_to_bytes(all);
}

/* Wholly written, and found good by ourselves with every field covered; spoilt by one octet it is not. */
static void judge(Fixture *f, GBytes *raw, const Signature *signature, guint headers) {
  g_auto(SignedMail) mail = {0}, spoilt = {0};
  gint64 now = clock_wall(clock_system());
  assert_done(signed_mail_check(f->others, raw, now, &mail, error));
  if (!signed_mail_is_good(&mail))
    fail_msg("%s: %s", signed_mail_name(&mail), signed_mail_sentence(&mail));
  assert_string_equal(signed_mail_name(&mail), "good");
  assert_string_equal(mail.signature.fingerprint, signature->fingerprint);
  assert_string_equal(mail.parts.from->send, "forum@forum.example");
  assert_int_equal(mail.parts.headers, headers);
  gsize size = 0;
  const char *bytes = g_bytes_get_data(raw, &size);
  g_autofree char *copy = g_memdup2(bytes, size);
  char *word = memmem(copy, size, "application/pdf", 15);
  word[0] = 'b';
  g_autoptr(GBytes) changed = g_bytes_new(copy, size);
  assert_done(signed_mail_check(f->others, changed, now, &spoilt, error));
  assert_string_equal(signed_mail_name(&spoilt), "bad");
}

#define ALL_HEADERS                                                                                          \
  (SIGNED_HEADER_FROM | SIGNED_HEADER_SUBJECT | SIGNED_HEADER_TO | SIGNED_HEADER_DATE |                      \
   SIGNED_HEADER_MESSAGE_ID)

static void make(Fixture *f, GRand *dice, Signer *openpgp, SmimeSigner *smime, int i) {
  g_auto(Signature) signature = {0};
  g_autoptr(Message) message = message_new();
  char boundary[MIME_BOUNDARY_SIZE];
  mime_boundary("signed", SEED, boundary);
  const char *address = i % 4 == 3 ? "pr\xc3\xa9sident@ministry.example" : "president@ministry.example";
  g_autoptr(GString) head = fields(
      address, i % 2 == 0 ? "Synth\xc3\xa8se" : "A synthesis =?that is long enough to be folded somewhere");
  g_autoptr(Message) entity = entity_of(f, dice, head, i);
  assert_done(signed_entity_check(entity, boundary, error));
  guint64 octets = signed_entity_octets(entity);
  if (openpgp != NULL)
    assert_done(signer_sign_pieces(openpgp, entity, octets, &signature, error));
  else
    assert_done(smime_signer_sign_pieces(smime, entity, octets, &signature, error));
  assert_done(signed_entity_write(message, g_steal_pointer(&head), entity,
                                  openpgp != NULL ? SIGNED_OPENPGP : SIGNED_SMIME, &signature, boundary,
                                  error));
  g_autoptr(GBytes) raw = bytes_of(message);
  judge(f, raw, &signature, i % 4 == 3 ? ALL_HEADERS & ~(guint)SIGNED_HEADER_TO : ALL_HEADERS);
  g_autofree char *name = g_strdup_printf("%s-%d.eml", openpgp != NULL ? "openpgp" : "smime", i);
  gsize size = 0;
  gconstpointer bytes = g_bytes_get_data(raw, &size);
  write_file(f, name, bytes, size);
}

/* Other readers and other verifiers, each as far as it is installed. */
static void ask_others(Fixture *f) {
  g_autofree char *python = g_find_program_in_path("python3"), *said = NULL;
  g_autofree char *script = g_build_filename(TESTS_DIR, "unit", "sign", "verify_messages.py", NULL);
  if (python == NULL) {
    print_message("python3 is absent: no other program was asked\n");
    return;
  }
  char *argv[] = {python, script, f->folder, NULL};
  int status = 0;
  assert_true(g_spawn_sync(NULL, argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, &said, NULL, &status, NULL));
  print_message("%s", said);
  assert_int_equal(status, 0);
}

static void others_find_it_good(void **state) {
  (void)state;
  Fixture *f = fixture_new();
  GRand *dice = g_rand_new_with_seed(20131202);
  g_autoptr(Signer) openpgp = NULL;
  g_autoptr(SmimeSigner) smime = NULL;
  fixture_make_key(home_folder(f->ours), FORUM, "secret words", "1y");
  fixture_give(f->ours, f->others, "forum@forum.example");
  g_autoptr(GBytes) ring = fixture_public(f->ours, "forum@forum.example");
  gsize size = 0;
  gconstpointer bytes = g_bytes_get_data(ring, &size);
  write_file(f, "ring.asc", bytes, size);
  smime_make_root(f, "root");
  smime_make_person(f, "root", "forum", 1);
  smime_give_secret(f, f->ours, "forum");
  smime_trust(f, f->ours, "root");
  smime_trust(f, f->others, "root");
  g_autofree char *fingerprint = smime_fingerprint(f, "forum");
  assert_done(signer_open(f->ours, "forum@forum.example", "secret words", &openpgp, error));
  assert_done(smime_signer_open(f->ours, fingerprint, SMIME_PASSPHRASE, &smime, error));
  for (int i = 0; i < MESSAGES; i++) {
    make(f, dice, openpgp, NULL, i);
    make(f, dice, NULL, smime, i);
  }
  ask_others(f);
  g_rand_free(dice);
  g_clear_pointer(&openpgp, signer_close);
  g_clear_pointer(&smime, smime_signer_close);
  fixture_free(f);
}

/* ---- what is refused ---- */

static void refuses_what_would_break(void **state) {
  (void)state;
  static const struct {
    const char *text, *offence; /* NULL: fit */
  } rows[] = {
      {"Content-Type: text/plain\r\n\r\nYes.\r\n", NULL},
      {"", "no CRLF"},
      {"x", "no CRLF"},
      {"x\r\ny", "no CRLF"},
      {"x\n", "does not end with CRLF"},
      {"x\ry\r\n", "7-bit"},
      {"x \r\n", "white space"},
      {"x\r\n\t\r\n", "white space"},
      {"x\r\nFrom here\r\n", "From "},
      {"\xc3\xa9\r\n", "7-bit"},
      {"--=_b\r\n", "delimiter"},
      {"x\r\n--=_bc\r\n", "delimiter"},
      {">From here\r\n--=_c\r\n", NULL},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
    for (gsize cut = 0; cut <= strlen(rows[i].text); cut++) {
      g_autoptr(Message) entity = message_new();
      g_autoptr(GBytes) a = g_bytes_new(rows[i].text, cut),
                        b = g_bytes_new(rows[i].text + cut, strlen(rows[i].text) - cut);
      message_add_bytes(entity, a);
      message_add_bytes(entity, b);
      if (rows[i].offence == NULL)
        assert_done(signed_entity_check(entity, "=_b", error));
      else
        assert_fault(FAULT_RULE, rows[i].offence, signed_entity_check(entity, "=_b", error));
    }
  g_autofree char *line = g_strnfill(999, 'x'), *long_line = g_strconcat(line, "\r\n", NULL);
  g_autoptr(Message) entity = message_new();
  g_autoptr(GBytes) bytes = g_bytes_new(long_line, strlen(long_line));
  message_add_bytes(entity, bytes);
  assert_fault(FAULT_RULE, "998", signed_entity_check(entity, "=_b", error));
}

static void protects_once(void **state) {
  (void)state;
  g_autoptr(GString) to = g_string_new("X: y\r\n");
#define PROTECT(text) signed_entity_protect(to, text, strlen(text), error)
  assert_fault(FAULT_INPUT, "no From", PROTECT("Subject: x\r\n"));
  assert_fault(FAULT_INPUT, "Subject", PROTECT("From: a@b.example\r\nSubject: x\r\nsubject: y\r\n"));
  assert_fault(FAULT_INPUT, "From", PROTECT("From: \xc3\xa9@b.example\r\n"));
  assert_string_equal(to->str, "X: y\r\n");
  assert_done(
      PROTECT("From: a@b.example\r\nTo: \xc3\xa9@b.example\r\nX-Subject: n\r\nSubject:\r\n long\r\n"));
  assert_string_equal(to->str, "X: y\r\nFrom: a@b.example\r\nSubject:\r\n long\r\n");
}

static void takes_no_other_signature(void **state) {
  (void)state;
  static const char armour[] = "-----BEGIN PGP SIGNATURE-----\n\nx\n-----END PGP SIGNATURE-----\n";
  g_autoptr(Message) message = message_new(), entity = message_new();
  g_autoptr(GString) head = g_string_new(NULL);
  g_auto(Signature) none = {0},
                    pgp = {.armour = g_bytes_new_static(armour, strlen(armour)), .micalg = "pgp-sha512"},
                    odd = {.armour = g_bytes_new_static(armour, strlen(armour)), .micalg = "sha-256"};
#define WRITE(protocol, signature)                                                                           \
  signed_entity_write(message, head, entity, protocol, &(signature), "=_b", error)
  assert_fault(FAULT_INPUT, "kind", WRITE(SIGNED_OPENPGP, none));
  assert_fault(FAULT_INPUT, "kind", WRITE(SIGNED_SMIME, none));
  assert_fault(FAULT_INPUT, "kind", WRITE(SIGNED_SMIME, pgp));
  assert_fault(FAULT_INPUT, "kind", WRITE(SIGNED_OPENPGP, odd));
  assert_fault(FAULT_INPUT, "kind", WRITE(SIGNED_SMIME, odd));
  assert_int_equal(message->pieces->len, 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(others_find_it_good), cmocka_unit_test(refuses_what_would_break),
      cmocka_unit_test(protects_once), cmocka_unit_test(takes_no_other_signature)};
  signal(SIGPIPE, SIG_IGN);
  if (home_init(NULL) < 0)
    return 1;
  return cmocka_run_group_tests(tests, NULL, NULL);
}
