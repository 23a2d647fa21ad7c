/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store_fixture.h"

static const char *const one[] = {"CREATE TABLE a (x BIGINT); INSERT INTO a VALUES (1)", NULL};
static const char *const two[] = {"CREATE TABLE a (x BIGINT); INSERT INTO a VALUES (1)",
                                  "UPDATE a SET x = x + 1", NULL};
static const char *const other[] = {"CREATE TABLE a (x BIGINT); INSERT INTO a VALUES (2)", NULL};
static const char *const bad[] = {"CREATE TABLE a (x BIGINT); INSERT INTO a VALUES (1)",
                                  "UPDATE a SET x = 9; UPDATE nowhere SET y = 1", NULL};
static const Schema one_schema = {"room", one}, two_schema = {"room", two}, other_schema = {"room", other},
                    bad_schema = {"room", bad};

static const struct {
  const char *name;
  const Schema *first, *second;
  int code;             /* of the second */
  const char *words[2]; /* in its sentence */
  gint64 x;             /* afterwards */
} rows[] = {
    {"again", &one_schema, &one_schema, 0, {NULL, NULL}, 1},
    {"on to the next step", &one_schema, &two_schema, 0, {NULL, NULL}, 2},
    {"an older program", &two_schema, &one_schema, FAULT_RULE, {"step 2 of \"room\"", "newer"}, 2},
    {"a program without the room", &one_schema, NULL, FAULT_RULE, {"step 1 of \"room\"", "newer"}, 1},
    {"a step in other words",
     &one_schema,
     &other_schema,
     FAULT_RULE,
     {"step 1 of \"room\"", "other words"},
     1},
    {"a step that fails leaves nothing",
     &one_schema,
     &bad_schema,
     FAULT_SYSTEM,
     {"step 2 of \"room\"", "nowhere"},
     1},
};

static void migrations(G_GNUC_UNUSED void **state) {
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    char *folder = case_folder_make();
    Store *store = NULL;
    assert_done(store_open("sqlite:valise.db", folder, &store, error));
    assert_done(store_migrate(store, (const Schema *const[]){rows[i].first, NULL}, error));
    store_close(store);
    assert_done(store_open("sqlite:valise.db", folder, &store, error));
    const Schema *const second[] = {&things_schema, rows[i].second, NULL};
    if (rows[i].code == 0)
      assert_done(store_migrate(store, second, error));
    else
      assert_fault_says(store_migrate(store, second, error), rows[i].code, rows[i].words[0],
                        rows[i].words[1]);
    g_autoptr(Link) link = NULL;
    gint64 x = -1, things = 0;
    assert_done(store_read(store, &link, error));
    assert_done(link_int(link, &x, error, "SELECT x FROM a", NULL));
    assert_done(
        link_int(link, &things, error, "SELECT COUNT(*) FROM sqlite_schema WHERE name = 'things'", NULL));
    if (x != rows[i].x || things != (rows[i].code == FAULT_RULE ? 0 : 1))
      fail_msg("%s: x is %d, tables of the other room: %d", rows[i].name, (int)x, (int)things);
    link_return(g_steal_pointer(&link));
    store_close(store);
    case_folder_remove(folder);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(migrations)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
