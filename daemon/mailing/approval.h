/* SPDX-License-Identifier: GPL-3.0-or-later */
/* approval.h - a second person stands for one digest over all that will be sent and to whom */
#pragma once

#include "journal/act_signature.h"
#include "mailing/mailing.h"

#include <glib.h>

/* Checks everything that can be checked beforehand (documents frozen and their files unchanged, each language
 * of the roll with a version and a sound wording, size of the attachments, times), freezes wordings and
 * values in the database, builds the manifest. *ret_digest is the mailing's digest. FAULT_RULE says what is
 * missing. */
int approval_submit(Desk *desk, const Actor *actor, gint64 mailing, Digest *ret_digest, GError **error);
/* FAULT_FORBIDDEN without ROLE_APPROVER, or for who wrote or submitted it. FAULT_RULE for another digest,
 * another state, or a manifest that is no longer what was submitted: that also voids the submission (a draft
 * again). */
int approval_approve(Desk *desk, const Actor *actor, gint64 mailing, const Digest *digest, GError **error);
/* As approval_approve, with a SIGNATURE that the caller has checked over the manifest of DIGEST, by a key
 * that is bound to the actor. It is kept, and the journal has its digest. */
int approval_approve_signed(Desk *desk, const Actor *actor, gint64 mailing, const Digest *digest,
                            const ActSignature *signature, GError **error);
/* The one that stands for the manifest of DIGEST; 1 when there is none. */
int approval_signature_find(Link *link, gint64 mailing, const Digest *digest, ActSignature **ret,
                            GError **error);

/* Submitted or approved; by an approver. REASON is a checked line. */
int approval_reject(Desk *desk, const Actor *actor, gint64 mailing, const char *reason, GError **error);

/* Rebuilds and compares the manifest of a submitted, approved or scheduled mailing. 0 it stands; 1 it does
 * not: the mailing is a draft again, the journal says why, *ret_why (the caller frees it) too. */
int approval_check(Desk *desk, const Mailing *mailing, char **ret_why, GError **error);
