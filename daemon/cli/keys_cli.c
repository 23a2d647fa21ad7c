/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <string.h>

#include "base/fault.h"
#include "base/file.h"
#include "cli/groups.h"
#include "cli/show.h"
#include "cli/table.h"

/* What a key of ours was used for, and from when to when. */
static char *use_words(Call *call, const json_t *item) {
  g_autofree char *from = show_time(call, item, "from"), *until = show_time(call, item, "until");
  return g_strdup_printf("signed for us (%s) from %s%s%s", show_text(item, "use"), from,
                         *until != '\0' ? " to " : "", until);
}

static void key_row(Call *call, const json_t *item, char **cells) {
  gboolean history = strcmp(show_text(item, "of"), "history") == 0;
  gboolean ours = strcmp(show_text(item, "of"), "house") == 0;
  cells[0] = g_strdup(show_text(item, "id"));
  cells[1] = g_strdup(show_text(item, "fingerprint"));
  cells[2] = g_strdup(show_text(item, "user_id"));
  cells[3] = g_strdup(show_text(item, "algorithm"));
  cells[4] = show_time(call, item, "expires_at");
  cells[5] = g_strdup(json_is_true(json_object_get(item, "revoked")) ? "revoked" : show_text(item, "state"));
  cells[6] = history ? use_words(call, item)
                     : g_strdup(!ours                                           ? show_text(item, "contact")
                                : json_is_true(json_object_get(item, "in_use")) ? "signs for us"
                                                                                : "ours");
}

static const char *const headings[] = {"ID",      "FINGERPRINT", "NAME", "ALGORITHM",
                                       "EXPIRES", "STATE",       "OF",   NULL};

static int list(Call *call, GError **error) {
  g_autoptr(ApiQuery) query = api_query_add(api_query_new(), "contact", call_value(call, "contact"));
  return show_list(call, "keys", query, headings, key_row, "no keys", error);
}

static void print_proposals(Call *call, const json_t *answer) {
  g_autoptr(Table) table = table_new(headings, call_plain(call));
  const json_t *items = json_object_get(answer, "items");
  for (size_t i = 0; i < json_array_size(items); i++) {
    char *cells[G_N_ELEMENTS(headings) - 1] = {NULL};
    key_row(call, json_array_get(items, i), cells);
    table_row_array(table, (const char *const *)cells);
    for (gsize k = 0; k < G_N_ELEMENTS(cells); k++)
      g_free(cells[k]);
  }
  table_print(table, call_out(call), "no keys");
}

static int import(Call *call, GError **error) {
  const char *file = call_argument(call, 0);
  g_autofree char *name = g_path_get_basename(file);
  g_autoptr(ApiQuery) query = api_query_add(api_query_new(), "name", name);
  api_query_add(query, "contact", call_value(call, "contact"));
  json_t *answer = NULL;
  int r = api_upload(call_api(call), "keys", query, file, "application/pgp-keys", &answer, error);
  if (r == 0 && call_json(call))
    show_json(call, answer);
  else if (r == 0)
    print_proposals(call, answer);
  json_decref(answer);
  return r;
}

static int act_on(Call *call, const char *act, json_t *body, const char *sentence, GError **error) {
  g_autofree char *path = api_path("keys", call_argument(call, 0), act, NULL);
  json_t *key = NULL;
  int r = api_send(call_api(call), "POST", path, NULL, body, &key, error);
  json_decref(body);
  return r < 0 ? r : show_changed(call, key, sentence);
}

static void put(Call *call, json_t *body, const char *option) {
  if (call_value(call, option) != NULL)
    json_object_set_new(body, option, json_string(call_value(call, option)));
}

static int confirm(Call *call, GError **error) {
  json_t *body = json_object();
  put(call, body, "contact");
  return act_on(call, "confirm", body, "confirmed: what is signed by it is its contact's", error);
}

static int retire(Call *call, GError **error) {
  json_t *body = json_object();
  put(call, body, "reason");
  put(call, body, "since");
  return act_on(call, "retire", body, "retired", error);
}

/* A folder to be laid on the web site of the address's domain: .well-known/openpgpkey/hu/HASH and policy. */
static int write_directory(const json_t *key, const char *folder, GError **error) {
  gsize size = 0;
  g_autofree guchar *bytes = g_base64_decode(show_text(key, "binary"), &size);
  g_autofree char *hu = g_build_filename(folder, ".well-known", "openpgpkey", "hu", NULL);
  g_autofree char *file = g_build_filename(hu, show_text(key, "wkd_hash"), NULL);
  g_autofree char *policy = g_build_filename(folder, ".well-known", "openpgpkey", "policy", NULL);
  if (g_mkdir_with_parents(hu, 0755) != 0)
    return fault_errno(error, errno, "%s cannot be made", hu);
  int r = file_write_whole(file, bytes, size, 0644, error);
  return r < 0 ? r : file_write_whole(policy, "", 0, 0644, error);
}

static int export(Call *call, GError **error) {
  const char *folder = call_value(call, "wkd");
  json_t *key = NULL;
  int r = api_get(call_api(call), "keys/export", NULL, &key, error);
  if (r < 0)
    return r;
  if (folder != NULL && (r = write_directory(key, folder, error)) == 0)
    fprintf(call_out(call), "%s/.well-known/openpgpkey is to be laid on the site of %s\n", folder,
            show_text(key, "domain"));
  else if (folder == NULL && call_json(call))
    show_json(call, key);
  else if (folder == NULL)
    fputs(show_text(key, "armour"), call_out(call));
  json_decref(key);
  return r;
}

static const Option export_options[] = {
    {"wkd", OPTION_VALUE, "DIR", "write a web key directory there instead, for the organisation's own site",
     FALSE},
    {0}};

static const Option contact_options[] = {
    {"contact", OPTION_VALUE, "ID", "the contact whose key it is", FALSE}, {0}};

static const Option retire_options[] = {
    {"reason", OPTION_VALUE, "TEXT", "why it counts no more", FALSE},
    {"since", OPTION_VALUE, "TIME",
     "from when on it counts no more, for one that others may have had; else now", FALSE},
    {0}};

const Command keys_commands[] = {
    {"keys", "list", NULL, "Our own keys and which of them signs, and those of contacts", contact_options,
     COMMAND_LIST, list},
    {"keys", "import", "FILE",
     "Propose the public keys or certificates of a file; they count for nothing yet", contact_options, 0,
     import},
    {"keys", "confirm", "ID",
     "A proposed key is its contact's: what is signed by it counts as that contact's", contact_options, 0,
     confirm},
    {"keys", "retire", "ID", "A key counts no more, or was never wanted", retire_options, 0, retire},
    {"keys", "export", NULL, "The public key that others check us with, on standard output", export_options,
     0, export},
    {0}};
