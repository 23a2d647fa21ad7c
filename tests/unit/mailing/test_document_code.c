/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailing/document_code.h"

#include "support/case.h"

#define WHOLE "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

static const struct {
  const char *name, *typed;
  gboolean reads, is_whole, fits; /* the digest WHOLE */
} rows[] = {
    {"as it is printed", "9f86d081", TRUE, FALSE, TRUE},
    {"in capitals and groups", " 9F86-D081 ", TRUE, FALSE, TRUE},
    {"a piece of the digest", "9f86d081884c7d65", TRUE, FALSE, TRUE},
    {"the digest over two lines", "9f86d081884c7d659a2feaa0c55ad015\na3bf4f1b2b0b822cd15d6c15b0f00a08", TRUE,
     TRUE, TRUE},
    {"its last digit is another", "9f86d080", TRUE, FALSE, FALSE},
    {"the digest's last digit is another", "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a09",
     TRUE, TRUE, FALSE},
    {"seven say nothing", "9f86d08", FALSE, FALSE, FALSE},
    {"more than a digest", WHOLE "0", FALSE, FALSE, FALSE},
    {"no hexadecimal", "9f86d08g", FALSE, FALSE, FALSE},
    {"nothing", "", FALSE, FALSE, FALSE},
    {"a wildcard is no digit", "9f86d08%", FALSE, FALSE, FALSE},
};

static void typed_codes(G_GNUC_UNUSED void **state) {
  Digest digest;
  assert_true(digest_parse(WHOLE, &digest));
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    DocumentCode code = {0};
    gboolean reads = document_code_read(rows[i].typed, &code);
    if (reads != rows[i].reads ||
        (reads && (code.is_whole != rows[i].is_whole || document_code_fits(&code, &digest) != rows[i].fits)))
      fail_msg("%s: read otherwise", rows[i].name);
  }
}

static void a_code_is_the_beginning(G_GNUC_UNUSED void **state) {
  Digest digest;
  DocumentCode read = {0};
  assert_true(digest_parse(WHOLE, &digest));
  const DocumentCode whole = document_code_whole(&digest);
  g_autofree char *code = document_code_of(&digest);
  assert_string_equal(code, "9f86d081");
  assert_true(document_code_read(code, &read) && document_code_fits(&read, &digest));
  assert_true(whole.is_whole && document_code_fits(&whole, &digest));
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(typed_codes),
                                     cmocka_unit_test(a_code_is_the_beginning)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
