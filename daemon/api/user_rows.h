/* SPDX-License-Identifier: GPL-3.0-or-later */
/* user_rows.h - the SQL of users. Only user.c includes it. */
#pragma once

#include "api/user.h"
#include "api/user_key.h"

int user_rows_put(Link *link, const User *user, GError **error);
/* TOKEN NULL takes it away. Returns how many rows changed. */
int user_rows_token(Link *link, const char *name, const Digest *token, gint64 at, GError **error);
int user_rows_disable(Link *link, const char *name, GError **error);
/* By name, by unix_user, by the digest of a token; exactly one is not NULL. 1 when there is none. */
int user_rows_find(Link *link, const char *name, const char *unix_user, const Digest *token, User **ret,
                   GError **error);
int user_rows_list(Link *link, GPtrArray **ret, GError **error);

int user_rows_put_key(Link *link, gint64 user, const UserKey *key, GError **error);
/* 1 when he has none. */
int user_rows_key(Link *link, const char *name, UserKey **ret, GError **error);
