/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sign/signer.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fault.h"
#include "sign/pen.h"

struct Signer {
  Pen pen;
  Key *key;
};

void signature_clear(Signature *signature) {
  g_clear_pointer(&signature->armour, g_bytes_unref);
}

/* ---- how gpg signs ---- */

static gpgme_error_t give_passphrase(void *hook, G_GNUC_UNUSED const char *hint,
                                     G_GNUC_UNUSED const char *info, int was_bad, int fd) {
  const Pen *pen = hook;
  if (was_bad)
    return gpgme_error(GPG_ERR_BAD_PASSPHRASE);
  if (pen->passphrase == NULL)
    return gpgme_error(GPG_ERR_NO_PASSPHRASE);
  gsize length = strlen(pen->passphrase);
  if (gpgme_io_writen(fd, pen->passphrase, length) != 0 || gpgme_io_writen(fd, "\n", 1) != 0)
    return gpgme_error_from_errno(errno);
  return 0;
}

static void prepare(Pen *pen, gpgme_ctx_t context) {
  gpgme_set_armor(context, 1);
  gpgme_set_pinentry_mode(context, GPGME_PINENTRY_MODE_LOOPBACK);
  gpgme_set_passphrase_cb(context, give_passphrase, pen);
}

static char *micalg(const char *hash) {
  return g_strconcat("pgp-", hash, NULL);
}

static const PenManner gpg = {.protocol = GPGME_PROTOCOL_OpenPGP,
                              .unusable = "the key cannot be used",
                              .prepare = prepare,
                              .micalg = micalg,
                              .encode = g_bytes_new};

/* ---- of what ---- */

int signer_sign(Signer *signer, gconstpointer bytes, gsize size, Signature *ret, GError **error) {
  return pen_sign(&signer->pen, bytes, size, ret, error);
}

int signer_sign_file(Signer *signer, const char *path, Signature *ret, GError **error) {
  gpgme_data_t data = NULL;
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    return fault_errno(error, errno, "%s: cannot be read for its signature", path);
  gpgme_error_t failure = gpgme_data_new_from_fd(&data, fd);
  int r = failure != 0 ? fault(error, FAULT_SYSTEM, "%s: cannot be signed: %s", path, gpgme_strerror(failure))
                       : pen_sign_data(&signer->pen, data, ret, error);
  close(fd);
  return r < 0 && failure == 0 ? fault_prefix(error, "%s", path) : r;
}

int signer_sign_pieces(Signer *signer, const Message *text, guint64 octets, Signature *ret, GError **error) {
  return pen_sign_pieces(&signer->pen, text, octets, ret, error);
}

/* ---- the key ---- */

static int check_key(const Key *key, gint64 now, gint64 until, GError **error) {
  const char *trouble = key->revoked                                ? "was revoked"
                        : key->disabled                             ? "is disabled"
                        : key->expired                              ? "has expired"
                        : key->expires != 0 && key->expires <= now  ? "has expired"
                        : !key->can_sign                            ? "cannot sign"
                        : key->expires != 0 && key->expires < until ? "ends too early"
                                                                    : NULL;
  if (trouble == NULL)
    return 0;
  g_autofree char *ends = key->expires != 0 ? moment_rfc3339(key->expires) : g_strdup("never");
  return fault(error, FAULT_RULE,
               "the key %s %s (it ends: %s); lengthen it with `gpg --homedir … --quick-set-expire`, or name "
               "another in "
               "[openpgp] key",
               key->fingerprint, trouble, ends);
}

static int look(Signer *signer, gint64 now, gint64 until, gint64 *ret_expires, GError **error) {
  g_autoptr(Key) key = NULL;
  int r = key_find(signer->pen.home, signer->key->fingerprint, TRUE, &key, error);
  if (r == 0)
    *ret_expires = key->expires;
  return r < 0 ? r : check_key(key, now, until, error);
}

int signer_look(Signer *signer, gint64 now, gint64 *ret_expires, GError **error) {
  return look(signer, now, 0, ret_expires, error);
}

int signer_check(Signer *signer, gint64 now, gint64 until, GError **error) {
  gint64 expires;
  return look(signer, now, until, &expires, error);
}

int signer_open(Home *home, const char *name, const char *passphrase, Signer **ret, GError **error) {
  static const char proof[] = "a proof that this key can be used\n";
  g_autoptr(Signer) signer = g_new0(Signer, 1);
  g_auto(Signature) signature = {0};
  signer->pen = (Pen){.manner = &gpg, .home = home, .passphrase = g_strdup(passphrase)};
  int r = key_find(home, name, TRUE, &signer->key, error);
  if (r == 0)
    r = check_key(signer->key, clock_wall(clock_system()), 0, error);
  if (r == 0)
    r = pen_take_up(&signer->pen, signer->key->fingerprint, error);
  if (r == 0)
    r = signer_sign(signer, proof, strlen(proof), &signature, error);
  if (r < 0)
    return r;
  *ret = g_steal_pointer(&signer);
  return 0;
}

void signer_close(Signer *signer) {
  if (signer == NULL)
    return;
  pen_lay_down(&signer->pen);
  key_free(signer->key);
  g_free(signer);
}

const Key *signer_key(const Signer *signer) {
  return signer->key;
}
