/* SPDX-License-Identifier: GPL-3.0-or-later */
/* roll_rows.h - the SQL of rolls and addressees. Only this room includes it. */
#pragma once

#include "mailing/roll.h"

int roll_rows_begin(Link *link, gint64 mailing, gint64 *ret_roll, GError **error);
/* 1 when this roll was cleared away meanwhile. */
int roll_rows_alive(Link *link, gint64 roll, GError **error);
int roll_rows_insert(Link *link, Addressee *addressee, GError **error);
/* Who else of the roll, not excluded, has this address? *ret_n of them, *ret_restricted when one of them is.
 */
int roll_rows_same_mailbox(Link *link, gint64 roll, const char *address, gint64 *ret_n,
                           gboolean *ret_restricted, GError **error);
/* All lines (Addressee) of the roll that have ADDRESS, by id. */
int roll_rows_of_mailbox(Link *link, gint64 clearance, gint64 roll, const char *address, gint64 limit,
                         GPtrArray **ret, GError **error);
/* Holds the included ones of the roll that have ADDRESS. */
int roll_rows_hold_mailbox(Link *link, gint64 roll, const char *address, const char *reason, GError **error);

typedef int (*TallySeen)(const char *state, const char *reason, const char *language, gint64 n, gpointer data,
                         GError **error);
/* Counts over all lines of a roll; one pass, for a reading link. *ret_restricted: is any of them? */
int roll_rows_tally(Link *link, gint64 roll, TallySeen seen, gpointer data, gboolean *ret_restricted,
                    GError **error);
int roll_rows_write_count(Link *link, gint64 roll, const char *state, const char *reason,
                          const char *language, gint64 n, GError **error);
int roll_rows_counts(Link *link, gint64 roll, TallySeen seen, gpointer data, GError **error);
/* Makes ROLL the visible one. */
int roll_rows_show(Link *link, const Mailing *mailing, gint64 roll, const RollCount *count, gint64 now,
                   GError **error);

/* Rolls that no mailing shows and no delivery points to; of MAILING, or of all with 0. Ids in TO (gint64). */
int roll_rows_orphans(Link *link, gint64 mailing, GArray *to, GError **error);
/* Removes up to LIMIT lines of ROLL; *ret_n how many. With none left the roll itself goes. */
int roll_rows_remove(Link *link, gint64 roll, gint64 limit, gint64 *ret_n, GError **error);

/* Lines in the order of their numbers. Negative from SEEN ends it. */
typedef int (*AddresseeSeen)(const Addressee *addressee, gpointer data, GError **error);
int roll_rows_each(Link *link, gint64 roll, AddresseeSeen seen, gpointer data, GError **error);
int roll_rows_list(Link *link, gint64 clearance, gint64 roll, const AddresseeFilter *filter, GPtrArray **ret,
                   GError **error);
/* Lines that are to have a delivery (included or held, with a channel), above AFTER. */
int roll_rows_to_plan(Link *link, gint64 roll, gint64 after, gint64 limit, GPtrArray **ret, GError **error);
/* 1 when there is none. */
int roll_rows_find(Link *link, gint64 clearance, gint64 addressee, Addressee **ret, GError **error);
int roll_rows_find_contact(Link *link, gint64 clearance, gint64 roll, gint64 contact, Addressee **ret,
                           GError **error);
/* The first included line in LANGUAGE (NULL: any). 1 when there is none. */
int roll_rows_first(Link *link, gint64 clearance, gint64 roll, const char *language, Addressee **ret,
                    GError **error);
/* Its place among the leaves, from 0. */
int roll_rows_index(Link *link, gint64 roll, gint64 addressee, gint64 *ret, GError **error);
