/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What was deleted is nowhere: neither in the pages of the database, nor in its log */
#include "store_fixture.h"

static int insert(Link *link, gpointer data, GError **error) {
  (void)data;
  int r = 0;
  for (int i = 0; r >= 0 && i < 200; i++)
    r = link_run(link, error, "INSERT INTO things (name, n) VALUES ('zwervane ' || ?1, ?1)", "i", (gint64)i);
  return MIN(r, 0);
}

static int delete (Link *link, gpointer data, GError **error) {
  (void)data;
  int r = link_run(link, error, "DELETE FROM things", "");
  return MIN(r, 0);
}

static gboolean is_on_disk(const StoreFixture *f, const char *name) {
  static const char word[] = "zwervane";
  g_autofree char *path = g_build_filename(f->folder, name, NULL);
  g_autofree char *bytes = NULL;
  gsize length = 0;
  if (!g_file_get_contents(path, &bytes, &length, NULL))
    return FALSE;
  for (gsize at = 0; at + strlen(word) <= length; at++)
    if (memcmp(bytes + at, word, strlen(word)) == 0)
      return TRUE;
  return FALSE;
}

static void nothing_is_left(void **state) {
  StoreFixture *f = *state;
  assert_done(store_write(f->store, insert, NULL, error));
  assert_true(is_on_disk(f, "valise.db-wal"));
  assert_done(store_scrub(f->store, error));
  assert_true(is_on_disk(f, "valise.db"));
  assert_done(store_write(f->store, delete, NULL, error));
  assert_done(store_scrub(f->store, error));
  assert_false(is_on_disk(f, "valise.db"));
  assert_false(is_on_disk(f, "valise.db-wal"));
  assert_done(store_write(f->store, insert, NULL, error));
}

/* Somebody who reads an older state keeps the log from being emptied, and is not disturbed. */
static void readers_first(void **state) {
  StoreFixture *f = *state;
  g_autoptr(Link) link = NULL;
  gint64 count = 0;
  assert_done(store_write(f->store, insert, NULL, error));
  assert_done(store_read(f->store, &link, error));
  assert_done(link_int(link, &count, error, "SELECT count(*) FROM things", ""));
  assert_done(store_write(f->store, delete, NULL, error));
  assert_int_equal(store_scrub(f->store, NULL), 1);
  assert_done(link_int(link, &count, error, "SELECT count(*) FROM things", ""));
  assert_int_equal(count, 200);
  g_clear_pointer(&link, link_return);
  assert_done(store_scrub(f->store, error));
  assert_false(is_on_disk(f, "valise.db-wal"));
}

#define WITH(test) cmocka_unit_test_setup_teardown(test, fixture_setup, fixture_teardown)

int main(void) {
  const struct CMUnitTest tests[] = {WITH(nothing_is_left), WITH(readers_first)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
