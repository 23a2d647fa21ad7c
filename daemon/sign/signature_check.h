/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * signature_check.h - is this detached signature good, and whose is it?
 *
 * Judged by gpg's status lines alone, never by its exit status, which is 0 for keys that were revoked or have
 * expired: good is exactly one NEWSIG, one GOODSIG and one VALIDSIG, and no line that says anything else of a
 * signature.
 */
#pragma once

#include "sign/key.h"

enum signature_state {
#define STATE(symbol, name, sentence) symbol,
#include "sign/signature_states.def"
#undef STATE
  SIGNATURE_STATES
};
const char *signature_state_name(enum signature_state state);
const char *signature_state_sentence(enum signature_state state);

typedef struct {
  enum signature_state state;
  char fingerprint[KEY_FINGERPRINT_SIZE]; /* of the primary key when good, of what gpg names else; may be
                                             empty */
  gint64 at;                              /* when it says that it was made; 0: unknown */
  gboolean was_good; /* of "key-expired": nothing but the end of the key speaks against it, so it was good as
                        long as the key lasted */
} SignatureCheck;

/* SIGNATURE, armoured or binary, over DATA. NOW: a signature made more than five minutes later is from the
 * future. A fault only when gpg could not be asked: then nothing is known, and nothing counts as good. */
int signature_check(Home *home, GBytes *signature, gconstpointer data, gsize size, gint64 now,
                    SignatureCheck *ret, GError **error);
