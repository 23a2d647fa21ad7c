/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * smime_signer.h - detached S/MIME signatures (CMS, RFC 8551 §3.5.3) by one certificate of ours, through
 * gpgsm; any number of threads at once
 *
 * It fails closed as signer.h does. The home works without a network: whether a certificate of the chain has
 * been revoked is not asked when signing, so who revokes ours must take it out of the configuration. Its root
 * must stand in trustlist.txt of the home; gpgsm signs with no certificate that leads nowhere.
 *
 * gpgsm takes no passphrase from its caller. It is given to the home's agent over its socket for the time of
 * a signature, and taken away when none is being made.
 */
#pragma once

#include "sign/certificate.h"
#include "sign/signer.h"

#define SMIME_PASSPHRASE_MAX 255 /* octets; it must fit into one line to the agent */

typedef struct SmimeSigner SmimeSigner;

/* CERTIFICATE by its fingerprint. PASSPHRASE (NULL: none) is copied, and wiped at the end. Signs a few bytes
 * as a proof. FAULT_RULE for a certificate that cannot sign or is no longer valid. HOME outlives it. */
int smime_signer_open(Home *home, const char *certificate, const char *passphrase, SmimeSigner **ret,
                      GError **error);
void smime_signer_close(SmimeSigner *signer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SmimeSigner, smime_signer_close)

const Certificate *smime_signer_certificate(const SmimeSigner *signer); /* as it was when opened */

/* RET->armour is the base64 form of the CMS object, in lines with CRLF; it holds the chain but for its root.
 * RET->micalg is "sha-256" (RFC 8551 §3.5.3.2). */
int smime_signer_sign(SmimeSigner *signer, gconstpointer bytes, gsize size, Signature *ret, GError **error);
/* As signer_sign_pieces. */
int smime_signer_sign_pieces(SmimeSigner *signer, const Message *text, guint64 octets, Signature *ret,
                             GError **error);
/* Is the certificate, and its chain as far as it is here, valid now and until UNTIL? FAULT_RULE says what is
 * wrong, and until when it would do. */
int smime_signer_check(SmimeSigner *signer, gint64 now, gint64 until, GError **error);
/* As signer_look. */
int smime_signer_look(SmimeSigner *signer, gint64 now, gint64 *ret_expires, GError **error);
