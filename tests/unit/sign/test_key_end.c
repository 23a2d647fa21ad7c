/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sign/key_end.h"

#include "sign_fixture.h"

static void steps_of_the_end(void **state) {
  (void)state;
  static const struct {
    gint64 left;
    enum key_end end;
  } rows[] = {{61 * DAY, KEY_END_FAR},  {60 * DAY, KEY_END_NEAR}, {31 * DAY, KEY_END_NEAR},
              {30 * DAY, KEY_END_SOON}, {8 * DAY, KEY_END_SOON},  {7 * DAY, KEY_END_URGENT},
              {1, KEY_END_URGENT},      {0, KEY_END_PAST},        {-5 * DAY, KEY_END_PAST}};
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
    assert_int_equal(key_end_of(100 * DAY + rows[i].left, 100 * DAY), rows[i].end);
  assert_int_equal(key_end_of(0, 100 * DAY), KEY_END_FAR);
}

typedef struct {
  GString *said;
  enum key_end worst;
} Heard;

static void hear(const char *what, enum key_end end, const char *sentence, gpointer data) {
  Heard *heard = data;
  heard->worst = MAX(heard->worst, end);
  g_string_append_printf(heard->said, "%s: %s\n", what, sentence);
}

static void expect_said(Keeper *keeper, Keeper *log_keeper, gint64 now, enum key_end worst,
                        const char *part) {
  Heard heard = {.said = g_string_new(NULL)};
  key_end_each(keeper, log_keeper, now, hear, &heard);
  if (heard.worst != worst || strstr(heard.said->str, part) == NULL)
    fail_msg("%d, \"%s\" instead of %d, \"%s\"", heard.worst, heard.said->str, worst, part);
  g_string_free(heard.said, TRUE);
}

static void tells_of_each_key(void **state) {
  (void)state;
  Fixture *f = fixture_new();
  gint64 now = clock_wall(clock_system());
  fixture_make_key(home_folder(f->ours), FORUM, "", "10d");
  fixture_make_key(home_folder(f->ours), "log@forum.example", "", "never");
  g_autoptr(Keeper) keeper = keeper_new(home_folder(f->ours), "forum@forum.example", NULL);
  g_autoptr(Keeper) log_keeper = keeper_new(home_folder(f->ours), "log@forum.example", NULL);
  g_autoptr(Keeper) absent = keeper_new(home_folder(f->ours), "nobody@forum.example", NULL);
  g_autoptr(Keeper) none = keeper_new(home_folder(f->ours), NULL, NULL);
  expect_said(keeper, log_keeper, now, KEY_END_SOON, "key: soon: the key ends in 9 days");
  expect_said(keeper, NULL, now + 5 * DAY, KEY_END_URGENT, "urgent: ");
  expect_said(keeper, NULL, now + 11 * DAY, KEY_END_PAST, "has ended");
  expect_said(none, log_keeper, now, KEY_END_FAR, "");
  expect_said(NULL, absent, now, KEY_END_PAST, "log key: no head of the journal can be signed");
  expect_said(absent, NULL, now, KEY_END_PAST, "import it there");
  fixture_free(f);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(steps_of_the_end), cmocka_unit_test(tells_of_each_key)};
  assert_int_equal(home_init(NULL), 0);
  return cmocka_run_group_tests(tests, NULL, NULL);
}
