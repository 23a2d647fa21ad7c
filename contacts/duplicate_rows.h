/* SPDX-License-Identifier: GPL-3.0-or-later */
/* duplicate_rows.h - what duplicates are looked for in, and which pairs are none. Only duplicate.c includes
 * it */
#pragma once

#include "contacts/channel.h"
#include "contacts/contact.h"

/* All contacts that CLEARANCE may see and that were not erased, in the order of ids; borrowed. */
int duplicate_rows_cards(Link *link, int kind, gint64 clearance, ContactSeen seen, gpointer data,
                         GError **error);
/* Their mailboxes and telephones. */
typedef int (*DuplicateRouteSeen)(gint64 contact, enum contact_kind of, enum channel_kind kind,
                                  const char *folded, gpointer data, GError **error);
int duplicate_rows_routes(Link *link, int kind, gint64 clearance, DuplicateRouteSeen seen, gpointer data,
                          GError **error);
/* TRUE in *ret when the pair is marked as not the same. A < B. */
int duplicate_rows_distinct(Link *link, gint64 a, gint64 b, gboolean *ret, GError **error);
/* How many rows changed. */
int duplicate_rows_mark(Link *link, gint64 a, gint64 b, const char *user, gint64 now, GError **error);
int duplicate_rows_unmark(Link *link, gint64 a, gint64 b, GError **error);
