/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * mailbox.h - several contacts of one roll behind one mailbox, and what the organiser chose for it
 *
 * Without a choice the second person is excluded (same-mailbox), and as soon as an office is among them all
 * are held. A choice is the mailing's: each roll of it obeys, the manifest names it, and a changed one voids
 * an approval.
 *
 *   one            the contact that was chosen is written to, the others are excluded
 *   each           each is written to
 *   covering-note  one message in the wording "covering-note" goes there and names them all; the others are
 *                  excluded as covered
 */
#pragma once

#include "mailing/roll.h"

#include <glib.h>

#define MAILBOX_NOTE_WORDING "covering-note"
#define MAILBOX_WITH_MAX     50 /* others that are named beside a line */

enum mailbox_choice {
  MAILBOX_BY_RULE, /* nothing was chosen */
  MAILBOX_ONE,
  MAILBOX_EACH,
  MAILBOX_NOTE,
  MAILBOX_CHOICES
};
const char *mailbox_choice_name(enum mailbox_choice choice); /* rule, one, each, covering-note */
gboolean mailbox_choice_parse(const char *name, enum mailbox_choice *ret);

typedef struct {
  char *address; /* as a relay gets it */
  enum mailbox_choice choice;
  gint64 contact; /* of ONE; else 0 */
} MailboxChoice;
void mailbox_choice_free(MailboxChoice *choice);

/* Chooses (BY_RULE: takes the choice back) and makes the roll again, which *ret counts. Needs a roll of
 * MAILING on which two or more have ADDRESS, CONTACT among them. What is submitted or approved becomes a
 * draft by it. FAULT_INPUT for what is no address, FAULT_RULE else. */
int mailbox_choose(Desk *desk, const Actor *actor, gint64 mailing, const char *address,
                   enum mailbox_choice choice, gint64 contact, RollCount *ret, GError **error);
/* The choices (MailboxChoice) of a mailing, by address. */
int mailbox_choices(Link *link, gint64 mailing, GPtrArray **ret, GError **error);

typedef struct {
  MailboxChoice choice;
  GPtrArray *lines; /* of Addressee */
} Mailbox;
void mailbox_free(Mailbox *mailbox);
/* The mailboxes of the visible roll that several have, and those with a choice, as far as CLEARANCE may see;
 * addresses above AFTER (NULL: from the first). */
int mailbox_list(Link *link, gint64 clearance, gint64 mailing, const char *after, gint64 limit,
                 GPtrArray **ret, GError **error);
/* The other lines (Addressee) of its roll with the address of LINE, at most MAILBOX_WITH_MAX. Empty for a
 * line that is written to and is no covering note. */
int mailbox_with(Link *link, gint64 clearance, const Addressee *line, GPtrArray **ret, GError **error);

/* ---- for the roll and its approval ---- */

/* The languages (LANGUAGE_BIT) in which a covering note goes to somebody on the roll GENERATION of MAILING.
 */
int mailbox_note_languages(Link *link, gint64 mailing, gint64 generation, guint *ret, GError **error);

/* Once all lines of ROLL are staged: what CHOICE makes of those that have its address. Within a unit. */
int mailbox_settle(Link *link, gint64 roll, const MailboxChoice *choice, GError **error);
