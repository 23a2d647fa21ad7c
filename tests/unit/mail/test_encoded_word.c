/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail/encoded_word.h"

#include "support/case.h"

#include <string.h>

static void spells(void **state) {
  (void)state;
  static const struct {
    const char *name;
    const char *text;
    gsize column;
    gboolean phrase;
    const char *encoded;
  } rows[] = {
      {"Q where it is shorter", "R\xc3\xa9union", 9, FALSE, "=?utf-8?Q?R=C3=A9union?="},
      {"B where that is shorter", "\xd0\x9c\xd0\xb8\xd1\x80", 9, FALSE, "=?utf-8?B?0JzQuNGA?="},
      {"Q when equal", "\xc3\xa9 a", 0, FALSE, "=?utf-8?Q?=C3=A9_a?="},
      {"what Q must not leave", "\xc3\xa9 a_b=c?defghijklmnopqrst", 9, FALSE,
       "=?utf-8?Q?=C3=A9_a=5Fb=3Dc=3Fdefghijklmnopqrst?="},
      {"tab", "abcdefghijk\tl", 9, FALSE, "=?utf-8?Q?abcdefghijk=09l?="},
      {"free text keeps its points", "\xc3\xa9, (abcd). efgh", 9, FALSE, "=?utf-8?Q?=C3=A9,_(abcd)._efgh?="},
      {"a phrase does not", "\xc3\xa9, abcd. efghijklmnopq", 9, TRUE,
       "=?utf-8?Q?=C3=A9=2C_abcd=2E_efghijklmnopq?="},
      {"lines of 76", "\xc3\xa9xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", 9,
       FALSE,
       "=?utf-8?Q?=C3=A9xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx?=\r\n "
       "=?utf-8?Q?xxxxxxxxxxxxxxxxxxxxx?="},
      {"no room on this line", "\xc3\xa9", 70, FALSE, "\r\n =?utf-8?B?w6k=?="},
      {"nothing", "", 9, FALSE, ""},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autoptr(GString) to = g_string_new(NULL);
    encoded_word_append(to, rows[i].text, rows[i].column, rows[i].phrase);
    if (strcmp(to->str, rows[i].encoded) != 0)
      fail_msg("%s: %s", rows[i].name, to->str);
  }
}

/* Each word of a long text stands alone: at most 75 characters, lines of 76, whole characters inside. */
static void never_tears_a_character(void **state) {
  (void)state;
  static const char *const letters[] = {"\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x95\x8a", "x\xd0\x9c",
                                        "ab\xe4\xb8\xad"};
  for (gsize i = 0; i < G_N_ELEMENTS(letters); i++)
    for (gsize column = 0; column < 80; column++) {
      g_autoptr(GString) text = g_string_new(NULL);
      g_autoptr(GString) to = g_string_new(NULL);
      while (text->len < 200)
        g_string_append(text, letters[i]);
      encoded_word_append(to, text->str, column, FALSE);
      g_auto(GStrv) words = g_strsplit(to->str, "\r\n ", -1);
      g_autoptr(GString) back = g_string_new(NULL);
      for (char **word = words; *word != NULL; word++) {
        gsize n = strlen(*word), length;
        if (n == 0 && word == words)
          continue;
        assert_true(n <= 75 && (word == words ? column : 1) + n <= 76);
        assert_true(g_str_has_prefix(*word, "=?utf-8?B?") || g_str_has_prefix(*word, "=?utf-8?Q?"));
        g_autofree char *inner = g_strndup(*word + 10, n - 12);
        g_autofree guchar *bytes = NULL;
        if ((*word)[8] == 'Q') {
          g_strdelimit(inner, "=", '%');
          bytes = (guchar *)g_uri_unescape_string(inner, NULL);
          length = strlen((char *)bytes);
        } else
          bytes = g_base64_decode(inner, &length);
        assert_true(g_utf8_validate((char *)bytes, (gssize)length, NULL));
        g_string_append_len(back, (char *)bytes, (gssize)length);
      }
      assert_string_equal(back->str, text->str);
    }
}

static void knows_what_could_be_mistaken(void **state) {
  (void)state;
  assert_true(encoded_word_mistakable("=?utf-8?Q?x?="));
  assert_true(encoded_word_mistakable("a=?b"));
  assert_false(encoded_word_mistakable("a = ? b"));
}

static void reads_back(void **state) {
  (void)state;
  static const struct {
    const char *name, *encoded, *text; /* NULL: unreadable */
  } rows[] = {
      {"no word", "Re: synthesis = x", "Re: synthesis = x"},
      {"Q", "=?utf-8?Q?R=C3=A9_union?= x", "R\xc3\xa9 union x"},
      {"B", "a =?UTF-8?b?0JzQuNGA?=", "a \xd0\x9c\xd0\xb8\xd1\x80"},
      {"white space between two", "=?utf-8?q?a?=  =?utf-8?q?b?= c", "ab c"},
      {"another charset", "=?iso-8859-1?q?M=FCller?=", "M\xc3\xbcller"},
      {"with a language", "=?utf-8*fr?q?oui?=", "oui"},
      {"not ended", "=?utf-8?q?a", "=?utf-8?q?a"},
      {"no word inside", "=? ?= =?=", "=? ?= =?="},
      {"no such charset", "=?x-none?q?a?=", NULL},
      {"no such encoding", "=?utf-8?x?a?=", NULL},
      {"not of its charset", "=?utf-8?q?=FF?=", NULL},
      {"a broken octet", "=?utf-8?q?=F?=", NULL},
      {"broken base64", "=?utf-8?b?0Jz?=", NULL},
      {"NUL in Q", "=?utf-8?q?a=00b?=", NULL},
      {"NUL in B", "=?utf-8?b?YQBi?=", NULL},
      {"octets that are no text", "\xff", NULL},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autofree char *text = encoded_word_decode(rows[i].encoded);
    if (g_strcmp0(text, rows[i].text) != 0)
      fail_msg("%s: %s", rows[i].name, text != NULL ? text : "unreadable");
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(reads_back),
      cmocka_unit_test(spells),
      cmocka_unit_test(never_tears_a_character),
      cmocka_unit_test(knows_what_could_be_mistaken),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
