/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail/mime.h"

#include "support/case.h"

#include "base/clock.h"
#include "base/fault.h"
#include "mail/transfer.h"

#include <glib/gstdio.h>
#include <string.h>

#define MESSAGES 400 /* that another reader must understand as we meant them */

static void a_whole_message(void **state) {
  (void)state;
  g_autoptr(GString) to = g_string_new(NULL);
  char outer[MIME_BOUNDARY_SIZE], inner[MIME_BOUNDARY_SIZE];
  mime_boundary("mixed", "D-1042", outer);
  mime_boundary("alt", "D-1042", inner);
  assert_done(header_verbatim(to, "MIME-Version", "1.0", error));
  assert_done(mime_multipart(to, "mixed", outer, error));
  mime_delimiter(to, outer);
  assert_done(mime_multipart(to, "alternative", inner, error));
  mime_delimiter(to, inner);
  assert_done(mime_text(to, "plain", "Ch\xc3\xa8re Awa,\n", -1, error));
  mime_delimiter(to, inner);
  assert_done(mime_text(to, "html", "<p>Ch\xc3\xa8re Awa,</p>", -1, error));
  mime_close(to, inner);
  mime_delimiter(to, outer);
  assert_done(mime_attachment_bytes(to, "application/pdf", "Pr\xc3\xa9-rapport.pdf", "%PDF-", 5, error));
  mime_close(to, outer);
  assert_string_equal(to->str, "MIME-Version: 1.0\r\n"
                               "Content-Type: multipart/mixed; boundary=\"=_mixed_D1042\"\r\n"
                               "\r\n"
                               "--=_mixed_D1042\r\n"
                               "Content-Type: multipart/alternative; boundary=\"=_alt_D1042\"\r\n"
                               "\r\n"
                               "--=_alt_D1042\r\n"
                               "Content-Type: text/plain; charset=utf-8\r\n"
                               "Content-Transfer-Encoding: quoted-printable\r\n"
                               "\r\n"
                               "Ch=C3=A8re Awa,\r\n"
                               "\r\n"
                               "--=_alt_D1042\r\n"
                               "Content-Type: text/html; charset=utf-8\r\n"
                               "Content-Transfer-Encoding: quoted-printable\r\n"
                               "\r\n"
                               "<p>Ch=C3=A8re Awa,</p>\r\n"
                               "--=_alt_D1042--\r\n"
                               "--=_mixed_D1042\r\n"
                               "Content-Type: application/pdf; name=Pre-rapport.pdf\r\n"
                               "Content-Disposition: attachment; filename*=utf-8''Pr%C3%A9-rapport.pdf\r\n"
                               "Content-Transfer-Encoding: base64\r\n"
                               "\r\n"
                               "JVBERi0=\r\n"
                               "--=_mixed_D1042--\r\n");
}

static void boundaries(void **state) {
  (void)state;
  static const struct {
    const char *role, *seed;
    const char *boundary;
  } rows[] = {
      {"mixed", "7f3a", "=_mixed_7f3a"},
      {"alt", "a\r\n\"--b", "=_alt_ab"},
      {"mixed", "0123456789012345678901234567890123456789012345678901234567890123456789",
       "=_mixed_01234567890123456789012345678901234567890123456789012345678901"},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    char boundary[MIME_BOUNDARY_SIZE];
    mime_boundary(rows[i].role, rows[i].seed, boundary);
    assert_string_equal(boundary, rows[i].boundary);
  }
  static const char *const refused[] = {
      "",
      "abc",
      "=_a\r\n",
      "=_a\"",
      "=_a ",
      "=_\xc3\xa9",
      "=_012345678901234567890123456789012345678901234567890123456789012345678"};
  for (gsize i = 0; i < G_N_ELEMENTS(refused); i++) {
    g_autoptr(GString) to = g_string_new(NULL);
    assert_int_equal(mime_multipart(to, "mixed", refused[i], NULL), FAULT_INPUT);
    assert_int_equal(to->len, 0);
  }
}

static void parameters_of_its_own(void **state) {
  (void)state;
  static const HeaderParameter parameters[] = {{"protocol", "application/pgp-signature"},
                                               {"micalg", "pgp-sha256"}};
  g_autoptr(GString) to = g_string_new(NULL);
  assert_done(mime_multipart_with(to, "signed", "=_s", parameters, 2, error));
  assert_string_equal(to->str, "Content-Type: multipart/signed; protocol=\"application/pgp-signature\";\r\n"
                               " micalg=pgp-sha256; boundary=\"=_s\"\r\n\r\n");
}

static void injections_are_refused(void **state) {
  (void)state;
  static const char *const values[] = {"a\r\nb", "a\nb", "a\rb", "a\x01", "\xff", ""};
  for (gsize i = 0; i < G_N_ELEMENTS(values); i++) {
    g_autoptr(GString) to = g_string_new("before");
    assert_int_equal(mime_attachment(to, "application/pdf", values[i], NULL), FAULT_INPUT);
    assert_int_equal(mime_attachment(to, values[i], "a.pdf", NULL), FAULT_INPUT);
    assert_int_equal(mime_attachment_bytes(to, values[i], "a.pdf", "x", 1, NULL), FAULT_INPUT);
    assert_int_equal(mime_multipart(to, values[i], "=_a", NULL), FAULT_INPUT);
    assert_int_equal(mime_text(to, values[i], "x", -1, NULL), FAULT_INPUT);
    assert_string_equal(to->str, "before");
  }
  static const struct {
    const char *text;
    gssize length;
  } texts[] = {{"a\0b", 3}, {"a\x01", -1}, {"a\x7f", -1}, {"\xff", -1}, {"\xc3", -1}};
  for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
    g_autoptr(GString) to = g_string_new("before");
    assert_int_equal(mime_text(to, "plain", texts[i].text, texts[i].length, NULL), FAULT_INPUT);
    assert_string_equal(to->str, "before");
  }
}

/* An offence is seen at any place of a text, among any neighbours. */
static void offences_at_any_place(void **state) {
  (void)state;
  static const char *const offences[] = {
      "\x01", "\x7f", "\xff", "\xc3", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xc0\x80"};
  for (gsize i = 0; i < G_N_ELEMENTS(offences); i++)
    for (int before = 0; before < 20; before++) {
      g_autoptr(GString) text = g_string_new("\xc3\xa9\t\r\n");
      g_autoptr(GString) to = g_string_new(NULL);
      for (int n = 0; n < before; n++)
        g_string_append_c(text, 'x');
      assert_done(mime_text(to, "plain", text->str, -1, error));
      g_string_truncate(to, 0);
      g_string_append(text, offences[i]);
      assert_int_equal(mime_text(to, "plain", text->str, -1, NULL), FAULT_INPUT);
      g_string_append(text, "a longer end of it");
      assert_int_equal(mime_text(to, "plain", text->str, -1, NULL), FAULT_INPUT);
      assert_int_equal(to->len, 0);
    }
}

/* What a message was made of, as another reader must find it again. */
typedef struct {
  char *subject, *name, *address, *text, *html, *file;
  GBytes *content;
} Meant;

static void meant_clear(Meant *meant) {
  g_free(meant->subject);
  g_free(meant->name);
  g_free(meant->address);
  g_free(meant->text);
  g_free(meant->html);
  g_free(meant->file);
  g_bytes_unref(meant->content);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Meant, meant_clear)

static char *random_line(GRand *random, int most) {
  static const char *const pieces[] = {
      "Awa",
      "report",
      " ",
      "  ",
      "Ren\xc3\xa9",
      "\"",
      "\\",
      ",",
      "(office)",
      "a@b.example",
      "=?utf-8?Q?x?=",
      "=",
      "?=",
      "_",
      ".",
      ";",
      ":",
      "'",
      "*",
      "%41",
      "/",
      "\xd0\x9c\xd0\xbe\xd1\x81\xd0\xba\xd0\xb2\xd0\xb0",
      "\xd9\x85\xd8\xb1\xd8\xad\xd8\xa8\xd8\xa7",
      "\xe0\xa4\xaa\xe0\xa4\xa4\xe0\xa4\xbe",
      "\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e",
      "\xf0\x9f\x95\x8a",
      "e\xcc\x81",
      "\xc2\xa0",
      "<b>",
      "averyveryverylongwordwithoutanyplacewhereitcouldbefoldedatallsoitmustbeencoded",
      "\xce\x95\xce\xbb\xce\xbb\xce\xac\xce\xb4\xce\xb1\xce\xb5\xce\xbb\xce\xbb\xce\xac\xce\xb4\xce\xb1\xce"
      "\xb5\xce\xbb\xce\xbb\xce\xac\xce\xb4\xce\xb1",
  };
  GString *line = g_string_new(g_rand_boolean(random) ? "x" : "\xc3\x89");
  for (int n = g_rand_int_range(random, 0, most); n > 0 && line->len < 300; n--) {
    g_string_append(line, pieces[g_rand_int_range(random, 0, G_N_ELEMENTS(pieces))]);
    if (g_rand_boolean(random))
      g_string_append_c(line, ' ');
  }
  g_string_append_c(line, 'y');
  return g_string_free(line, FALSE);
}

static char *random_text(GRand *random) {
  static const char *const between[] = {"\n", "\n\n", " \n", "\t", "\n.\n", "\nFrom ", "\n--", "\r\n"};
  GString *text = g_string_new(NULL);
  for (int n = g_rand_int_range(random, 0, 12); n > 0; n--) {
    g_autofree char *line = random_line(random, 12);
    g_string_append(text, line);
    g_string_append(text, between[g_rand_int_range(random, 0, G_N_ELEMENTS(between))]);
  }
  return g_string_free(text, FALSE);
}

static Meant meant_make(GRand *random) {
  static const char *const addresses[] = {
      "awa@forum.example", "\"a w\"@forum.example", "a.b+c@xn--exmple-cua.test",
      "a.rather.long.local.part.of.an.office@a.rather.long.domain.of.a.ministry.example"};
  gsize size = (gsize)g_rand_int_range(random, 0, 3000);
  guint8 *content = g_malloc(size + 1);
  for (gsize i = 0; i < size; i++)
    content[i] = (guint8)g_rand_int(random);
  Meant meant = {
      .subject = random_line(random, 30),
      .name = random_line(random, 8),
      .address = g_strdup(addresses[g_rand_int_range(random, 0, G_N_ELEMENTS(addresses))]),
      .text = random_text(random),
      .html = random_text(random),
      .file = random_line(random, 10),
      .content = g_bytes_new_take(content, size),
  };
  return meant;
}

static GString *write_head(const Meant *meant) {
  GString *to = g_string_new(NULL);
  g_autoptr(Address) address = NULL;
  assert_done(address_parse(meant->address, 0, &address, error));
  assert_done(header_date(to, "Date", 1385974800 * SECOND, error));
  assert_done(header_mailbox(to, "From", "Forum", address, error));
  assert_done(header_mailbox(to, "To", meant->name, address, error));
  assert_done(header_text(to, "Subject", meant->subject, error));
  assert_done(header_message_id(to, "Message-ID", "<d-1042@forum.example>", error));
  assert_done(header_verbatim(to, "MIME-Version", "1.0", error));
  assert_done(mime_multipart(to, "mixed", "=_mixed_1", error));
  mime_delimiter(to, "=_mixed_1");
  assert_done(mime_multipart(to, "alternative", "=_alt_1", error));
  mime_delimiter(to, "=_alt_1");
  assert_done(mime_text(to, "plain", meant->text, -1, error));
  mime_delimiter(to, "=_alt_1");
  assert_done(mime_text(to, "html", meant->html, -1, error));
  mime_close(to, "=_alt_1");
  mime_delimiter(to, "=_mixed_1");
  assert_done(mime_attachment(to, "application/pdf", meant->file, error));
  return to;
}

/* The message as it would be sent: a head of its own, the base64 form of a file, a tail. */
static Message *write_message(const Meant *meant, const char *folder) {
  g_autofree char *file = g_build_filename(folder, "content", NULL),
                  *form = g_build_filename(folder, "base64", NULL);
  Message *message = message_new();
  GString *tail = g_string_new(NULL);
  guint64 size;
  Digest digest;
  gsize length;
  const char *content = g_bytes_get_data(meant->content, &length);
  assert_true(g_file_set_contents(file, content != NULL ? content : "", (gssize)length, NULL));
  assert_done(transfer_base64_file(file, NULL, form, 0640, &size, &digest, error));
  message_add_string(message, write_head(meant));
  message_add_file(message, form, size, &digest);
  mime_close(tail, "=_mixed_1");
  message_add_string(message, tail);
  assert_done(message_seal(message, error));
  assert_done(message_check(message, error));
  return message;
}

static void save_message(const Message *message, const char *folder, int index) {
  g_autoptr(MessageReader) reader = message_reader_new(message);
  g_autoptr(GString) all = g_string_new(NULL);
  g_autofree char *path = g_strdup_printf("%s/%d.eml", folder, index);
  const guint8 *bytes;
  gssize n;
  while ((n = message_reader_next(reader, &bytes, NULL)) > 0)
    g_string_append_len(all, (const char *)bytes, n);
  assert_int_equal(n, 0);
  assert_true(g_file_set_contents(path, all->str, (gssize)all->len, NULL));
}

static void save_meant(const Meant *meant, const char *folder, int index) {
  g_autofree char *path = g_strdup_printf("%s/%d.meant", folder, index);
  g_autofree char *ascii = header_ascii_name(meant->file);
  const char *const values[] = {meant->subject, meant->name, meant->address, meant->text,
                                meant->html,    meant->file, ascii};
  g_autoptr(GString) to = g_string_new(NULL);
  for (gsize i = 0; i < G_N_ELEMENTS(values); i++) {
    g_autofree char *hex = hex_of(values[i], strlen(values[i]));
    g_string_append_printf(to, "%s\n", hex);
  }
  gsize length;
  const guint8 *content = g_bytes_get_data(meant->content, &length);
  g_autofree char *hex = hex_of(content, length);
  g_string_append_printf(to, "%s\n", hex);
  assert_true(g_file_set_contents(path, to->str, (gssize)to->len, NULL));
}

static void another_reader_understands(void **state) {
  (void)state;
  g_autofree char *python = g_find_program_in_path("python3");
  if (python == NULL) {
    print_message("python3 is absent: the messages were not read by another program\n");
    return;
  }
  char *folder = case_folder_make();
  g_autoptr(GRand) random = g_rand_new_with_seed(20131209);
  for (int i = 0; i < MESSAGES; i++) {
    g_auto(Meant) meant = meant_make(random);
    g_autoptr(Message) message = write_message(&meant, folder);
    g_autoptr(Message) again = write_message(&meant, folder);
    assert_true(digest_equal(&message->digest, &again->digest));
    save_message(message, folder, i);
    save_meant(&meant, folder, i);
  }
  char script[] = TESTS_DIR "/unit/mail/read_messages.py";
  char *argv[] = {python, script, folder, NULL};
  g_autofree char *said = NULL;
  int status = -1;
  assert_true(g_spawn_sync(NULL, argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, NULL, &said, &status, NULL));
  if (status != 0)
    fail_msg("%s", said);
  case_folder_remove(folder);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_whole_message),       cmocka_unit_test(boundaries),
      cmocka_unit_test(parameters_of_its_own), cmocka_unit_test(injections_are_refused),
      cmocka_unit_test(offences_at_any_place), cmocka_unit_test(another_reader_understands),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
