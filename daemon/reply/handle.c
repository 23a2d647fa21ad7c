/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "reply/handle.h"

const char *handle_dmarc_name(enum handle_dmarc dmarc) {
  static const char *const names[] = {"none", "pass", "fail"};
  return names[dmarc];
}

static void hold(HandleDecision *d, enum handling why) {
  d->handling = why;
  d->held = TRUE;
}

/* A channel that somebody refused, or that is dead, stays so. */
static void mark(HandleDecision *d, const HandleCase *c, enum channel_standing standing) {
  if (c->standing == CHANNEL_REFUSED || c->standing == CHANNEL_DEAD || c->standing == standing)
    return;
  d->marks = TRUE;
  d->standing = standing;
}

/* ---- reports ---- */

static void decide_bounce(const HandleCase *c, HandleDecision *d) {
  d->fact = FACT_BOUNCED;
  d->hard = c->class == CLASS_HARD;
  /* A mailbox that was full when somebody guessed at words may still take the letter: nobody gets it twice.
   */
  d->refusal = d->hard || c->has_status;
  if (d->hard)
    mark(d, c, c->bounced_before ? CHANNEL_DEAD : CHANNEL_SUSPECT);
}

static void decide_report(const HandleCase *c, HandleDecision *d) {
  static const enum fact_kind facts[] = {
      [CLASS_NONE] = FACT_KINDS,          [CLASS_HARD] = FACT_BOUNCED,
      [CLASS_SOFT] = FACT_BOUNCED,        [CLASS_DELIVERED] = FACT_DELIVERED,
      [CLASS_PASSED_ON] = FACT_PASSED_ON, [CLASS_EXPANDED] = FACT_EXPANDED,
      [CLASS_DELAYED] = FACT_DELAYED};
  if (c->weight < WEIGHT_PROOF) {
    d->handling = HANDLING_NO_PROOF;
    return;
  }
  d->fact = facts[c->class];
  d->handling = d->fact != FACT_KINDS ? HANDLING_NOTED : HANDLING_SAYS_NOTHING;
  if (d->fact == FACT_BOUNCED)
    decide_bounce(c, d);
}

/* RFC 8098 §3.2.6: only "displayed" says that somebody may have seen it. */
static void decide_disposition(const HandleCase *c, HandleDecision *d) {
  d->handling = c->weight < WEIGHT_PROOF ? HANDLING_NO_PROOF : HANDLING_NOTED;
  if (c->weight < WEIGHT_PROOF)
    return;
  switch (c->disposition) {
  case DISPOSITION_DISPLAYED:
    d->handling = HANDLING_ACKNOWLEDGED;
    d->acknowledgement = ACKNOWLEDGEMENT_DISPLAYED;
    break;
  case DISPOSITION_DELETED:
    d->fact = FACT_DELETED;
    break;
  case DISPOSITION_PROCESSED:
  case DISPOSITION_DISPATCHED:
    d->fact = FACT_PROCESSED;
    break;
  default:
    d->handling = HANDLING_SAYS_NOTHING;
  }
}

/* RFC 5965: whoever may stop a contact's mail must have had it. */
static void decide_complaint(const HandleCase *c, HandleDecision *d) {
  if (c->weight < WEIGHT_REPLY) {
    hold(d, HANDLING_NO_PROOF);
    return;
  }
  d->handling = HANDLING_COMPLAINED;
  d->held = !c->by_person;
  d->fact = FACT_COMPLAINED;
  mark(d, c, CHANNEL_SUSPECT);
}

/* ---- answers ---- */

static void decide_automatic(const HandleCase *c, HandleDecision *d) {
  if (c->ticket_system && !c->by_person)
    hold(d, HANDLING_LOOKS_HUMAN);
  else
    d->handling = HANDLING_AUTOMATIC;
}

static void decide_reply(const HandleCase *c, HandleDecision *d) {
  if (c->dmarc == DMARC_FAIL && !c->by_person) {
    hold(d, HANDLING_DMARC_FAILED);
    return;
  }
  if (c->weight < WEIGHT_REPLY && !c->sender_known) {
    hold(d, HANDLING_SENDER_UNKNOWN);
    return;
  }
  d->handling = HANDLING_ACKNOWLEDGED;
  d->acknowledgement = c->signed_well ? ACKNOWLEDGEMENT_SIGNED_REPLY : ACKNOWLEDGEMENT_REPLY;
}

static void decide_unsubscribe(const HandleCase *c, HandleDecision *d) {
  if (c->weight < WEIGHT_REPLY || !c->may_leave) {
    hold(d, HANDLING_WANTS_TO_LEAVE);
    return;
  }
  d->handling = HANDLING_UNSUBSCRIBED;
  d->unsubscribes = TRUE;
}

/* ---- all of it ---- */

static void decide_matched(const HandleCase *c, HandleDecision *d) {
  switch (c->kind) {
  case VERDICT_DELIVERY_REPORT:
    decide_report(c, d);
    break;
  case VERDICT_DISPOSITION:
    decide_disposition(c, d);
    break;
  case VERDICT_AUTOMATIC:
    decide_automatic(c, d);
    break;
  case VERDICT_REPLY:
    decide_reply(c, d);
    break;
  case VERDICT_FEEDBACK:
    decide_complaint(c, d);
    break;
  case VERDICT_UNSUBSCRIBE:
    decide_unsubscribe(c, d);
    break;
  default:
    if (c->by_person)
      d->handling = HANDLING_ASSIGNED;
    else
      hold(d, HANDLING_UNCLEAR);
    break;
  }
}

HandleDecision handle_decide(const HandleCase *c) {
  HandleDecision d = {.fact = FACT_KINDS, .acknowledgement = ACKNOWLEDGEMENT_KINDS};
  if (c->weight == WEIGHT_NONE) {
    if (c->own_head && c->kind == VERDICT_AUTOMATIC)
      d.handling = HANDLING_OWN_HEAD;
    else
      hold(&d, c->rivals         ? HANDLING_TWO_NAMED
               : c->contradicted ? HANDLING_OTHER_RECIPIENT
                                 : HANDLING_UNMATCHED);
    return d;
  }
  decide_matched(c, &d);
  d.relayed = c->state == DELIVERY_IN_DOUBT && c->weight >= WEIGHT_REPLY;
  return d;
}
