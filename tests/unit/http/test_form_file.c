/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "http/form_file.h"

#include "support/case.h"

#include <string.h>

#define TYPE                  "multipart/form-data; boundary=xYz"
#define PART(fields, content) "--xYz\r\n" fields "\r\n\r\n" content "\r\n"
#define FILE_PART(content)                                                                                   \
  PART("Content-Disposition: form-data; name=\"file\"; filename=\"a.pdf\"\r\nContent-Type: application/pdf", \
       content)

static void finds(void **state) {
  (void)state;
  static const struct {
    const char *name, *type, *form, *content; /* NULL: none is found */
  } rows[] = {
      {"a file alone", TYPE, FILE_PART("%PDF\r\nx\r\n") "--xYz--\r\n", "%PDF\r\nx\r\n"},
      {"after a field", TYPE,
       PART("Content-Disposition: form-data; name=\"language\"", "fr") FILE_PART("abc") "--xYz--", "abc"},
      {"a quoted boundary", "multipart/form-data; charset=utf-8; boundary=\"xYz\"",
       FILE_PART("abc") "--xYz--", "abc"},
      {"a boundary in the content, but not at a line's beginning", TYPE, FILE_PART("a --xYz b") "--xYz--",
       "a --xYz b"},
      {"no file chosen", TYPE, FILE_PART("") "--xYz--", NULL},
      {"a field alone", TYPE, PART("Content-Disposition: form-data; name=\"language\"", "fr") "--xYz--",
       NULL},
      {"cut off", TYPE, "--xYz\r\nContent-Disposition: form-data; filename=\"a\"\r\n\r\nabc", NULL},
      {"no boundary", "multipart/form-data", FILE_PART("abc") "--xYz--", NULL},
      {"another boundary", "multipart/form-data; boundary=other", FILE_PART("abc") "--xYz--", NULL},
      {"nothing", TYPE, "", NULL},
      {"no fields", TYPE, "--xYz\r\n", NULL},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    const char *content = NULL;
    gsize length = 0, size = strlen(rows[i].form);
    g_autofree char *form = g_memdup2(rows[i].form, size + 1); /* its end is watched by the sanitizer */
    gboolean found = form_file_find(form, size, rows[i].type, &content, &length);
    if (found != (rows[i].content != NULL) ||
        (found && (length != strlen(rows[i].content) || memcmp(content, rows[i].content, length) != 0)))
      fail_msg("%s", rows[i].name);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(finds)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
