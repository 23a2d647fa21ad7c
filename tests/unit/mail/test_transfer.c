/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail/transfer.h"

#include "support/case.h"

#include "base/fault.h"

#include <glib/gstdio.h>
#include <string.h>

#define X75 "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"

static const struct {
  const char *name;
  const char *text;
  const char *encoded;
} quoted[] = {
    {"nothing", "", ""},
    {"one line without an end", "abc", "abc"},
    {"LF", "a\nb\n", "a\r\nb\r\n"},
    {"CRLF", "a\r\nb\r\n", "a\r\nb\r\n"},
    {"lone CR", "a\rb\r", "a\r\nb\r\n"},
    {"mixed line ends", "a\r\r\nb\n\rc", "a\r\n\r\nb\r\n\r\nc"},
    {"empty lines", "\n\n\n", "\r\n\r\n\r\n"},
    {"letters outside ASCII", "\xc3\xa9t\xc3\xa9", "=C3=A9t=C3=A9"},
    {"equals sign", "a=b", "a=3Db"},
    {"space at the end of a line", "a \nb  \n", "a=20\r\nb =20\r\n"},
    {"tab at the end of a line", "a\t\n", "a=09\r\n"},
    {"space at the end of the text", "-- ", "--=20"},
    {"space alone", " ", "=20"},
    {"From at the beginning", "From here\nFrom\n From x\nxFrom x",
     "=46rom here\r\nFrom\r\n From x\r\nxFrom x"},
    {"lone dot", ".\n..\n.x\n.", "=2E\r\n..\r\n.x\r\n=2E"},
    {"controls", "a\x01\x7f\tb", "a=01=7F=09b"},
    {"75 columns", X75 "\n", X75 "\r\n"},
    {"76 columns", X75 "y\n", X75 "y\r\n"},
    {"76 columns without an end", X75 "y", X75 "y"},
    {"77 columns", X75 "yz\n", X75 "=\r\nyz\r\n"},
    {"76 columns with a space at the end", X75 " \n", X75 "=\r\n=20\r\n"},
    {"room for one encoded octet at the end", "xxx" X75 "\xc3",
     "xxx"
     "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
     "=\r\nxxx=C3"},
    {"From after a soft break", X75 "From here", X75 "=\r\n=46rom here"},
    {"dot after a soft break", X75 "y.", X75 "=\r\ny."},
};

static void quoted_printable(void **state) {
  (void)state;
  for (gsize i = 0; i < G_N_ELEMENTS(quoted); i++) {
    g_autoptr(GString) to = g_string_new("before|");
    transfer_quoted_printable(to, quoted[i].text, strlen(quoted[i].text));
    assert_int_equal(strlen(to->str), to->len);
    if (strcmp(to->str + 7, quoted[i].encoded) != 0)
      fail_msg("%s: %s", quoted[i].name, to->str + 7);
  }
  g_autoptr(GString) to = g_string_new(NULL);
  transfer_quoted_printable(to, "a\0b", 3);
  assert_string_equal(to->str, "a=00b");
}

/* The decoder of the tests: nothing but RFC 2045 §6.7. */
static void decode(const GString *encoded, GString *to) {
  for (gsize i = 0; i < encoded->len; i++) {
    if (encoded->str[i] != '=') {
      g_string_append_c(to, encoded->str[i]);
      continue;
    }
    if (encoded->str[i + 1] != '\r')
      g_string_append_c(to, (char)(g_ascii_xdigit_value(encoded->str[i + 1]) << 4 |
                                   g_ascii_xdigit_value(encoded->str[i + 2])));
    i += 2;
  }
}

static void check_lines(const GString *encoded) {
  gsize column = 0;
  for (gsize i = 0; i < encoded->len; i++) {
    guchar c = (guchar)encoded->str[i];
    assert_true((c >= ' ' && c < 0x7f) || c == '\r' || c == '\n');
    if (c == '\r') {
      assert_int_equal(encoded->str[i + 1], '\n');
      assert_true(column == 0 || (encoded->str[i - 1] != ' ' && encoded->str[i - 1] != '\t'));
    }
    if (column == 0) {
      assert_int_not_equal(strncmp(encoded->str + i, "From ", 5), 0);
      assert_false(c == '.' && (encoded->str[i + 1] == '\r' || i + 1 == encoded->len));
    }
    if (c == '\n')
      assert_int_equal(encoded->str[i - 1], '\r');
    column = c == '\n' ? 0 : column + (c == '\r' ? 0 : 1);
    assert_true(column <= 76);
  }
}

/* Random texts of dangerous pieces: decoding gives the text with canonical line ends. */
static void quoted_printable_comes_back(void **state) {
  (void)state;
  static const char *const pieces[] = {"x",
                                       " ",
                                       "\t",
                                       "\n",
                                       "\r\n",
                                       "\r",
                                       ".",
                                       "From ",
                                       "=",
                                       "\xc3\xa9",
                                       "abcdefgh",
                                       "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
                                       "\xe2\x82\xac",
                                       "\x7f",
                                       "--"};
  g_autoptr(GRand) random = g_rand_new_with_seed(20131209);
  for (int round = 0; round < 20000; round++) {
    g_autoptr(GString) text = g_string_new(NULL);
    g_autoptr(GString) canonical = g_string_new(NULL);
    g_autoptr(GString) encoded = g_string_new(NULL);
    g_autoptr(GString) back = g_string_new(NULL);
    for (int n = g_rand_int_range(random, 0, 24); n > 0; n--)
      g_string_append(text, pieces[g_rand_int_range(random, 0, G_N_ELEMENTS(pieces))]);
    for (gsize i = 0; i < text->len; i++) {
      gboolean line_break = text->str[i] == '\r' || text->str[i] == '\n';
      if (text->str[i] == '\r' && text->str[i + 1] == '\n')
        i++;
      if (line_break)
        g_string_append(canonical, "\r\n");
      else
        g_string_append_c(canonical, text->str[i]);
    }
    transfer_quoted_printable(encoded, text->str, text->len);
    check_lines(encoded);
    decode(encoded, back);
    if (!g_string_equal(back, canonical))
      fail_msg("round %d: %s", round, encoded->str);
  }
}

static void base64(void **state) {
  (void)state;
  for (gsize length = 0; length < 400; length++) {
    g_autofree guint8 *bytes = g_malloc(length + 1);
    for (gsize i = 0; i < length; i++)
      bytes[i] = (guint8)(i * 37 + length);
    g_autoptr(GString) to = g_string_new("x");
    g_autoptr(GString) expected = g_string_new("x");
    g_autofree char *whole = g_base64_encode(bytes, length);
    for (const char *p = whole; *p != '\0'; p += MIN(strlen(p), 76))
      g_string_append_printf(expected, "%.76s\r\n", p);
    transfer_base64(to, bytes, length);
    assert_string_equal(to->str, expected->str);
    assert_true(to->len == 1 + transfer_base64_size(length));
  }
}

static void base64_file(void **state) {
  (void)state;
  static const gsize sizes[] = {0, 1, 57, 58, 57 * 4096 - 1, 57 * 4096, 57 * 4096 + 1, 700001};
  char *folder = case_folder_make();
  for (gsize i = 0; i < G_N_ELEMENTS(sizes); i++) {
    g_autofree char *from = g_build_filename(folder, "from", NULL),
                    *to = g_build_filename(folder, "to", NULL);
    g_autofree char *bytes = g_malloc(sizes[i] + 1), *written = NULL;
    g_autoptr(GString) expected = g_string_new(NULL);
    gsize length;
    guint64 size = 0;
    Digest digest;
    for (gsize n = 0; n < sizes[i]; n++)
      bytes[n] = (char)(n * 131 >> 3);
    Digest frozen = digest_of(bytes, sizes[i]);
    assert_true(g_file_set_contents(from, bytes, (gssize)sizes[i], NULL));
    assert_done(transfer_base64_file(from, &frozen, to, 0640, &size, &digest, error));
    assert_true(g_file_get_contents(to, &written, &length, NULL));
    transfer_base64(expected, bytes, sizes[i]);
    assert_true(length == expected->len && memcmp(written, expected->str, length) == 0);
    Digest own = digest_of(written, length);
    assert_true(digest_equal(&own, &digest));
    assert_true(size == length);
  }
  case_folder_remove(folder);
}

static guint names_in(const char *folder) {
  guint n = 0;
  GDir *dir = g_dir_open(folder, 0, NULL);
  while (g_dir_read_name(dir) != NULL)
    n++;
  g_dir_close(dir);
  return n;
}

static void base64_file_refused(void **state) {
  (void)state;
  char *folder = case_folder_make();
  g_autofree char *from = g_build_filename(folder, "from", NULL), *to = g_build_filename(folder, "to", NULL);
  g_autofree char *nowhere = g_build_filename(folder, "none", "to", NULL);
  g_autoptr(GError) absent = NULL;
  g_autoptr(GError) changed = NULL;
  g_autoptr(GError) unwritable = NULL;
  guint64 size;
  Digest digest, other = digest_of("y", 1);
  assert_int_equal(transfer_base64_file(from, NULL, to, 0640, &size, &digest, &absent), FAULT_ABSENT);
  assert_true(g_file_set_contents(from, "x", 1, NULL));
  assert_int_equal(transfer_base64_file(from, &other, to, 0640, &size, &digest, &changed), FAULT_RULE);
  assert_non_null(strstr(changed->message, from));
  assert_int_equal(transfer_base64_file(from, NULL, nowhere, 0640, &size, &digest, &unwritable),
                   FAULT_SYSTEM);
  assert_int_equal(names_in(folder), 1);
  case_folder_remove(folder);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(quoted_printable),
      cmocka_unit_test(quoted_printable_comes_back),
      cmocka_unit_test(base64),
      cmocka_unit_test(base64_file),
      cmocka_unit_test(base64_file_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
