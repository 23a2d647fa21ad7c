/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/store.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/digest.h"
#include "store_fixture.h"

/* ---- opening --------------------------------------------------------------------------------------- */

static void urls(void **state) {
  StoreFixture *f = *state;
  static const struct {
    const char *url, *word;
    int code;
  } rows[] = {
      {"postgresql://x", "[store] url", FAULT_INPUT},
      {"sqlite:", "[store] url", FAULT_INPUT},
      {"", "[store] url", FAULT_INPUT},
      {"sqlite:no/such/folder/x.db", "no/such/folder/x.db", FAULT_SYSTEM},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    Store *store = NULL;
    assert_fault_says(store_open(rows[i].url, f->folder, &store, error), rows[i].code, rows[i].word);
    assert_null(store);
  }
}

static void file_of_its_owner(void **state) {
  StoreFixture *f = *state;
  static const char *const names[] = {"valise.db", "valise.db-wal", "valise.db.lock"};
  for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
    g_autofree char *path = g_build_filename(f->folder, names[i], NULL);
    struct stat st;
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0600);
  }
  assert_true(g_str_has_prefix(store_path(f->store), f->folder));
}

static void no_database(void **state) {
  StoreFixture *f = *state;
  g_autofree char *path = g_build_filename(f->folder, "letter.db", NULL);
  g_autofree char *text = g_strnfill(9000, 'x');
  assert_true(g_file_set_contents(path, text, -1, NULL));
  Store *store = NULL;
  assert_fault_says(store_open("sqlite:letter.db", f->folder, &store, error), FAULT_SYSTEM, "letter.db",
                    "no database");
}

/* The child opens the store and tells so; the parent must be refused until the child is gone. */
static void second_process(G_GNUC_UNUSED void **state) {
  char *folder = case_folder_make();
  int told[2];
  assert_int_equal(pipe(told), 0);
  pid_t child = fork();
  if (child == 0) {
    Store *held = NULL;
    char byte = store_open("sqlite:valise.db", folder, &held, NULL) == 0 ? '1' : '0';
    if (write(told[1], &byte, 1) == 1)
      pause();
    _exit(0);
  }
  char byte;
  assert_int_equal(read(told[0], &byte, 1), 1);
  assert_int_equal(byte, '1');
  g_autofree char *pid = g_strdup_printf("process %d ", (int)child);
  Store *store = NULL;
  assert_fault_says(store_open("sqlite:valise.db", folder, &store, error), FAULT_RULE, folder, pid);
  kill(child, SIGKILL);
  waitpid(child, NULL, 0);
  assert_done(store_open("sqlite:valise.db", folder, &store, error));
  store_close(store);
  close(told[0]);
  close(told[1]);
  case_folder_remove(folder);
}

/* ---- durability ------------------------------------------------------------------------------------ */

static int ask_writer(Link *link, gpointer data, GError **error) {
  return link_pragmas(link, data, error);
}

static void check_pragmas(const LinkPragmas *p, gboolean writes) {
  assert_string_equal(p->journal_mode, "wal");
  assert_int_equal(p->synchronous, 2);
  assert_int_equal(p->foreign_keys, 1);
  assert_int_equal(p->trusted_schema, 0);
  assert_int_equal(p->secure_delete, 1);
  assert_int_equal(p->query_only, writes ? 0 : 1);
}

/* More readers than are kept: fresh ones and lent ones alike. */
static void pragmas_of_every_link(void **state) {
  StoreFixture *f = *state;
  LinkPragmas p;
  assert_done(store_write(f->store, ask_writer, &p, error));
  check_pragmas(&p, TRUE);
  for (int round = 0; round < 2; round++) {
    Link *links[20];
    for (gsize i = 0; i < G_N_ELEMENTS(links); i++) {
      assert_done(store_read(f->store, &links[i], error));
      assert_done(link_pragmas(links[i], &p, error));
      check_pragmas(&p, FALSE);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(links); i++)
      link_return(links[i]);
  }
}

/* ---- units ----------------------------------------------------------------------------------------- */

typedef struct {
  const char *name;
  int result;
} Ending;

static int end_as_told(Link *link, gpointer data, GError **error) {
  const Ending *ending = data;
  int r = add_named(link, (gpointer)ending->name, error);
  if (r < 0)
    return r;
  return ending->result < 0 ? fault(error, ending->result, "no %s", ending->name) : ending->result;
}

static void endings_of_a_unit(void **state) {
  StoreFixture *f = *state;
  static const Ending rows[] = {{"done", 0},          {"outcome", 7},           {"input", FAULT_INPUT},
                                {"rule", FAULT_RULE}, {"absent", FAULT_ABSENT}, {"system", FAULT_SYSTEM}};
  gint64 kept = 0;
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autoptr(GError) error = NULL;
    assert_int_equal(store_write(f->store, end_as_told, (gpointer)&rows[i], &error), rows[i].result);
    assert_int_equal(error != NULL, rows[i].result < 0);
    kept += rows[i].result >= 0;
    assert_int_equal(count_things(f->store), kept);
  }
  assert_false(store_is_broken(f->store));
}

static void constraint_is_a_rule(void **state) {
  StoreFixture *f = *state;
  assert_done(add_thing(f->store, "once", error));
  assert_fault_says(add_thing(f->store, "once", error), FAULT_RULE, "things.name");
  assert_int_equal(count_things(f->store), 1);
}

static int refer_to_nothing(Link *link, G_GNUC_UNUSED gpointer data, GError **error) {
  int r = link_run(link, error, "INSERT INTO things (name, of) VALUES ('x', 12345)", NULL);
  return MIN(r, 0);
}

static void foreign_keys_hold(void **state) {
  StoreFixture *f = *state;
  assert_fault_says(store_write(f->store, refer_to_nothing, NULL, error), FAULT_RULE, "FOREIGN KEY");
}

static void reader_cannot_write(void **state) {
  StoreFixture *f = *state;
  g_autoptr(Link) link = NULL;
  assert_done(store_read(f->store, &link, error));
  assert_fault_says(link_run(link, error, "INSERT INTO things (name) VALUES ('x')", NULL), FAULT_RULE,
                    "unit of work");
}

static void snapshot_of_a_reader(void **state) {
  StoreFixture *f = *state;
  Link *link = NULL;
  gint64 n;
  assert_done(store_read(f->store, &link, error));
  assert_done(link_int(link, &n, error, "SELECT COUNT(*) FROM things", NULL));
  assert_done(add_thing(f->store, "later", error));
  assert_done(link_int(link, &n, error, "SELECT COUNT(*) FROM things", NULL));
  assert_int_equal(n, 0);
  link_return(link);
  assert_int_equal(count_things(f->store), 1);
}

/* ---- groups ---------------------------------------------------------------------------------------- */

#define THREADS 16
#define EACH    60

typedef struct {
  gint marked, undone, flushed, settled, in_group;
  gint64 kept; /* units settled as committed */
  gboolean refuse;
} Witnessed;

static void witness_mark(gpointer data) {
  ((Witnessed *)data)->marked++;
  ((Witnessed *)data)->in_group++;
}

static void witness_undo(gpointer data) {
  ((Witnessed *)data)->undone++;
  ((Witnessed *)data)->in_group--;
}

static int witness_flush(Link *link, gpointer data, GError **error) {
  Witnessed *w = data;
  w->flushed++;
  if (w->refuse)
    return fault(error, FAULT_SYSTEM, "the witness refuses");
  int r = link_run(link, error, "UPDATE things SET n = COALESCE(n, 0) + 1 WHERE name = 'flushes'", NULL);
  return MIN(r, 0);
}

static void witness_settled(gpointer data, gboolean committed) {
  Witnessed *w = data;
  w->settled++;
  if (committed)
    w->kept += w->in_group;
  w->in_group = 0;
}

static StoreWitness witness_of(Witnessed *w) {
  return (StoreWitness){witness_mark, witness_undo, witness_flush, witness_settled, w};
}

typedef struct {
  Store *store;
  int number, wrong;
} Courier;

/* Every third unit faults after it has written, some with a statement left at an error. */
static int third_fails(Link *link, gpointer data, GError **error) {
  int k = *(int *)data;
  g_autofree char *name = g_strdup_printf("t%d", k);
  int r = add_named(link, name, error);
  if (r < 0)
    return r;
  if (k % 3 == 1)
    return fault(error, FAULT_RULE, "unit %d", k);
  if (k % 3 == 2)
    return add_named(link, name, error);
  return k;
}

static gpointer courier(gpointer data) {
  Courier *c = data;
  for (int i = 0; i < EACH; i++) {
    int k = c->number * EACH + i;
    g_autoptr(GError) error = NULL;
    int r = store_write(c->store, third_fails, &k, &error);
    g_autofree char *sentence = g_strdup_printf("unit %d", k);
    gboolean right = k % 3 == 0   ? r == k && error == NULL
                     : k % 3 == 1 ? r == FAULT_RULE && g_strcmp0(error->message, sentence) == 0
                                  : r == FAULT_RULE && strstr(error->message, "things.name") != NULL;
    c->wrong += !right;
  }
  return NULL;
}

static void sixteen_couriers(void **state) {
  StoreFixture *f = *state;
  Witnessed w = {0};
  assert_done(add_thing(f->store, "flushes", error));
  StoreWitness witness = witness_of(&w);
  store_add_witness(f->store, &witness);
  gint64 commits_before, units_before, commits, units;
  store_counts(f->store, &commits_before, &units_before);
  Courier couriers[THREADS];
  GThread *threads[THREADS];
  for (int i = 0; i < THREADS; i++) {
    couriers[i] = (Courier){f->store, i, 0};
    threads[i] = g_thread_new("courier", courier, &couriers[i]);
  }
  for (int i = 0; i < THREADS; i++) {
    g_thread_join(threads[i]);
    assert_int_equal(couriers[i].wrong, 0);
  }
  store_counts(f->store, &commits, &units);
  assert_int_equal(units - units_before, THREADS * EACH);
  assert_true(commits - commits_before < units - units_before);
  assert_int_equal(count_things(f->store), 1 + THREADS * EACH / 3);
  assert_int_equal(w.marked, THREADS * EACH);
  assert_int_equal(w.undone, THREADS * EACH * 2 / 3);
  assert_int_equal(w.kept, THREADS * EACH / 3);
  assert_int_equal(w.settled, commits - commits_before);
  g_autoptr(Link) link = NULL;
  gint64 flushes;
  assert_done(store_read(f->store, &link, error));
  assert_done(link_int(link, &flushes, error, "SELECT n FROM things WHERE name = 'flushes'", NULL));
  assert_int_equal(flushes, w.flushed);
}

typedef struct {
  const GThread *caller;
  gint64 pause;
  int elsewhere;
} Stroll;

static int stroll(Link *link, gpointer data, GError **error) {
  Stroll *s = data;
  s->elsewhere += g_thread_self() != s->caller;
  g_usleep((gulong)s->pause);
  return add_named(link, NULL, error);
}

/* A lone caller waits for no other thread. */
static void alone_on_its_own_thread(void **state) {
  StoreFixture *f = *state;
  Stroll s = {.caller = g_thread_self()};
  for (int i = 0; i < 50; i++)
    assert_done(store_write(f->store, stroll, &s, error));
  assert_int_equal(s.elsewhere, 0);
}

static void longest_unit_is_known(void **state) {
  StoreFixture *f = *state;
  Stroll s = {.caller = g_thread_self(), .pause = 20000};
  assert_done(store_write(f->store, stroll, &s, error));
  s.pause = 0;
  assert_done(store_write(f->store, stroll, &s, error));
  assert_true(store_longest_unit(f->store) >= 20000);
}

typedef struct {
  Store *store;
  gint ended; /* atomic */
} Busy;

static gpointer keep_writing(gpointer data) {
  Busy *b = data;
  while (!g_atomic_int_get(&b->ended))
    assert_done(add_thing(b->store, NULL, error));
  return NULL;
}

/* While others write, a long job leaves them nine times what its last chunk took. Others may be kept from
 * writing by the machine, so not every chunk shows it. */
static void long_jobs_give_way(void **state) {
  StoreFixture *f = *state;
  Busy busy = {.store = f->store};
  Stroll s = {.pause = 10000};
  int gave_way = 0;
  GThread *writer = g_thread_new("writer", keep_writing, &busy);
  for (int i = 0; i < 10; i++) {
    assert_done(store_write_aside(f->store, stroll, &s, error));
    gint64 ended = g_get_monotonic_time();
    assert_done(store_write_aside(f->store, stroll, &s, error));
    gave_way += g_get_monotonic_time() - ended >= 90000;
  }
  g_atomic_int_set(&busy.ended, 1);
  g_thread_join(writer);
  assert_true(gave_way >= 3);
}

static void refusing_witness(void **state) {
  StoreFixture *f = *state;
  Witnessed w = {.refuse = TRUE};
  StoreWitness witness = witness_of(&w);
  store_add_witness(f->store, &witness);
  assert_fault_says(add_thing(f->store, "a", error), FAULT_SYSTEM, "the witness refuses");
  assert_int_equal(count_things(f->store), 0);
  assert_int_equal(w.settled, 1);
  assert_int_equal(w.kept, 0);
  assert_false(store_is_broken(f->store));
  w.refuse = FALSE;
  assert_done(add_thing(f->store, "a", error));
  assert_int_equal(w.kept, 1);
}

/* ---- statements ------------------------------------------------------------------------------------ */

static int every_kind(Link *link, G_GNUC_UNUSED gpointer data, GError **error) {
  Digest digest = digest_of("x", 1);
  g_autoptr(GBytes) some = g_bytes_new("\0y", 2), none = g_bytes_new("", 0);
  gint64 id = 0, again = 0;
  assert_int_equal(link_insert(link, &id, error,
                               "INSERT INTO things (name, n, bytes, of) VALUES (?1, ?2, ?3, ?4)", "tibk", "é",
                               G_MININT64, some, (gint64)0),
                   0);
  assert_true(id > 0);
  assert_int_equal(link_insert(link, &again, error,
                               "INSERT INTO things (name) VALUES (?1) ON CONFLICT (name) DO NOTHING", "t",
                               "é"),
                   1);
  assert_int_equal(link_insert(link, &again, error, "INSERT INTO things (n, bytes, of) VALUES (?1, ?2, ?3)",
                               "fdk", 0.5, &digest, id),
                   0);
  assert_int_equal(link_insert(link, &again, error, "INSERT INTO things (name, bytes, n) VALUES (?1, ?2, ?3)",
                               "tbr", NULL, none, (gconstpointer) "raw", (gsize)2),
                   0);
  assert_int_equal(link_run(link, error, "UPDATE things SET name = name", NULL), 3);
  return 0;
}

static void kinds_of_values(void **state) {
  StoreFixture *f = *state;
  assert_done(store_write(f->store, every_kind, NULL, error));
  g_autoptr(Link) link = NULL;
  g_autoptr(Statement) s = NULL;
  assert_done(store_read(f->store, &link, error));
  assert_done(link_query(link, &s, error, "SELECT name, n, bytes, of FROM things ORDER BY id", NULL));
  assert_int_equal(statement_step(s, NULL), 1);
  assert_string_equal(statement_text(s, 0), "é");
  assert_true(statement_int(s, 1) == G_MININT64);
  g_autoptr(GBytes) bytes = statement_bytes(s, 2), expected = g_bytes_new("\0y", 2);
  assert_true(g_bytes_equal(bytes, expected));
  assert_true(statement_is_null(s, 3));
  assert_int_equal(statement_step(s, NULL), 1);
  assert_null(statement_text(s, 0));
  assert_true(statement_real(s, 1) == 0.5);
  Digest digest = digest_of("x", 1);
  gsize size;
  gconstpointer blob = statement_blob(s, 2, &size);
  assert_int_equal(size, DIGEST_SIZE);
  assert_memory_equal(blob, digest.bytes, DIGEST_SIZE);
  assert_int_equal(statement_int(s, 3), 1);
  assert_int_equal(statement_step(s, NULL), 1);
  assert_false(statement_is_null(s, 2));
  blob = statement_blob(s, 1, &size);
  assert_int_equal(size, 2);
  assert_memory_equal(blob, "ra", 2);
  assert_int_equal(statement_step(s, NULL), 0);
}

static void no_row_and_null(void **state) {
  StoreFixture *f = *state;
  g_autoptr(Link) link = NULL;
  gint64 n = 5;
  char *text = NULL;
  assert_done(store_read(f->store, &link, error));
  assert_int_equal(link_int(link, &n, NULL, "SELECT id FROM things", NULL), 1);
  assert_int_equal(link_int(link, &n, NULL, "SELECT NULL", NULL), 1);
  assert_int_equal(n, 5);
  assert_int_equal(link_text(link, &text, NULL, "SELECT ?1", "t", NULL), 1);
  assert_int_equal(link_text(link, &text, NULL, "SELECT ?1", "t", "a'b"), 0);
  assert_string_equal(text, "a'b");
  g_free(text);
}

static void wrong_statements(void **state) {
  StoreFixture *f = *state;
  g_autoptr(Link) link = NULL;
  gint64 n;
  assert_done(store_read(f->store, &link, error));
  static const struct {
    const char *sql, *kinds, *word;
  } rows[] = {
      {"SELEC 1", NULL, "syntax"},           {"SELECT x FROM nowhere", NULL, "nowhere"},
      {"SELECT ?1", NULL, "0 values for 1"}, {"SELECT 1", "i", "1 values for 0"},
      {"SELECT ?1", "q", "kinds"},           {"SELECT 1; SELECT 2", NULL, "one statement"},
      {"", NULL, "one statement"},           {"SELECT \"text\"", NULL, "text"},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
    assert_fault_says(link_int(link, &n, error, rows[i].sql, rows[i].kinds, (gint64)1), FAULT_SYSTEM,
                      rows[i].word);
  assert_done(link_int(link, &n, error, "SELECT 1 ;\n", NULL));
}

/* The same text while it runs, texts at one address after another, and more texts than are kept. */
static void statements_at_rest(void **state) {
  StoreFixture *f = *state;
  g_autoptr(Link) link = NULL;
  assert_done(store_read(f->store, &link, error));
  g_autoptr(Statement) outer = NULL;
  static const char same[] = "SELECT ?1 + 1";
  assert_done(link_query(link, &outer, error, same, "i", (gint64)1));
  assert_int_equal(statement_step(outer, NULL), 1);
  gint64 n;
  assert_done(link_int(link, &n, error, same, "i", (gint64)10));
  assert_int_equal(n, 11);
  assert_int_equal(statement_int(outer, 0), 2);
  char sql[40];
  for (int round = 0; round < 2; round++)
    for (gint64 i = 0; i < 300; i++) {
      g_snprintf(sql, sizeof sql, "SELECT %d + ?1", (int)i);
      assert_done(link_int(link, &n, error, sql, "i", (gint64)1000));
      assert_int_equal(n, 1000 + i);
    }
  assert_int_equal(link_int(link, &n, NULL, "SELECT ?1", "k", (gint64)0), 1);
}

#define WITH_STORE(test) cmocka_unit_test_setup_teardown(test, fixture_setup, fixture_teardown)

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(second_process),    WITH_STORE(urls),
      WITH_STORE(file_of_its_owner),       WITH_STORE(no_database),
      WITH_STORE(pragmas_of_every_link),   WITH_STORE(endings_of_a_unit),
      WITH_STORE(constraint_is_a_rule),    WITH_STORE(foreign_keys_hold),
      WITH_STORE(reader_cannot_write),     WITH_STORE(snapshot_of_a_reader),
      WITH_STORE(sixteen_couriers),        WITH_STORE(refusing_witness),
      WITH_STORE(alone_on_its_own_thread), WITH_STORE(longest_unit_is_known),
      WITH_STORE(long_jobs_give_way),      WITH_STORE(kinds_of_values),
      WITH_STORE(no_row_and_null),         WITH_STORE(wrong_statements),
      WITH_STORE(statements_at_rest),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
