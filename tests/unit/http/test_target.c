/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/case.h"

#include "base/fault.h"
#include "http/target.h"

static const struct {
  const char *name, *raw, *path; /* path NULL: refused */
} rows[] = {
    {"the root", "/", "/"},
    {"a plain path", "/api/v1/mailings", "/api/v1/mailings"},
    {"one slash at the end", "/api/v1/", "/api/v1"},
    {"encoded letters", "/r/caf%C3%A9%20x", "/r/café x"},
    {"a plus stays a plus in a path", "/a+b", "/a+b"},
    {"no slash at the beginning", "api", NULL},
    {"an absolute form", "http://x/", NULL},
    {"an asterisk", "*", NULL},
    {"nothing", "", NULL},
    {"a climb", "/a/../b", NULL},
    {"an encoded climb", "/a/%2e%2E/b", NULL},
    {"a dot", "/a/./b", NULL},
    {"an encoded slash", "/a%2Fb", NULL},
    {"a backslash", "/a\\b", NULL},
    {"an encoded backslash", "/a%5cb", NULL},
    {"two slashes", "/a//b", NULL},
    {"two slashes at the end", "/a//", NULL},
    {"two slashes at the beginning", "//a", NULL},
    {"NUL", "/a%00b", NULL},
    {"a line break", "/a%0d%0ab", NULL},
    {"half an escape", "/a%2", NULL},
    {"an escape of no digits", "/a%zz", NULL},
    {"a bare percent sign", "/%", NULL},
    {"Latin-1", "/caf%E9", NULL},
    {"an overlong slash", "/%C0%AF", NULL},
    {"raw UTF-8", "/café", NULL},
    {"a fragment", "/a#b", NULL},
    {"a broken query", "/a?x=%f", NULL},
    {"NUL in a query", "/a?x=%00", NULL},
    {"a line break in a query", "/a?x=%0a", NULL},
};

static void takes_paths_apart(void **state) {
  (void)state;
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autoptr(Target) target = NULL;
    g_autoptr(GError) error = NULL;
    int r = target_parse(rows[i].raw, &target, &error);
    const char *got = target != NULL ? target_path(target) : NULL;
    if (r != (rows[i].path != NULL ? 0 : FAULT_INPUT) || g_strcmp0(got, rows[i].path) != 0)
      fail_msg("%s: %s gave %d %s", rows[i].name, rows[i].raw, r, got != NULL ? got : "nothing");
  }
}

static void keeps_repeated_arguments(void **state) {
  (void)state;
  g_autoptr(Target) target = NULL;
  assert_done(target_parse("/d?state=held&country=XA&state=in-doubt&q=a+b%2Bc&&flag&e=", &target, error));
  const char *const *states = target_values(target, "state");
  assert_string_equal(states[0], "held");
  assert_string_equal(states[1], "in-doubt");
  assert_null(states[2]);
  assert_string_equal(target_values(target, "q")[0], "a b+c");
  assert_string_equal(target_values(target, "flag")[0], "");
  assert_string_equal(target_values(target, "e")[0], "");
  assert_null(target_values(target, "absent")[0]);
  const char *const *names = target_names(target);
  static const char *const expected[] = {"state", "country", "q", "flag", "e", NULL};
  for (gsize i = 0; i < G_N_ELEMENTS(expected); i++)
    assert_int_equal(g_strcmp0(names[i], expected[i]), 0);
}

static void has_ceilings(void **state) {
  (void)state;
  g_autoptr(Target) target = NULL;
  g_autofree char *filler = g_strnfill(TARGET_MAX, 'a');
  g_autofree char *too_long = g_strconcat("/", filler, NULL);
  assert_int_equal(target_parse(too_long, &target, NULL), FAULT_INPUT);
  g_autoptr(GString) many = g_string_new("/?a");
  for (int i = 0; i < TARGET_ARGUMENTS_MAX; i++)
    g_string_append(many, "&a");
  assert_int_equal(target_parse(many->str, &target, NULL), FAULT_INPUT);
  assert_null(target);
}

static void gives_segments(void **state) {
  (void)state;
  g_autoptr(Target) target = NULL;
  assert_done(target_parse("/mailings/M-7/approve?x=1", &target, error));
  const char *const *segments = target_segments(target);
  assert_string_equal(segments[1], "M-7");
  assert_null(segments[3]);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(takes_paths_apart),
      cmocka_unit_test(keeps_repeated_arguments),
      cmocka_unit_test(has_ceilings),
      cmocka_unit_test(gives_segments),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
