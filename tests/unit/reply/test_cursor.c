/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How far a mailbox was read outlives a start; another mailbox under its name begins anew. */
#include "reply/cursor.h"

#include "base/file.h"
#include "reply/intake.h"
#include "support/case.h"

typedef struct {
  char *folder;
  Store *store;
} Fixture;

static int enter(void **state) {
  static const Schema *const schemas[] = {&reply_schema, &cursor_schema, NULL};
  Fixture *f = g_new0(Fixture, 1);
  f->folder = case_folder_make();
  assert_done(store_open("sqlite:valise.db", f->folder, &f->store, error));
  assert_done(store_migrate(f->store, schemas, error));
  *state = f;
  return 0;
}

static int leave(void **state) {
  Fixture *f = *state;
  store_close(f->store);
  case_folder_remove(f->folder);
  g_free(f);
  return 0;
}

static const CursorOf answers = {"answers", "INBOX", "imaps://mail.forum.example answers"};

static void is_nothing_at_first(void **state) {
  const Fixture *f = *state;
  g_autoptr(GArray) left = g_array_new(FALSE, FALSE, sizeof(gint64));
  MailCursor cursor = {.uid = 5};
  assert_done(cursor_load(f->store, &answers, &cursor, left, error));
  assert_int_equal(cursor.uid_validity, 0);
  assert_int_equal(cursor.uid, 0);
  assert_int_equal(left->len, 0);
}

static void comes_back(void **state) {
  const Fixture *f = *state;
  g_autoptr(GArray) left = g_array_new(FALSE, FALSE, sizeof(gint64));
  const MailCursor first = {7, 12, 0, 11, 1000}, second = {9, 3, 1, 3, 2000};
  const CursorOf other = {"answers", "Reports", answers.place};
  MailCursor cursor;
  assert_done(cursor_save(f->store, &answers, &first, error));
  assert_done(cursor_leave(f->store, &answers, 0, 4, error));
  assert_done(cursor_save(f->store, &answers, &second, error));
  assert_done(cursor_leave(f->store, &answers, 1, 2, error));
  assert_done(cursor_leave(f->store, &answers, 1, 2, error));
  assert_done(cursor_load(f->store, &answers, &cursor, left, error));
  assert_memory_equal(&cursor, &second, sizeof cursor);
  assert_int_equal(left->len, 1); /* of this numbering */
  assert_int_equal(g_array_index(left, gint64, 0), 2);
  assert_done(cursor_load(f->store, &other, &cursor, left, error));
  assert_int_equal(cursor.uid_validity, 0);
}

static void belongs_to_its_mailbox(void **state) {
  const Fixture *f = *state;
  g_autoptr(GArray) left = g_array_new(FALSE, FALSE, sizeof(gint64));
  const MailCursor first = {7, 12, 2, 11, 1000};
  const CursorOf moved = {"answers", "INBOX", "imaps://new.forum.example answers"};
  MailCursor cursor;
  assert_done(cursor_save(f->store, &answers, &first, error));
  assert_done(cursor_leave(f->store, &answers, 2, 4, error));
  assert_done(cursor_load(f->store, &moved, &cursor, left, error));
  assert_int_equal(cursor.uid, 0);
  assert_int_equal(cursor.numbering, 3);
  assert_int_equal(left->len, 0);
}

static void knows_names_of_a_maildir(void **state) {
  const Fixture *f = *state;
  g_autoptr(GPtrArray) names = g_ptr_array_new();
  g_autoptr(GBytes) bytes = g_bytes_new_static("A: 1\n\none\n", 10);
  g_autoptr(Clock) clock = clock_stepped(1000 * SECOND);
  g_autofree char *folder = g_build_filename(f->folder, "inbound", NULL);
  const InboundOrigin kept = {.account = "drop", .name = "1.M1.host"},
                      noted = {.account = "drop", .name = "2.M2.host"};
  enum mail_kept known[3];
  gint64 id;
  assert_done(file_make_folder(folder, 0700, error));
  g_autoptr(Intake) intake = intake_new(f->store, clock, f->folder);
  assert_done(intake_take(intake, &kept, bytes, &id, error));
  assert_done(intake_note(intake, &noted, NULL, "the message is empty", &id, error));
  g_ptr_array_add(names, (gpointer) "2.M2.host");
  g_ptr_array_add(names, (gpointer) "3.M3.host");
  g_ptr_array_add(names, (gpointer) "1.M1.host");
  assert_done(cursor_known(f->store, "drop", names, known, error));
  assert_int_equal(known[0], MAIL_KEPT_PARTLY);
  assert_int_equal(known[1], MAIL_KEPT_NOT);
  assert_int_equal(known[2], MAIL_KEPT_WHOLE);
  assert_done(cursor_known(f->store, "other", names, known, error));
  assert_int_equal(known[2], MAIL_KEPT_NOT);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(is_nothing_at_first, enter, leave),
      cmocka_unit_test_setup_teardown(comes_back, enter, leave),
      cmocka_unit_test_setup_teardown(belongs_to_its_mailbox, enter, leave),
      cmocka_unit_test_setup_teardown(knows_names_of_a_maildir, enter, leave),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
