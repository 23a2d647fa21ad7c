/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sign/smime_check.h"

#include "base/clock.h"
#include "sign/status_lines.h"

/* "20131202T090000", in UTC. */
static gint64 moment_of(const char *text) {
  g_autoptr(GTimeZone) utc = g_time_zone_new_utc();
  g_autoptr(GDateTime) time = g_date_time_new_from_iso8601(text, utc);
  return time != NULL ? g_date_time_to_unix(time) * SECOND : 0;
}

static void read_valid(char **words, SignatureCheck *check) {
  g_strlcpy(check->fingerprint, words[0], KEY_FINGERPRINT_SIZE);
  check->at = moment_of(words[2]);
}

/* The certificate is neither in the signature nor in the home. */
static void read_error(const char *arguments, StatusLines *lines) {
  if (g_str_has_prefix(arguments, "verify.findkey "))
    lines->unknown = TRUE;
}

static enum signature_state judge_trust(const StatusLines *s) {
  if (s->n[STATUS_TRUST_FULLY] != 1 || s->n[STATUS_TRUST_NEVER] > 0 || s->n[STATUS_TRUST_UNDEFINED] > 0)
    return SIGNATURE_UNTRUSTED;
  if (s->n[STATUS_ERROR] > 0)
    return SIGNATURE_BAD;
  return SIGNATURE_GOOD;
}

/* gpgsm says ERROR of what it has looked at and could not read; without a word from it nothing is known. */
static gboolean has_answered(const StatusLines *lines, gpgme_err_code_t failure) {
  return lines->n[STATUS_ERROR] > 0 || failure == GPG_ERR_NO_DATA;
}

const StatusManner status_lines_gpgsm = {.protocol = GPGME_PROTOCOL_CMS,
                                         .valid_words = 9,
                                         .read_valid = read_valid,
                                         .read_error = read_error,
                                         .judge_trust = judge_trust,
                                         .has_answered = has_answered};

int smime_check(Home *home, GBytes *signature, gconstpointer data, gsize size, gint64 now,
                SignatureCheck *ret, GError **error) {
  return status_lines_check(&status_lines_gpgsm, home, signature, data, size, now, ret, error);
}
