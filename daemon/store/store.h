/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * store.h - the one place where state is kept: open, prepare, bind, step, unit of work
 *
 * The store knows no noun. SQL stands beside its noun in *_rows.c, in the subset that SQLite and PostgreSQL
 * both understand: placeholders ?1, ?2 …; times and booleans as integers; no data-modifying CTE; no now();
 * folded columns are written by C (text_fold).
 *
 * Reading: borrow a link (store_read), query, give it back. A link belongs to one thread at a time and sees
 * one consistent snapshot from its first query to its return, so hold it briefly.
 *
 * Writing: store_write runs a unit of work. Units of many threads are grouped into one transaction, each
 * under its own savepoint; store_write returns when its unit is durable (SQLite: WAL, synchronous=FULL).
 * A unit may run on another thread than its caller's: it must not take locks that its caller holds, sleep, do
 * network, call store_write or wait for another unit. No unit may take more than some 50 ms: long work is cut
 * into chunks (see STORE_CHUNK). Constraints are checked by the statement that breaks them, never deferred to
 * the commit: a commit that fails for one unit fails for all of its group.
 *
 * Every link is opened with journal_mode=WAL, synchronous=FULL, foreign_keys=ON and trusted_schema=OFF, and
 * is not lent before the database itself has said that they are in force.
 */
#pragma once

#include <glib.h>

typedef struct Store Store;
typedef struct Link Link;           /* one connection: a reader's, or the one that writes */
typedef struct Statement Statement; /* one prepared statement, running or at rest */

/* Rows that one unit of a long job may touch. */
#define STORE_CHUNK 1000

/* Opens (and makes, mode 0600) the database named by URL "sqlite:PATH"; a relative PATH lies in FOLDER. A
 * lock file beside it ("PATH.lock", holding the owner's process id) keeps a second process out until
 * store_close or the end of this process. FAULT_INPUT for another kind of URL, FAULT_RULE when another
 * process holds it (names the folder and that process), FAULT_SYSTEM else. */
int store_open(const char *url, const char *folder, Store **ret_store, GError **error);
/* All links must have been given back. NULL is nothing. */
void store_close(Store *store);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Store, store_close)

/* ---- schema ------------------------------------------------------------------------------------- */

/* The schema steps of one room, in order; a step once released never changes. */
typedef struct {
  const char *room;
  const char *const *steps; /* SQL scripts (several statements each), ended by NULL */
} Schema;

/* Brings the database to the newest step of each room, one transaction a step; SCHEMAS ends with NULL. Before
 * the first store_write and store_add_witness. FAULT_RULE when the database already has a step that this
 * program does not know (it was written by a newer one), or knows in other words (the sentence names the
 * step); then nothing was changed. */
int store_migrate(Store *store, const Schema *const *schemas, GError **error);

/* ---- reading ------------------------------------------------------------------------------------- */

/* Borrows a reading link; give it back with link_return (or g_autoptr(Link)) after its statements are done.
 * Never waits for another reader: there are as many links as borrowers, some are kept open for the next. */
int store_read(Store *store, Link **ret_link, GError **error);
void link_return(Link *link);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Link, link_return)

/* ---- writing ------------------------------------------------------------------------------------- */

/* The work of one unit. < 0: a fault, everything it wrote is undone. >= 0: kept; positive values are outcomes
 * that reach store_write's caller. */
typedef int (*StoreWork)(Link *link, gpointer data, GError **error);

/*
 * Runs WORK and waits until it is durable. Returns WORK's own result, or one of:
 *   FAULT_SYSTEM     it could not be made durable, and nothing of it happened;
 *   FAULT_UNCERTAIN  the disk failed while the commit was written: it may be found there at the next start.
 * After a commit that failed the store is broken: it refuses all further writes with FAULT_SYSTEM until it is
 * opened anew, because what cannot be recorded must not be begun. A disk that is full already while a unit
 * runs undoes the unit's whole group (each unit is told FAULT_SYSTEM) but does not break the store: nothing
 * was promised, nothing is lost, and the next write may find room.
 */
int store_write(Store *store, StoreWork work, gpointer data, GError **error);

/* Empties the write-ahead log into the database, so that nothing of what was deleted is left in it: the pages
 * of the database itself are overwritten anyway (secure_delete). 0, or 1 when somebody reads or writes at
 * this moment and it has to be tried again. Not within a unit. */
int store_scrub(Store *store, GError **error);

/* As store_write, for one chunk of a long job (an import, a roll): it gives way. While others write it begins
 * only when they had thirty times as long as its like before took, so that a long job, whose work beside the
 * store counts too, costs them a tenth of their speed at most; while nobody else writes it waits for nothing.
 */
int store_write_aside(Store *store, StoreWork work, gpointer data, GError **error);

/* TRUE once a commit has failed, or an undo has. */
gboolean store_is_broken(Store *store);

/* Something beside the database that follows its transactions (the journal's chain in memory, counters).
 * mark: a unit begins. undo: that unit is undone. flush: all units are in, write what was gathered (a fault
 * undoes the whole group). settled: the group was committed, or (FALSE) undone as a whole, or its fate is
 * unknown (FALSE; the store is broken then); store_write's callers have not been woken yet. All run on the
 * thread that leads the group, in the order in which witnesses were added. Any may be NULL. */
typedef struct {
  void (*mark)(gpointer data);
  void (*undo)(gpointer data);
  int (*flush)(Link *link, gpointer data, GError **error);
  void (*settled)(gpointer data, gboolean committed);
  gpointer data;
} StoreWitness;
/* Before the first write only. */
void store_add_witness(Store *store, const StoreWitness *witness);

/* How often groups were committed and how many units they held, since store_open. */
void store_counts(Store *store, gint64 *ret_commits, gint64 *ret_units);
/* How long the longest unit has run since store_open, in microseconds: what others may have waited for. */
gint64 store_longest_unit(Store *store);
/* The folder's file of the database, for backups, doctor and disk checks. Owned by the store. */
const char *store_path(const Store *store);

/* What the database itself answers about one link, for `status` and tests: asked anew at each call. For the
 * link that writes, call it in a unit. */
typedef struct {
  char journal_mode[16];
  gint64 synchronous; /* 2 is FULL */
  gint64 foreign_keys, query_only, secure_delete, trusted_schema;
} LinkPragmas;
int link_pragmas(Link *link, LinkPragmas *ret, GError **error);
/* Is the database whole? Walks all of it. 0; 1 when it is damaged, *ret_trouble (the caller frees it) says
 * how. */
int link_check(Link *link, char **ret_trouble, GError **error);

/* ---- statements ---------------------------------------------------------------------------------- */

/*
 * Binding by a string of kinds, one letter a parameter, ?1 first:
 *   i  gint64          (pass (gint64)x: varargs do not widen an int)
 *   k  gint64          the key of another row: 0 binds NULL
 *   t  const char *    text, NULL binds NULL
 *   b  GBytes *        blob, NULL binds NULL
 *   d  const Digest *  32 bytes, NULL binds NULL
 *   r  gconstpointer, gsize   raw bytes (two arguments), NULL binds NULL
 *   f  double
 * Values are copied or outlive the statement: text and blobs must stay alive until statement_done.
 */

/* Prepares (from the link's cache), binds and leaves the statement before its first row.
 *   g_autoptr(Statement) s = NULL;
 *   int r = link_query(link, &s, error, "SELECT id, name FROM lists WHERE id > ?1", "i", after);
 *   while (r == 0 && (r = statement_step(s, error)) > 0) { statement_int(s, 0) … ; r = 0; } */
int link_query(Link *link, Statement **ret, GError **error, const char *sql, const char *kinds, ...);
/* 1 there is a row, 0 no more, < 0 a fault. FAULT_RULE names a violated constraint, or that a reading link
 * was asked to write. */
int statement_step(Statement *statement, GError **error);
/* Columns of the present row, counted from 0. Text and bytes are valid until the next step. */
gint64 statement_int(Statement *statement, int column);
double statement_real(Statement *statement, int column);
const char *statement_text(Statement *statement, int column); /* NULL for NULL */
GBytes *statement_bytes(Statement *statement, int column);    /* a copy; NULL for NULL */
gconstpointer statement_blob(Statement *statement, int column, gsize *ret_size);
gboolean statement_is_null(Statement *statement, int column);
/* Puts the statement to rest in the cache. NULL is nothing. */
void statement_done(Statement *statement);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Statement, statement_done)

/* Runs a statement that gives no rows. Returns the number of rows changed, or < 0. On a reading link:
 * FAULT_RULE. */
int link_run(Link *link, GError **error, const char *sql, const char *kinds, ...);
/* Runs an INSERT and gives the new row's key; 1 when its ON CONFLICT clause left the row out. */
int link_insert(Link *link, gint64 *ret_id, GError **error, const char *sql, const char *kinds, ...);
/* The first column of the first row: 0 and *ret, or 1 when there is no row or it is NULL. */
int link_int(Link *link, gint64 *ret, GError **error, const char *sql, const char *kinds, ...);
int link_text(Link *link, char **ret, GError **error, const char *sql, const char *kinds,
              ...); /* caller frees */
