/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * user_key.h - the OpenPGP key by which a user signs what he approves
 *
 * Only the public part is here; the secret one never leaves his own machine. So an approval that he signs is
 * an act of his own, which nobody who holds this house's database and keys can make in his place.
 */
#pragma once

#include "api/api.h"
#include "api/user.h"
#include "journal/act_signature.h"
#include "sign/key_file.h"

typedef struct {
  char *fingerprint, *identity;
  GBytes *bytes;
  gint64 bound_at;
  char *bound_by;
} UserKey;
void user_key_free(UserKey *key);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(UserKey, user_key_free)

/* The one key in BYTES is from now on that of the user NAME; an earlier one counts no more. FOLDER as
 * key_file_read takes it. FAULT_INPUT for several keys, a certificate, one that has ended or cannot sign. */
int user_key_bind(Store *store, Journal *journal, const Actor *actor, const char *folder, const char *name,
                  GBytes *bytes, gint64 now, GError **error);
/* 1 when he has none. */
int user_key_find(Link *link, const char *name, UserKey **ret, GError **error);
/* ARMOUR as the actor's own act: 0 and *ret (the caller's) when it is good over TEXT by the key that is bound
 * to him. FAULT_RULE when none is bound, or says what is wrong with the signature. */
int user_key_act(const ApiHouse *house, const Actor *actor, const char *armour, const char *text,
                 ActSignature **ret, GError **error);
