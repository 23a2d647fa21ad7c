/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Facts of entries, and ranges in them. */
#include "journal/facts.h"

#include "support/case.h"

static void values(void **state) {
  (void)state;
  static const struct {
    const char *facts, *key, *value;
  } rows[] = {
      {"epoch=3\nrelay=main\n", "relay", "main"},
      {"epoch=3\nrelay=main", "relay", "main"},
      {"epoch=3\nrelay=main\n", "epoch", "3"},
      {"relays=2\nrelay=main\n", "relay", "main"},
      {"a=b=c\n", "a", "b=c"},
      {"a=\n", "a", ""},
      {"xrelay=main\n", "relay", NULL},
      {"", "relay", NULL},
      {NULL, "relay", NULL},
      {"a=1\na=2\n", "a", "1"},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autofree char *value = facts_value(rows[i].facts, rows[i].key);
    if (g_strcmp0(value, rows[i].value) != 0)
      fail_msg("%s of %s: %s", rows[i].key, rows[i].facts, value);
  }
}

static void ranges(void **state) {
  (void)state;
  static const struct {
    const char *text;
    gint64 sum; /* of all firsts and lasts */
    int n;
  } rows[] = {{"12-75,77", 12 + 75 + 77 + 77, 2},
              {"5", 10, 1},
              {"", 0, 0},
              {"x", 0, 0},
              {"1,2,3-4", 13, 3},
              {"1,", 2, 1}};
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    const char *at = rows[i].text;
    gint64 first, last, sum = 0;
    int n = 0;
    for (; facts_range(&at, &first, &last); n++)
      sum += first + last;
    if (n != rows[i].n || sum != rows[i].sum)
      fail_msg("%s: %d ranges", rows[i].text, n);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(values), cmocka_unit_test(ranges)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
