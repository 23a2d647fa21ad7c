/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "api/handlers.h"
#include "api/user.h"
#include "api/user_key.h"
#include "base/fault.h"
#include "base/file.h"
#include "base/text.h"
#include "mail/address.h"

static json_t *roles_json(guint roles) {
  g_autofree char *text = roles_text(roles);
  g_auto(GStrv) names = g_strsplit(text, ",", -1);
  json_t *list = json_array();
  for (char **name = names; *name != NULL; name++)
    json_array_append_new(list, json_string(*name));
  return list;
}

static json_t *user_json(const User *user) {
  return json_pack("{s:o, s:s, s:o, s:s?, s:s?, s:b, s:o}", "id", ask_ident(IDENT_USER, user->id), "name",
                   user->name, "roles", roles_json(user->roles), "unix_user", user->unix_user, "email",
                   user->email, "disabled", user->disabled, "token_issued_at",
                   ask_time(user->token_issued_at));
}

static int respond_user(Ask *ask, guint status, const char *name, GError **error) {
  g_autoptr(Link) link = NULL;
  g_autoptr(User) user = NULL;
  g_autoptr(UserKey) key = NULL;
  int r = store_read(ask->house->store, &link, error);
  if (r == 0)
    r = user_find(link, name, &user, error);
  if (r == 0)
    r = user_key_find(link, name, &key, error);
  if (r < 0)
    return r;
  json_t *json = user_json(user);
  json_object_set_new(json, "key", key != NULL ? json_string(key->fingerprint) : json_null());
  return ask_respond(ask, status, json);
}

int users_api_list(Ask *ask, GError **error) {
  static const char *const known[] = {NULL};
  g_autoptr(Link) link = NULL;
  g_autoptr(GPtrArray) users = NULL;
  int r = ask_query(ask, known, error);
  if (r == 0)
    r = store_read(ask->house->store, &link, error);
  if (r == 0)
    r = user_list(link, &users, error);
  if (r < 0)
    return r;
  json_t *items = json_array();
  for (guint i = 0; i < users->len; i++)
    json_array_append_new(items, user_json(g_ptr_array_index(users, i)));
  return ask_respond(ask, 200, ask_list(items, NULL));
}

static int read_roles(const Ask *ask, guint *ret, GError **error) {
  g_autofree const char **roles = NULL;
  int r = ask_texts(ask, "roles", &roles, error);
  if (r < 0)
    return r;
  g_autofree char *joined = g_strjoinv(",", (char **)roles);
  return roles_parse(joined, ret, error);
}

int users_api_add(Ask *ask, GError **error) {
  static const char *const known[] = {"name", "roles", "unix_user", "email", NULL};
  const char *name, *unix_user, *email;
  g_autoptr(Address) address = NULL;
  User user = {0};
  int r = ask_fields(ask, known, error);
  if (r == 0)
    r = ask_needed(ask, "name", USER_NAME_MAX, &name, error);
  if (r == 0)
    r = ask_text(ask, "unix_user", USER_NAME_MAX, &unix_user, error);
  if (r == 0)
    r = ask_text(ask, "email", TEXT_NAME_MAX, &email, error);
  if (r == 0 && email != NULL && (r = address_parse(email, ADDRESS_SINGLE_LABEL, &address, error)) < 0)
    return fault_prefix(error, "email");
  if (r == 0)
    r = read_roles(ask, &user.roles, error);
  if (r < 0)
    return r;
  user.name = (char *)name;
  user.unix_user = (char *)unix_user;
  user.email = address != NULL ? address->send : NULL;
  r = user_add(ask->house->store, ask->house->journal, ask->actor, &user, error);
  return r < 0 ? r : respond_user(ask, 201, name, error);
}

/* An admin for anybody, everybody for himself. */
int users_api_token(Ask *ask, GError **error) {
  static const char *const known[] = {NULL};
  const char *name = request_argument(ask->request, "name");
  char *token = NULL;
  if (!actor_has(ask->actor, ROLE_ADMIN) && strcmp(name, ask->actor->name) != 0)
    return fault(error, FAULT_FORBIDDEN, "only an admin issues tokens for others; ask one");
  int r = ask_fields(ask, known, error);
  if (r == 0)
    r = user_issue_token(ask->house->store, ask->house->journal, ask->actor, name,
                         clock_wall(ask->house->clock), &token, error);
  if (r < 0)
    return r;
  ask_respond(ask, 201, json_pack("{s:s, s:s}", "name", name, "token", token));
  explicit_bzero(token, strlen(token));
  g_free(token);
  return 0;
}

int users_api_disable(Ask *ask, GError **error) {
  static const char *const known[] = {NULL};
  const char *name = request_argument(ask->request, "name");
  int r = ask_fields(ask, known, error);
  if (r == 0)
    r = user_disable(ask->house->store, ask->house->journal, ask->actor, name, error);
  return r < 0 ? r : respond_user(ask, 200, name, error);
}

/* An admin for anybody, everybody for himself: what he signs by it is his own act. */
int users_api_key(Ask *ask, GError **error) {
  static const char *const known[] = {NULL};
  const char *name = request_argument(ask->request, "name"), *path = request_upload(ask->request);
  g_autoptr(GBytes) bytes = NULL;
  if (!actor_has(ask->actor, ROLE_ADMIN) && strcmp(name, ask->actor->name) != 0)
    return fault(error, FAULT_FORBIDDEN, "only an admin binds a key to others; ask one");
  int r = ask_query(ask, known, error);
  if (r == 0 && path == NULL)
    r = fault(error, FAULT_INPUT, "a file is wanted as the body, with Content-Type application/pgp-keys");
  if (r == 0)
    r = file_read(path, KEY_FILE_MAX, &bytes, error);
  if (r == 0)
    r = user_key_bind(ask->house->store, ask->house->journal, ask->actor,
                      ask->house->config->valise.state_dir, name, bytes, clock_wall(ask->house->clock),
                      error);
  return r < 0 ? r : respond_user(ask, 200, name, error);
}
