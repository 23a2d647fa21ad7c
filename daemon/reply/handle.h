/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * handle.h - what follows from a message that came in, as one decision. Pure
 *
 * Facts stand beside a delivery's state and never take it back; what acknowledges is never a fact. A forged
 * report must not stop anybody's mail, so whatever changes something needs the proof that match.h weighs:
 *
 * - a report of a bounce (PROOF): a fact; another channel may be taken, as after a refusal, unless words
 * alone say that the letter will not arrive; after a hard one the channel is suspect, at the second one dead;
 * - any other report (PROOF): a fact;
 * - a disposition (PROOF): "displayed" is an acknowledgement that counts for little, all else a fact;
 * - an automatic reply: shown, and nothing more; in the holding pen when it may be a person's, or belongs to
 * no letter, unless we sent it ourselves;
 * - a reply (REPLY, or CLAIM when the sender is known of that contact): an acknowledgement;
 * - a complaint (REPLY): a fact; the channel is suspect, and a person looks;
 * - unsubscribing (REPLY): done, where the letter offered it.
 *
 * Anything of at least REPLY also says that an in-doubt delivery was taken.
 */
#pragma once

#include "acknowledgement/acknowledgement.h"
#include "contacts/channel.h"
#include "outbox/fact.h"
#include "reply/handling.h"
#include "reply/match.h"

#include <glib.h>

enum handle_dmarc { DMARC_NONE, DMARC_PASS, DMARC_FAIL };
const char *handle_dmarc_name(enum handle_dmarc dmarc); /* none, pass, fail */

typedef struct {
  enum verdict_kind kind;
  enum verdict_class class;
  enum verdict_disposition disposition;
  gboolean has_status;    /* a report with a part that is made for it (RFC 3464), not words alone */
  gboolean ticket_system; /* marked as automatic by one */
  enum match_weight weight;
  gboolean by_person;    /* a person joined them: what kept it in the pen keeps it no more */
  gboolean rivals;       /* two deliveries were named */
  gboolean contradicted; /* the report names one letter and says that another address got it */
  gboolean own_head;     /* by its Message-ID it brings a signed head of the journal, from us to us */
  gboolean sender_known; /* of the delivery's contact */
  enum handle_dmarc dmarc;
  gboolean signed_well; /* by a key that was bound to that contact */
  enum delivery_state state;
  enum channel_standing standing;
  gboolean bounced_before; /* another message by this channel, on another day or in another mailing */
  gboolean may_leave;      /* the delivery's letter offered to unsubscribe by mail */
} HandleCase;

typedef struct {
  enum handling handling;
  gboolean held;       /* a person must look */
  enum fact_kind fact; /* FACT_KINDS: none */
  gboolean hard;       /* of FACT_BOUNCED */
  gboolean relayed;    /* in doubt until now, and it shows that the relay had it */
  gboolean refusal;    /* counts as one: another channel may be taken */
  gboolean marks;      /* the channel stands as STANDING from now on */
  enum channel_standing standing;
  enum acknowledgement_kind acknowledgement; /* ACKNOWLEDGEMENT_KINDS: none */
  gboolean unsubscribes;
} HandleDecision;

HandleDecision handle_decide(const HandleCase *c);
