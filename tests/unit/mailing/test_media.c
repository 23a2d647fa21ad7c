/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Name and content must agree; programs never pass, whatever they are called. */
#include "mailing/media.h"

#include "base/fault.h"
#include "base/file.h"
#include "support/case.h"

static const struct {
  const char *name;
  const char *content;
  gsize length;
  const char *type; /* NULL: refused */
} rows[] = {
    {"report.pdf", "%PDF-1.7\n", 9, "application/pdf"},
    {"REPORT.PDF", "%PDF-1.4\n", 9, "application/pdf"},
    {"report.pdf", "PK\003\004xxxx", 8, NULL},
    {"report.docx", "PK\003\004xxxx", 8,
     "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
    {"report.odt", "PK\003\004xxxx", 8, "application/vnd.oasis.opendocument.text"},
    {"report.pdf", "MZ\x90\0", 4, NULL},
    {"report.txt", "MZ\x90\0", 4, NULL},
    {"report.txt", "#!/bin/sh\n", 10, NULL},
    {"report.pdf",
     "\x7f"
     "ELF",
     4, NULL},
    {"report.txt", "Bonjour\n", 8, "text/plain"},
    {"scan.tif", "II*\0\010\0\0\0", 8, "image/tiff"},
    {"scan.tiff", "MM\0*\0\0\0\010", 8, "image/tiff"},
    {"scan.tiff", "II*!", 4, NULL},
    {"scan.tif", "%PDF-1.7\n", 9, NULL},
    {"scan.jpg", "\xff\xd8\xff\xe0", 4, "image/jpeg"},
    {"scan.jpeg", "\x89PNG\r\n\x1a\n", 8, NULL},
    {"report.exe", "%PDF-1.7\n", 9, NULL},
    {"report.pdf.js", "%PDF-1.7\n", 9, NULL},
    {"report", "%PDF-1.7\n", 9, NULL},
    {"report.pdf", "", 0, NULL},
    {"page.html", "<html>", 6, NULL},
};

static void test_kinds(void **state) {
  (void)state;
  char *folder = case_folder_make();
  g_autofree char *path = g_build_filename(folder, "file", NULL);
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    assert_done(file_write_whole(path, rows[i].content, rows[i].length, 0600, error));
    g_autofree char *type = NULL;
    g_autoptr(GError) error = NULL;
    int r = media_of_file(path, rows[i].name, &type, &error);
    if (rows[i].type != NULL && (r != 0 || g_strcmp0(type, rows[i].type) != 0))
      fail_msg("row %zu: %s", i, error != NULL ? error->message : type);
    if (rows[i].type == NULL && r != FAULT_INPUT)
      fail_msg("row %zu passed as %s", i, type);
  }
  g_autofree char *type = NULL;
  assert_int_equal(media_of_file("/nowhere/at/all.pdf", "all.pdf", &type, NULL), FAULT_ABSENT);
  case_folder_remove(folder);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_kinds)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
