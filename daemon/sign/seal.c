/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sign/seal.h"

#include <string.h>

#include "sign/signed_entity.h"

#define SPEED_TRIES 3 /* the fastest counts: a machine may be busy with something else */

static const char *const protocols[] = {[SIGNED_OPENPGP] = "openpgp", [SIGNED_SMIME] = "smime"};

const char *signed_protocol_name(enum signed_protocol protocol) {
  return protocols[protocol];
}

gboolean signed_protocol_parse(const char *name, enum signed_protocol *ret) {
  for (gsize i = 0; i < G_N_ELEMENTS(protocols); i++)
    if (strcmp(protocols[i], name) == 0) {
      *ret = (enum signed_protocol)i;
      return TRUE;
    }
  return FALSE;
}

gboolean seal_is_there(const Seal *seal) {
  return seal->key != NULL || seal->certificate != NULL;
}

const char *seal_fingerprint(const Seal *seal) {
  return seal->key != NULL ? signer_key(seal->key)->fingerprint
                           : smime_signer_certificate(seal->certificate)->fingerprint;
}

const char *seal_name(const Seal *seal) {
  return seal->key != NULL ? signer_key(seal->key)->user_id
                           : smime_signer_certificate(seal->certificate)->subject;
}

gint64 seal_expires(const Seal *seal) {
  return seal->key != NULL ? signer_key(seal->key)->expires
                           : smime_signer_certificate(seal->certificate)->expires;
}

int seal_check(const Seal *seal, gint64 now, gint64 until, GError **error) {
  return seal->key != NULL ? signer_check(seal->key, now, until, error)
                           : smime_signer_check(seal->certificate, now, until, error);
}

int seal_look(const Seal *seal, gint64 now, gint64 *ret_expires, GError **error) {
  return seal->key != NULL ? signer_look(seal->key, now, ret_expires, error)
                           : smime_signer_look(seal->certificate, now, ret_expires, error);
}

int seal_sign_pieces(const Seal *seal, const Message *text, guint64 octets, Signature *ret, GError **error) {
  return seal->key != NULL ? signer_sign_pieces(seal->key, text, octets, ret, error)
                           : smime_signer_sign_pieces(seal->certificate, text, octets, ret, error);
}

int seal_speed(const Seal *seal, double *ret, GError **error) {
  g_autoptr(Message) text = message_new();
  message_add_string(text, g_string_new("how long does this take?\r\n"));
  *ret = 0;
  for (int i = 0; i < SPEED_TRIES; i++) {
    g_auto(Signature) signature = {0};
    gint64 began = g_get_monotonic_time();
    int r = seal_sign_pieces(seal, text, signed_entity_octets(text), &signature, error);
    if (r < 0)
      return r;
    *ret = MAX(*ret, 1e6 / (double)MAX(g_get_monotonic_time() - began, 1));
  }
  return 0;
}
