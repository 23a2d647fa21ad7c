/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sign/smime_signer.h"

#include <string.h>

#include "base/clock.h"
#include "base/fault.h"
#include "mail/transfer.h"
#include "sign/agent.h"
#include "sign/operation.h"
#include "sign/piece_feed.h"

#define INCLUDE_CHAIN (-2) /* all certificates but the root */

struct SmimeSigner {
  Home *home;
  gpgme_key_t handle; /* looked up once: each look costs as much as a signature */
  Certificate *certificate;
  char *passphrase;
  GMutex lock;
  guint under_way; /* signatures being made, under LOCK */
};

/* ---- the passphrase ---- */

static int give_passphrase(SmimeSigner *signer, GError **error) {
  g_autofree char *hex = hex_of(signer->passphrase, strlen(signer->passphrase));
  g_autofree char *command = g_strdup_printf("PRESET_PASSPHRASE %s -1 %s", signer->certificate->keygrip, hex);
  int r = agent_tell(signer->home, command, error);
  explicit_bzero(hex, strlen(hex));
  explicit_bzero(command, strlen(command));
  return r;
}

/* The agent may have ended: any look at secret keys starts another. */
static int begin_use(SmimeSigner *signer, GError **error) {
  g_autoptr(Certificate) found = NULL;
  if (signer->passphrase == NULL)
    return 0;
  g_mutex_lock(&signer->lock);
  int r = give_passphrase(signer, NULL);
  if (r < 0) {
    r = certificate_find(signer->home, signer->certificate->fingerprint, TRUE, &found, error);
    if (r == 0)
      r = give_passphrase(signer, error);
  }
  signer->under_way += r == 0;
  g_mutex_unlock(&signer->lock);
  return r;
}

/* An agent that is gone has nothing to forget. */
static void end_use(SmimeSigner *signer) {
  if (signer->passphrase == NULL)
    return;
  g_mutex_lock(&signer->lock);
  if (--signer->under_way == 0) {
    g_autofree char *command = g_strconcat("CLEAR_PASSPHRASE ", signer->certificate->keygrip, NULL);
    agent_tell(signer->home, command, NULL);
  }
  g_mutex_unlock(&signer->lock);
}

/* ---- one signature ---- */

static gboolean is_ours(const SmimeSigner *signer, gpgme_sign_result_t result) {
  return result != NULL && result->invalid_signers == NULL && result->signatures != NULL &&
         result->signatures->next == NULL && result->signatures->type == GPGME_SIG_MODE_DETACH &&
         g_strcmp0(result->signatures->fpr, signer->certificate->fingerprint) == 0;
}

/* "SHA256" as RFC 8551 §3.5.3.2 spells it. */
static void take_result(gpgme_new_signature_t from, Signature *ret) {
  g_autofree char *hash = g_ascii_strdown(gpgme_hash_algo_name(from->hash_algo), -1);
  gboolean sha = g_str_has_prefix(hash, "sha");
  g_snprintf(ret->micalg, sizeof ret->micalg, "%s%s", sha ? "sha-" : "", hash + (sha ? 3 : 0));
  ret->at = (gint64)from->timestamp * SECOND;
}

static gpgme_error_t sign(Operation *operation, SmimeSigner *signer, gpgme_data_t data, gpgme_data_t to,
                          Signature *ret) {
  gpgme_set_include_certs(operation->context, INCLUDE_CHAIN);
  gpgme_error_t failure = gpgme_signers_add(operation->context, signer->handle);
  if (failure == 0)
    failure = gpgme_op_sign(operation->context, data, to, GPGME_SIG_MODE_DETACH);
  if (failure == 0) {
    gpgme_sign_result_t result = gpgme_op_sign_result(operation->context);
    if (is_ours(signer, result))
      take_result(result->signatures, ret);
    else
      failure = gpgme_error(GPG_ERR_UNUSABLE_SECKEY);
  }
  return failure;
}

static GBytes *base64_of(gconstpointer der, gsize size) {
  GString *text = g_string_sized_new((gsize)transfer_base64_size(size));
  transfer_base64(text, der, size);
  return g_string_free_to_bytes(text);
}

static int talk(SmimeSigner *signer, gpgme_data_t data, Signature *ret, GError **error) {
  Operation operation;
  gpgme_data_t to = NULL;
  Signature made = {0};
  int r = operation_begin(&operation, signer->home, GPGME_PROTOCOL_CMS, error);
  if (r < 0)
    return r;
  gpgme_error_t failure = gpgme_data_new(&to);
  if (failure == 0)
    failure = sign(&operation, signer, data, to, &made);
  size_t size = 0;
  char *der = to != NULL ? gpgme_data_release_and_get_mem(to, &size) : NULL;
  r = operation_end(&operation, failure, "nothing was signed", error);
  if (r == 0) {
    *ret = made;
    ret->armour = base64_of(der, size);
    g_strlcpy(ret->fingerprint, signer->certificate->fingerprint, sizeof ret->fingerprint);
  }
  gpgme_free(der);
  return r;
}

/* Takes DATA over. */
static int sign_data(SmimeSigner *signer, gpgme_data_t data, Signature *ret, GError **error) {
  int r = begin_use(signer, error);
  if (r == 0) {
    r = talk(signer, data, ret, error);
    end_use(signer);
  }
  gpgme_data_release(data);
  return r;
}

int smime_signer_sign(SmimeSigner *signer, gconstpointer bytes, gsize size, Signature *ret, GError **error) {
  gpgme_data_t data = NULL;
  gpgme_error_t failure = gpgme_data_new_from_mem(&data, bytes, size, 0);
  if (failure != 0)
    return fault(error, FAULT_SYSTEM, "nothing was signed: %s", gpgme_strerror(failure));
  return sign_data(signer, data, ret, error);
}

int smime_signer_sign_pieces(SmimeSigner *signer, const Message *text, guint64 octets, Signature *ret,
                             GError **error) {
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

/* ---- the certificate ---- */

static int check_certificate(const Certificate *c, gint64 now, gint64 until, GError **error) {
  gboolean ends = c->expires != 0;
  const char *trouble = c->revoked                   ? "was revoked"
                        : c->expired                 ? "has expired"
                        : ends && c->expires <= now  ? "has expired"
                        : c->begins > now            ? "is not valid yet"
                        : !c->can_sign               ? "is not made for signing"
                        : *c->keygrip == '\0'        ? "has no key that the agent knows"
                        : ends && c->expires < until ? "ends too early"
                                                     : NULL;
  if (trouble == NULL)
    return 0;
  g_autofree char *end = ends ? moment_rfc3339(c->expires) : g_strdup("never");
  return fault(
      error, FAULT_RULE,
      "the certificate %s %s (it ends, with its chain: %s); ask its authority for another and name that "
      "in the configuration",
      c->fingerprint, trouble, end);
}

int smime_signer_check(SmimeSigner *signer, gint64 now, gint64 until, GError **error) {
  g_autoptr(Certificate) found = NULL;
  int r = certificate_find(signer->home, signer->certificate->fingerprint, TRUE, &found, error);
  return r < 0 ? r : check_certificate(found, now, until, error);
}

static int look_up(SmimeSigner *signer, GError **error) {
  Operation operation;
  int r = operation_begin(&operation, signer->home, GPGME_PROTOCOL_CMS, error);
  if (r < 0)
    return r;
  gpgme_error_t failure =
      gpgme_get_key(operation.context, signer->certificate->fingerprint, &signer->handle, 1);
  return operation_end(&operation, failure, "the certificate cannot be used", error);
}

int smime_signer_open(Home *home, const char *name, const char *passphrase, SmimeSigner **ret,
                      GError **error) {
  static const char proof[] = "a proof that this certificate can be used\r\n";
  g_auto(Signature) signature = {0};
  if (passphrase != NULL && strlen(passphrase) > SMIME_PASSPHRASE_MAX)
    return fault(error, FAULT_INPUT, "the passphrase is longer than %d octets; choose a shorter one",
                 SMIME_PASSPHRASE_MAX);
  g_autoptr(SmimeSigner) signer = g_new0(SmimeSigner, 1);
  g_mutex_init(&signer->lock);
  signer->home = home;
  signer->passphrase = passphrase != NULL && *passphrase != '\0' ? g_strdup(passphrase) : NULL;
  int r = certificate_find(home, name, TRUE, &signer->certificate, error);
  if (r == 0)
    r = check_certificate(signer->certificate, clock_wall(clock_system()), 0, error);
  if (r == 0)
    r = look_up(signer, error);
  if (r == 0)
    r = smime_signer_sign(signer, proof, strlen(proof), &signature, error);
  if (r < 0)
    return r;
  *ret = g_steal_pointer(&signer);
  return 0;
}

void smime_signer_close(SmimeSigner *signer) {
  if (signer == NULL)
    return;
  if (signer->handle != NULL)
    gpgme_key_unref(signer->handle);
  certificate_free(signer->certificate);
  if (signer->passphrase != NULL)
    explicit_bzero(signer->passphrase, strlen(signer->passphrase));
  g_free(signer->passphrase);
  g_mutex_clear(&signer->lock);
  g_free(signer);
}

const Certificate *smime_signer_certificate(const SmimeSigner *signer) {
  return signer->certificate;
}
