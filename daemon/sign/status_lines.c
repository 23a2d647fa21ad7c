/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sign/status_lines.h"

#include <string.h>

#include "base/clock.h"
#include "sign/operation.h"

#define SKEW (5 * MINUTE) /* how far the clock of who signed may be ahead of ours */

/* "VALIDSIG fpr date time expires version reserved pubkey hash class", and of gpg the primary key */
static void read_valid(const char *arguments, StatusLines *lines) {
  g_auto(GStrv) words = g_strsplit(arguments, " ", 12);
  if (g_strv_length(words) < lines->manner->valid_words)
    return;
  lines->manner->read_valid(words, lines->check);
  lines->hash = (guint)g_ascii_strtoull(words[7], NULL, 10);
}

void status_lines_note(StatusLines *lines, const char *keyword, const char *arguments) {
  static const char *const known[STATUS_LINE_KINDS] = {
      "NEWSIG",    "GOODSIG",   "VALIDSIG",  "TRUST_FULLY", "BADSIG",          "ERRSIG", "EXPSIG",
      "EXPKEYSIG", "REVKEYSIG", "NO_PUBKEY", "TRUST_NEVER", "TRUST_UNDEFINED", "ERROR"};
  for (int i = 0; i < STATUS_LINE_KINDS; i++)
    if (keyword != NULL && strcmp(keyword, known[i]) == 0)
      lines->n[i]++;
  if (g_strcmp0(keyword, "VALIDSIG") == 0 && arguments != NULL)
    read_valid(arguments, lines);
  if (g_strcmp0(keyword, "ERROR") == 0 && arguments != NULL && lines->manner->read_error != NULL)
    lines->manner->read_error(arguments, lines);
}

static gpgme_error_t count_line(void *hook, const char *keyword, const char *arguments) {
  status_lines_note(hook, keyword, arguments);
  return 0;
}

/* SHA-224 to SHA-512 and their successors; not MD5 (1), SHA-1 (2), RIPEMD-160 (3). RFC 8551 §2.1 wants
 * SHA-256 of S/MIME. */
static gboolean is_weak(guint hash) {
  return hash < 8;
}

enum signature_state status_lines_judge(const StatusLines *s, gint64 now) {
  if (s->n[STATUS_NEWSIG] == 0)
    return SIGNATURE_NONE;
  if (s->n[STATUS_NEWSIG] > 1)
    return SIGNATURE_SEVERAL;
  if (s->n[STATUS_BADSIG] > 0)
    return SIGNATURE_BAD;
  if (s->n[STATUS_REVKEYSIG] > 0)
    return SIGNATURE_KEY_REVOKED;
  if (s->n[STATUS_EXPKEYSIG] > 0)
    return SIGNATURE_KEY_EXPIRED;
  if (s->n[STATUS_EXPSIG] > 0)
    return SIGNATURE_EXPIRED;
  if (s->n[STATUS_NO_PUBKEY] > 0 || s->unknown)
    return SIGNATURE_KEY_UNKNOWN;
  if (s->n[STATUS_ERRSIG] > 0 || s->n[STATUS_GOODSIG] != 1 || s->n[STATUS_VALIDSIG] != 1 ||
      *s->check->fingerprint == '\0')
    return SIGNATURE_BAD;
  if (is_weak(s->hash))
    return SIGNATURE_WEAK;
  enum signature_state trust = s->manner->judge_trust != NULL ? s->manner->judge_trust(s) : SIGNATURE_GOOD;
  if (trust != SIGNATURE_GOOD)
    return trust;
  return s->check->at > now + SKEW ? SIGNATURE_FUTURE : SIGNATURE_GOOD;
}

/* What is said of a good signature, but that the key has ended since. */
static gboolean was_good(const StatusLines *s, gint64 now) {
  gboolean trusted = s->manner->judge_trust == NULL || s->manner->judge_trust(s) == SIGNATURE_GOOD;
  return s->n[STATUS_NEWSIG] == 1 && s->n[STATUS_EXPKEYSIG] == 1 && s->n[STATUS_VALIDSIG] == 1 &&
         s->n[STATUS_GOODSIG] == 0 && s->n[STATUS_ERRSIG] == 0 && s->n[STATUS_EXPSIG] == 0 &&
         s->n[STATUS_NO_PUBKEY] == 0 && !s->unknown && *s->check->fingerprint != '\0' && !is_weak(s->hash) &&
         trusted && s->check->at <= now + SKEW;
}

/* What gpgme understood of it must agree: one signature, without a complaint. */
static gboolean agrees(gpgme_verify_result_t result) {
  return result != NULL && result->signatures != NULL && result->signatures->next == NULL &&
         gpgme_err_code(result->signatures->status) == GPG_ERR_NO_ERROR;
}

static gpgme_error_t verify(Operation *operation, GBytes *signature, gconstpointer data, gsize size,
                            StatusLines *lines) {
  gpgme_data_t sig = NULL, text = NULL;
  gsize sig_size = 0;
  gconstpointer sig_bytes = g_bytes_get_data(signature, &sig_size);
  gpgme_set_status_cb(operation->context, count_line, lines);
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

int status_lines_check(const StatusManner *manner, Home *home, GBytes *signature, gconstpointer data,
                       gsize size, gint64 now, SignatureCheck *ret, GError **error) {
  Operation operation;
  *ret = (SignatureCheck){.state = SIGNATURE_NONE};
  StatusLines lines = {.manner = manner, .check = ret};
  int r = operation_begin(&operation, home, manner->protocol, error);
  if (r < 0)
    return r;
  gpgme_error_t failure = verify(&operation, signature, data, size, &lines);
  enum signature_state state = status_lines_judge(&lines, now);
  if (state == SIGNATURE_GOOD && !(failure == 0 && agrees(gpgme_op_verify_result(operation.context))))
    state = SIGNATURE_BAD;
  gboolean answered = state != SIGNATURE_NONE || manner->has_answered(&lines, gpgme_err_code(failure));
  r = operation_end(&operation, answered ? 0 : failure, "the signature cannot be checked", error);
  ret->state = r == 0 ? state : SIGNATURE_NONE;
  ret->was_good = ret->state == SIGNATURE_KEY_EXPIRED && was_good(&lines, now);
  return r;
}
