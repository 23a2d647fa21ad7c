/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "journal/actor.h"

#include "base/fault.h"
#include "support/case.h"

static const struct {
  const char *text;
  guint roles;
  gint64 clearance;
} rows[] = {
    {"organiser", ROLE_ORGANISER, 1},
    {"approver", ROLE_APPROVER, 1},
    {"volunteer", ROLE_VOLUNTEER, 0},
    {"auditor", ROLE_AUDITOR, 1},
    {"admin", ROLE_ADMIN, 1},
    {"organiser,volunteer", ROLE_ORGANISER | ROLE_VOLUNTEER, 1},
    {"volunteer , auditor", ROLE_VOLUNTEER | ROLE_AUDITOR, 1},
    {"", 0, 0},
    {"boss", 0, 0},
    {"volunteer,boss", 0, 0},
    {"Admin", 0, 0},
};

static void roles(G_GNUC_UNUSED void **state) {
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    guint found = 0;
    g_autoptr(GError) error = NULL;
    int r = roles_parse(rows[i].text, &found, &error);
    if (r != (rows[i].roles != 0 ? 0 : FAULT_INPUT) || found != rows[i].roles)
      fail_msg("\"%s\": %d, roles %u", rows[i].text, r, found);
    const Actor actor = {.id = 1, .name = "x", .roles = rows[i].roles};
    assert_int_equal(actor_clearance(&actor), rows[i].clearance);
  }
  g_autofree char *text = roles_text(ROLE_APPROVER | ROLE_ORGANISER), *none = roles_text(0);
  assert_string_equal(text, "organiser,approver");
  assert_string_equal(none, "");
}

static void no_role_implies_another(G_GNUC_UNUSED void **state) {
  assert_false(actor_has(&actor_daemon, ROLE_APPROVER));
  assert_true(actor_has(&actor_daemon, ROLE_APPROVER | ROLE_ADMIN));
  assert_int_equal(actor_clearance(&actor_daemon), 1);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(roles), cmocka_unit_test(no_role_implies_another)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
