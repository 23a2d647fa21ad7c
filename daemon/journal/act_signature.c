/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "journal/act_signature.h"

#include "journal/entry.h"

void act_signature_free(ActSignature *signature) {
  if (signature == NULL)
    return;
  g_clear_pointer(&signature->armour, g_bytes_unref);
  g_clear_pointer(&signature->key, g_bytes_unref);
  g_free(signature->fingerprint);
  g_free(signature->signer);
  g_free(signature);
}

Digest act_signature_digest(const ActSignature *signature) {
  gsize size = 0;
  gconstpointer bytes = g_bytes_get_data(signature->armour, &size);
  return digest_of(bytes, size);
}

void act_signature_facts(const ActSignature *signature, GString *facts) {
  if (signature == NULL)
    return;
  Digest digest = act_signature_digest(signature);
  entry_fact_digest(facts, "signature", &digest);
  entry_fact(facts, "signed-by", signature->fingerprint);
}
