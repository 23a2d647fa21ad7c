/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sign/keeper.h"
#include "sign/wkd.h"
#include "web/visit.h"

#include <string.h>

/* The key as it is; 404 when there is none, or it cannot be read now. */
static int send_key(Visit *visit, gboolean armoured, GError **error) {
  Keeper *keeper = desk_keeper(visit->house->desk);
  GBytes *key = NULL;
  if (!keeper_has_key(keeper))
    return visit_not_found(visit);
  int r = keeper_public(keeper, armoured, &key, error);
  if (r < 0)
    return r;
  response_set_header(visit->response, "Access-Control-Allow-Origin", "*");
  response_set_header(visit->response, "Cache-Control", "public, max-age=3600");
  response_bytes(visit->response, 200, armoured ? "application/pgp-keys" : "application/octet-stream", key);
  return 0;
}

int key_page_file(Visit *visit, GError **error) {
  return send_key(visit, TRUE, error);
}

/* The name that a stranger's program makes of the address that letters come from. */
int key_page_directory(Visit *visit, GError **error) {
  char hash[WKD_HASH_SIZE];
  const char *from = visit->settings->from;
  g_autofree char *local = g_strndup(from, strcspn(from, "@"));
  wkd_hash(local, hash);
  if (strcmp(request_argument(visit->request, "hash"), hash) != 0)
    return visit_not_found(visit);
  return send_key(visit, FALSE, error);
}

/* It must be there, and may be empty (§4.5). */
int key_page_policy(Visit *visit, G_GNUC_UNUSED GError **error) {
  response_text(visit->response, 200, "text/plain", "");
  return 0;
}
