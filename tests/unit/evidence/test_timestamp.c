/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Time-stamps: an answer that `openssl ts` gave, whole, cut at each byte, and with each byte changed. */
#include "evidence/timestamp.h"

#include <string.h>

#include "base/fault.h"
#include "base/moment.h"
#include "support/case.h"

/* Runs COMMAND with its words in FOLDER. */
static void run(const char *folder, const char *const *command) {
  g_autoptr(GError) error = NULL;
  g_autofree char *said = NULL;
  int status = -1;
  if (!g_spawn_sync(folder, (char **)command, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL, NULL,
                    NULL, NULL, &said, &status, &error))
    fail_msg("%s", error->message);
  if (status != 0)
    fail_msg("%s: %s", command[1], said);
}

static const char config[] =
    "[tsa]\ndefault_tsa = one\n[one]\nserial = serial\nsigner_cert = tsa.pem\n"
    "signer_key = tsa.key\nsigner_digest = sha256\ndefault_policy = 1.3.6.1.4.1.99999.1\n"
    "digests = sha256\n[req]\ndistinguished_name = dn\n[dn]\n[stamp]\n"
    "extendedKeyUsage = critical,timeStamping\n";

static void put(const char *folder, const char *name, gconstpointer bytes, gssize size) {
  g_autofree char *path = g_build_filename(folder, name, NULL);
  assert_true(g_file_set_contents(path, bytes, size, NULL));
}

static GBytes *answer_to(const char *folder, GBytes *request) {
  static const char *const key[] = {"openssl",
                                    "req",
                                    "-x509",
                                    "-newkey",
                                    "ec",
                                    "-pkeyopt",
                                    "ec_paramgen_curve:P-256",
                                    "-nodes",
                                    "-keyout",
                                    "tsa.key",
                                    "-out",
                                    "tsa.pem",
                                    "-days",
                                    "2",
                                    "-subj",
                                    "/CN=Time of Examples",
                                    "-config",
                                    "tsa.conf",
                                    "-extensions",
                                    "stamp",
                                    NULL};
  static const char *const reply[] = {"openssl", "ts",       "-reply", "-queryfile", "q.tsq",
                                      "-config", "tsa.conf", "-out",   "r.tsr",      NULL};
  gsize size = 0;
  gconstpointer bytes = g_bytes_get_data(request, &size);
  put(folder, "tsa.conf", config, -1);
  put(folder, "serial", "01\n", -1);
  put(folder, "q.tsq", bytes, (gssize)size);
  run(folder, key);
  run(folder, reply);
  g_autofree char *path = g_build_filename(folder, "r.tsr", NULL);
  char *text = NULL;
  assert_true(g_file_get_contents(path, &text, &size, NULL));
  return g_bytes_new_take(text, size);
}

static void answers(void **state) {
  (void)state;
  char *folder = case_folder_make();
  guint8 nonce[TIMESTAMP_NONCE], other[TIMESTAMP_NONCE];
  timestamp_nonce(nonce);
  memcpy(other, nonce, sizeof other);
  other[7] ^= 1;
  Digest digest = digest_of("a manifest", 10), another = digest_of("another", 7);
  g_autoptr(GBytes) request = timestamp_request(&digest, nonce);
  g_autoptr(GBytes) reply = answer_to(folder, request);
  gint64 at = 0, now = g_get_real_time();
  assert_done(timestamp_read(reply, &digest, nonce, &at, error));
  assert_true(at > now - MINUTE && at < now + MINUTE);
  assert_int_equal(timestamp_read(reply, &another, nonce, &at, NULL), FAULT_RULE);
  assert_int_equal(timestamp_read(reply, &digest, other, &at, NULL), FAULT_RULE);
  gsize size = 0;
  const guint8 *bytes = g_bytes_get_data(reply, &size);
  for (gsize cut = 0; cut < size; cut++) {
    g_autofree guint8 *part = g_memdup2(bytes, MAX(cut, 1));
    g_autoptr(GBytes) prefix = g_bytes_new_take(g_steal_pointer(&part), cut);
    assert_int_equal(timestamp_read(prefix, &digest, nonce, &at, NULL), FAULT_INPUT);
  }
  guint refused = 0;
  for (gsize i = 0; i < size; i++)
    for (guint bit = 0; bit < 8; bit++) {
      guint8 *changed = g_memdup2(bytes, size);
      changed[i] ^= (guint8)(1U << bit);
      g_autoptr(GBytes) one = g_bytes_new_take(changed, size);
      refused += timestamp_read(one, &digest, nonce, &at, NULL) < 0;
    }
  assert_true(refused > 8 * (DIGEST_SIZE + TIMESTAMP_NONCE));
  case_folder_remove(folder);
}

static void refusals(void **state) {
  (void)state;
  static const struct {
    const char *name;
    guint8 bytes[16];
    gsize size;
    int code;
  } rows[] = {
      {"nothing", {0}, 0, FAULT_INPUT},
      {"no sequence", {0x04, 0x00}, 2, FAULT_INPUT},
      {"refused", {0x30, 0x05, 0x30, 0x03, 0x02, 0x01, 0x02}, 7, FAULT_RULE},
      {"granted, and no token", {0x30, 0x05, 0x30, 0x03, 0x02, 0x01, 0x00}, 7, FAULT_INPUT},
      {"a length without end", {0x30, 0x80, 0x30, 0x03, 0x02, 0x01, 0x00, 0x00, 0x00}, 9, FAULT_INPUT},
      {"a length beyond all", {0x30, 0x84, 0xff, 0xff, 0xff, 0xff}, 6, FAULT_INPUT},
      {"a length beyond the end", {0x30, 0x7f, 0x30}, 3, FAULT_INPUT},
      {"something behind it", {0x30, 0x05, 0x30, 0x03, 0x02, 0x01, 0x00, 0x00}, 8, FAULT_INPUT},
  };
  Digest digest = digest_of("x", 1);
  guint8 nonce[TIMESTAMP_NONCE];
  timestamp_nonce(nonce);
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autoptr(GBytes) reply = g_bytes_new(rows[i].bytes, rows[i].size);
    gint64 at = 0;
    int r = timestamp_read(reply, &digest, nonce, &at, NULL);
    if (r != rows[i].code)
      fail_msg("%s: %d", rows[i].name, r);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(answers), cmocka_unit_test(refusals)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
