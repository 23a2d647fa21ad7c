/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * disclosure.h - single entries as they were committed to, with their salts and their lines of the chain
 *
 * For a bundle that shows what concerns one recipient and nothing of others: whoever has an entry's text with
 * its salt and its line can check the one against the other, and by tree.h the line against a signed head.
 */
#pragma once

#include "journal/entry.h"

/* Whom it is about. */
typedef struct {
  gint64 contact, mailing;     /* entries about both, and those of the mailing as a whole */
  const GArray *deliveries;    /* gint64: those of batches that hold one of them */
  const GArray *documents;     /* gint64: that they were frozen and published */
  const char *const *personal; /* kinds of entry about the contact alone that belong to it; ended by NULL */
} Concern;

typedef struct {
  gint64 index, time;
  const char *kind, *user;
  gint64 mailing, addressee, delivery, contact; /* 0: none */
  const char *text, *facts;                     /* NULL: none, or erased */
  gboolean erased;                              /* its text and salt are gone; its line is left */
  const char *canonical;                        /* what the commitment is of; NULL when it is erased */
  gsize length;
  const char *line; /* of the chain, with its line feed */
} Disclosed;

/* What it points to is valid during the call. Negative ends it. */
typedef int (*DisclosedSeen)(const Disclosed *entry, gpointer data, GError **error);

/* Entries that CONCERN, in their order, as far as CLEARANCE may see them. */
int disclosure_each(Link *link, gint64 clearance, const Concern *concern, DisclosedSeen seen, gpointer data,
                    GError **error);
/* The line of one entry, whatever it is about: a line tells nothing of it. The caller frees it. FAULT_ABSENT
 * when there is none. */
int disclosure_line(Link *link, gint64 index, char **ret, GError **error);
