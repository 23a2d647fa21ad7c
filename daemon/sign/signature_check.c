/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sign/signature_check.h"

#include <string.h>

#include "base/clock.h"
#include "sign/operation.h"

#define SKEW (5 * MINUTE) /* how far the clock of who signed may be ahead of ours */

static const char *const names[] = {
#define STATE(symbol, name, sentence) name,
#include "sign/signature_states.def"
#undef STATE
};
static const char *const sentences[] = {
#define STATE(symbol, name, sentence) sentence,
#include "sign/signature_states.def"
#undef STATE
};

const char *signature_state_name(enum signature_state state) {
  return names[state];
}

const char *signature_state_sentence(enum signature_state state) {
  return sentences[state];
}

/* ---- gpg's status lines ---- */

enum line { NEWSIG, GOODSIG, VALIDSIG, BADSIG, ERRSIG, EXPSIG, EXPKEYSIG, REVKEYSIG, NO_PUBKEY, LINES };

typedef struct {
  guint n[LINES];
  SignatureCheck *check;
  guint hash; /* RFC 9580 §9.5 */
} Status;

/* "VALIDSIG fpr date time expires version reserved pubkey hash class primary" */
static void read_valid(const char *arguments, Status *status) {
  g_auto(GStrv) words = g_strsplit(arguments, " ", 12);
  if (g_strv_length(words) < 10)
    return;
  g_strlcpy(status->check->fingerprint, words[9], KEY_FINGERPRINT_SIZE);
  status->check->at = g_ascii_strtoll(words[2], NULL, 10) * SECOND;
  status->hash = (guint)g_ascii_strtoull(words[7], NULL, 10);
}

static gpgme_error_t count_line(void *hook, const char *keyword, const char *arguments) {
  static const char *const known[LINES] = {"NEWSIG", "GOODSIG",   "VALIDSIG",  "BADSIG",   "ERRSIG",
                                           "EXPSIG", "EXPKEYSIG", "REVKEYSIG", "NO_PUBKEY"};
  Status *status = hook;
  for (int i = 0; i < LINES; i++)
    if (keyword != NULL && strcmp(keyword, known[i]) == 0)
      status->n[i]++;
  if (g_strcmp0(keyword, "VALIDSIG") == 0 && arguments != NULL)
    read_valid(arguments, status);
  return 0;
}

/* SHA-224 to SHA-512 and their successors; not MD5 (1), SHA-1 (2), RIPEMD-160 (3). */
static gboolean is_weak(guint hash) {
  return hash < 8;
}

static enum signature_state judge(const Status *s, gint64 now) {
  if (s->n[NEWSIG] == 0)
    return SIGNATURE_NONE;
  if (s->n[NEWSIG] > 1)
    return SIGNATURE_SEVERAL;
  if (s->n[BADSIG] > 0)
    return SIGNATURE_BAD;
  if (s->n[REVKEYSIG] > 0)
    return SIGNATURE_KEY_REVOKED;
  if (s->n[EXPKEYSIG] > 0)
    return SIGNATURE_KEY_EXPIRED;
  if (s->n[EXPSIG] > 0)
    return SIGNATURE_EXPIRED;
  if (s->n[NO_PUBKEY] > 0)
    return SIGNATURE_KEY_UNKNOWN;
  if (s->n[ERRSIG] > 0 || s->n[GOODSIG] != 1 || s->n[VALIDSIG] != 1 || *s->check->fingerprint == '\0')
    return SIGNATURE_BAD;
  if (is_weak(s->hash))
    return SIGNATURE_WEAK;
  return s->check->at > now + SKEW ? SIGNATURE_FUTURE : SIGNATURE_GOOD;
}

/* What gpgme understood of it must agree: one signature, without a complaint. */
static gboolean agrees(gpgme_verify_result_t result) {
  return result != NULL && result->signatures != NULL && result->signatures->next == NULL &&
         gpgme_err_code(result->signatures->status) == GPG_ERR_NO_ERROR;
}

static gpgme_error_t verify(Operation *operation, GBytes *signature, gconstpointer data, gsize size,
                            Status *status) {
  gpgme_data_t sig = NULL, text = NULL;
  gsize sig_size = 0;
  gconstpointer sig_bytes = g_bytes_get_data(signature, &sig_size);
  gpgme_set_status_cb(operation->context, count_line, status);
  gpgme_set_ctx_flag(operation->context, "full-status", "1");
  gpgme_error_t failure = gpgme_data_new_from_mem(&sig, sig_bytes, sig_size, 0);
  if (failure == 0)
    failure = gpgme_data_new_from_mem(&text, data, size, 0);
  if (failure == 0)
    failure = gpgme_op_verify(operation->context, sig, text, NULL);
  gpgme_data_release(sig);
  gpgme_data_release(text);
  return failure;
}

int signature_check(Home *home, GBytes *signature, gconstpointer data, gsize size, gint64 now,
                    SignatureCheck *ret, GError **error) {
  Operation operation;
  *ret = (SignatureCheck){.state = SIGNATURE_NONE};
  Status status = {.check = ret};
  int r = operation_begin(&operation, home, GPGME_PROTOCOL_OpenPGP, error);
  if (r < 0)
    return r;
  gpgme_error_t failure = verify(&operation, signature, data, size, &status);
  enum signature_state state = judge(&status, now);
  if (state == SIGNATURE_GOOD && !(failure == 0 && agrees(gpgme_op_verify_result(operation.context))))
    state = SIGNATURE_BAD;
  gboolean nothing =
      gpgme_err_code(failure) == GPG_ERR_NO_DATA || gpgme_err_code(failure) == GPG_ERR_BAD_DATA;
  r = operation_end(&operation, nothing || state != SIGNATURE_NONE ? 0 : failure,
                    "the signature cannot be checked", error);
  ret->state = r == 0 ? state : SIGNATURE_NONE;
  return r;
}
