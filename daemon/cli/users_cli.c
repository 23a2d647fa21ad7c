/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/groups.h"
#include "cli/show.h"

static int add(Call *call, GError **error) {
  json_t *answer = NULL;
  json_t *body = json_pack("{s:s, s:o, s:s?, s:s?}", "name", call_argument(call, 0), "roles",
                           show_texts(call_values(call, "role")), "unix_user", call_value(call, "unix-user"),
                           "email", call_value(call, "email"));
  int r = api_send(call_api(call), "POST", "users", NULL, body, &answer, error);
  json_decref(body);
  return r < 0 ? r : show_made(call, answer);
}

static void user_row(Call *call, const json_t *item, char **cells) {
  cells[0] = g_strdup(show_text(item, "id"));
  cells[1] = g_strdup(show_text(item, "name"));
  cells[2] = show_joined(json_object_get(item, "roles"));
  cells[3] = g_strdup(show_text(item, "unix_user"));
  cells[4] = show_time(call, item, "token_issued_at");
  cells[5] = g_strdup(json_is_true(json_object_get(item, "disabled")) ? "disabled" : "");
}

static int list(Call *call, GError **error) {
  static const char *const headings[] = {"ID", "NAME", "ROLES", "UNIX USER", "TOKEN ISSUED", "", NULL};
  return show_list(call, "users", NULL, headings, user_row, "no users yet; root over the socket is an admin",
                   error);
}

/* The token alone on standard output, so that it can go straight into a file. */
static int token(Call *call, GError **error) {
  g_autofree char *path = api_path("users", call_argument(call, 0), "token", NULL);
  json_t *answer = NULL;
  int r = api_send(call_api(call), "POST", path, NULL, NULL, &answer, error);
  if (r < 0)
    return r;
  if (call_json(call))
    show_json(call, answer);
  else
    fprintf(call_out(call), "%s\n", show_text(answer, "token"));
  json_decref(answer);
  return 0;
}

static int key(Call *call, GError **error) {
  g_autofree char *path = api_path("users", call_argument(call, 0), "key", NULL);
  json_t *answer = NULL;
  int r =
      api_upload(call_api(call), path, NULL, call_argument(call, 1), "application/pgp-keys", &answer, error);
  if (r < 0) {
    json_decref(answer);
    return r;
  }
  if (call_json(call))
    show_json(call, answer);
  else
    fprintf(call_out(call), "%s\n", show_text(answer, "key"));
  json_decref(answer);
  return 0;
}

static int disable(Call *call, GError **error) {
  g_autofree char *path = api_path("users", call_argument(call, 0), "disable", NULL);
  json_t *answer = NULL;
  int r = api_send(call_api(call), "POST", path, NULL, NULL, &answer, error);
  return r < 0 ? r : show_changed(call, answer, "shut out; his token counts no more");
}

static const Option add_options[] = {
    {"role", OPTION_LIST, "ROLE", "organiser, approver, volunteer, auditor or admin; may be repeated", TRUE},
    {"unix-user", OPTION_VALUE, "USER", "the system's user who is this one over the control socket", FALSE},
    {"email", OPTION_VALUE, "ADDRESS",
     "his own mail address, for which you vouch: `mailings test` writes to it", FALSE},
    {0}};

const Command users_commands[] = {
    {"users", "add", "NAME", "Add a user, or give one other roles", add_options, 0, add},
    {"users", "list", NULL, "All users", NULL, 0, list},
    {"users", "token", "NAME", "Issue an access token, shown once; earlier ones end", NULL, 0, token},
    {"users", "key", "NAME FILE", "Bind the OpenPGP key that he signs approvals with; prints its fingerprint",
     NULL, 0, key},
    {"users", "disable", "NAME", "Shut a user out", NULL, 0, disable},
    {0}};
