/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sign/key.h"

#include <string.h>

#include "base/clock.h"
#include "base/fault.h"
#include "sign/operation.h"
#include "sign/ring.h"

void key_free(Key *key) {
  if (key == NULL)
    return;
  g_free(key->user_id);
  g_free(key->algorithm);
  g_free(key);
}

/* ---- reading ---- */

static gint64 earlier(gint64 a, gint64 b) {
  return a == 0 ? b : b == 0 ? a : MIN(a, b);
}

/* Of several keys that sign the one that lasts longest counts: gpg takes that one. */
static void read_signing(gpgme_key_t from, Key *key) {
  gint64 last = -1;
  for (gpgme_subkey_t s = from->subkeys; s != NULL; s = s->next) {
    gint64 expires = (gint64)s->expires * SECOND;
    if (!s->can_sign || s->revoked || s->expired || s->disabled || s->invalid)
      continue;
    key->can_sign = TRUE;
    if (last == -1 || expires == 0 || (last != 0 && expires > last)) {
      last = expires;
      g_free(key->algorithm);
      char *algorithm = gpgme_pubkey_algo_string(s);
      key->algorithm = g_strdup(algorithm);
      gpgme_free(algorithm);
    }
  }
  key->expires = last > 0 ? earlier(key->expires, last) : key->expires;
}

static gpointer key_of(gpgme_key_t from) {
  Key *key = g_new0(Key, 1);
  g_strlcpy(key->fingerprint, from->fpr != NULL ? from->fpr : "", KEY_FINGERPRINT_SIZE);
  key->user_id = g_utf8_make_valid(from->uids != NULL ? from->uids->uid : "", -1);
  key->secret = from->secret;
  key->revoked = from->revoked;
  key->expired = from->expired;
  key->disabled = from->disabled;
  if (from->subkeys != NULL) {
    key->created = (gint64)from->subkeys->timestamp * SECOND;
    key->expires = (gint64)from->subkeys->expires * SECOND;
  }
  read_signing(from, key);
  if (key->algorithm == NULL)
    key->algorithm = g_strdup("");
  return key;
}

static int gather(Home *home, const char *name, gboolean secret, GPtrArray **ret, GError **error) {
  static const RingKind keys = {GPGME_PROTOCOL_OpenPGP, key_of, (GDestroyNotify)key_free,
                                "the keys cannot be listed"};
  return ring_list(home, &keys, name, secret, ret, error);
}

int key_list(Home *home, gboolean secret, GPtrArray **ret, GError **error) {
  return gather(home, NULL, secret, ret, error);
}

int key_find(Home *home, const char *name, gboolean secret, Key **ret, GError **error) {
  g_autoptr(GPtrArray) keys = NULL;
  int r = gather(home, name, secret, &keys, error);
  if (r < 0)
    return r;
  if (keys->len == 0)
    return fault(error, FAULT_ABSENT,
                 "no %s key \"%s\" is in %s; import it there with `gpg --homedir %s --import FILE`",
                 secret ? "secret" : "public", name, home_folder(home), home_folder(home));
  if (keys->len > 1)
    return fault(error, FAULT_RULE, "%u keys in %s are called \"%s\"; name one by its fingerprint", keys->len,
                 home_folder(home), name);
  *ret = g_ptr_array_steal_index(keys, 0);
  return 0;
}

/* ---- taking in, giving out ---- */

static int import(Home *home, GBytes *bytes, GPtrArray *fingerprints, gboolean *ret_secret, GError **error) {
  Operation operation;
  int r = operation_begin(&operation, home, GPGME_PROTOCOL_OpenPGP, error);
  if (r < 0)
    return r;
  gpgme_error_t failure = ring_import(&operation, bytes, fingerprints, ret_secret);
  return operation_end(&operation, failure, "the key cannot be taken in", error);
}

/* Looked at before anything is taken in: a secret key must not even lie in the home of others for a moment.
 */
static gboolean is_secret(GBytes *bytes) {
  gsize size = 0;
  const guint8 *text = g_bytes_get_data(bytes, &size);
  if (size > 0 && (text[0] & 0x80) != 0) {
    int tag = (text[0] & 0x40) != 0 ? text[0] & 0x3f : (text[0] & 0x3c) >> 2; /* RFC 9580 §4.2 */
    return tag == 5 || tag == 7;
  }
  return memmem(text, size, "PRIVATE KEY BLOCK", strlen("PRIVATE KEY BLOCK")) != NULL;
}

int key_import(Home *home, GBytes *bytes, GPtrArray **ret_fingerprints, GError **error) {
  g_autoptr(GPtrArray) fingerprints = g_ptr_array_new_with_free_func(g_free);
  gboolean secret = is_secret(bytes);
  int r = secret ? 0 : import(home, bytes, fingerprints, &secret, error);
  if (r < 0)
    return r;
  if (secret)
    return fault(
        error, FAULT_INPUT,
        "the file holds a secret key; whose it is must keep it, and a public key alone is wanted here");
  if (fingerprints->len == 0)
    return fault(error, FAULT_INPUT,
                 "the file holds no public OpenPGP key; export one with `gpg --export --armor NAME`");
  *ret_fingerprints = g_steal_pointer(&fingerprints);
  return 0;
}

int key_export(Home *home, const char *fingerprint, gboolean armoured, GBytes **ret, GError **error) {
  return ring_export(home, GPGME_PROTOCOL_OpenPGP, fingerprint, armoured, ret, error);
}

int key_delete(Home *home, const char *fingerprint, GError **error) {
  return ring_delete(home, GPGME_PROTOCOL_OpenPGP, fingerprint, error);
}
