/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/case.h"

#include "templates/value.h"

#include <string.h>

static void what_counts_as_true(void **state) {
  (void)state;
  const Value item[] = {value_text("x")};
  const struct {
    const char *name;
    Value value;
    gboolean expected;
  } rows[] = {
      {"none", value_text(NULL), FALSE},   {"empty text", value_text(""), FALSE},
      {"text", value_text("0"), TRUE},     {"true", value_flag(TRUE), TRUE},
      {"false", value_flag(FALSE), FALSE}, {"empty list", value_list(NULL, 0), FALSE},
      {"list", value_list(item, 1), TRUE}, {"empty map", value_map(NULL, 0), TRUE},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    if (value_truthy(&rows[i].value) != rows[i].expected)
      fail_msg("%s", rows[i].name);
  }
}

static void fields_are_found_by_whole_name(void **state) {
  (void)state;
  const ValueField fields[] = {
      {"name", value_text("a")}, {"names", value_text("b")}, {"name", value_text("c")}};
  const Value map = value_map(fields, G_N_ELEMENTS(fields));
  const Value text = value_text("name");
  assert_string_equal(value_get(&map, "name", 4)->text, "a");
  assert_string_equal(value_get(&map, "names", 5)->text, "b");
  assert_string_equal(value_get(&map, "names.x", 5)->text, "b");
  assert_null(value_get(&map, "nam", 3));
  assert_null(value_get(&map, "namesake", 8));
  assert_null(value_get(&text, "name", 4));
}

static void a_pool_keeps_copies(void **state) {
  (void)state;
  g_autoptr(ValuePool) pool = value_pool_new();
  char text[] = "before";
  Value value = value_pool_text(pool, text);
  memcpy(text, "after", sizeof "after");
  assert_string_equal(value.text, "before");
  assert_int_equal(value_pool_text(pool, NULL).kind, VALUE_NONE);
  assert_int_equal(value_pool_items(pool, 3)[2].kind, VALUE_NONE);
  assert_null(value_pool_fields(pool, 3)[2].key);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(what_counts_as_true),
      cmocka_unit_test(fields_are_found_by_whole_name),
      cmocka_unit_test(a_pool_keeps_copies),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
