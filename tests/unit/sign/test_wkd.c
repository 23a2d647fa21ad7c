/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sign/wkd.h"

#include "support/case.h"

static void names(void **state) {
  (void)state;
  static const struct {
    const char *local, *hash;
  } rows[] = {
      {"Joe.Doe", "iy9q119eutrkn8s1mk4r39qejnbu3n5q"}, /* the draft's own example */
      {"joe.doe", "iy9q119eutrkn8s1mk4r39qejnbu3n5q"},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    char hash[WKD_HASH_SIZE];
    wkd_hash(rows[i].local, hash);
    assert_string_equal(hash, rows[i].hash);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(names)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
