/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What rebuilds a message rebuilds it exactly, or says that it is damaged. */
#include "mailing/splice.h"

#include <string.h>

#include "base/fault.h"
#include "base/file.h"
#include "support/case.h"

static Message *sample(const char *folder, SpliceFile *file) {
  Message *m = message_new();
  m->message_id = g_strdup("<d7.kx2mnpq@forum.example>");
  m->signed_by = g_strdup("0123456789ABCDEF0123456789ABCDEF01234567");
  m->envelope = (Envelope){.from = g_strdup("b+token@forum.example"),
                           .to = g_strdup("office@arvania.example"),
                           .envid = g_strdup("token"),
                           .notify_success = TRUE};
  g_autofree char *path = g_build_filename(folder, "abc0.b64", NULL);
  assert_done(file_write_whole(path, "QUJD\r\n", 6, 0600, error));
  file->digest = digest_of("QUJD\r\n", 6);
  file->size = 6;
  file->piece = 1;
  file->name = "abc0.b64";
  message_add_string(m, g_string_new("Subject: end\r\n\r\nend\nbytes 3\nabc\r\n"));
  message_add_file(m, path, 6, &file->digest);
  message_add_string(m, g_string_new("--b--\r\n"));
  assert_done(message_seal(m, error));
  return m;
}

static void test_round(void **state) {
  (void)state;
  char *folder = case_folder_make();
  SpliceFile file;
  g_autoptr(Message) m = sample(folder, &file);
  g_autoptr(GBytes) splice = splice_make(m, &file, 1);
  g_autoptr(Message) again = NULL;
  assert_done(splice_read(splice, folder, &again, error));
  assert_done(message_seal(again, error));
  assert_true(digest_equal(&m->digest, &again->digest));
  assert_int_equal(m->size, again->size);
  assert_string_equal(m->message_id, again->message_id);
  assert_string_equal(m->signed_by, again->signed_by);
  g_autoptr(GBytes) head = g_bytes_new_from_bytes(splice, 0, MIN(SPLICE_HEAD, g_bytes_get_size(splice)));
  g_autofree char *signer = splice_signed_by(head);
  assert_string_equal(signer, m->signed_by);
  assert_string_equal(m->envelope.from, again->envelope.from);
  assert_string_equal(m->envelope.to, again->envelope.to);
  assert_string_equal(m->envelope.envid, again->envelope.envid);
  assert_null(again->envelope.orcpt);
  assert_true(again->envelope.notify_success);
  assert_false(again->envelope.utf8);
  case_folder_remove(folder);
}

static void assert_refused(GBytes *splice, const char *folder) {
  g_autoptr(Message) m = NULL;
  g_autoptr(GError) error = NULL;
  assert_int_equal(splice_read(splice, folder, &m, &error), FAULT_RULE);
  assert_null(m);
}

/* Cut anywhere, nothing but the whole is taken. */
static void test_cut(void **state) {
  (void)state;
  char *folder = case_folder_make();
  SpliceFile file;
  g_autoptr(Message) m = sample(folder, &file);
  g_autoptr(GBytes) splice = splice_make(m, &file, 1);
  for (gsize n = 0; n < g_bytes_get_size(splice); n++) {
    g_autoptr(GBytes) cut = g_bytes_new(g_bytes_get_data(splice, NULL), n);
    assert_refused(cut, folder);
  }
  case_folder_remove(folder);
}

static void test_hostile(void **state) {
  (void)state;
  static const char head[] = "valise-splice 1\nid <a@b>\nfrom a@b.example\nto c@d.example\n";
  static const char *const rests[] = {
      "file ../../etc/passwd 3 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08\nend\n",
      "file abc.b64 -1 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08\nend\n",
      "file abc.b64 3 short\nend\n",
      "bytes 18446744073709551615\nabc\nend\n",
      "bytes 99\nabc\nend\n",
      "bytes 2\nabc\nend\n",
      "strange word\nend\n",
      "end\nmore\n",
      "word\nend\n",
  };
  for (gsize i = 0; i < G_N_ELEMENTS(rests); i++) {
    g_autofree char *text = g_strconcat(head, rests[i], NULL);
    g_autoptr(GBytes) splice = g_bytes_new(text, strlen(text));
    assert_refused(splice, "/nowhere");
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_round),
      cmocka_unit_test(test_cut),
      cmocka_unit_test(test_hostile),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
