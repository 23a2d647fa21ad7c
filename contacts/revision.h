/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * revision.h - a set of changes to contacts, made in one generation
 *
 * By hand the generation is the visible one: rows are changed where they stand, and what is ended is removed.
 * An import works in the next generation: a row that is visible now is ended there and succeeded by a new
 * one; rows that began there are changed where they stand, because nobody has seen them.
 */
#pragma once

#include "contacts/contact.h"

typedef struct {
  Link *link;
  gint64 generation;
  gboolean by_hand;
  gint64 now;
  Day today;
  const char *user;
  gint64 clearance;
  GArray *touched; /* gint64: contacts whose stamps are to be worked out again */
  /* The one entry that a change by hand leaves in the journal. */
  enum entry_kind entry_kind;
  gint64 entry_contact, entry_mailing;
  char *entry_text, *entry_facts;
} Revision;

/* May a row that began at BORN be changed where it stands? */
gboolean revision_owns(const Revision *revision, gint64 born);
/* Something that its stamps, or those of the offices it holds, depend on has changed. */
void revision_touch(Revision *revision, gint64 contact);
/* Works out the stamps, the restriction and the words for searching of all that were touched. */
int revision_settle(Revision *revision, GError **error);
/* What the journal will say. TEXT is taken over. */
void revision_note(Revision *revision, enum entry_kind kind, gint64 contact, char *text);

void revision_clear(Revision *revision);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Revision, revision_clear)

/* As StoreWork. An outcome > 0 of WORK means that there was nothing to do: then nothing is noted either. */
typedef int (*RevisionWork)(Revision *revision, gpointer data, GError **error);
/* Runs WORK as one unit by hand, settles it and notes it. FAULT_BUSY while an import is being applied;
 * FAULT_FORBIDDEN when the actor may not see what the contact has become. */
int revision_by_hand(const Contacts *contacts, const Actor *actor, RevisionWork work, gpointer data,
                     GError **error);
/* The same within a unit of the caller. */
int revision_within(const Contacts *contacts, Link *link, const Actor *actor, RevisionWork work,
                    gpointer data, GError **error);
