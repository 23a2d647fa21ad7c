/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sign/certificate.h"

#include <string.h>

#include "base/clock.h"
#include "base/fault.h"
#include "sign/operation.h"
#include "sign/ring.h"

#define CHAIN_MAX 8 /* certificates from ours to its root */

void certificate_free(Certificate *certificate) {
  if (certificate == NULL)
    return;
  g_free(certificate->subject);
  g_free(certificate->issuer);
  g_free(certificate->algorithm);
  g_free(certificate->address);
  g_free(certificate->chain);
  g_free(certificate);
}

/* ---- reading ---- */

/* gpgsm writes "<alma@ministry.example>" where gpg writes no brackets. */
static char *address_of(const char *email) {
  g_autofree char *text = g_utf8_make_valid(email, -1);
  gsize n = strlen(text);
  return n > 2 && text[0] == '<' && text[n - 1] == '>' ? g_strndup(text + 1, n - 2) : g_steal_pointer(&text);
}

static char *valid_text(const char *text) {
  return g_utf8_make_valid(text != NULL ? text : "", -1);
}

static gpointer certificate_of(gpgme_key_t from) {
  Certificate *c = g_new0(Certificate, 1);
  gpgme_subkey_t key = from->subkeys;
  g_strlcpy(c->fingerprint, from->fpr != NULL ? from->fpr : "", sizeof c->fingerprint);
  c->subject = valid_text(from->uids != NULL ? from->uids->uid : NULL);
  c->issuer = valid_text(from->issuer_name);
  c->chain = from->chain_id != NULL && *from->chain_id != '\0' ? g_strdup(from->chain_id) : NULL;
  c->secret = from->secret;
  c->can_sign = from->can_sign;
  c->revoked = from->revoked;
  c->expired = from->expired;
  c->authority = from->can_certify && !from->can_sign;
  for (gpgme_user_id_t u = from->uids; u != NULL && c->address == NULL; u = u->next)
    if (u->email != NULL && *u->email != '\0')
      c->address = address_of(u->email);
  char *algorithm = key != NULL ? gpgme_pubkey_algo_string(key) : NULL;
  c->algorithm = g_strdup(algorithm != NULL ? algorithm : "");
  gpgme_free(algorithm);
  if (key != NULL) {
    g_strlcpy(c->keygrip, key->keygrip != NULL ? key->keygrip : "", sizeof c->keygrip);
    c->begins = (gint64)key->timestamp * SECOND;
    c->expires = (gint64)key->expires * SECOND;
  }
  return c;
}

static int gather(Home *home, const char *name, gboolean secret, GPtrArray **ret, GError **error) {
  static const RingKind certificates = {GPGME_PROTOCOL_CMS, certificate_of, (GDestroyNotify)certificate_free,
                                        "the certificates cannot be listed"};
  return ring_list(home, &certificates, name, secret, ret, error);
}

/* A chain ends when the first of it does. */
static int shorten_by_chain(Home *home, Certificate *certificate, GError **error) {
  g_autofree char *next = g_strdup(certificate->chain), *last = g_strdup(certificate->fingerprint);
  for (int i = 0; i < CHAIN_MAX && next != NULL && strcmp(next, last) != 0; i++) {
    g_autoptr(GPtrArray) found = NULL;
    int r = gather(home, next, FALSE, &found, error);
    if (r < 0)
      return r;
    if (found->len != 1)
      return 0;
    const Certificate *issuer = g_ptr_array_index(found, 0);
    if (issuer->expires != 0 && (certificate->expires == 0 || issuer->expires < certificate->expires))
      certificate->expires = issuer->expires;
    g_free(last);
    last = g_steal_pointer(&next);
    next = g_strdup(issuer->chain);
  }
  return 0;
}

int certificate_find(Home *home, const char *name, gboolean secret, Certificate **ret, GError **error) {
  g_autoptr(GPtrArray) found = NULL;
  int r = gather(home, name, secret, &found, error);
  if (r < 0)
    return r;
  if (found->len == 0)
    return fault(error, FAULT_ABSENT,
                 "no certificate \"%s\"%s is in %s; import it there with `gpgsm --homedir %s --import FILE`",
                 name, secret ? " with its secret key" : "", home_folder(home), home_folder(home));
  if (found->len > 1)
    return fault(error, FAULT_RULE, "%u certificates in %s are called \"%s\"; name one by its fingerprint",
                 found->len, home_folder(home), name);
  r = shorten_by_chain(home, g_ptr_array_index(found, 0), error);
  if (r == 0)
    *ret = g_ptr_array_steal_index(found, 0);
  return r;
}

int certificate_list(Home *home, gboolean secret, GPtrArray **ret, GError **error) {
  int r = gather(home, NULL, secret, ret, error);
  for (guint i = 0; r == 0 && i < (*ret)->len; i++)
    r = shorten_by_chain(home, g_ptr_array_index(*ret, i), error);
  if (r < 0)
    g_clear_pointer(ret, g_ptr_array_unref);
  return r;
}

/* ---- taking in ---- */

/* In DER a certificate is a sequence of sequences (RFC 5280 §4.1), a bag of them begins with its name (RFC
 * 5652 §3); a number comes first where a secret key is: PKCS#12 (RFC 7292 §4), PKCS#8, PKCS#1. */
static gboolean is_secret(GBytes *bytes) {
  gsize size = 0;
  const guint8 *text = g_bytes_get_data(bytes, &size);
  if (size > 2 && text[0] == 0x30) {
    gsize first = 2 + (text[1] > 0x80 ? text[1] & 0x7fU : 0); /* after tag and length (X.690 §8.1.3) */
    return first < size && text[first] == 0x02;
  }
  return memmem(text, size, "PRIVATE KEY", strlen("PRIVATE KEY")) != NULL;
}

int certificate_import(Home *home, GBytes *bytes, GPtrArray **ret_fingerprints, GError **error) {
  g_autoptr(GPtrArray) fingerprints = g_ptr_array_new_with_free_func(g_free);
  Operation operation;
  if (is_secret(bytes))
    return fault(error, FAULT_INPUT, "the file holds a secret key; a certificate alone is wanted here");
  int r = operation_begin(&operation, home, GPGME_PROTOCOL_CMS, error);
  if (r < 0)
    return r;
  gpgme_error_t failure = ring_import(&operation, bytes, fingerprints, NULL);
  gpgme_err_code_t code = gpgme_err_code(failure);
  gboolean nothing = code == GPG_ERR_NO_DATA || code == GPG_ERR_BAD_DATA || code == GPG_ERR_EOF;
  r = operation_end(&operation, nothing ? 0 : failure, "the certificate cannot be taken in", error);
  if (r == 0 && fingerprints->len == 0)
    r = fault(error, FAULT_INPUT, "the file holds no X.509 certificate; export one as PEM or DER");
  if (r == 0)
    *ret_fingerprints = g_steal_pointer(&fingerprints);
  return r;
}

int certificate_export(Home *home, const char *fingerprint, GBytes **ret, GError **error) {
  return ring_export(home, GPGME_PROTOCOL_CMS, fingerprint, FALSE, ret, error);
}

int certificate_delete(Home *home, const char *fingerprint, GError **error) {
  return ring_delete(home, GPGME_PROTOCOL_CMS, fingerprint, error);
}
