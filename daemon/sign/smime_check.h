/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * smime_check.h - is this detached S/MIME signature good, and whose is it?
 *
 * Judged by gpgsm's status lines alone: good is exactly one NEWSIG, GOODSIG, VALIDSIG and TRUST_FULLY, and no
 * line that says anything else. TRUST_FULLY wants a chain whose root stands in trustlist.txt of the home.
 *
 * Nothing is fetched, so a certificate that its authority has revoked still counts as good: who needs to know
 * asks the authority. And gpgsm keeps in the home whatever certificates come with a message. So a good
 * signature may be by one that nobody has given us: what counts is whether its fingerprint is bound to a
 * contact. And a message from an address that has no certificate bound to it is better not asked about at
 * all: strangers would fill the home.
 */
#pragma once

#include "sign/signature_check.h"

/* SIGNATURE is CMS in DER. As signature_check; the fingerprint is that of the certificate (certificate.h). */
int smime_check(Home *home, GBytes *signature, gconstpointer data, gsize size, gint64 now,
                SignatureCheck *ret, GError **error);
