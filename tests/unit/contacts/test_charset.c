/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contacts/charset.h"

#include "base/fault.h"
#include "support/case.h"

#include <string.h>

#define BYTES(literal) literal, sizeof(literal) - 1

static void found_out(void **state) {
  (void)state;
  static const struct {
    const char *name, *bytes;
    gsize length;
    enum charset charset;
    const char *text;
  } cases[] = {
      {"plain", BYTES("Nom;Pays\n"), CHARSET_UTF8, "Nom;Pays\n"},
      {"empty", BYTES(""), CHARSET_UTF8, ""},
      {"UTF-8", BYTES("Pr\xC3\xA9nom;\xE2\x82\xAC\n"), CHARSET_UTF8, "Prénom;€\n"},
      {"UTF-8 with its mark", BYTES("\xEF\xBB\xBFNom\n"), CHARSET_UTF8, "Nom\n"},
      {"Windows-1252", BYTES("Pr\xE9nom;Nom\n"), CHARSET_CP1252, "Prénom;Nom\n"},
      {"Windows-1252 euro and quotes", BYTES("\x80 \x93x\x94 \x9Cuvre\n"), CHARSET_CP1252, "€ “x” œuvre\n"},
      {"UTF-16 little end", BYTES("\xFF\xFEN\0o\0\xE9\0"), CHARSET_UTF16LE, "Noé"},
      {"UTF-16 big end", BYTES("\xFE\xFF\0N\0o\0\xE9"), CHARSET_UTF16BE, "Noé"},
      {"UTF-16 without mark", BYTES("N\0o\0m\0;\0\xAC\x20"), CHARSET_UTF16LE, "Nom;€"},
      {"UTF-16 big end without mark", BYTES("\0N\0o\0m\0;\x20\xAC"), CHARSET_UTF16BE, "Nom;€"},
      {"UTF-16 beyond 16 bits", BYTES("\xFF\xFE\x3D\xD8\x00\xDE"), CHARSET_UTF16LE, "\xF0\x9F\x98\x80"},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    for (gsize limit = 1; limit < 20; limit += 3) {
      const guint8 *bytes = (const guint8 *)cases[i].bytes;
      g_autoptr(GString) out = g_string_new(NULL);
      gsize at;
      enum charset charset = charset_detect(bytes, cases[i].length, &at);
      if (charset != cases[i].charset)
        fail_msg("%s: taken for %s", cases[i].name, charset_name(charset));
      while (at < cases[i].length)
        assert_done(charset_decode(charset, bytes, cases[i].length, &at, limit, out, error));
      if (!g_str_equal(out->str, cases[i].text))
        fail_msg("%s by %zu: \"%s\"", cases[i].name, limit, out->str);
    }
  }
}

static void told(void **state) {
  (void)state;
  static const struct {
    const char *name, *bytes, *text;
    enum charset charset;
  } cases[] = {
      {"macroman", "Pr\x8Enom \xCF\xDB", "Prénom œ€", CHARSET_MACROMAN},
      {"ISO-8859-15", "\xBDuvre \xA4", "œuvre €", CHARSET_LATIN9},
      {"latin1", "Pr\xE9nom", "Prénom", CHARSET_CP1252},
      {"ANSI", "x", "x", CHARSET_CP1252},
      {"utf_8", "x", "x", CHARSET_UTF8},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autoptr(GString) out = g_string_new(NULL);
    enum charset charset;
    gsize at = 0;
    assert_done(charset_parse(cases[i].name, &charset, error));
    assert_int_equal(charset, cases[i].charset);
    assert_done(charset_decode(charset, (const guint8 *)cases[i].bytes, strlen(cases[i].bytes), &at, 100, out,
                               error));
    assert_string_equal(out->str, cases[i].text);
  }
  enum charset charset;
  g_autoptr(GError) error = NULL;
  assert_int_equal(charset_parse("EBCDIC", &charset, &error), FAULT_INPUT);
  assert_non_null(strstr(error->message, "Windows-1252"));
}

static void unreadable(void **state) {
  (void)state;
  static const struct {
    const char *name, *bytes;
    gsize length, offset;
    enum charset charset;
  } cases[] = {
      {"not UTF-8", BYTES("ab\xE9 c"), 2, CHARSET_UTF8},
      {"UTF-8 cut", BYTES("ab\xC3"), 2, CHARSET_UTF8},
      {"no letter of Windows-1252", BYTES("abc\x81"), 3, CHARSET_CP1252},
      {"half a unit", BYTES("a\0b"), 2, CHARSET_UTF16LE},
      {"a lone surrogate", BYTES("a\0\x00\xDC"), 2, CHARSET_UTF16LE},
      {"half a pair", BYTES("\x3D\xD8"), 0, CHARSET_UTF16LE},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autoptr(GString) out = g_string_new(NULL);
    g_autoptr(GError) error = NULL;
    gsize at = 0;
    g_autofree char *place = g_strdup_printf("byte %zu ", cases[i].offset);
    int r = charset_decode(cases[i].charset, (const guint8 *)cases[i].bytes, cases[i].length, &at, 100, out,
                           &error);
    if (r != FAULT_INPUT || strstr(error->message, place) == NULL)
      fail_msg("%s: %d %s", cases[i].name, r, error != NULL ? error->message : "");
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(found_out), cmocka_unit_test(told),
                                     cmocka_unit_test(unreadable)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
