/* SPDX-License-Identifier: GPL-3.0-or-later */
/* committer.h - groups the units of work of many threads into few transactions; only store.c includes it */
#pragma once

#include "store/store.h"

typedef struct Committer Committer;

/* Commits over WRITER, the link that writes to the database at PATH; both outlive it. */
Committer *committer_new(const char *path, Link *writer);
/* No unit may be under way. NULL is nothing. */
void committer_free(Committer *committer);

/* As store_write, store_write_aside, store_is_broken, store_counts, store_longest_unit and store_add_witness
 * say. */
int committer_run(Committer *committer, StoreWork work, gpointer data, GError **error);
int committer_run_aside(Committer *committer, StoreWork work, gpointer data, GError **error);
gboolean committer_is_broken(Committer *committer);
void committer_counts(Committer *committer, gint64 *ret_commits, gint64 *ret_units);
gint64 committer_longest_unit(Committer *committer);
void committer_add_witness(Committer *committer, const StoreWitness *witness);
