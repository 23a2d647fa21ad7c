/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "api/handlers.h"
#include "base/fault.h"
#include "sign/keeper.h"
#include "sign/wkd.h"

static json_t *key_json(const Key *key, const char *configured) {
  const char *state = key->revoked     ? "revoked"
                      : key->expired   ? "expired"
                      : key->disabled  ? "disabled"
                      : !key->can_sign ? "cannot-sign"
                                       : "valid";
  return json_pack("{s:s, s:s, s:s, s:o, s:o, s:s, s:b}", "fingerprint", key->fingerprint, "user_id",
                   key->user_id, "algorithm", key->algorithm, "created_at", ask_time(key->created),
                   "expires_at", ask_time(key->expires), "state", state, "in_use",
                   g_strcmp0(key->fingerprint, configured) == 0);
}

/* Our own keys; which of them signs. */
int keys_api_list(Ask *ask, GError **error) {
  static const char *const known[] = {NULL};
  Keeper *keeper = desk_keeper(ask->house->desk);
  g_autoptr(GPtrArray) keys = NULL;
  Signer *signer = NULL;
  Home *home = NULL;
  int r = ask_query(ask, known, error);
  if (r == 0)
    r = keeper_home(keeper, &home, error);
  if (r == 0)
    r = key_list(home, TRUE, &keys, error);
  if (r < 0)
    return r;
  gboolean ready = keeper_has_key(keeper) && keeper_signer(keeper, &signer, NULL) == 0;
  json_t *items = json_array();
  for (guint i = 0; i < keys->len; i++)
    json_array_append_new(
        items, key_json(g_ptr_array_index(keys, i), ready ? signer_key(signer)->fingerprint : NULL));
  return ask_respond(ask, 200, ask_list(items, NULL));
}

/* What others need to check us: the public key, and the name under which the web key directory has it. */
int keys_api_export(Ask *ask, GError **error) {
  static const char *const known[] = {NULL};
  Keeper *keeper = desk_keeper(ask->house->desk);
  const char *from = ask->house->config->organisation.from, *at = strchr(from, '@');
  Signer *signer = NULL;
  GBytes *armour = NULL, *binary = NULL;
  int r = ask_query(ask, known, error);
  if (r == 0)
    r = keeper_signer(keeper, &signer, error);
  if (r == 0)
    r = keeper_public(keeper, TRUE, &armour, error);
  if (r == 0)
    r = keeper_public(keeper, FALSE, &binary, error);
  if (r < 0)
    return r;
  char hash[WKD_HASH_SIZE];
  gsize size = 0;
  g_autofree char *local = g_strndup(from, (gsize)(at - from));
  gconstpointer bytes = g_bytes_get_data(binary, &size);
  g_autofree char *encoded = g_base64_encode(bytes, size);
  gconstpointer text = g_bytes_get_data(armour, &size);
  wkd_hash(local, hash);
  return ask_respond(ask, 200,
                     json_pack("{s:s, s:s, s:s%, s:s, s:s, s:s}", "fingerprint",
                               signer_key(signer)->fingerprint, "user_id", signer_key(signer)->user_id,
                               "armour", text, size, "binary", encoded, "wkd_hash", hash, "domain", at + 1));
}
