/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * store_bench.c - units a second through the store: one UPDATE and two entries of the journal a unit
 *
 *   store_bench FOLDER [SECONDS [ROWS [THREADS]]]    for 1, 4 and 16 threads, or THREADS alone; FOLDER should
 * lie on the disk that matters
 */
#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "journal/journal.h"
#include "store/store.h"

static const char *const steps[] = {
    "CREATE TABLE things (id INTEGER PRIMARY KEY, state BIGINT NOT NULL, epoch BIGINT NOT NULL, reply TEXT);"
    "CREATE INDEX things_by_state ON things (state, id) WHERE state < 3",
    NULL};
static const Schema schema = {"bench", steps};

static Store *store;
static Journal *journal;
static gint64 rows, until;
static gint next_row, done;

static void check(int r, GError **error) {
  if (r >= 0)
    return;
  fprintf(stderr, "store_bench: %s\n", (*error)->message);
  exit(1);
}

static int fill(Link *link, gpointer data, GError **error) {
  gint64 from = *(gint64 *)data;
  int r = 0;
  for (gint64 id = from; r >= 0 && id < from + STORE_CHUNK; id++)
    r = link_run(link, error,
                 "INSERT INTO things (id, state, epoch) VALUES (?1, 1, 1) ON CONFLICT DO NOTHING", "i", id);
  return MIN(r, 0);
}

static int unit(Link *link, gpointer data, GError **error) {
  gint64 id = *(gint64 *)data;
  int r = link_run(link, error, "UPDATE things SET state = ?2, reply = ?3 WHERE id = ?1 AND epoch = ?4",
                   "iiti", id, (gint64)5, "250 2.0.0 Ok: queued as 4Rk2Jx1Zq9z3", (gint64)1);
  Entry entries[] = {
      {.kind = ENTRY_DELIVERY_RELAYED,
       .user = "valised",
       .mailing = 7,
       .addressee = id,
       .delivery = id,
       .contact = id,
       .text = "the relay main took charge: 250 2.0.0 Ok: queued as 4Rk2Jx1Zq9z3",
       .facts = "attempt=1\nrelay=main\nreply=250 2.0.0 Ok: queued as 4Rk2Jx1Zq9z3\n"},
      {.kind = ENTRY_DELIVERY_COMMITTING,
       .user = "valised",
       .mailing = 7,
       .addressee = id + 1,
       .delivery = id + 1,
       .contact = id + 1,
       .text = "a copy may exist from here on",
       .facts =
           "attempt=1\nepoch=1\nsha256=e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n"},
  };
  for (gsize i = 0; r >= 0 && i < G_N_ELEMENTS(entries); i++)
    r = journal_add(journal, link, &entries[i], error);
  return MIN(r, 0);
}

static gpointer courier(gpointer data) {
  (void)data;
  while (g_get_monotonic_time() < until) {
    gint64 id = 1 + g_atomic_int_add(&next_row, 1) % rows;
    g_autoptr(GError) error = NULL;
    check(store_write(store, unit, &id, &error), &error);
    g_atomic_int_inc(&done);
  }
  return NULL;
}

static double cpu_seconds(void) {
  struct rusage used;
  getrusage(RUSAGE_SELF, &used);
  return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
         (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

static void measure(int threads, gint64 seconds) {
  GThread *couriers[64];
  gint64 commits_before, commits, units;
  store_counts(store, &commits_before, &units);
  g_atomic_int_set(&done, 0);
  double cpu = cpu_seconds();
  gint64 began = g_get_monotonic_time();
  until = began + seconds * SECOND;
  for (int i = 0; i < threads; i++)
    couriers[i] = g_thread_new("courier", courier, NULL);
  for (int i = 0; i < threads; i++)
    g_thread_join(couriers[i]);
  double wall = (double)(g_get_monotonic_time() - began) / 1e6;
  cpu = cpu_seconds() - cpu;
  store_counts(store, &commits, &units);
  printf("%2d threads: %8.0f units/s, %5.1f us of CPU a unit, %4.1f units a commit\n", threads, done / wall,
         cpu * 1e6 / done, (double)done / (double)(commits - commits_before));
}

int main(int argc, char **argv) {
  if (argc < 2) {
    fprintf(stderr, "usage: store_bench FOLDER [SECONDS [ROWS [THREADS]]]\n");
    return 2;
  }
  gint64 seconds = argc > 2 ? atoi(argv[2]) : 5;
  rows = argc > 3 ? atoi(argv[3]) : 200000;
  g_autoptr(GError) error = NULL;
  g_autofree char *folder = g_canonicalize_filename(argv[1], NULL);
  check(store_open("sqlite:bench.db", folder, &store, &error), &error);
  check(store_migrate(store, (const Schema *const[]){&journal_schema, &schema, NULL}, &error), &error);
  check(journal_open(store, clock_system(), &journal, &error), &error);
  for (gint64 from = 1; from < rows; from += STORE_CHUNK)
    check(store_write(store, fill, &from, &error), &error);
  const int threads[] = {1, 4, 16};
  for (gsize i = 0; i < G_N_ELEMENTS(threads); i++)
    if (argc < 5 || atoi(argv[4]) == threads[i])
      measure(threads[i], seconds);
  store_close(store);
  journal_close(journal);
  return 0;
}
