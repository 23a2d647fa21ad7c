/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sign/smime_check.h"

#include <string.h>

#include "base/clock.h"
#include "sign/operation.h"

#define SKEW (5 * MINUTE) /* how far the clock of who signed may be ahead of ours */

enum line {
  NEWSIG,
  GOODSIG,
  VALIDSIG,
  TRUST_FULLY,
  BADSIG,
  ERRSIG,
  EXPSIG,
  EXPKEYSIG,
  REVKEYSIG,
  NO_PUBKEY,
  TRUST_NEVER,
  TRUST_UNDEFINED,
  ERROR,
  LINES
};

typedef struct {
  guint n[LINES];
  SignatureCheck *check;
  guint hash;       /* gcrypt's number */
  gboolean unknown; /* the certificate is neither in the signature nor in the home */
} Status;

/* "20131202T090000", in UTC. */
static gint64 moment_of(const char *text) {
  g_autoptr(GTimeZone) utc = g_time_zone_new_utc();
  g_autoptr(GDateTime) time = g_date_time_new_from_iso8601(text, utc);
  return time != NULL ? g_date_time_to_unix(time) * SECOND : 0;
}

/* "VALIDSIG fpr date time expires version reserved pubkey hash class" */
static void read_valid(const char *arguments, Status *status) {
  g_auto(GStrv) words = g_strsplit(arguments, " ", 12);
  if (g_strv_length(words) < 9)
    return;
  g_strlcpy(status->check->fingerprint, words[0], KEY_FINGERPRINT_SIZE);
  status->check->at = moment_of(words[2]);
  status->hash = (guint)g_ascii_strtoull(words[7], NULL, 10);
}

static gpgme_error_t count_line(void *hook, const char *keyword, const char *arguments) {
  static const char *const known[LINES] = {
      "NEWSIG",    "GOODSIG",   "VALIDSIG",  "TRUST_FULLY", "BADSIG",          "ERRSIG", "EXPSIG",
      "EXPKEYSIG", "REVKEYSIG", "NO_PUBKEY", "TRUST_NEVER", "TRUST_UNDEFINED", "ERROR"};
  Status *status = hook;
  for (int i = 0; i < LINES; i++)
    if (keyword != NULL && strcmp(keyword, known[i]) == 0)
      status->n[i]++;
  if (g_strcmp0(keyword, "VALIDSIG") == 0 && arguments != NULL)
    read_valid(arguments, status);
  if (g_strcmp0(keyword, "ERROR") == 0 && arguments != NULL && g_str_has_prefix(arguments, "verify.findkey "))
    status->unknown = TRUE;
  return 0;
}

/* SHA-256 to SHA-512 and SHA-3 are all that is accepted; RFC 8551 §2.1 wants SHA-256. */
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
  if (s->n[NO_PUBKEY] > 0 || s->unknown)
    return SIGNATURE_KEY_UNKNOWN;
  if (s->n[ERRSIG] > 0 || s->n[GOODSIG] != 1 || s->n[VALIDSIG] != 1 || *s->check->fingerprint == '\0')
    return SIGNATURE_BAD;
  if (is_weak(s->hash))
    return SIGNATURE_WEAK;
  if (s->n[TRUST_FULLY] != 1 || s->n[TRUST_NEVER] > 0 || s->n[TRUST_UNDEFINED] > 0)
    return SIGNATURE_UNTRUSTED;
  if (s->n[ERROR] > 0)
    return SIGNATURE_BAD;
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

int smime_check(Home *home, GBytes *signature, gconstpointer data, gsize size, gint64 now,
                SignatureCheck *ret, GError **error) {
  Operation operation;
  *ret = (SignatureCheck){.state = SIGNATURE_NONE};
  Status status = {.check = ret};
  int r = operation_begin(&operation, home, GPGME_PROTOCOL_CMS, error);
  if (r < 0)
    return r;
  gpgme_error_t failure = verify(&operation, signature, data, size, &status);
  enum signature_state state = judge(&status, now);
  if (state == SIGNATURE_GOOD && !(failure == 0 && agrees(gpgme_op_verify_result(operation.context))))
    state = SIGNATURE_BAD;
  /* gpgsm says ERROR of what it has looked at and could not read; without a word from it nothing is known. */
  gboolean known =
      state != SIGNATURE_NONE || status.n[ERROR] > 0 || gpgme_err_code(failure) == GPG_ERR_NO_DATA;
  r = operation_end(&operation, known ? 0 : failure, "the signature cannot be checked", error);
  ret->state = r == 0 ? state : SIGNATURE_NONE;
  return r;
}
