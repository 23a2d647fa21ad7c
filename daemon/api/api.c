/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "api/api.h"

#include <pwd.h>
#include <string.h>
#include <unistd.h>

#include "api/handlers.h"
#include "api/user.h"
#include "base/fault.h"
#include "base/log.h"
#include "http/json.h"
#include "http/route.h"

/* Who may use a route; the table's column. */
#define READ       (ROLE_ORGANISER | ROLE_APPROVER | ROLE_VOLUNTEER | ROLE_AUDITOR | ROLE_ADMIN)
#define PREPARE    (ROLE_ORGANISER | ROLE_VOLUNTEER | ROLE_ADMIN)
#define LOOK       (PREPARE | ROLE_APPROVER | ROLE_AUDITOR)
#define ORGANISE   (ROLE_ORGANISER | ROLE_ADMIN)
#define INSPECT    (ORGANISE | ROLE_AUDITOR)
#define STEER      (ROLE_ORGANISER | ROLE_APPROVER | ROLE_VOLUNTEER | ROLE_ADMIN)
#define DECIDE     (ROLE_ORGANISER | ROLE_APPROVER | ROLE_ADMIN)
#define APPROVE    ROLE_APPROVER
#define ADMINISTER ROLE_ADMIN

typedef struct {
  Route route;
  guint roles;
  AskHandler handler;
} Row;

static const Row rows[] = {
#define ROUTE(method, path, roles, handler, sentence) {{#method, "/api/v1" path}, roles, handler},
#include "api/routes.def"
#undef ROUTE
};

struct Api {
  ApiHouse house;
  Routes *routes;
};

Api *api_new(const ApiHouse *house) {
  Api *api = g_new0(Api, 1);
  api->house = *house;
  api->routes = routes_new(rows, sizeof(Row), G_N_ELEMENTS(rows));
  return api;
}

void api_free(Api *api) {
  if (api == NULL)
    return;
  routes_free(api->routes);
  g_free(api);
}

/* ---- who asks ---- */

typedef struct {
  Actor actor;
  char *name;
  const Row *row;
} Asker;

static void asker_free(gpointer data) {
  Asker *asker = data;
  g_free(asker->name);
  g_free(asker);
}

static Asker *asker_new(gint64 id, const char *name, guint roles) {
  Asker *asker = g_new0(Asker, 1);
  asker->name = g_strdup(name);
  asker->actor = (Actor){.id = id, .name = asker->name, .roles = roles};
  return asker;
}

static char *unix_name(uid_t uid) {
  char buffer[4096];
  struct passwd entry, *found = NULL;
  return getpwuid_r(uid, &entry, buffer, sizeof buffer, &found) == 0 && found != NULL
             ? g_strdup(found->pw_name)
             : NULL;
}

/* 0 and *ret; 1 when nobody that is known. */
static int find_user(const Api *api, const Request *request, User **ret, GError **error) {
  const char *token = request_bearer(request);
  g_autofree char *name = NULL;
  g_autoptr(Link) link = NULL;
  Peer peer;
  if (token == NULL) {
    if (!request_peer(request, &peer) || (name = unix_name(peer.uid)) == NULL)
      return 1;
  }
  int r = store_read(api->house.store, &link, error);
  if (r < 0)
    return r;
  return token != NULL ? user_of_token(link, token, ret, error) : user_of_unix_name(link, name, ret, error);
}

static int identify(const Api *api, const Request *request, Asker **ret, GError **error) {
  Peer peer;
  if (request_bearer(request) == NULL && request_peer(request, &peer) && peer.uid == 0) {
    *ret = asker_new(0, "root", ROLE_ADMIN);
    return 0;
  }
  g_autoptr(User) user = NULL;
  int r = find_user(api, request, &user, error);
  if (r == 0)
    *ret = asker_new(user->id, user->name, user->roles);
  return r;
}

/* ---- the two doors ---- */

static int refuse(Response *response, guint status, const char *code, const char *message) {
  json_respond_error(response, status, code, message);
  return 1;
}

int api_gate(Request *request, Response *response, gpointer data) {
  const Api *api = data;
  g_autoptr(GError) error = NULL;
  Asker *asker = NULL;
  int r = identify(api, request, &asker, &error);
  if (r < 0) {
    json_respond_fault(response, error);
    return 1;
  }
  if (r > 0)
    return refuse(response, 401, "unauthorised",
                  "nobody is known under this name or token; an admin adds users with `valise users add`");
  request_set_data(request, asker, asker_free);
  asker->row = routes_find(api->routes, request, response);
  if (asker->row == NULL)
    return 1;
  if (actor_has(&asker->actor, asker->row->roles))
    return 0;
  g_autofree char *has = roles_text(asker->actor.roles), *wants = roles_text(asker->row->roles);
  g_autofree char *message =
      g_strdup_printf("%s is %s; this needs one of the roles %s", asker->name, has, wants);
  return refuse(response, 403, "forbidden", message);
}

static int answer(const Api *api, const Asker *asker, const Request *request, Response *response,
                  GError **error) {
  Ask ask = {.house = &api->house, .actor = &asker->actor, .request = request, .response = response};
  int r = request_upload(request) != NULL ? 0 : json_of_request(request, &ask.body, error);
  if (r == 0 && ask.body == NULL)
    ask.body = json_object();
  if (r == 0)
    r = asker->row->handler(&ask, error);
  json_decref(ask.body);
  return r;
}

void api_handle(const Request *request, Response *response, gpointer data) {
  const Asker *asker = request_data(request);
  g_autoptr(GError) error = NULL;
  if (answer(data, asker, request, response, &error) >= 0)
    return;
  if (fault_code(error) == FAULT_SYSTEM || fault_code(error) == FAULT_UNCERTAIN)
    log_fault("a request failed", error);
  json_respond_fault(response, error);
}
