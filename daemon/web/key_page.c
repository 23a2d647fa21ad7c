/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailing/key_use.h"
#include "sign/armour.h"
#include "sign/keeper.h"
#include "sign/wkd.h"
#include "web/visit.h"

#include <string.h>

static int send(Visit *visit, const char *type, GBytes *key) {
  response_set_header(visit->response, "Access-Control-Allow-Origin", "*");
  response_set_header(visit->response, "Cache-Control", "public, max-age=3600");
  response_bytes(visit->response, 200, type, key);
  return 0;
}

/* The key as it is; 404 when there is none, or it cannot be read now. */
int key_page_file(Visit *visit, GError **error) {
  Keeper *keeper = desk_keeper(visit->house->desk);
  g_autoptr(GBytes) key = NULL;
  if (!keeper_has_key(keeper))
    return visit_not_found(visit);
  int r = keeper_public(keeper, TRUE, &key, error);
  return r < 0 ? r : send(visit, "application/pgp-keys", key);
}

/* The present one and those before it: what an earlier one signed is still to be checked. */
static int send_all(Visit *visit, const char *type, gboolean armoured, GError **error) {
  g_autoptr(Link) link = NULL;
  g_autoptr(GBytes) keys = NULL, text = NULL;
  int r = store_read(visit->house->store, &link, error);
  if (r == 0)
    r = key_use_public(link, &keys, error);
  if (r != 0)
    return r < 0 ? r : visit_not_found(visit);
  if (armoured)
    text = armour_keys(keys);
  return send(visit, type, armoured ? text : keys);
}

int key_page_all(Visit *visit, GError **error) {
  return send_all(visit, "application/pgp-keys", TRUE, error);
}

/* The name that a stranger's program makes of the address that letters come from. */
int key_page_directory(Visit *visit, GError **error) {
  char hash[WKD_HASH_SIZE];
  const char *from = visit->settings->from;
  g_autofree char *local = g_strndup(from, strcspn(from, "@"));
  wkd_hash(local, hash);
  if (strcmp(request_argument(visit->request, "hash"), hash) != 0)
    return visit_not_found(visit);
  return send_all(visit, "application/octet-stream", FALSE, error);
}

/* It must be there, and may be empty (§4.5). */
int key_page_policy(Visit *visit, G_GNUC_UNUSED GError **error) {
  response_text(visit->response, 200, "text/plain", "");
  return 0;
}
