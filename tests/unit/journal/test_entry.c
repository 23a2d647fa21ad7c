/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "journal/entry.h"

#include <string.h>

#include "base/fault.h"
#include "base/text.h"
#include "support/case.h"

static void canonical_text(G_GNUC_UNUSED void **state) {
  EntryContent whole = {.salt = {0x3a, 0x7c, 0, 0xff},
                        .index = 20412,
                        .time = G_GINT64_CONSTANT(1385974800000042),
                        .kind = "delivery-relayed",
                        .user = "valised",
                        .mailing = 7,
                        .addressee = 99,
                        .delivery = 1042,
                        .delivery_last = 1241,
                        .contact = 31,
                        .text = "pris en charge : 250 Ok",
                        .facts = "epoch=3\nreply=250 Ok"};
  g_autoptr(GString) text = g_string_new("left over");
  entry_canonical(&whole, text);
  assert_string_equal(text->str, "salt 3a7c00ff000000000000000000000000\n"
                                 "index 20412\n"
                                 "time 2013-12-02T09:00:00.000042Z\n"
                                 "kind delivery-relayed\n"
                                 "user valised\n"
                                 "mailing M-7\n"
                                 "addressee A-99\n"
                                 "delivery D-1042\n"
                                 "delivery-last D-1241\n"
                                 "contact C-31\n"
                                 "text pris en charge : 250 Ok\n"
                                 "fact epoch=3\n"
                                 "fact reply=250 Ok\n");
  EntryContent bare = {.index = 1, .kind = "hold"};
  entry_canonical(&bare, text);
  assert_string_equal(text->str, "salt 00000000000000000000000000000000\nindex 1\n"
                                 "time 1970-01-01T00:00:00.000000Z\nkind hold\n");
}

/* The own calendar against the library's, over leap days and centuries. */
static void times_agree(G_GNUC_UNUSED void **state) {
  g_autoptr(GString) text = g_string_new(NULL);
  for (gint64 t = 0; t < 250 * 365 * DAY; t += 11 * DAY + 7 * HOUR + 123456789) {
    EntryContent content = {.index = 1, .kind = "x", .time = t};
    entry_canonical(&content, text);
    g_autofree char *expected = moment_rfc3339(t);
    const char *found = strstr(text->str, "time ") + strlen("time ");
    if (strncmp(found, expected, strlen(expected)) != 0)
      fail_msg("%s instead of %s", found, expected);
  }
}

static const struct {
  const char *name, *value, *line;
  gsize length, max;
} escapes[] = {
    {"plain", "250 2.0.0 Ok", "250 2.0.0 Ok", 0, 100},
    {"accents", "reçu", "reçu", 0, 100},
    {"line breaks", "250-a\r\n250 b", "250-a\\r\\n250 b", 0, 100},
    {"tab", "a\tb", "a\\tb", 0, 100},
    {"backslash", "a\\nb", "a\\\\nb", 0, 100},
    {"NUL", "a\0b", "a\\x00b", 3, 100},
    {"escape", "\033[2J", "\\x1b[2J", 0, 100},
    {"delete", "a\177", "a\\x7f", 0, 100},
    {"control beyond ASCII",
     "a\xc2\x85"
     "b",
     "a\\xc2\\x85b", 0, 100},
    {"line separator", "a\u2028b", "a\\xe2\\x80\\xa8b", 0, 100},
    {"latin-1", "caf\xe9 noir", "caf\\xe9 noir", 0, 100},
    {"cut character", "caf\xc3", "caf\\xc3", 0, 100},
    {"surrogate", "\xed\xa0\x80", "\\xed\\xa0\\x80", 0, 100},
    {"just so", "abcdef", "abcdef", 0, 6},
    {"too long", "abcdefg", "abc…", 0, 6},
    {"too long at a character", "abcéfg", "abc…", 0, 6},
    {"too long at an escape", "ab\n\n\n", "ab\\n…", 0, 7},
    {"empty", "", "", 0, 6},
};

static void escaping(G_GNUC_UNUSED void **state) {
  for (gsize i = 0; i < G_N_ELEMENTS(escapes); i++) {
    g_autoptr(GString) to = g_string_new("before ");
    gsize length = escapes[i].length > 0 ? escapes[i].length : strlen(escapes[i].value);
    entry_escape(to, escapes[i].value, length, escapes[i].max);
    if (strcmp(to->str + strlen("before "), escapes[i].line) != 0)
      fail_msg("%s: %s", escapes[i].name, to->str);
    assert_true(to->len - strlen("before ") <= escapes[i].max);
  }
}

static const struct {
  const char *facts;
  gboolean taken;
} facts[] = {
    {NULL, TRUE},       {"", TRUE},       {"a=b", TRUE},     {"a=b\n", TRUE},       {"a-1=b=c\nd=\n", TRUE},
    {"a", FALSE},       {"=b", FALSE},    {"A=b", FALSE},    {"a=b\n\nc=d", FALSE}, {"a=b\rc", FALSE},
    {"a=b\x01", FALSE}, {"a b=c", FALSE}, {"a=\xe9", FALSE}, {"\na=b", FALSE},      {"a=b\ttab", FALSE},
};

static void facts_are_lines(G_GNUC_UNUSED void **state) {
  for (gsize i = 0; i < G_N_ELEMENTS(facts); i++) {
    g_autoptr(GError) error = NULL;
    int r = entry_check_facts(facts[i].facts, &error);
    if (r != (facts[i].taken ? 0 : FAULT_INPUT))
      fail_msg("\"%s\": %d", facts[i].facts, r);
  }
  g_autoptr(GString) built = g_string_new(NULL);
  entry_fact(built, "reply", "250-a\r\n250 \xe9");
  entry_fact(built, "none", NULL);
  entry_fact_int(built, "epoch", -3);
  entry_fact_digest(built, "sha256", NULL);
  assert_string_equal(built->str, "reply=250-a\\r\\n250 \\xe9\nepoch=-3\n");
  assert_done(entry_check_facts(built->str, error));
  /* `printf abc | sha256sum` */
  Digest digest = digest_of("abc", 3);
  g_string_truncate(built, 0);
  entry_fact_digest(built, "sha256", &digest);
  assert_string_equal(built->str,
                      "sha256=ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\n");
}

static void lines_are_whole(G_GNUC_UNUSED void **state) {
  g_autoptr(GString) built = g_string_new("first 1\n");
  g_autofree char *most = g_strnfill(TEXT_LONG_MAX, '\x01');
  entry_line(built, "none", NULL);
  entry_line(built, "name", "x\nreason y\\");
  entry_line(built, "empty", "");
  assert_string_equal(built->str, "first 1\nname x\\nreason y\\\\\nempty \n");
  g_string_truncate(built, 0);
  entry_line(built, "most", most);
  assert_int_equal(built->len, strlen("most ") + 4 * TEXT_LONG_MAX + 1);
  assert_true(g_str_has_suffix(built->str, "\\x01\n"));
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(canonical_text), cmocka_unit_test(times_agree),
                                     cmocka_unit_test(escaping), cmocka_unit_test(facts_are_lines),
                                     cmocka_unit_test(lines_are_whole)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
