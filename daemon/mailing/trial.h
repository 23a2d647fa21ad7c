/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * trial.h - a letter of a mailing, marked as a test, to the one who asks for it
 *
 * It goes through the real relay, so that what readers and gateways make of it can be seen, but never to
 * anybody else; its tokens are a word that opens nothing, no reports are asked for, it is no delivery and
 * counts nowhere.
 */
#pragma once

#include "mailing/mailing.h"

#include <glib.h>

#define TRIALS_AN_HOUR 10 /* for one user */

typedef struct {
  char *to, *message_id, *language;
  const char *relay; /* by which it went, or was to go; owned by the outbox */
  Outcome outcome;
} Trial;
void trial_clear(Trial *trial);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Trial, trial_clear)

/* The letter that preview_make would show, to MAILBOX, which an admin vouches to be the actor's own; without
 * a CONTACT, who may see attendees alone gets that of a fictional one. What
 * the relay made of it stands in RET->outcome. FAULT_RULE beyond TRIALS_AN_HOUR, and while the house is on
 * hold. */
int trial_send(Desk *desk, const Actor *actor, const char *mailbox, gint64 mailing, gint64 contact,
               const char *language, Trial *ret, GError **error);

/* Marks a letter in LANGUAGE ("fr") as a test: for mould.c. */
void trial_mark(const char *language, GString *subject, GString *text, GString *html);
