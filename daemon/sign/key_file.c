/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sign/key_file.h"

#include <errno.h>
#include <string.h>

#include "base/fault.h"
#include "sign/certificate.h"

#define LOOK "look-" /* begins the name of each home of a look */

void key_material_free(KeyMaterial *material) {
  if (material == NULL)
    return;
  g_free(material->user_id);
  g_free(material->address);
  g_free(material->algorithm);
  g_clear_pointer(&material->bytes, g_bytes_unref);
  g_free(material);
}

/* What somebody wrote into his key, on one line that can be shown anywhere. */
static char *one_line(const char *text) {
  char *line = g_utf8_make_valid(text != NULL ? text : "", -1);
  for (char *c = line; *c != '\0'; c++)
    if ((guchar)*c < ' ' || *c == 0x7f)
      *c = ' ';
  return line;
}

static int check_size(KeyMaterial *material, GError **error) {
  gsize size = 0;
  gconstpointer bytes = g_bytes_get_data(material->bytes, &size);
  material->digest = digest_of(bytes, size);
  if (size > KEY_MATERIAL_MAX)
    return fault(
        error, FAULT_INPUT,
        "the key %s is larger than %d KiB even without the signatures of others; ask for one without "
        "pictures",
        material->fingerprint, KEY_MATERIAL_MAX / 1024);
  return 0;
}

static int add(GPtrArray *all, KeyMaterial *material, GError **error) {
  for (guint i = 0; i < all->len; i++)
    if (strcmp(((KeyMaterial *)g_ptr_array_index(all, i))->fingerprint, material->fingerprint) == 0) {
      key_material_free(material);
      return 0;
    }
  g_ptr_array_add(all, material);
  if (all->len > KEY_FILE_KEYS_MAX)
    return fault(error, FAULT_INPUT, "the file holds more than %d keys; give them in smaller files",
                 KEY_FILE_KEYS_MAX);
  return check_size(material, error);
}

/* ---- the two kinds ---- */

static int add_key(Home *home, const char *fingerprint, GPtrArray *all, GError **error) {
  g_autoptr(Key) key = NULL;
  GBytes *bytes = NULL;
  int r = key_find(home, fingerprint, FALSE, &key, error);
  if (r == 0)
    r = key_export(home, fingerprint, FALSE, &bytes, error);
  if (r < 0)
    return r;
  KeyMaterial *material = g_new0(KeyMaterial, 1);
  *material = (KeyMaterial){.protocol = SIGNED_OPENPGP,
                            .user_id = one_line(key->user_id),
                            .algorithm = g_strdup(key->algorithm != NULL ? key->algorithm : ""),
                            .created = key->created,
                            .expires = key->expires,
                            .revoked = key->revoked,
                            .can_sign = key->can_sign || key->expired,
                            .bytes = bytes};
  g_strlcpy(material->fingerprint, key->fingerprint, KEY_FINGERPRINT_SIZE);
  return add(all, material, error);
}

static int add_certificate(Home *home, const char *fingerprint, GPtrArray *all, GError **error) {
  g_autoptr(Certificate) certificate = NULL;
  GBytes *bytes = NULL;
  int r = certificate_find(home, fingerprint, FALSE, &certificate, error);
  if (r == 0 && certificate->authority)
    return 0;
  if (r == 0)
    r = certificate_export(home, fingerprint, &bytes, error);
  if (r < 0)
    return r;
  KeyMaterial *material = g_new0(KeyMaterial, 1);
  const char *address = certificate->address;
  g_autofree char *name = address != NULL ? g_strdup_printf("%s <%s>", certificate->subject, address)
                                          : g_strdup(certificate->subject);
  *material = (KeyMaterial){.protocol = SIGNED_SMIME,
                            .user_id = one_line(name),
                            .address = g_strdup(address),
                            .algorithm = g_strdup(certificate->algorithm),
                            .created = certificate->begins,
                            .expires = certificate->expires,
                            .revoked = certificate->revoked,
                            .can_sign = certificate->can_sign,
                            .bytes = bytes};
  g_strlcpy(material->fingerprint, certificate->fingerprint, KEY_FINGERPRINT_SIZE);
  return add(all, material, error);
}

typedef int (*TakeIn)(Home *home, GBytes *bytes, GPtrArray **ret_fingerprints, GError **error);
typedef int (*AddOne)(Home *home, const char *fingerprint, GPtrArray *all, GError **error);

static int take_apart(Home *home, GBytes *bytes, TakeIn take_in, AddOne add_one, GPtrArray *all,
                      GError **error) {
  g_autoptr(GPtrArray) fingerprints = NULL;
  int r = take_in(home, bytes, &fingerprints, error);
  for (guint i = 0; r == 0 && i < fingerprints->len; i++)
    r = add_one(home, g_ptr_array_index(fingerprints, i), all, error);
  return r;
}

/* DER begins with a sequence; no packet of OpenPGP does (RFC 9580 §4.2). */
static gboolean is_x509(GBytes *bytes) {
  gsize size = 0;
  const char *text = g_bytes_get_data(bytes, &size);
  return (size > 0 && text[0] == 0x30) ||
         (memmem(text, size, "-----BEGIN PGP", strlen("-----BEGIN PGP")) == NULL &&
          memmem(text, size, "-----BEGIN ", strlen("-----BEGIN ")) != NULL);
}

/* ---- the home of one look ---- */

static int open_look(const char *folder, char **ret_path, Home **ret, GError **error) {
  g_autofree char *path = g_build_filename(folder, LOOK "XXXXXX", NULL);
  if (g_mkdtemp_full(path, 0700) == NULL)
    return fault_errno(error, errno, "a folder in %s cannot be made", folder);
  int r = home_init(error);
  if (r == 0)
    r = home_open(path, HOME_OTHERS, ret, error);
  *ret_path = g_steal_pointer(&path);
  return r;
}

static int look(const char *folder, GBytes *bytes, GPtrArray *all, GError **error) {
  g_autofree char *path = NULL;
  Home *home = NULL;
  gboolean x509 = is_x509(bytes);
  int r = open_look(folder, &path, &home, error);
  if (r == 0)
    r = take_apart(home, bytes, x509 ? certificate_import : key_import, x509 ? add_certificate : add_key, all,
                   error);
  if (path != NULL)
    home_discard(home, path);
  return r;
}

int key_file_check(const char *folder, GBytes *bytes, GBytes *signature, gconstpointer data, gsize size,
                   gint64 now, SignatureCheck *ret, GError **error) {
  g_autoptr(GPtrArray) fingerprints = NULL;
  g_autofree char *path = NULL;
  Home *home = NULL;
  int r = open_look(folder, &path, &home, error);
  if (r == 0)
    r = key_import(home, bytes, &fingerprints, error);
  if (r == 0)
    r = signature_check(home, signature, data, size, now, ret, error);
  if (path != NULL)
    home_discard(home, path);
  return r;
}

int key_file_read(const char *folder, GBytes *bytes, GPtrArray **ret, GError **error) {
  g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func((GDestroyNotify)key_material_free);
  if (g_bytes_get_size(bytes) > KEY_FILE_MAX)
    return fault(error, FAULT_INPUT, "the file is larger than %d KiB; public keys are much smaller",
                 KEY_FILE_MAX / 1024);
  if (g_bytes_get_size(bytes) == 0)
    return fault(error, FAULT_INPUT, "the file is empty; no public key is in it");
  int r = look(folder, bytes, all, error);
  if (r == 0 && all->len == 0)
    r = fault(error, FAULT_INPUT,
              "the file holds certificates of authorities alone; give the certificate of who signs");
  if (r == 0)
    *ret = g_steal_pointer(&all);
  return r;
}

void key_file_clean(const char *folder) {
  g_autoptr(GDir) names = g_dir_open(folder, 0, NULL);
  for (const char *name; names != NULL && (name = g_dir_read_name(names)) != NULL;) {
    g_autofree char *path = g_build_filename(folder, name, NULL);
    if (g_str_has_prefix(name, LOOK))
      home_discard(NULL, path);
  }
}
