/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sign/signed_mail.h"

#include "sign/smime_check.h"

void signed_mail_clear(SignedMail *mail) {
  signed_parts_clear(&mail->parts);
}

int signed_mail_check(Home *home, GBytes *raw, gint64 now, SignedMail *ret, GError **error) {
  *ret = (SignedMail){.signature = {.state = SIGNATURE_NONE}};
  signed_parts_read(raw, &ret->parts);
  if (ret->parts.state != SIGNED_PARTS_WHOLE)
    return 0;
  gsize size = 0;
  gconstpointer text = g_bytes_get_data(ret->parts.text, &size);
  int r = (ret->parts.protocol == SIGNED_OPENPGP ? signature_check : smime_check)(
      home, ret->parts.signature, text, size, now, &ret->signature, error);
  if (r < 0)
    signed_mail_clear(ret);
  return r;
}

gboolean signed_mail_is_good(const SignedMail *mail) {
  return mail->parts.state == SIGNED_PARTS_WHOLE && mail->signature.state == SIGNATURE_GOOD &&
         *mail->signature.fingerprint != '\0' && mail->parts.from != NULL;
}

const char *signed_mail_name(const SignedMail *mail) {
  return mail->parts.state != SIGNED_PARTS_WHOLE ? signed_parts_state_name(mail->parts.state)
                                                 : signature_state_name(mail->signature.state);
}

const char *signed_mail_sentence(const SignedMail *mail) {
  return mail->parts.state != SIGNED_PARTS_WHOLE ? signed_parts_state_sentence(mail->parts.state)
                                                 : signature_state_sentence(mail->signature.state);
}
