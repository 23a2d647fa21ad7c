/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sign/pen.h"

#include <string.h>

#include "base/clock.h"
#include "base/fault.h"
#include "sign/piece_feed.h"

int pen_take_up(Pen *pen, const char *fingerprint, GError **error) {
  Operation operation;
  pen->fingerprint = fingerprint;
  int r = operation_begin(&operation, pen->home, pen->manner->protocol, error);
  if (r < 0)
    return r;
  gpgme_error_t failure = gpgme_get_key(operation.context, fingerprint, &pen->handle, 1);
  return operation_end(&operation, failure, pen->manner->unusable, error);
}

void pen_lay_down(Pen *pen) {
  if (pen->handle != NULL)
    gpgme_key_unref(pen->handle);
  if (pen->passphrase != NULL)
    explicit_bzero(pen->passphrase, strlen(pen->passphrase));
  g_free(pen->passphrase);
}

/* ---- one signature ---- */

/* One signature, detached, by a part of the very key that was asked for; a certificate has one part. */
static gboolean is_ours(gpgme_key_t key, gpgme_sign_result_t result) {
  if (result == NULL || result->invalid_signers != NULL || result->signatures == NULL ||
      result->signatures->next != NULL || result->signatures->type != GPGME_SIG_MODE_DETACH)
    return FALSE;
  for (gpgme_subkey_t s = key->subkeys; s != NULL; s = s->next)
    if (s->fpr != NULL && g_strcmp0(s->fpr, result->signatures->fpr) == 0)
      return TRUE;
  return FALSE;
}

static void take_result(const Pen *pen, gpgme_new_signature_t from, Signature *ret) {
  g_autofree char *hash = g_ascii_strdown(gpgme_hash_algo_name(from->hash_algo), -1);
  g_autofree char *micalg = pen->manner->micalg(hash);
  g_strlcpy(ret->micalg, micalg, sizeof ret->micalg);
  ret->at = (gint64)from->timestamp * SECOND;
}

static gpgme_error_t sign(Operation *operation, Pen *pen, gpgme_data_t data, gpgme_data_t to,
                          Signature *ret) {
  pen->manner->prepare(pen, operation->context);
  gpgme_error_t failure = gpgme_signers_add(operation->context, pen->handle);
  if (failure == 0)
    failure = gpgme_op_sign(operation->context, data, to, GPGME_SIG_MODE_DETACH);
  if (failure == 0) {
    gpgme_sign_result_t result = gpgme_op_sign_result(operation->context);
    if (is_ours(pen->handle, result))
      take_result(pen, result->signatures, ret);
    else
      failure = gpgme_error(GPG_ERR_UNUSABLE_SECKEY);
  }
  return failure;
}

/* The passphrase was given to an agent that has ended since, and the one that stands in its place lacks it.
 */
enum { PEN_LOST = 1 };

static gboolean is_lost(const Pen *pen, gpgme_error_t failure) {
  return pen->passphrase != NULL && pen->manner->begin != NULL && operation_wants_passphrase(failure);
}

/* LAST: what is lost is a fault. */
static int talk(Pen *pen, gpgme_data_t data, gboolean last, Signature *ret, GError **error) {
  Operation operation;
  gpgme_data_t to = NULL;
  Signature made = {0};
  int r = operation_begin(&operation, pen->home, pen->manner->protocol, error);
  if (r < 0)
    return r;
  gpgme_error_t failure = gpgme_data_new(&to);
  if (failure == 0)
    failure = sign(&operation, pen, data, to, &made);
  size_t size = 0;
  char *bytes = to != NULL ? gpgme_data_release_and_get_mem(to, &size) : NULL;
  g_autoptr(GError) why = NULL;
  r = operation_end(&operation, failure, "nothing was signed", &why);
  if (r == FAULT_RULE && !last && is_lost(pen, failure)) /* not what took too long: its time is spent */
    r = PEN_LOST;
  else if (r < 0)
    g_propagate_error(error, g_steal_pointer(&why));
  else {
    *ret = made;
    ret->armour = pen->manner->encode(bytes, size);
    g_strlcpy(ret->fingerprint, pen->fingerprint, sizeof ret->fingerprint);
  }
  gpgme_free(bytes);
  return r;
}

/* ---- of what ---- */

static int sign_data(Pen *pen, gpgme_data_t data, gboolean last, Signature *ret, GError **error) {
  int r = pen->manner->begin != NULL ? pen->manner->begin(pen, error) : 0;
  if (r == 0) {
    r = talk(pen, data, last, ret, error);
    if (pen->manner->end != NULL)
      pen->manner->end(pen);
  }
  gpgme_data_release(data);
  return r;
}

int pen_sign_data(Pen *pen, gpgme_data_t data, Signature *ret, GError **error) {
  return sign_data(pen, data, TRUE, ret, error);
}

static int sign_bytes(Pen *pen, gconstpointer bytes, gsize size, gboolean last, Signature *ret,
                      GError **error) {
  gpgme_data_t data = NULL;
  gpgme_error_t failure = gpgme_data_new_from_mem(&data, bytes, size, 0);
  if (failure != 0)
    return fault(error, FAULT_SYSTEM, "nothing was signed: %s", gpgme_strerror(failure));
  return sign_data(pen, data, last, ret, error);
}

int pen_sign(Pen *pen, gconstpointer bytes, gsize size, Signature *ret, GError **error) {
  int r = sign_bytes(pen, bytes, size, FALSE, ret, error);
  return r == PEN_LOST ? sign_bytes(pen, bytes, size, TRUE, ret, error) : r;
}

static int sign_pieces(Pen *pen, const Message *text, guint64 octets, gboolean last, Signature *ret,
                       GError **error) {
  g_autoptr(PieceFeed) feed = NULL;
  int r = piece_feed_new(text, octets, &feed, error);
  if (r < 0)
    return r;
  r = sign_data(pen, piece_feed_take_data(feed), last, ret, error);
  int fed = piece_feed_end(feed, r, error);
  if (r == 0 && fed < 0)
    signature_clear(ret);
  return fed;
}

int pen_sign_pieces(Pen *pen, const Message *text, guint64 octets, Signature *ret, GError **error) {
  int r = sign_pieces(pen, text, octets, FALSE, ret, error);
  return r == PEN_LOST ? sign_pieces(pen, text, octets, TRUE, ret, error) : r;
}
