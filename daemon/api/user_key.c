/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "api/user_key.h"

#include <string.h>

#include "api/user_rows.h"
#include "base/fault.h"
#include "journal/entry.h"

void user_key_free(UserKey *key) {
  if (key == NULL)
    return;
  g_free(key->fingerprint);
  g_free(key->identity);
  g_clear_pointer(&key->bytes, g_bytes_unref);
  g_free(key->bound_by);
  g_free(key);
}

typedef struct {
  Journal *journal;
  const Actor *actor;
  const char *name;
  const UserKey *key;
} BindWork;

static int work_bind(Link *link, gpointer data, GError **error) {
  const BindWork *work = data;
  g_autoptr(User) user = NULL;
  g_autoptr(GString) facts = g_string_new(NULL);
  int r = user_find(link, work->name, &user, error);
  if (r == 0)
    r = user_rows_put_key(link, user->id, work->key, error);
  if (r < 0)
    return r;
  entry_fact(facts, "fingerprint", work->key->fingerprint);
  entry_fact(facts, "identity", work->key->identity);
  Entry entry = {.kind = ENTRY_USER_KEY_BOUND,
                 .user = work->actor->name,
                 .text = work->name,
                 .facts = facts->str,
                 .restricted = TRUE};
  return journal_add(work->journal, link, &entry, error);
}

static int check_material(const GPtrArray *keys, gint64 now, GError **error) {
  const KeyMaterial *material = g_ptr_array_index(keys, 0);
  if (keys->len > 1)
    return fault(error, FAULT_INPUT, "the file holds %u keys; give one with this user's alone", keys->len);
  if (material->protocol != SIGNED_OPENPGP)
    return fault(error, FAULT_INPUT,
                 "the file holds a certificate; approvals are signed with an OpenPGP key");
  if (material->revoked || !material->can_sign || (material->expires != 0 && material->expires <= now))
    return fault(error, FAULT_INPUT, "the key %s cannot sign, has ended, or was revoked; give another",
                 material->fingerprint);
  return 0;
}

int user_key_bind(Store *store, Journal *journal, const Actor *actor, const char *folder, const char *name,
                  GBytes *bytes, gint64 now, GError **error) {
  g_autoptr(GPtrArray) keys = NULL;
  int r = key_file_read(folder, bytes, &keys, error);
  if (r == 0)
    r = check_material(keys, now, error);
  if (r < 0)
    return r;
  KeyMaterial *material = g_ptr_array_index(keys, 0);
  UserKey key = {.fingerprint = material->fingerprint,
                 .identity = material->user_id,
                 .bytes = material->bytes,
                 .bound_at = now,
                 .bound_by = (char *)actor->name};
  BindWork work = {journal, actor, name, &key};
  return store_write(store, work_bind, &work, error);
}

int user_key_find(Link *link, const char *name, UserKey **ret, GError **error) {
  return user_rows_key(link, name, ret, error);
}

/* Is ARMOUR his signature over TEXT? */
static int check(const UserKey *key, const char *folder, GBytes *armour, const char *text, gint64 now,
                 gint64 *ret_at, GError **error) {
  SignatureCheck found = {.state = SIGNATURE_NONE};
  int r = key_file_check(folder, key->bytes, armour, text, strlen(text), now, &found, error);
  if (r < 0)
    return r;
  if (found.state == SIGNATURE_GOOD && strcmp(found.fingerprint, key->fingerprint) == 0) {
    *ret_at = found.at;
    return 0;
  }
  return fault(error, FAULT_RULE,
               "the signature does not hold (%s); sign exactly what is printed for it, with the key %s",
               signature_state_sentence(found.state), key->fingerprint);
}

static int find_key(const ApiHouse *house, const Actor *actor, UserKey **ret, GError **error) {
  g_autoptr(Link) link = NULL;
  int r = store_read(house->store, &link, error);
  if (r == 0)
    r = user_key_find(link, actor->name, ret, error);
  return r <= 0 ? r
                : fault(error, FAULT_RULE,
                        "no key is bound to %s; `valise users key` binds the one that you sign with",
                        actor->name);
}

int user_key_act(const ApiHouse *house, const Actor *actor, const char *armour, const char *text,
                 ActSignature **ret, GError **error) {
  g_autoptr(UserKey) key = NULL;
  g_autoptr(GBytes) bytes = g_bytes_new(armour, strlen(armour));
  gint64 at = 0;
  int r = find_key(house, actor, &key, error);
  if (r == 0)
    r = check(key, house->config->valise.state_dir, bytes, text, clock_wall(house->clock), &at, error);
  if (r < 0)
    return r;
  *ret = g_new(ActSignature, 1);
  **ret = (ActSignature){.armour = g_steal_pointer(&bytes),
                         .key = g_bytes_ref(key->bytes),
                         .fingerprint = g_strdup(key->fingerprint),
                         .signer = g_strdup(actor->name),
                         .at = at};
  return 0;
}
