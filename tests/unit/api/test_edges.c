/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit/api/api_fixture.h"

static void whole(void **state) {
  (void)state;
  Home *home = api_home_new();
  api_users(home);
  api_home_free(home);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(whole)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
