/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * erase.h - a person asks to be forgotten, and is
 *
 * What stays: the number, with the standing `erased`; tenures, without a name, because an office has a
 * history; and keyed digests of the addresses and of the id of its own, so that no file brings the person
 * back (suppression.h). All else goes, in every version, also of contacts that went into this one, which
 * cannot come out again. Entries of the journal about the person lose their text; the chain holds their
 * digests and stays whole.
 *
 * Only persons are erased: an office or an organisation is nobody, and whoever holds one is a person here.
 * The database overwrites what it deletes; its log is emptied afterwards (store_scrub).
 */
#pragma once

#include "contacts/contact.h"

/* What other rooms keep of the contact goes in the same unit: names and addresses in letters and deliveries.
 * WORDS: its names and addresses, ended by NULL. */
typedef int (*EraseElsewhere)(Link *link, gint64 contact, const char *const *words, gpointer data,
                              GError **error);

typedef struct {
  EraseElsewhere elsewhere; /* may be NULL */
  gpointer data;
  gboolean dry_run;
} EraseTerms;

typedef struct {
  gint64 channels, lists, objections; /* that are gone */
  gint64 merged;                      /* contacts that went into it and are erased with it */
  gint64 entries;                     /* of the journal that lost their text */
  gint64 tenures;                     /* that stay, without a name */
  gboolean log_left; /* the log could not be emptied at once: it will be at the next erasure or start */
} EraseReport;

/* FAULT_ABSENT; FAULT_RULE for an office or organisation. 1 when it was erased before: nothing was done. */
int erase_contact(const Contacts *contacts, const Actor *actor, gint64 id, const EraseTerms *terms,
                  EraseReport *ret, GError **error);
