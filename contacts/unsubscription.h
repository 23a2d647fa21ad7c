/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * unsubscription.h - a person left one category of mail, and may come back
 *
 * It counts for the contact and for the mailbox that the letter went to, whichever contact has it later; and
 * from the moment it is noted, also while an import is applied. Categories are words of the caller's
 * (mailing.h). An objection (contact.h) is more: it stands against all mail.
 */
#pragma once

#include "contacts/contact.h"

typedef struct {
  gint64 contact;
  const char *category;
  const char *address;      /* as it is sent to; NULL: noted without one */
  gint64 mailing, delivery; /* the letter whose link was used; 0: none */
} Unsubscription;

/* 0; 1 when it stands already. FAULT_ABSENT when ACTOR may see no such contact; FAULT_RULE for an office or
 * organisation: these are written to by protocol, and object instead. */
int unsubscription_note(const Contacts *contacts, const Actor *actor, const Unsubscription *what,
                        GError **error);
/* The same within a unit. */
int unsubscription_note_within(const Contacts *contacts, Link *link, const Actor *actor,
                               const Unsubscription *what, GError **error);
/* Takes back what stands for the contact or the mailbox; the same. */
int unsubscription_withdraw(const Contacts *contacts, const Actor *actor, const Unsubscription *what,
                            GError **error);

/* Does one stand for CONTACT or ADDRESS (may be NULL)? */
int unsubscription_stands(Link *link, gint64 contact, const char *address, const char *category,
                          gboolean *ret, GError **error);

typedef int (*UnsubscriptionSeen)(const char *category, gint64 since, gpointer data, GError **error);
/* The categories that the contact itself left, by name. */
int unsubscription_each(Link *link, gint64 contact, UnsubscriptionSeen seen, gpointer data, GError **error);

/* ---- the rows (unsubscription_rows.c); for this room ---- */

int unsubscription_rows_insert(Link *link, const Unsubscription *what, gint64 at, GError **error);
/* How many rows ended. */
int unsubscription_rows_end(Link *link, const Unsubscription *what, gint64 at, GError **error);
