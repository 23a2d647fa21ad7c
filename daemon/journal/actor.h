/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * actor.h - who is asking, and what he may see
 *
 * There is one visibility predicate. Every table whose rows a person may list (contacts, channels by their
 * contact, lists' members, mailings, addressees, deliveries, entries of the journal) has a column
 * `restricted`: 0 when the row concerns attendees alone, 1 when it concerns an office, an organisation, the
 * holder of an office, or a mailing to any of these. A query binds actor_clearance and says `restricted <=
 * ?n`: lists, filters, counts, exports and look-ups by id alike. What an actor may not see does not exist for
 * him: FAULT_ABSENT, in the words that a wrong id gets.
 */
#pragma once

#include <glib.h>

enum role {
  ROLE_ORGANISER = 1 << 0,
  ROLE_APPROVER = 1 << 1,  /* speaks for the Board */
  ROLE_VOLUNTEER = 1 << 2, /* attendees only */
  ROLE_AUDITOR = 1 << 3,   /* reads */
  ROLE_ADMIN = 1 << 4,     /* everything but approving and overriding */
};

typedef struct {
  gint64 id;        /* of the user; 0 for root over the socket and for the daemon itself */
  const char *name; /* as the journal writes it: "marie", "root", "valised" */
  guint roles;      /* of enum role */
} Actor;

/* 1: everything; 0: attendees alone. Bound in every query as `restricted <= ?`. */
gint64 actor_clearance(const Actor *actor);
/* Has the actor one of ROLES? (ROLE_ADMIN does not imply ROLE_APPROVER.) */
gboolean actor_has(const Actor *actor, guint roles);
/* "organiser,approver"; the caller frees it. */
char *roles_text(guint roles);
/* 0 and *ret_roles from names parted by commas, or FAULT_INPUT. */
int roles_parse(const char *text, guint *ret_roles, GError **error);
/* The daemon itself, for what happens by time. */
extern const Actor actor_daemon;
