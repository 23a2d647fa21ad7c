/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "api/user.h"

#include <string.h>

#include "api/user_rows.h"
#include "base/fault.h"

#define TOKEN_BYTES 32

void user_free(User *user) {
  if (user == NULL)
    return;
  g_free(user->name);
  g_free(user->unix_user);
  g_free(user->email);
  g_free(user);
}

typedef struct {
  Journal *journal;
  const Actor *actor;
  const User *user;
  const char *name;
  Digest token;
  gint64 now;
} UserWork;

static int note(Link *link, const UserWork *work, enum entry_kind kind, const char *text, GError **error) {
  Entry entry = {.kind = kind, .user = work->actor->name, .text = text, .restricted = TRUE};
  return journal_add(work->journal, link, &entry, error);
}

static int check_name(const char *name, GError **error) {
  gsize n = strlen(name);
  if (n == 0 || n > USER_NAME_MAX || strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-_.") != n)
    return fault(error, FAULT_INPUT,
                 "name: a user's name is made of a-z, 0-9, \"-\", \"_\" and \".\", at most %d of them",
                 USER_NAME_MAX);
  if (g_str_equal(name, "root") || g_str_equal(name, actor_daemon.name))
    return fault(error, FAULT_INPUT, "name: \"%s\" is reserved; choose another", name);
  return 0;
}

static int work_add(Link *link, gpointer data, GError **error) {
  const UserWork *work = data;
  const User *user = work->user;
  g_autoptr(User) other = NULL;
  if (user->unix_user != NULL) {
    int r = user_rows_find(link, NULL, user->unix_user, NULL, &other, error);
    if (r < 0)
      return r;
    if (r == 0 && !g_str_equal(other->name, user->name))
      return fault(error, FAULT_RULE, "the system's user %s is %s here already; one of them must give way",
                   user->unix_user, other->name);
  }
  int r = user_rows_put(link, user, error);
  if (r < 0)
    return r;
  g_autofree char *roles = roles_text(user->roles);
  g_autofree char *text = g_strdup_printf("%s: %s", user->name, roles);
  return note(link, work, ENTRY_USER_ADDED, text, error);
}

int user_add(Store *store, Journal *journal, const Actor *actor, const User *user, GError **error) {
  UserWork work = {.journal = journal, .actor = actor, .user = user};
  int r = check_name(user->name, error);
  return r < 0 ? r : store_write(store, work_add, &work, error);
}

static int no_user(const char *name, GError **error) {
  return fault(error, FAULT_ABSENT, "%s: there is no such user; `valise users list` shows them", name);
}

static int work_issue(Link *link, gpointer data, GError **error) {
  const UserWork *work = data;
  int n = user_rows_token(link, work->name, &work->token, work->now, error);
  if (n <= 0)
    return n < 0 ? n : no_user(work->name, error);
  return note(link, work, ENTRY_TOKEN_ISSUED, work->name, error);
}

int user_issue_token(Store *store, Journal *journal, const Actor *actor, const char *name, gint64 now,
                     char **ret, GError **error) {
  guint8 bytes[TOKEN_BYTES];
  random_bytes(bytes, sizeof bytes);
  char *token = hex_of(bytes, sizeof bytes);
  explicit_bzero(bytes, sizeof bytes);
  UserWork work = {.journal = journal, .actor = actor, .name = name, .now = now};
  work.token = digest_of(token, strlen(token));
  int r = store_write(store, work_issue, &work, error);
  if (r == 0) {
    *ret = token;
    return 0;
  }
  explicit_bzero(token, strlen(token));
  g_free(token);
  return r;
}

static int work_disable(Link *link, gpointer data, GError **error) {
  const UserWork *work = data;
  int n = user_rows_disable(link, work->name, error);
  if (n <= 0)
    return n < 0 ? n : no_user(work->name, error);
  return note(link, work, ENTRY_USER_DISABLED, work->name, error);
}

int user_disable(Store *store, Journal *journal, const Actor *actor, const char *name, GError **error) {
  UserWork work = {.journal = journal, .actor = actor, .name = name};
  return store_write(store, work_disable, &work, error);
}

int user_find(Link *link, const char *name, User **ret, GError **error) {
  int r = user_rows_find(link, name, NULL, NULL, ret, error);
  return r > 0 ? no_user(name, error) : r;
}

int user_list(Link *link, GPtrArray **ret, GError **error) {
  return user_rows_list(link, ret, error);
}

static int unless_disabled(int r, User **ret) {
  if (r != 0 || !(*ret)->disabled)
    return r;
  g_clear_pointer(ret, user_free);
  return 1;
}

/* The database finds the digest of the token, not the token: how long that takes tells nothing about it. */
int user_of_token(Link *link, const char *token, User **ret, GError **error) {
  Digest digest = digest_of(token, strlen(token));
  return unless_disabled(user_rows_find(link, NULL, NULL, &digest, ret, error), ret);
}

int user_of_unix_name(Link *link, const char *unix_user, User **ret, GError **error) {
  return unless_disabled(user_rows_find(link, NULL, unix_user, NULL, ret, error), ret);
}
