/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sign/signature_check.h"

#include "base/clock.h"
#include "sign/status_lines.h"

static const struct {
  const char *name, *sentence;
} states[] = {
#define STATE(symbol, name, sentence) {name, sentence},
#include "sign/signature_states.def"
#undef STATE
};

const char *signature_state_name(enum signature_state state) {
  return states[state].name;
}

const char *signature_state_sentence(enum signature_state state) {
  return states[state].sentence;
}

/* ---- how gpg says it ---- */

static void read_valid(char **words, SignatureCheck *check) {
  g_strlcpy(check->fingerprint, words[9], KEY_FINGERPRINT_SIZE);
  check->at = CLAMP(g_ascii_strtoll(words[2], NULL, 10), 0, G_MAXINT64 / SECOND) * SECOND;
}

static gboolean has_answered(G_GNUC_UNUSED const StatusLines *lines, gpgme_err_code_t failure) {
  return failure == GPG_ERR_NO_DATA || failure == GPG_ERR_BAD_DATA;
}

const StatusManner status_lines_gpg = {.protocol = GPGME_PROTOCOL_OpenPGP,
                                       .valid_words = 10,
                                       .read_valid = read_valid,
                                       .has_answered = has_answered};

int signature_check(Home *home, GBytes *signature, gconstpointer data, gsize size, gint64 now,
                    SignatureCheck *ret, GError **error) {
  return status_lines_check(&status_lines_gpg, home, signature, data, size, now, ret, error);
}
