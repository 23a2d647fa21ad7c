/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * user.h - who may ask, with which roles, and how he shows that he is himself
 *
 * Over the control socket a user is the one whose unix_user is the peer's name; elsewhere, and instead of it,
 * a bearer token. A token is 256 random bits, shown once; only its SHA-256 is kept.
 */
#pragma once

#include "journal/actor.h"
#include "journal/journal.h"
#include "store/store.h"

#include <glib.h>

typedef struct {
  gint64 id;
  char *name;
  guint roles;
  char *unix_user, *email; /* NULL for none */
  gint64 token_issued_at;  /* 0 for none */
  gboolean disabled;
} User;
void user_free(User *user);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(User, user_free)

#define USER_NAME_MAX 64

/* Makes a user, or gives an existing one these roles (and unix_user and e-mail where not NULL). FAULT_INPUT
 * for a name that is not made of a-z, 0-9, "-", "_" and ".", FAULT_RULE when another user has that unix_user.
 */
int user_add(Store *store, Journal *journal, const Actor *actor, const User *user, GError **error);
/* Ends earlier tokens; *ret (the caller wipes and frees it) is shown once. */
int user_issue_token(Store *store, Journal *journal, const Actor *actor, const char *name, gint64 now,
                     char **ret, GError **error);
/* His token ends and his unix_user counts no more. */
int user_disable(Store *store, Journal *journal, const Actor *actor, const char *name, GError **error);

/* FAULT_ABSENT when there is none. */
int user_find(Link *link, const char *name, User **ret, GError **error);
int user_list(Link *link, GPtrArray **ret, GError **error); /* of User, by name */

/* Who is it? 0; 1 when nobody (disabled users are nobody). */
int user_of_token(Link *link, const char *token, User **ret, GError **error);
int user_of_unix_name(Link *link, const char *unix_user, User **ret, GError **error);
