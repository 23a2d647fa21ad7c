/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * driver.h - what a back end gives to store.c and migrate.c; nobody else includes it
 *
 * A driver also implements the functions of store.h that work on a Link or a Statement, but for link_return.
 */
#pragma once

#include "store/store.h"

/* The file of a database that is this process's alone, as long as it is not given up. */
typedef struct Claim Claim;
int driver_claim(const char *path, Claim **ret, GError **error);
void driver_give_up(Claim *claim);

/* Opens one link. The first one is the one that WRITES. OWNER is kept for link_return. */
int driver_open(const char *path, gboolean writes, gpointer owner, Link **ret, GError **error);
void driver_close(Link *link);
gpointer driver_owner(const Link *link);

/* The bounds of transactions, in prepared form. */
enum verb {
  VERB_READ,  /* begin a snapshot with the first query */
  VERB_BEGIN, /* begin to write, now */
  VERB_COMMIT,
  VERB_ROLLBACK,
  VERB_MARK, /* a savepoint */
  VERB_KEEP, /* end the savepoint, keep what was done */
  VERB_UNDO, /* end the savepoint, undo what was done */
  VERBS
};
int driver_do(Link *link, enum verb verb, GError **error);

/* How a commit ended. */
enum commit {
  COMMIT_DONE,
  COMMIT_REFUSED, /* nothing happened, and the disk is well: the transaction itself could not be committed */
  COMMIT_FAILED,  /* nothing happened, and the disk took no more */
  COMMIT_UNCERTAIN, /* the disk failed in a way that leaves its fate open */
};
/* Commits; unless done, *error says why and no transaction is open any more. */
enum commit driver_commit(Link *link, GError **error);

/* FALSE when no transaction is open: the database has undone it by itself (a full disk, an I/O error). */
gboolean driver_in_transaction(const Link *link);

/* Runs a script of several statements. */
int driver_script(Link *link, const char *script, GError **error);

/* Empties the log of a link that WRITES: 0, or 1 when others are in the way; waits for nobody. */
int driver_scrub(Link *link, GError **error);
