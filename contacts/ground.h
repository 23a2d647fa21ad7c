/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ground.h - why an office or organisation may receive the synthesis; and the Board's written reason to do
 * without */
#pragma once

#include "contacts/contact.h"

enum ground_kind { GROUND_APPROVAL, GROUND_PROMOTION };
const char *ground_kind_name(enum ground_kind kind); /* "approval-expressed", "sse-promotion" */
gboolean ground_kind_parse(const char *name, enum ground_kind *ret);

typedef struct {
  gint64 id, contact;
  enum ground_kind kind;
  const char *area, *evidence; /* NULL: not said */
  Day date;
  const char *noted_by;
} Ground;

typedef int (*GroundSeen)(const Ground *ground, gpointer data, GError **error);
int ground_each(Link *link, gint64 contact, gint64 clearance, GroundSeen seen, gpointer data, GError **error);

/* FAULT_RULE for a person, or when a ground of this kind and area is noted already. EVIDENCE must be given.
 */
int ground_add(const Contacts *contacts, const Actor *actor, gint64 contact, enum ground_kind kind,
               const char *area, const char *evidence, Day date, gint64 *ret_id, GError **error);

/* The Board's written reason to write to CONTACT in one MAILING without a ground. FAULT_FORBIDDEN unless the
 * actor is an approver. One more for the same pair replaces the reason. */
int ground_override(const Contacts *contacts, const Actor *actor, gint64 contact, gint64 mailing,
                    const char *reason, GError **error);
/* Is there one? 0 and *ret_reason (the caller frees it; may be NULL), or 1 when there is none. */
int ground_overridden(Link *link, gint64 contact, gint64 mailing, char **ret_reason, GError **error);
