/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is taken once and what was known before; that bytes are on the disk under their digest before the row
 * is. */
#include "reply/intake.h"

#include <unistd.h>

#include "base/fault.h"
#include "base/file.h"
#include "reply/inbound_message.h"
#include "support/case.h"

typedef struct {
  char *folder;
  Clock *clock;
  Store *store;
  Intake *intake;
  guint woken;
} Fixture;

static void on_taken(gpointer data) {
  ((Fixture *)data)->woken++;
}

static Fixture *fixture_new(void) {
  static const Schema *const schemas[] = {&reply_schema, NULL};
  Fixture *f = g_new0(Fixture, 1);
  f->folder = case_folder_make();
  f->clock = clock_stepped(1000 * SECOND);
  g_autofree char *inbound = g_build_filename(f->folder, "inbound", NULL);
  assert_done(file_make_folder(inbound, 0700, error));
  assert_done(store_open("sqlite:valise.db", f->folder, &f->store, error));
  assert_done(store_migrate(f->store, schemas, error));
  f->intake = intake_new(f->store, f->clock, f->folder);
  intake_on_taken(f->intake, on_taken, f);
  return f;
}

static void fixture_free(Fixture *f) {
  intake_free(f->intake);
  store_close(f->store);
  clock_free(f->clock);
  case_folder_remove(f->folder);
  g_free(f);
}

typedef struct {
  const char *name;
  InboundOrigin origin;
  const char *bytes;
  int outcome;
  gint64 id;
} Row;

/* In this order, into one house. */
static const Row rows[] = {
    {"by hand", {.account = INTAKE_BY_HAND, .name = "a.eml"}, "A: 1\n\none\n", 0, 1},
    {"the same bytes", {.account = INTAKE_BY_HAND, .name = "b.eml"}, "A: 1\n\none\n", INTAKE_KNOWN, 1},
    {"another message in a file of the same name",
     {.account = INTAKE_BY_HAND, .name = "a.eml"},
     "A: 2\n\ntwo\n",
     0,
     2},
    {"the same with CR LF, from a server",
     {.account = "answers", .folder = "INBOX", .uid_validity = 9, .uid = 1},
     "A: 1\r\n\r\none\r\n",
     INTAKE_KNOWN,
     1},
    {"the same with empty lines behind it",
     {.account = INTAKE_BY_HAND},
     "A: 1\n\none\n\n\n",
     INTAKE_KNOWN,
     1},
    {"from a server",
     {.account = "answers", .folder = "INBOX", .uid_validity = 9, .uid = 2},
     "A: 3\n\n",
     0,
     3},
    {"its place again",
     {.account = "answers", .folder = "INBOX", .uid_validity = 9, .uid = 2},
     "A: 3 \n\n",
     INTAKE_KNOWN,
     3},
    {"the same number in another numbering",
     {.account = "answers", .folder = "INBOX", .uid_validity = 10, .uid = 2},
     "A: 4\n\n",
     0,
     4},
    {"the same number in another folder",
     {.account = "answers", .folder = "Junk", .uid_validity = 9, .uid = 2},
     "A: 5\n\n",
     0,
     5},
    {"a file of a Maildir", {.account = "answers", .folder = "new", .name = "17.M1.host"}, "A: 6\n\n", 0, 6},
    {"it, again", {.account = "answers", .folder = "new", .name = "17.M1.host"}, "A: 7\n\n", INTAKE_KNOWN, 6},
    {"a bare carriage return is no line's end", {.account = INTAKE_BY_HAND}, "A: 1\r\n\r\none\rtwo\n", 0, 7},
};

static void taken_once(void **state) {
  (void)state;
  Fixture *f = fixture_new();
  guint added = 0;
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    const Row *row = &rows[i];
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) bytes = g_bytes_new(row->bytes, strlen(row->bytes));
    gint64 id = 0;
    int r = intake_take(f->intake, &row->origin, bytes, &id, &error);
    if (r != row->outcome || id != row->id)
      fail_msg("%s: %d, message %d: %s", row->name, r, (int)id, error != NULL ? error->message : "");
    added += r == 0 ? 1 : 0;
    Digest digest = digest_of(row->bytes, strlen(row->bytes));
    g_autofree char *path = intake_path(f->intake, &digest);
    if (r == 0 && access(path, R_OK) != 0)
      fail_msg("%s: its bytes are not at %s", row->name, path);
  }
  assert_int_equal(f->woken, added);
  fixture_free(f);
}

static void what_is_no_message(void **state) {
  (void)state;
  Fixture *f = fixture_new();
  const InboundOrigin origin = {.account = INTAKE_BY_HAND};
  g_autoptr(GBytes) nothing = g_bytes_new("", 0);
  gint64 id = 0;
  assert_fault(FAULT_INPUT, "not one byte", intake_take(f->intake, &origin, nothing, &id, error));
  assert_int_equal(f->woken, 0);
  fixture_free(f);
}

static void noted_with_its_reason(void **state) {
  (void)state;
  Fixture *f = fixture_new();
  const InboundOrigin origin = {.account = "answers", .folder = "INBOX", .uid_validity = 9, .uid = 7};
  g_autoptr(GBytes) head = g_bytes_new("A: 1\n", 5);
  g_autoptr(Link) link = NULL;
  g_autoptr(InboundMessage) m = NULL;
  gint64 id = 0;
  assert_done(intake_note(f->intake, &origin, NULL, "2 GB are\nmore than is taken", &id, error));
  assert_int_equal(intake_note(f->intake, &origin, head, "again", &id, NULL), INTAKE_KNOWN);
  assert_done(store_read(f->store, &link, error));
  assert_done(inbound_message_find(link, 1, id, &m, error));
  assert_string_equal(m->taken_reason, "2 GB are more than is taken");
  assert_false(m->has_bytes);
  assert_true(m->restricted);
  assert_int_equal(m->state, INBOUND_TAKEN);
  link_return(g_steal_pointer(&link));
  fixture_free(f);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(taken_once), cmocka_unit_test(what_is_no_message),
                                     cmocka_unit_test(noted_with_its_reason)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
