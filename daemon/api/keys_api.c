/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "api/contact_json.h"
#include "api/handlers.h"
#include "base/fault.h"
#include "base/file.h"
#include "base/text.h"
#include "contacts/contact_key.h"
#include "mailing/key_use.h"
#include "sign/keeper.h"
#include "sign/wkd.h"

static json_t *own_json(const char *protocol, const char *fingerprint, const char *user_id,
                        const char *algorithm, gint64 created, gint64 expires, const char *state,
                        const char *configured) {
  return json_pack("{s:s, s:s, s:s, s:s, s:s, s:o, s:o, s:s, s:b}", "of", "house", "protocol", protocol,
                   "fingerprint", fingerprint, "user_id", user_id, "algorithm", algorithm, "created_at",
                   ask_time(created), "expires_at", ask_time(expires), "state", state, "in_use",
                   g_strcmp0(fingerprint, configured) == 0);
}

static json_t *key_json(const Key *key, const char *configured) {
  const char *state = key->revoked     ? "revoked"
                      : key->expired   ? "expired"
                      : key->disabled  ? "disabled"
                      : !key->can_sign ? "cannot-sign"
                                       : "valid";
  return own_json("openpgp", key->fingerprint, key->user_id, key->algorithm, key->created, key->expires,
                  state, configured);
}

/* gpgsm does not say of each that it has ended, and never that one above it has. */
static json_t *certificate_json(const Certificate *c, gint64 now, const char *configured) {
  const char *state = c->revoked                                             ? "revoked"
                      : c->expired || (c->expires != 0 && c->expires <= now) ? "expired"
                      : !c->can_sign                                         ? "cannot-sign"
                                                                             : "valid";
  return own_json("smime", c->fingerprint, c->subject, c->algorithm, c->begins, c->expires, state,
                  configured);
}

static int add_keys(Keeper *keeper, json_t *items, GError **error) {
  g_autoptr(GPtrArray) keys = NULL;
  Signer *signer = NULL;
  Home *home = NULL;
  int r = keeper_home(keeper, &home, error);
  if (r == 0)
    r = key_list(home, TRUE, &keys, error);
  if (r < 0)
    return r;
  gboolean ready = keeper_has_key(keeper) && keeper_signer(keeper, &signer, NULL) == 0;
  for (guint i = 0; i < keys->len; i++)
    json_array_append_new(
        items, key_json(g_ptr_array_index(keys, i), ready ? signer_key(signer)->fingerprint : NULL));
  return 0;
}

/* Where no certificate is configured, nothing is asked of gpgsm, which need not be there then. */
static int add_certificates(Keeper *keeper, gint64 now, json_t *items, GError **error) {
  g_autoptr(GPtrArray) certificates = NULL;
  SmimeSigner *signer = NULL;
  Home *home = NULL;
  if (!keeper_has_certificate(keeper))
    return 0;
  gboolean ready = keeper_certificate(keeper, &signer, NULL) == 0;
  int r = keeper_home(keeper, &home, error);
  if (r == 0)
    r = certificate_list(home, TRUE, &certificates, error);
  for (guint i = 0; r == 0 && i < certificates->len; i++)
    json_array_append_new(items,
                          certificate_json(g_ptr_array_index(certificates, i), now,
                                           ready ? smime_signer_certificate(signer)->fingerprint : NULL));
  return r;
}

static int add_ours(const Ask *ask, json_t *items, GError **error) {
  Keeper *keeper = desk_keeper(ask->house->desk);
  int r = add_keys(keeper, items, error);
  return r < 0 ? r : add_certificates(keeper, clock_wall(ask->house->clock), items, error);
}

static int add_use(const KeyUse *use, gpointer data, G_GNUC_UNUSED GError **error) {
  json_t *item = json_pack("{s:s, s:s, s:s, s:s, s:s, s:o, s:o}", "of", "history", "use",
                           key_use_name(use->kind), "fingerprint", use->fingerprint, "user_id", use->user_id,
                           "state", use->until == 0 ? "in-use" : "former", "from", ask_time(use->since),
                           "until", ask_time(use->until));
  return json_array_append_new(data, item) == 0 ? 0 : FAULT_SYSTEM;
}

/* ---- keys of contacts ---- */

static json_t *contact_key_json(const ContactKey *k) {
  return json_pack(
      "{s:o, s:s, s:o, s:s, s:s, s:s, s:s, s:s, s:o, s:o, s:b, s:b, s:s, s:s?, s:o, s:o, s:s, s:o, s:s?, s:o,"
      " s:s?, s:s?}",
      "id", ask_ident(IDENT_KEY, k->id), "of", "contact", "contact", ask_ident(IDENT_CONTACT, k->contact),
      "state", contact_key_state_name(k->state), "protocol",
      k->protocol == SIGNED_SMIME ? "smime" : "openpgp", "fingerprint", k->fingerprint, "user_id", k->user_id,
      "algorithm", k->algorithm, "created_at", ask_time(k->made_at), "expires_at", ask_time(k->expires_at),
      "revoked", k->revoked, "can_sign", k->can_sign, "source", contact_key_source_name(k->source),
      "source_name", k->source_name, "first_seen_at", ask_time(k->first_seen), "proposed_at",
      ask_time(k->proposed_at), "proposed_by", k->proposed_by, "confirmed_at", ask_time(k->confirmed_at),
      "confirmed_by", k->confirmed_by, "retired_at", ask_time(k->retired_at), "retired_by", k->retired_by,
      "reason", k->reason);
}

static int add_key(const ContactKey *key, gpointer data, G_GNUC_UNUSED GError **error) {
  return json_array_append_new(data, contact_key_json(key)) == 0 ? 0 : FAULT_SYSTEM;
}

static int add_one(const Ask *ask, gint64 id, json_t *items, GError **error) {
  g_autoptr(Link) link = NULL;
  int r = store_read(ask->house->store, &link, error);
  return r < 0 ? r : contact_key_find(link, id, ask_clearance(ask), add_key, items, error);
}

static int respond_key(Ask *ask, gint64 id, GError **error) {
  json_t *items = json_array();
  int r = add_one(ask, id, items, error);
  if (r == 0)
    r = ask_respond(ask, 200, json_incref(json_array_get(items, 0)));
  json_decref(items);
  return r;
}

/* The house's own keys and certificates first, which of them sign, and which signed from when to when; then
 * those of contacts. With a contact only his. */
int keys_api_list(Ask *ask, GError **error) {
  static const char *const known[] = {"contact", "after", "limit", NULL};
  g_autoptr(Link) link = NULL;
  gint64 contact = 0, after = 0, limit = 0;
  int r = ask_query(ask, known, error);
  if (r == 0)
    r = contact_json_queried(ask, "contact", &contact, error);
  if (r == 0)
    r = ask_page(ask, IDENT_KEY, &after, &limit, error);
  if (r == 0)
    r = store_read(ask->house->store, &link, error);
  if (r < 0)
    return r;
  json_t *items = json_array(), *ours = json_array();
  r = contact_key_each(link, contact, ask_clearance(ask), after, limit, add_key, items, error);
  if (r == 0 && contact == 0 && after == 0)
    r = add_ours(ask, ours, error);
  if (r == 0 && contact == 0 && after == 0)
    r = key_use_each(link, add_use, ours, error);
  gsize n = json_array_size(items);
  json_t *next =
      n > 0 && (gint64)n >= limit ? json_incref(json_object_get(json_array_get(items, n - 1), "id")) : NULL;
  json_array_extend(ours, items);
  json_decref(items);
  if (r == 0)
    return ask_respond(ask, 200, ask_list(ours, next));
  json_decref(ours);
  json_decref(next);
  return r;
}

static int propose(const Ask *ask, const GPtrArray *keys, const ContactKeyOrigin *origin, json_t *items,
                   GError **error) {
  int r = 0;
  for (guint i = 0; r >= 0 && i < keys->len; i++) {
    gint64 id = 0;
    r = contact_key_propose(ask->house->contacts, ask->actor, g_ptr_array_index(keys, i), origin, &id, error);
    if (r >= 0)
      r = add_one(ask, id, items, error);
  }
  return r;
}

/* Each key of the file becomes a proposal of its own; nothing else changes. */
int keys_api_import(Ask *ask, GError **error) {
  static const char *const known[] = {"contact", "name", NULL};
  ContactKeyOrigin origin = {.source = CONTACT_KEY_FILE};
  g_autoptr(GPtrArray) keys = NULL;
  g_autoptr(GBytes) bytes = NULL;
  const char *path = request_upload(ask->request);
  int r = ask_query(ask, known, error);
  if (r == 0)
    r = contact_json_queried(ask, "contact", &origin.contact, error);
  if (r == 0)
    r = ask_query_text(ask, "name", &origin.source_name, error);
  if (r == 0 && path == NULL)
    r = fault(error, FAULT_INPUT, "a file is wanted as the body, with Content-Type application/pgp-keys");
  if (r == 0 && request_upload_size(ask->request) > KEY_FILE_MAX)
    r = fault(error, FAULT_INPUT, "the file is larger than %d KiB; public keys are much smaller",
              KEY_FILE_MAX / 1024);
  if (r == 0)
    r = file_read(path, KEY_FILE_MAX, &bytes, error);
  if (r == 0)
    r = key_file_read(ask->house->config->valise.state_dir, bytes, &keys, error);
  if (r < 0)
    return r;
  json_t *items = json_array();
  r = propose(ask, keys, &origin, items, error);
  if (r == 0)
    return ask_respond(ask, 201, ask_list(items, NULL));
  json_decref(items);
  return r;
}

int keys_api_confirm(Ask *ask, GError **error) {
  static const char *const known[] = {"contact", NULL};
  gint64 id, contact = 0;
  int r = ask_fields(ask, known, error);
  if (r == 0)
    r = ask_id(ask, IDENT_KEY, &id, error);
  if (r == 0)
    r = contact_json_field(ask, "contact", FALSE, &contact, error);
  if (r == 0)
    r = contact_key_confirm(ask->house->contacts, ask->actor, id, contact, error);
  return r < 0 ? r : respond_key(ask, id, error);
}

int keys_api_retire(Ask *ask, GError **error) {
  static const char *const known[] = {"reason", "since", NULL};
  const char *reason = NULL;
  gint64 id, since = 0;
  int r = ask_fields(ask, known, error);
  if (r == 0)
    r = ask_id(ask, IDENT_KEY, &id, error);
  if (r == 0)
    r = ask_text(ask, "reason", TEXT_LINE_MAX, &reason, error);
  if (r == 0)
    r = ask_moment(ask, "since", 0, &since, error);
  if (r == 0)
    r = contact_key_retire(ask->house->contacts, ask->actor, id, since, reason, error);
  return r < 0 ? r : respond_key(ask, id, error);
}

/* ---- giving ours to others ---- */

/* What others need to check us: the public key, and the name under which the web key directory has it. */
int keys_api_export(Ask *ask, GError **error) {
  static const char *const known[] = {NULL};
  Keeper *keeper = desk_keeper(ask->house->desk);
  const char *from = ask->house->config->organisation.from, *at = strchr(from, '@');
  Signer *signer = NULL;
  g_autoptr(GBytes) armour = NULL, binary = NULL;
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
