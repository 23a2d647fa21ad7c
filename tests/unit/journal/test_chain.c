/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "journal/chain.h"

#include <string.h>

#include "base/fault.h"
#include "support/case.h"

#define EMPTY "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

static void first_lines(G_GNUC_UNUSED void **state) {
  Head head;
  chain_start(&head);
  g_autofree char *start = head_text(&head);
  assert_string_equal(start, "0:" EMPTY);
  Digest commitment = digest_of("", 0);
  char line[CHAIN_LINE_SIZE];
  gsize length = chain_line(&head, &commitment, line);
  assert_string_equal(line, "1 " EMPTY " " EMPTY "\n");
  assert_int_equal(length, strlen(line));
  Digest of_line = digest_of(line, length);
  chain_advance(&head, &commitment);
  assert_int_equal(head.index, 1);
  assert_true(digest_equal(&head.line, &of_line));
}

static const struct {
  const char *name, *text;
  gboolean taken;
} lines[] = {
    {"a line", "12 " EMPTY " " EMPTY "\n", TRUE},
    {"no line feed", "12 " EMPTY " " EMPTY, FALSE},
    {"carriage return", "12 " EMPTY " " EMPTY "\r\n", FALSE},
    {"more behind", "12 " EMPTY " " EMPTY " x\n", FALSE},
    {"two spaces", "12  " EMPTY " " EMPTY "\n", FALSE},
    {"leading zero", "012 " EMPTY " " EMPTY "\n", FALSE},
    {"negative", "-1 " EMPTY " " EMPTY "\n", FALSE},
    {"zero", "0 " EMPTY " " EMPTY "\n", FALSE},
    {"one digest", "12 " EMPTY "\n", FALSE},
    {"upper case", "12 E3B0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 " EMPTY "\n", FALSE},
    {"no digits", "12 g3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 " EMPTY "\n", FALSE},
    {"an index beyond all", "99999999999999999999 " EMPTY " " EMPTY "\n", FALSE},
    {"empty", "", FALSE},
    {"line feed alone", "\n", FALSE},
};

static void one_spelling(G_GNUC_UNUSED void **state) {
  for (gsize i = 0; i < G_N_ELEMENTS(lines); i++) {
    ChainLine line;
    if (chain_read(lines[i].text, strlen(lines[i].text), &line) != lines[i].taken)
      fail_msg("%s", lines[i].name);
    if (lines[i].taken)
      assert_int_equal(line.index, 12);
  }
}

static void following(G_GNUC_UNUSED void **state) {
  Head head;
  chain_start(&head);
  Digest a = digest_of("a", 1), b = digest_of("b", 1);
  ChainLine first = {1, head.line, a};
  assert_int_equal(chain_follow(&head, &first), CHAIN_INTACT);
  const Head after_first = head;
  const struct {
    ChainLine line;
    enum chain_flaw flaw;
  } rows[] = {
      {{1, after_first.line, b}, CHAIN_BACK},
      {{3, after_first.line, b}, CHAIN_GAP},
      {{2, a, b}, CHAIN_BROKEN},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    assert_int_equal(chain_follow(&head, &rows[i].line), rows[i].flaw);
    assert_memory_equal(&head, &after_first, sizeof head);
  }
  ChainLine second = {2, after_first.line, b};
  assert_int_equal(chain_follow(&head, &second), CHAIN_INTACT);
}

static void heads(G_GNUC_UNUSED void **state) {
  static const struct {
    const char *text;
    gint64 index; /* -1: refused */
  } rows[] = {
      {"20412:" EMPTY, 20412}, {"0:" EMPTY, 0},  {EMPTY, -1},          {"1:", -1},       {"", -1},
      {":" EMPTY, -1},         {"1 " EMPTY, -1}, {"1:" EMPTY "0", -1}, {"x:" EMPTY, -1}, {"-1:" EMPTY, -1}};
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    Head head;
    g_autoptr(GError) error = NULL;
    int r = head_parse(rows[i].text, &head, &error);
    if (r != (rows[i].index < 0 ? FAULT_INPUT : 0))
      fail_msg("\"%s\": %d", rows[i].text, r);
    if (r < 0)
      continue;
    g_autofree char *text = head_text(&head);
    assert_string_equal(text, rows[i].text);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(first_lines), cmocka_unit_test(one_spelling),
                                     cmocka_unit_test(following), cmocka_unit_test(heads)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
