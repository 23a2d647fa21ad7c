/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contacts/contact_ring.h"

#include "base/fault.h"
#include "contacts/contact_key_rows.h"
#include "sign/authorities.h"
#include "sign/certificate.h"

#define HOME_NAME "gnupg-contacts"

struct ContactRing {
  const Contacts *contacts;
  char *folder, *home_folder, *authorities;
  GRWLock lock; /* who judges reads; who changes what is in the home writes */
  Home *home;
  gboolean has_authorities;
  GHashTable *held; /* fingerprint -> Digest of the bytes that are in the home */
};

ContactRing *contact_ring_new(const Contacts *contacts, const char *state_dir, const char *authorities) {
  ContactRing *ring = g_new0(ContactRing, 1);
  ring->contacts = contacts;
  ring->folder = g_strdup(state_dir);
  ring->authorities = g_strdup(authorities);
  ring->home_folder = g_build_filename(state_dir, HOME_NAME, NULL);
  ring->held = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  g_rw_lock_init(&ring->lock);
  return ring;
}

void contact_ring_free(ContactRing *ring) {
  if (ring == NULL)
    return;
  home_close(ring->home);
  g_hash_table_unref(ring->held);
  g_rw_lock_clear(&ring->lock);
  g_free(ring->authorities);
  g_free(ring->home_folder);
  g_free(ring->folder);
  g_free(ring);
}

const Contacts *contact_ring_contacts(const ContactRing *ring) {
  return ring->contacts;
}

const char *contact_ring_folder(const ContactRing *ring) {
  return ring->folder;
}

void contact_ring_forget(ContactRing *ring) {
  if (ring == NULL)
    return;
  g_rw_lock_writer_lock(&ring->lock);
  home_discard(g_steal_pointer(&ring->home), ring->home_folder);
  ring->has_authorities = FALSE;
  g_hash_table_remove_all(ring->held);
  g_rw_lock_writer_unlock(&ring->lock);
}

/* ---- what lies in it; all under LOCK for writing ---- */

static gboolean holds(const ContactRing *ring, const BoundKey *key) {
  const Digest *digest = g_hash_table_lookup(ring->held, key->fingerprint);
  return digest != NULL && digest_equal(digest, &key->digest);
}

static gboolean is_first(const GPtrArray *keys, guint index) {
  const BoundKey *key = g_ptr_array_index(keys, index);
  for (guint i = 0; i < index; i++)
    if (g_str_equal(((const BoundKey *)g_ptr_array_index(keys, i))->fingerprint, key->fingerprint))
      return FALSE;
  return TRUE;
}

static gboolean holds_all(const ContactRing *ring, const GPtrArray *keys) {
  for (guint i = 0; i < keys->len; i++)
    if (is_first(keys, i) && !holds(ring, g_ptr_array_index(keys, i)))
      return FALSE;
  return ring->home != NULL;
}

static int open_home(ContactRing *ring, GError **error) {
  if (ring->home != NULL)
    return 0;
  home_discard(NULL, ring->home_folder);
  key_file_clean(ring->folder);
  int r = home_init(error);
  return r < 0 ? r : home_open(ring->home_folder, HOME_OTHERS, &ring->home, error);
}

/* Once, and not before a certificate is asked about: who has none needs no gpgsm. */
static int trust(ContactRing *ring, GError **error) {
  if (ring->authorities == NULL || ring->has_authorities)
    return 0;
  int r = authorities_install(ring->home, ring->authorities, error);
  ring->has_authorities = r == 0;
  return r;
}

/* Other bytes of the same key are not added to those there, but take their place. */
static int put(ContactRing *ring, const BoundKey *key, GError **error) {
  g_autoptr(GPtrArray) fingerprints = NULL;
  gboolean x509 = key->protocol == SIGNED_SMIME;
  int r = x509 ? trust(ring, error) : 0;
  if (r == 0 && g_hash_table_remove(ring->held, key->fingerprint))
    r = (x509 ? certificate_delete : key_delete)(ring->home, key->fingerprint, error);
  if (r == 0)
    r = (x509 ? certificate_import : key_import)(ring->home, key->bytes, &fingerprints, error);
  if (r == 0)
    g_hash_table_insert(ring->held, g_strdup(key->fingerprint), g_memdup2(&key->digest, sizeof(Digest)));
  return r;
}

static int fill(ContactRing *ring, const GPtrArray *keys, GError **error) {
  int r = open_home(ring, error);
  for (guint i = 0; r == 0 && i < keys->len; i++)
    if (is_first(keys, i) && !holds(ring, g_ptr_array_index(keys, i)))
      r = put(ring, g_ptr_array_index(keys, i), error);
  return r;
}

int contact_ring_take(ContactRing *ring, const GPtrArray *keys, Home **ret, GError **error) {
  for (;;) {
    g_rw_lock_reader_lock(&ring->lock);
    if (holds_all(ring, keys)) {
      *ret = ring->home;
      return 0;
    }
    g_rw_lock_reader_unlock(&ring->lock);
    g_rw_lock_writer_lock(&ring->lock);
    int r = fill(ring, keys, error);
    g_rw_lock_writer_unlock(&ring->lock);
    if (r < 0)
      return fault_prefix(error, "the keys of contacts cannot be made ready");
  }
}

void contact_ring_give_back(ContactRing *ring) {
  g_rw_lock_reader_unlock(&ring->lock);
}
