/* SPDX-License-Identifier: GPL-3.0-or-later */
/* contact_rows.h - versions of cards, for the other files of this room */
#pragma once

#include "contacts/revision.h"

/* A card as it stands in one generation. */
typedef struct {
  Contact *card;
  gint64 version, born; /* 0: not stored yet */
  char *identity;       /* who it is, when no id says so (row.h) */
  char *search;
} ContactVersion;

/* An empty card. */
Contact *contact_new(enum contact_kind kind);

ContactVersion *contact_version_new(enum contact_kind kind);
void contact_version_free(ContactVersion *version);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ContactVersion, contact_version_free)

/* 0 and *ret, or 1 when there is none in that generation. */
int contact_rows_load(Link *link, gint64 generation, gint64 id, ContactVersion **ret, GError **error);
/* Stores the card as of the revision; gives it a number when it has none. */
int contact_rows_save(Revision *revision, ContactVersion *version, GError **error);
/* Loads a contact that the revision's actor may see: FAULT_ABSENT as contact_find. */
int contact_rows_load_visible(const Revision *revision, gint64 id, ContactVersion **ret, GError **error);

/* Who is meant: each gives the number of a contact in that generation, or 0. UNNAMED: only among those that
 * have no id of their own. IMPORT: those that another row of this import means are left out (0: none). */
int contact_rows_by_external(Link *link, gint64 generation, const char *external_id, gint64 *ret,
                             GError **error);
typedef struct {
  gint64 generation, clearance, import;
  gboolean unnamed;
} ContactSearch;
int contact_rows_by_identity(Link *link, const ContactSearch *where, const char *identity,
                             gboolean without_address, gint64 *ret, GError **error);
/* Persons with that address. SAME_NAME: whose folded name (identity) is this; NULL: any. */
int contact_rows_by_address(Link *link, const ContactSearch *where, const char *send, const char *identity,
                            gint64 *ret, GError **error);

/* The card from the columns of CONTACT_COLUMNS, which begin at column FIRST. */
#define CONTACT_COLUMN_COUNT 22
#define CONTACT_COLUMNS                                                                                      \
  "c.id, c.kind, c.standing, c.gender, c.restricted, c.stamp_holder, c.stamp_channel, c.stamp_ground, "      \
  "c.external_id, "                                                                                          \
  "c.given_name, c.family_name, c.honorific, c.salutation, c.office, c.office_kind, c.organisation, "        \
  "c.portfolio, "                                                                                            \
  "c.city, c.country, c.languages, c.openpgp, c.name"
void contact_rows_read(Statement *statement, int first, Contact *to);
/* The same, borrowing its texts from the statement: good until its next step. */
void contact_rows_borrow(Statement *statement, int first, Contact *to);

/* As contact_each, all of them; for this room. */
int contact_all(Link *link, const ContactFilter *filter, gint64 clearance, ContactSeen seen, gpointer data,
                GError **error);

/* The stamp `holder` as of a day: which tenures are in force then, by their count, and the sums of their
 * numbers and of the squares of these. */
gint64 stamps_as_of(gint64 holder, gint64 count, gint64 sum, gint64 squares);

/* The cards that FILTER asks for beyond AFTER, in the order of ids, without end; of the members of a list by
 * hand (MEMBERS_OF not 0). Patterns are LIKE's, "%" for none. */
#define CONTACT_PATTERNS 4
int contact_rows_query(Link *link, const ContactFilter *filter, gint64 after, gint64 clearance,
                       gint64 members_of, const char *const patterns[CONTACT_PATTERNS], Statement **ret,
                       GError **error);
