/* SPDX-License-Identifier: GPL-3.0-or-later */
/* override.h - the Board's written reason to write to a contact in one mailing without a ground */
#pragma once

#include "contacts/contact.h"
#include "journal/act_signature.h"

typedef struct {
  gint64 contact, mailing;
  const char *reason, *noted_by;
  gint64 noted_at;
  /* What an approver signed by a key of his own, and that signature; both NULL: he signed nothing. */
  const char *statement;
  const ActSignature *signature;
} Override;

/* `contact`, `mailing`, `reason`, `statement` and `signature` of OVERRIDE count; the caller has checked that
 * the signature is the actor's over the statement, and that the statement says the same. FAULT_FORBIDDEN
 * unless the actor is an approver. One more for the same pair replaces the reason, and the signature with it.
 */
int override_note(const Contacts *contacts, const Actor *actor, const Override *override, GError **error);

typedef int (*OverrideSeen)(const Override *override, gpointer data, GError **error);
/* All of a contact, by mailing. */
int override_each(Link *link, gint64 contact, gint64 clearance, OverrideSeen seen, gpointer data,
                  GError **error);
/* 0 there is one; 1 there is none. */
int override_given(Link *link, gint64 contact, gint64 mailing, GError **error);
