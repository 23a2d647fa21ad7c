/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <string.h>

#include "base/fault.h"
#include "base/file.h"
#include "cli/groups.h"
#include "cli/show.h"
#include "cli/table.h"

static void key_row(Call *call, const json_t *item, char **cells) {
  cells[0] = g_strdup(show_text(item, "fingerprint"));
  cells[1] = g_strdup(show_text(item, "user_id"));
  cells[2] = g_strdup(show_text(item, "algorithm"));
  cells[3] = show_time(call, item, "expires_at");
  cells[4] = g_strdup(show_text(item, "state"));
  cells[5] = g_strdup(json_is_true(json_object_get(item, "in_use")) ? "signs" : "");
}

static int list(Call *call, GError **error) {
  static const char *const headings[] = {"FINGERPRINT", "NAME", "ALGORITHM", "EXPIRES", "STATE", "USE", NULL};
  return show_list(call, "keys", NULL, headings, key_row, "no keys of ours", error);
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

const Command keys_commands[] = {
    {"keys", "list", NULL, "Our own keys, and which of them signs", NULL, COMMAND_LIST, list},
    {"keys", "export", NULL, "The public key that others check us with, on standard output", export_options,
     0, export},
    {0}};
