/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a failing disk does to units, groups and the store. Each case runs in a process of its own: commits
 * are counted for a process, and limits are set for one. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store_fixture.h"

/* Commits that fixture_setup makes: the notebook of steps and one step; the look at the steps writes nothing,
 * but is a commit all the same. */
#define COMMITS_BEFORE 3

static void in_a_child(void (*body)(StoreFixture *)) {
  fflush(NULL);
  pid_t child = fork();
  if (child == 0) {
    void *state = NULL;
    fixture_setup(&state);
    body(state);
    fixture_teardown(&state);
    exit(0); /* NOLINT(concurrency-mt-unsafe): the child has joined its threads, and coverage is written on
                exit */
  }
  int status = 0;
  waitpid(child, &status, 0);
  assert_true(WIFEXITED(status));
  assert_int_equal(WEXITSTATUS(status), 0);
}

/* In the child cmocka's longjmp has nowhere to go. */
#define want(condition)                                                                                      \
  do {                                                                                                       \
    if (!(condition)) {                                                                                      \
      fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition);                                \
      _exit(1);                                                                                              \
    }                                                                                                        \
  } while (0)

static int write_named(StoreFixture *f, const char *name, char **sentence) {
  g_autoptr(GError) error = NULL;
  int r = add_thing(f->store, name, &error);
  *sentence = g_strdup(error != NULL ? error->message : "");
  return r;
}

static void reopen(StoreFixture *f) {
  store_close(f->store);
  want(store_open("sqlite:valise.db", f->folder, &f->store, NULL) == 0);
}

/* ---- a commit that meets a full disk ---------------------------------------------------------------- */

#ifdef VALISE_TEST_HOOKS
static void fail_at(int commit, gboolean always) {
  g_autofree char *value = g_strdup_printf("%d%s", COMMITS_BEFORE + commit, always ? ",always" : "");
  g_setenv("VALISE_STORE_FAIL_AT", value, TRUE);
}

static void failed_commit_body(StoreFixture *f) {
  g_autofree char *none = NULL, *full = NULL, *refused = NULL, *after = NULL;
  fail_at(2, FALSE);
  want(write_named(f, "a", &none) == 0);
  want(write_named(f, "b", &full) == FAULT_SYSTEM);
  want(strstr(full, store_path(f->store)) != NULL && strstr(full, "disk is full") != NULL);
  want(store_is_broken(f->store));
  want(write_named(f, "c", &refused) == FAULT_SYSTEM);
  want(strstr(refused, "no more writes") != NULL && strstr(refused, "disk is full") != NULL);
  want(count_things(f->store) == 1);
  reopen(f);
  want(!store_is_broken(f->store));
  want(write_named(f, "b", &after) == 0);
  want(count_things(f->store) == 2);
}

static void for_ever_body(StoreFixture *f) {
  g_autofree char *first = NULL, *again = NULL;
  fail_at(1, TRUE);
  want(write_named(f, "a", &first) == FAULT_SYSTEM);
  reopen(f);
  want(write_named(f, "a", &again) == FAULT_SYSTEM);
  want(strstr(again, "disk is full") != NULL);
}

typedef struct {
  StoreFixture *f;
  int number, done;
} Writer;

static gpointer write_until_it_fails(gpointer data) {
  Writer *w = data;
  for (int r = 0; r == 0;) {
    g_autofree char *name = g_strdup_printf("%d-%d", w->number, w->done), *sentence = NULL;
    r = write_named(w->f, name, &sentence);
    want(r == 0 || r == FAULT_SYSTEM);
    w->done += r == 0;
  }
  return NULL;
}

/* What was said to be done is there, and nothing else: the whole group that failed is told. */
static void failed_group_body(StoreFixture *f) {
  fail_at(40, FALSE);
  Writer writers[8];
  GThread *threads[8];
  int done = 0;
  for (int i = 0; i < 8; i++) {
    writers[i] = (Writer){f, i, 0};
    threads[i] = g_thread_new("writer", write_until_it_fails, &writers[i]);
  }
  for (int i = 0; i < 8; i++) {
    g_thread_join(threads[i]);
    done += writers[i].done;
  }
  want(done >= 39);
  want(count_things(f->store) == done);
  reopen(f);
  want(count_things(f->store) == done);
}

static void failed_commit(G_GNUC_UNUSED void **state) {
  in_a_child(failed_commit_body);
  in_a_child(for_ever_body);
  in_a_child(failed_group_body);
}
#else
static void failed_commit(G_GNUC_UNUSED void **state) {
  skip();
}
#endif

/* ---- a disk that is full while a unit runs ---------------------------------------------------------- */

static int outgrow(Link *link, G_GNUC_UNUSED gpointer data, GError **error) {
  gint64 pages;
  int r = link_int(link, &pages, error, "PRAGMA max_page_count = 10", NULL);
  if (r == 0)
    r = link_run(link, error, "INSERT INTO things (name) VALUES ('small')", NULL);
  if (r >= 0)
    r = link_run(link, error, "INSERT INTO things (bytes) VALUES (zeroblob(1000000))", NULL);
  return MIN(r, 0);
}

static int swallow(Link *link, gpointer data, G_GNUC_UNUSED GError **error) {
  outgrow(link, data, NULL);
  return 0;
}

static int room_again(Link *link, G_GNUC_UNUSED gpointer data, GError **error) {
  gint64 pages;
  return link_int(link, &pages, error, "PRAGMA max_page_count = 1000000", NULL);
}

/* The second unit hides the fault from its caller: the store finds out all the same. */
static void full_in_a_unit(void **state) {
  StoreFixture *f = *state;
  StoreWork works[] = {outgrow, swallow};
  for (gsize i = 0; i < G_N_ELEMENTS(works); i++) {
    g_autoptr(GError) error = NULL;
    assert_int_equal(store_write(f->store, works[i], NULL, &error), FAULT_SYSTEM);
    assert_non_null(strstr(error->message, store_path(f->store)));
    assert_false(store_is_broken(f->store));
    assert_int_equal(count_things(f->store), 0);
  }
  assert_done(store_write(f->store, room_again, NULL, error));
  assert_done(add_thing(f->store, "after", error));
}

/* ---- a disk that fails ------------------------------------------------------------------------------ */

/* The limit makes write(2) fail with EFBIG, which SQLite takes for any other failure of a disk. */
static void failing_disk_body(StoreFixture *f) {
  g_autofree char *sentence = NULL, *refused = NULL;
  signal(SIGXFSZ, SIG_IGN);
  const struct rlimit small = {1, 1};
  want(setrlimit(RLIMIT_FSIZE, &small) == 0);
  want(write_named(f, "a", &sentence) == FAULT_UNCERTAIN);
  want(strstr(sentence, store_path(f->store)) != NULL && strstr(sentence, "the disk failed") != NULL);
  want(store_is_broken(f->store));
  want(write_named(f, "b", &refused) == FAULT_SYSTEM);
  want(count_things(f->store) == 0);
}

static void failing_disk(G_GNUC_UNUSED void **state) {
  in_a_child(failing_disk_body);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(failed_commit),
      cmocka_unit_test_setup_teardown(full_in_a_unit, fixture_setup, fixture_teardown),
      cmocka_unit_test(failing_disk),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
