/* SPDX-License-Identifier: GPL-3.0-or-later */
/* membership.h - who belongs where, from when to when: an organisation or person to the association itself, a
 * person (or organisation) to an organisation */
#pragma once

#include "contacts/contact.h"

typedef struct {
  gint64 id, member;
  gint64 organisation; /* 0: the association itself */
  const char *member_name;
  const char *organisation_name; /* NULL: the association itself */
  const char *role;              /* NULL: a plain member */
  Day from, to;                  /* both days included; 0: not known, and for `to`: still */
  gboolean present;
  const char *noted_by;
} Membership;

typedef int (*MembershipSeen)(const Membership *membership, gpointer data, GError **error);
/* Of a contact as member and as organisation, as far as CLEARANCE sees the other side; present ones first. */
int membership_each(Link *link, gint64 contact, Day today, gint64 clearance, MembershipSeen seen,
                    gpointer data, GError **error);

/* Notes that MEMBER belongs to ORGANISATION (0: the association); what is noted of the two for the same time
 * is changed instead: a role, a first or last day that is given (NULL and 0 leave what is noted). FAULT_RULE
 * for an office, which belongs to nobody, for an ORGANISATION that is none, and for one's own. */
int membership_note(const Contacts *contacts, const Actor *actor, const Membership *membership,
                    gint64 *ret_id, GError **error);

/* ---- the rows (membership_rows.c); for this room ---- */

/* That of the two which is in force at some time from..to: 0 and *ret (no names), or 1. The role is the
 * caller's. */
int membership_rows_find(Link *link, const Membership *wanted, Membership *ret, char **ret_role,
                         GError **error);
int membership_rows_save(Link *link, const Membership *membership, const char *user, gint64 now,
                         gint64 *ret_id, GError **error);
