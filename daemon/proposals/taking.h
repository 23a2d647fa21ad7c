/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * taking.h - replies to a pre-report become proposals
 *
 * A person's reply to a mailing that brought a pre-report, or to a reminder of one, is what its sender puts
 * forward: one proposal for each question when it goes by their numbers (numbering.h), else one without a
 * question, for a person to assign or split. Its words are the sender's own, without quotations and
 * signature; the message stays linked and whole, whatever is made of it.
 *
 * A reply that goes by no numbers and has fewer than TAKING_LEAST characters ("Bien reçu, merci") is an
 * answer and no proposal. It stays among what came in, and is one if a person says so (taking_enter). What is
 * too long is cut.
 *
 * Once for each message: what was taken from it before is only joined to the contact that it belongs to now,
 * and not even that when it was merged, placed or set aside meanwhile.
 */
#pragma once

#include "proposals/proposal.h"
#include "reply/taker.h"

#define TAKING_LEAST 80 /* characters */

/* For who files replies. HOUSE outlives it. */
ReplyTaker taking_taker(const Contacts *house);

/* A person says that message INBOUND is a proposal. DRAFT says what he knows better: question, language,
 * text, author, workshop; what it leaves is that of the message. FAULT_ABSENT for a message that the actor
 * may not see, FAULT_RULE for one that says nothing. */
int taking_enter(const Contacts *house, const Actor *actor, gint64 inbound, const ProposalDraft *draft,
                 GArray **ret, GPtrArray **ret_warnings, GError **error);
