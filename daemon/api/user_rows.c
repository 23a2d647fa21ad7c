/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "api/user_rows.h"

#include "api/api.h"
#include "base/fault.h"

static const char *const steps[] = {"CREATE TABLE users ("
                                    "  id INTEGER PRIMARY KEY,"
                                    "  name TEXT NOT NULL UNIQUE,"
                                    "  roles TEXT NOT NULL,"
                                    "  unix_user TEXT UNIQUE,"
                                    "  email TEXT,"
                                    "  token BLOB UNIQUE," /* SHA-256 */
                                    "  token_at INTEGER NOT NULL DEFAULT 0,"
                                    "  disabled INTEGER NOT NULL DEFAULT 0);",
                                    "CREATE TABLE user_keys ("
                                    "  user_id INTEGER NOT NULL REFERENCES users (id),"
                                    "  number INTEGER NOT NULL,"
                                    "  fingerprint TEXT NOT NULL,"
                                    "  identity TEXT NOT NULL,"
                                    "  bytes BLOB NOT NULL,"
                                    "  bound_at INTEGER NOT NULL,"
                                    "  bound_by TEXT NOT NULL,"
                                    "  PRIMARY KEY (user_id, number)) WITHOUT ROWID;",
                                    NULL};

const Schema api_schema = {"api", steps};

int user_rows_put(Link *link, const User *user, GError **error) {
  g_autofree char *roles = roles_text(user->roles);
  int n = link_run(link, error,
                   "INSERT INTO users (name, roles, unix_user, email) VALUES (?1, ?2, ?3, ?4)"
                   " ON CONFLICT (name) DO UPDATE SET roles = excluded.roles,"
                   " unix_user = COALESCE(excluded.unix_user, users.unix_user),"
                   " email = COALESCE(excluded.email, users.email), disabled = 0",
                   "tttt", user->name, roles, user->unix_user, user->email);
  return n < 0 ? n : 0;
}

int user_rows_token(Link *link, const char *name, const Digest *token, gint64 at, GError **error) {
  return link_run(link, error, "UPDATE users SET token = ?2, token_at = ?3 WHERE name = ?1 AND disabled = 0",
                  "tdi", name, token, at);
}

int user_rows_disable(Link *link, const char *name, GError **error) {
  return link_run(link, error, "UPDATE users SET disabled = 1, token = NULL, token_at = 0 WHERE name = ?1",
                  "t", name);
}

#define ROW "SELECT id, name, roles, unix_user, email, token_at, disabled FROM users"

static int user_of(Statement *s, User **ret, GError **error) {
  g_autoptr(User) user = g_new0(User, 1);
  user->id = statement_int(s, 0);
  user->name = g_strdup(statement_text(s, 1));
  user->unix_user = g_strdup(statement_text(s, 3));
  user->email = g_strdup(statement_text(s, 4));
  user->token_issued_at = statement_int(s, 5);
  user->disabled = statement_int(s, 6) != 0;
  int r = roles_parse(statement_text(s, 2), &user->roles, error);
  if (r == 0)
    *ret = g_steal_pointer(&user);
  return r;
}

int user_rows_find(Link *link, const char *name, const char *unix_user, const Digest *token, User **ret,
                   GError **error) {
  g_autoptr(Statement) s = NULL;
  int r = name != NULL        ? link_query(link, &s, error, ROW " WHERE name = ?1", "t", name)
          : unix_user != NULL ? link_query(link, &s, error, ROW " WHERE unix_user = ?1", "t", unix_user)
                              : link_query(link, &s, error, ROW " WHERE token = ?1", "d", token);
  if (r == 0)
    r = statement_step(s, error);
  return r > 0 ? user_of(s, ret, error) : r < 0 ? r : 1;
}

int user_rows_list(Link *link, GPtrArray **ret, GError **error) {
  g_autoptr(GPtrArray) users = g_ptr_array_new_with_free_func((GDestroyNotify)user_free);
  g_autoptr(Statement) s = NULL;
  int r = link_query(link, &s, error, ROW " ORDER BY name", "");
  while (r == 0 && (r = statement_step(s, error)) > 0) {
    User *user = NULL;
    r = user_of(s, &user, error);
    if (r == 0)
      g_ptr_array_add(users, user);
  }
  if (r == 0)
    *ret = g_steal_pointer(&users);
  return r;
}

/* ---- keys: the newest counts, earlier ones are kept ---- */

int user_rows_put_key(Link *link, gint64 user, const UserKey *key, GError **error) {
  int n = link_run(link, error,
                   "INSERT INTO user_keys (user_id, number, fingerprint, identity, bytes, bound_at, bound_by)"
                   " VALUES (?1, (SELECT COALESCE(MAX(number), 0) + 1 FROM user_keys WHERE user_id = ?1), ?2,"
                   " ?3, ?4, ?5, ?6)",
                   "ittbit", user, key->fingerprint, key->identity, key->bytes, key->bound_at, key->bound_by);
  return n < 0 ? n : 0;
}

int user_rows_key(Link *link, const char *name, UserKey **ret, GError **error) {
  g_autoptr(Statement) s = NULL;
  int r = link_query(link, &s, error,
                     "SELECT k.fingerprint, k.identity, k.bytes, k.bound_at, k.bound_by FROM user_keys k"
                     " JOIN users u ON u.id = k.user_id WHERE u.name = ?1 ORDER BY k.number DESC LIMIT 1",
                     "t", name);
  if (r == 0)
    r = statement_step(s, error);
  if (r <= 0)
    return r < 0 ? r : 1;
  *ret = g_new0(UserKey, 1);
  **ret = (UserKey){.fingerprint = g_strdup(statement_text(s, 0)),
                    .identity = g_strdup(statement_text(s, 1)),
                    .bytes = statement_bytes(s, 2),
                    .bound_at = statement_int(s, 3),
                    .bound_by = g_strdup(statement_text(s, 4))};
  return 0;
}
