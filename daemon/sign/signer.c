/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sign/signer.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fault.h"
#include "sign/operation.h"
#include "sign/piece_feed.h"

struct Signer {
  Home *home;
  gpgme_key_t handle; /* looked up once: each look costs as much as a signature */
  Key *key;
  char *passphrase;
};

void signature_clear(Signature *signature) {
  g_clear_pointer(&signature->armour, g_bytes_unref);
}

/* ---- one signature ---- */

static gpgme_error_t give_passphrase(void *hook, G_GNUC_UNUSED const char *hint,
                                     G_GNUC_UNUSED const char *info, int was_bad, int fd) {
  const Signer *signer = hook;
  if (was_bad)
    return gpgme_error(GPG_ERR_BAD_PASSPHRASE);
  if (signer->passphrase == NULL)
    return gpgme_error(GPG_ERR_NO_PASSPHRASE);
  gsize length = strlen(signer->passphrase);
  if (gpgme_io_writen(fd, signer->passphrase, length) != 0 || gpgme_io_writen(fd, "\n", 1) != 0)
    return gpgme_error_from_errno(errno);
  return 0;
}

/* One signature, detached, by a part of the very key that was asked for. */
static gboolean is_ours(gpgme_key_t key, gpgme_sign_result_t result) {
  if (result == NULL || result->invalid_signers != NULL || result->signatures == NULL ||
      result->signatures->next != NULL || result->signatures->type != GPGME_SIG_MODE_DETACH)
    return FALSE;
  for (gpgme_subkey_t s = key->subkeys; s != NULL; s = s->next)
    if (s->fpr != NULL && strcmp(s->fpr, result->signatures->fpr) == 0)
      return TRUE;
  return FALSE;
}

static void take_result(gpgme_new_signature_t from, Signature *ret) {
  g_autofree char *hash = g_ascii_strdown(gpgme_hash_algo_name(from->hash_algo), -1);
  g_snprintf(ret->micalg, sizeof ret->micalg, "pgp-%s", hash);
  ret->at = (gint64)from->timestamp * SECOND;
}

static gpgme_error_t sign(Operation *operation, Signer *signer, gpgme_data_t data, gpgme_data_t to,
                          Signature *ret) {
  gpgme_set_armor(operation->context, 1);
  gpgme_set_pinentry_mode(operation->context, GPGME_PINENTRY_MODE_LOOPBACK);
  gpgme_set_passphrase_cb(operation->context, give_passphrase, signer);
  gpgme_error_t failure = gpgme_signers_add(operation->context, signer->handle);
  if (failure == 0)
    failure = gpgme_op_sign(operation->context, data, to, GPGME_SIG_MODE_DETACH);
  if (failure == 0) {
    gpgme_sign_result_t result = gpgme_op_sign_result(operation->context);
    if (is_ours(signer->handle, result))
      take_result(result->signatures, ret);
    else
      failure = gpgme_error(GPG_ERR_UNUSABLE_SECKEY);
  }
  return failure;
}

/* Takes DATA over. */
static int sign_data(Signer *signer, gpgme_data_t data, Signature *ret, GError **error) {
  Operation operation;
  gpgme_data_t to = NULL;
  Signature made = {0};
  int r = operation_begin(&operation, signer->home, GPGME_PROTOCOL_OpenPGP, error);
  if (r < 0) {
    gpgme_data_release(data);
    return r;
  }
  gpgme_error_t failure = gpgme_data_new(&to);
  if (failure == 0)
    failure = sign(&operation, signer, data, to, &made);
  size_t size = 0;
  char *armour = to != NULL ? gpgme_data_release_and_get_mem(to, &size) : NULL;
  gpgme_data_release(data);
  r = operation_end(&operation, failure, "nothing was signed", error);
  if (r == 0) {
    *ret = made;
    ret->armour = g_bytes_new(armour, size);
    g_strlcpy(ret->fingerprint, signer->key->fingerprint, KEY_FINGERPRINT_SIZE);
  }
  gpgme_free(armour);
  return r;
}

int signer_sign(Signer *signer, gconstpointer bytes, gsize size, Signature *ret, GError **error) {
  gpgme_data_t data = NULL;
  gpgme_error_t failure = gpgme_data_new_from_mem(&data, bytes, size, 0);
  if (failure != 0)
    return fault(error, FAULT_SYSTEM, "nothing was signed: %s", gpgme_strerror(failure));
  return sign_data(signer, data, ret, error);
}

int signer_sign_file(Signer *signer, const char *path, Signature *ret, GError **error) {
  gpgme_data_t data = NULL;
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    return fault_errno(error, errno, "%s: cannot be read for its signature", path);
  gpgme_error_t failure = gpgme_data_new_from_fd(&data, fd);
  int r = failure != 0 ? fault(error, FAULT_SYSTEM, "%s: cannot be signed: %s", path, gpgme_strerror(failure))
                       : sign_data(signer, data, ret, error);
  close(fd);
  return r < 0 && failure == 0 ? fault_prefix(error, "%s", path) : r;
}

int signer_sign_pieces(Signer *signer, const Message *text, guint64 octets, Signature *ret, GError **error) {
  g_autoptr(PieceFeed) feed = NULL;
  int r = piece_feed_new(text, octets, &feed, error);
  if (r < 0)
    return r;
  r = sign_data(signer, piece_feed_take_data(feed), ret, error);
  int fed = piece_feed_end(feed, r, error);
  if (r == 0 && fed < 0)
    signature_clear(ret);
  return fed;
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

int signer_check(Signer *signer, gint64 now, gint64 until, GError **error) {
  g_autoptr(Key) key = NULL;
  int r = key_find(signer->home, signer->key->fingerprint, TRUE, &key, error);
  return r < 0 ? r : check_key(key, now, until, error);
}

static int look_up(Signer *signer, GError **error) {
  Operation operation;
  int r = operation_begin(&operation, signer->home, GPGME_PROTOCOL_OpenPGP, error);
  if (r < 0)
    return r;
  gpgme_error_t failure = gpgme_get_key(operation.context, signer->key->fingerprint, &signer->handle, 1);
  return operation_end(&operation, failure, "the key cannot be used", error);
}

int signer_open(Home *home, const char *name, const char *passphrase, Signer **ret, GError **error) {
  static const char proof[] = "a proof that this key can be used\n";
  g_autoptr(Signer) signer = g_new0(Signer, 1);
  g_auto(Signature) signature = {0};
  signer->home = home;
  signer->passphrase = g_strdup(passphrase);
  int r = key_find(home, name, TRUE, &signer->key, error);
  if (r == 0)
    r = check_key(signer->key, clock_wall(clock_system()), 0, error);
  if (r == 0)
    r = look_up(signer, error);
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
  if (signer->handle != NULL)
    gpgme_key_unref(signer->handle);
  key_free(signer->key);
  if (signer->passphrase != NULL)
    explicit_bzero(signer->passphrase, strlen(signer->passphrase));
  g_free(signer->passphrase);
  g_free(signer);
}

const Key *signer_key(const Signer *signer) {
  return signer->key;
}
