/* SPDX-License-Identifier: GPL-3.0-or-later */
/* journal_rows.h - entries as they are listed: what was noted, under the one visibility predicate (actor.h)
 */
#pragma once

#include "journal/journal.h"

/* What is asked for; zero and NULL mean any. All given conditions hold together. */
typedef struct {
  gint64 mailing, contact, addressee;
  gint64 delivery;  /* with the entries about batches whose range covers it */
  const char *kind; /* a kind's name */
  const char *user;
  gint64 since; /* at or after this moment */
  gint64 until; /* before this moment */
  gint64 after; /* index of the last row of the page before, in the order asked for */
  gint64 limit; /* 0: JOURNAL_PAGE */
  gboolean newest_first;
} JournalFilter;

#define JOURNAL_PAGE     100
#define JOURNAL_PAGE_MAX 10000

/* One entry; text is valid during the call that hands it over. */
typedef struct {
  gint64 index, time;
  const char *kind, *user;
  gint64 mailing, addressee, delivery, delivery_last, contact; /* 0: none */
  const char *text;                                            /* NULL: none, or erased */
  const char *facts;                                           /* lines "key=value"; NULL: none, or erased */
  gboolean erased;
} JournalRow;

/* Negative: a fault that ends the listing. */
typedef int (*JournalRowSeen)(const JournalRow *row, gpointer data, GError **error);

/* Hands over the rows that FILTER asks for and CLEARANCE (actor_clearance) may see. FAULT_INPUT for an
 * unknown kind or a limit out of bounds. */
int journal_rows_each(Link *link, const JournalFilter *filter, gint64 clearance, JournalRowSeen seen,
                      gpointer data, GError **error);
/* One entry by its index: 0, or FAULT_ABSENT. */
int journal_rows_one(Link *link, gint64 index, gint64 clearance, JournalRowSeen seen, gpointer data,
                     GError **error);
