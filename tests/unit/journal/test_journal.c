/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "journal/journal.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "journal/journal_verify.h"
#include "journal_fixture.h"

static void check_intact(JournalFixture *f, gint64 entries) {
  g_auto(Verified) verified = {0};
  Head head;
  journal_head(f->journal, &head);
  assert_int_equal(head.index, entries);
  int r = journal_verify_store(f->journal, f->store, &head, &verified, NULL);
  if (r != 0)
    fail_msg("%d: %s", r, verified.trouble);
  assert_int_equal(verified.entries, entries);
}

static void kinds_have_names(G_GNUC_UNUSED void **state) {
  for (int kind = 0; kind < ENTRY_KINDS; kind++) {
    assert_int_equal(entry_kind_of(entry_kind_name((enum entry_kind)kind)), kind);
    assert_true(strlen(entry_kind_sentence((enum entry_kind)kind)) > 10);
  }
  assert_int_equal(entry_kind_of("no-such-kind"), ENTRY_KINDS);
}

/* ---- with the change, or not at all ----------------------------------------------------------------- */

static int note_and_fail(Link *link, gpointer data, GError **error) {
  int r = add_notes(link, data, error);
  return r < 0 ? r : fault(error, FAULT_RULE, "not so");
}

static void only_with_its_change(void **state) {
  JournalFixture *f = *state;
  const Entry entries[] = {{.kind = ENTRY_HOLD, .user = "marie", .text = "the relay is being mended"},
                           {.kind = ENTRY_UNHOLD, .user = "marie"}};
  Notes notes = {f->journal, entries, 2};
  check_intact(f, 0);
  assert_done(note(f, entries, 2, error));
  assert_int_equal(store_write(f->store, note_and_fail, &notes, NULL), FAULT_RULE);
  check_intact(f, 2);
  assert_done(note(f, entries, 1, error));
  check_intact(f, 3);
  Head before, after;
  journal_head(f->journal, &before);
  fixture_close(f);
  assert_done(fixture_open(f, error));
  journal_head(f->journal, &after);
  assert_memory_equal(&before, &after, sizeof before);
  assert_done(note(f, entries, 2, error));
  check_intact(f, 5);
}

static void hostile_words(void **state) {
  JournalFixture *f = *state;
  g_autofree char *huge = g_strnfill(5000, 'x');
  const Entry entries[] = {
      {.kind = ENTRY_DELIVERY_REFUSED, .user = "valised", .text = "550-no\r\n550 \xff\x1b[2J"},
      {.kind = ENTRY_DELIVERY_REFUSED, .user = "a\nkind hold", .text = huge},
      {.kind = ENTRY_DELIVERY_REFUSED, .text = "", .facts = ""},
  };
  assert_done(note(f, entries, 3, error));
  check_intact(f, 3);
  const Entry bad = {.kind = ENTRY_HOLD, .facts = "no fact"};
  assert_int_equal(note(f, &bad, 1, NULL), FAULT_INPUT);
  check_intact(f, 3);
}

static void erasure_keeps_the_chain(void **state) {
  JournalFixture *f = *state;
  note_deliveries(f, 1, 4);
  assert_done(tamper(f, "UPDATE entries SET text = NULL, facts = NULL, salt = NULL WHERE id = 2", error));
  g_auto(Verified) verified = {0};
  assert_done(journal_verify_store(f->journal, f->store, NULL, &verified, error));
  assert_int_equal(verified.entries, 3);
  assert_int_equal(verified.head.index, 4);
}

/* ---- many at once ----------------------------------------------------------------------------------- */

#define THREADS 16
#define EACH    40

typedef struct {
  JournalFixture *f;
  int number;
} Courier;

static gpointer courier(gpointer data) {
  const Courier *c = data;
  for (int i = 0; i < EACH; i++) {
    gint64 delivery = c->number * EACH + i + 1;
    Entry entries[] = {
        {.kind = ENTRY_DELIVERY_RELAYED, .user = "valised", .delivery = delivery, .text = "Ok"},
        {.kind = ENTRY_DELIVERY_COMMITTING, .user = "valised", .delivery = delivery}};
    Notes notes = {c->f->journal, entries, 2};
    g_autoptr(GError) error = NULL;
    store_write(c->f->store, delivery % 4 == 0 ? note_and_fail : add_notes, &notes, &error);
  }
  return NULL;
}

/* Each courier's entries stand in his order, in pairs; those of failed units are nowhere. */
static void sixteen_couriers(void **state) {
  JournalFixture *f = *state;
  Courier couriers[THREADS];
  GThread *threads[THREADS];
  for (int i = 0; i < THREADS; i++) {
    couriers[i] = (Courier){f, i};
    threads[i] = g_thread_new("courier", courier, &couriers[i]);
  }
  for (int i = 0; i < THREADS; i++)
    g_thread_join(threads[i]);
  check_intact(f, THREADS * EACH / 4 * 3 * 2);
  g_autoptr(Link) link = NULL;
  g_autoptr(Statement) s = NULL;
  gint64 last[THREADS] = {0}, first_of_pair = 0;
  assert_done(store_read(f->store, &link, error));
  assert_done(link_query(link, &s, error, "SELECT delivery FROM entries ORDER BY id", NULL));
  for (gint64 i = 0; statement_step(s, NULL) == 1; i++) {
    gint64 delivery = statement_int(s, 0);
    assert_int_not_equal(delivery % 4, 0);
    if (i % 2 == 1)
      assert_int_equal(delivery, first_of_pair);
    else
      assert_true(delivery > last[(delivery - 1) / EACH]);
    first_of_pair = delivery;
    last[(delivery - 1) / EACH] = delivery;
  }
}

/* ---- kill -9 ---------------------------------------------------------------------------------------- */

/* Tells the number of each unit after it is durable, for ever. */
static gpointer write_and_tell(gpointer data) {
  const Courier *c = data;
  for (gint64 n = 1;; n++) {
    Entry entry = {.kind = ENTRY_DELIVERY_RELAYED, .mailing = c->number + 1, .delivery = n};
    if (note(c->f, &entry, 1, NULL) != 0)
      _exit(1);
    gint64 told[2] = {c->number, n};
    if (write(STDOUT_FILENO, told, sizeof told) != sizeof told)
      _exit(1);
  }
}

static void child_writes(JournalFixture *f, int out) {
  dup2(out, STDOUT_FILENO);
  static Courier couriers[4];
  if (fixture_open(f, NULL) != 0)
    _exit(1);
  for (int i = 0; i < 4; i++) {
    couriers[i] = (Courier){f, i};
    g_thread_unref(g_thread_new("courier", write_and_tell, &couriers[i]));
  }
  pause();
  _exit(0);
}

/* What was told is there; what is there beyond it is at most the one unit in flight of each thread. */
static void check_told(JournalFixture *f, const gint64 told[4]) {
  g_autoptr(Link) link = NULL;
  assert_done(store_read(f->store, &link, error));
  for (gint64 i = 0; i < 4; i++) {
    gint64 count = 0, last = 0;
    assert_done(link_int(link, &count, error, "SELECT COUNT(*) FROM entries WHERE mailing = ?1", "i", i + 1));
    if (count > 0)
      assert_done(
          link_int(link, &last, error, "SELECT MAX(delivery) FROM entries WHERE mailing = ?1", "i", i + 1));
    assert_int_equal(last, count);
    assert_in_range(count, told[i], told[i] + 1);
  }
}

static void killed_while_writing(G_GNUC_UNUSED void **state) {
  for (int round = 0; round < 6; round++) {
    JournalFixture f = {.folder = case_folder_make(), .clock = clock_stepped(FIXTURE_TIME)};
    int out[2];
    assert_int_equal(pipe(out), 0);
    pid_t child = fork();
    if (child == 0)
      child_writes(&f, out[1]);
    close(out[1]);
    gint64 told[4] = {0}, pair[2];
    for (int n = 0; read(out[0], pair, sizeof pair) == sizeof pair; n++) {
      told[pair[0]] = pair[1];
      if (n == 20 + 60 * round)
        kill(child, SIGKILL);
    }
    close(out[0]);
    int status;
    waitpid(child, &status, 0);
    assert_true(WIFSIGNALED(status));
    assert_done(fixture_open(&f, error));
    Head head;
    journal_head(f.journal, &head);
    assert_true(head.index > 20);
    check_intact(&f, head.index);
    check_told(&f, told);
    fixture_close(&f);
    clock_free(f.clock);
    case_folder_remove(f.folder);
  }
}

/* ---- waiting ---------------------------------------------------------------------------------------- */

static gpointer note_later(gpointer data) {
  JournalFixture *f = data;
  const Entry entry = {.kind = ENTRY_HOLD};
  g_usleep(20000);
  note(f, &entry, 1, NULL);
  return NULL;
}

static void waiting(void **state) {
  JournalFixture *f = *state;
  assert_false(journal_wait(f->journal, 0, 1000));
  GThread *thread = g_thread_new("later", note_later, f);
  assert_true(journal_wait(f->journal, 0, 20 * SECOND));
  g_thread_join(thread);
  assert_true(journal_wait(f->journal, 0, 0));
  assert_false(journal_wait(f->journal, 1, 1000));
}

#define WITH_JOURNAL(test) cmocka_unit_test_setup_teardown(test, fixture_setup, fixture_teardown)

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(killed_while_writing), /* first: it forks, and no thread has been started yet */
      cmocka_unit_test(kinds_have_names),     WITH_JOURNAL(only_with_its_change), WITH_JOURNAL(hostile_words),
      WITH_JOURNAL(erasure_keeps_the_chain),  WITH_JOURNAL(sixteen_couriers),     WITH_JOURNAL(waiting),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
