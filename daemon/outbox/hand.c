/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "outbox/hand.h"

#include <string.h>

#include "base/fault.h"
#include "base/ident.h"
#include "base/log.h"
#include "journal/entry.h"
#include "outbox/outbox_private.h"
#include "outbox/outbox_rows.h"

DeliveryChange hand_change(const Claim *claim, enum delivery_state from, enum delivery_state to,
                           enum entry_kind kind) {
  return (DeliveryChange){.delivery = claim->delivery,
                          .mailing = claim->mailing,
                          .addressee = claim->addressee,
                          .contact = claim->contact,
                          .restricted = claim->restricted,
                          .from = from,
                          .epoch = claim->epoch,
                          .to = to,
                          .kind = kind};
}

const char *hand_words(const Outcome *outcome) {
  return outcome->reply != NULL ? outcome->reply : outcome->trouble;
}

/* A relay that cannot be used says nothing about the message: such attempts do not count against it, and it
 * may go at once where there is another relay. One that hangs up with 421 once the recipient was named may
 * mean this message: it waits and counts, or it would take the relay away from all others for ever. */
static void change_for_deferral(const RetryPolicy *retry, const InHand *hand, DeliveryChange *change) {
  gboolean unused = hand->outcome.relay_down && hand->outcome.step <= STEP_MAIL;
  change->counts = !hand->outcome.relay_down || (!unused && hand->outcome.code == 421);
  if (unused) {
    change->next_epoch = TRUE;
    change->to = DELIVERY_READY;
    change->due = hand->ended_at;
    change->reason = "deferred";
    change->kind = ENTRY_DELIVERY_DEFERRED;
    return;
  }
  gint64 attempts = hand->claim->attempts + change->counts;
  gint64 due = retry_next(retry, MAX(attempts, 1), hand->ended_at, g_random_double());
  change->next_epoch = TRUE;
  if (due == 0 && change->counts) {
    change->to = DELIVERY_PARKED;
    change->reason = "attempts";
    change->kind = ENTRY_DELIVERY_PARKED;
    return;
  }
  change->to = DELIVERY_READY;
  change->due = due != 0 ? due : hand->ended_at + retry->ceiling;
  change->reason = "deferred";
  change->kind = ENTRY_DELIVERY_DEFERRED;
}

/* ELSEWHERE: there is another relay, which may have what this one lacks altogether. */
static DeliveryChange change_for_outcome(const RetryPolicy *retry, const InHand *hand, gboolean elsewhere) {
  DeliveryChange change = hand_change(hand->claim, hand->intended ? DELIVERY_COMMITTING : DELIVERY_CLAIMED,
                                      DELIVERY_RELAYED, ENTRY_DELIVERY_RELAYED);
  switch (hand->outcome.kind) {
  case OUTCOME_ACCEPTED:
    break;
  case OUTCOME_DEFERRED:
    change_for_deferral(retry, hand, &change);
    break;
  case OUTCOME_REFUSED:
    change.to = DELIVERY_REFUSED;
    change.reason = "refused";
    change.kind = ENTRY_DELIVERY_REFUSED;
    change.counts = TRUE;
    break;
  case OUTCOME_IN_DOUBT:
    change.to = DELIVERY_IN_DOUBT;
    change.reason = "no-reply";
    change.kind = ENTRY_DELIVERY_IN_DOUBT;
    change.counts = TRUE;
    change.dot_at = hand->dot_at;
    change.closed_at = hand->outcome.closed ? hand->ended_at : 0;
    break;
  case OUTCOME_NOT_SENT:
    if (hand->outcome.relay_down && elsewhere) {
      change_for_deferral(retry, hand, &change);
      break;
    }
    change.to = DELIVERY_HELD;
    change.reason = hand->outcome.lacks;
    change.kind = ENTRY_DELIVERY_HELD;
    break;
  }
  change.text = hand_words(&hand->outcome);
  return change;
}

static void facts_of(const InHand *hand, const DeliveryChange *change, GString *facts) {
  entry_fact_int(facts, "epoch", hand->claim->epoch);
  entry_fact(facts, "relay", hand->relay);
  entry_fact(facts, "step", outcome_step_name(hand->outcome.step));
  if (hand->outcome.code != 0)
    entry_fact_int(facts, "code", hand->outcome.code);
  entry_fact(facts, "status", hand->outcome.status);
  entry_fact(facts, "tls", hand->outcome.tls);
  if (hand->outcome.dsn_asked)
    entry_fact(facts, "dsn", "asked");
  if (change->to == DELIVERY_READY)
    entry_fact_int(facts, "due", change->due);
}

static int note_attempt(Link *link, const InHand *hand, GError **error) {
  const Outcome *outcome = &hand->outcome;
  Attempt attempt = {.delivery = hand->claim->delivery,
                     .epoch = hand->claim->epoch,
                     .at = hand->at,
                     .dot_at = hand->dot_at,
                     .ended_at = hand->ended_at,
                     .relay = hand->relay,
                     .outcome = outcome_kind_name(outcome->kind),
                     .step = outcome_step_name(outcome->step),
                     .status = outcome->status,
                     .reply = hand_words(outcome),
                     .tls = outcome->tls,
                     .code = outcome->code};
  return outbox_rows_attempt(link, &attempt, error);
}

void hand_prepare(InHand *hand, const Outbox *outbox) {
  gboolean elsewhere = outbox->options.relays[0] != NULL && outbox->options.relays[1] != NULL;
  hand->change = change_for_outcome(&outbox->options.retry, hand, elsewhere);
  hand->facts = g_string_sized_new(200);
  facts_of(hand, &hand->change, hand->facts);
  hand->change.facts = hand->facts->str;
}

static int record(const InHand *hand, Outbox *outbox, Link *link, GError **error) {
  int r = delivery_change(outbox->door, link, &hand->change, error);
  if (r < 0)
    return r;
  /* The fence can only hold when somebody else settled a row that this process alone may change. */
  if (r > 0)
    return fault(error, FAULT_SYSTEM, "D-%" G_GINT64_FORMAT ": was changed while its message was under way",
                 hand->claim->delivery);
  return note_attempt(link, hand, error);
}

gboolean hand_is_any_full(const Hands *hands) {
  for (guint i = 0; i < hands->n; i++)
    if (hands->of[i].full)
      return TRUE;
  return FALSE;
}

int hand_record(const Hands *hands, Outbox *outbox, Link *link, GError **error) {
  int r = 0;
  for (guint i = 0; i < hands->n && r == 0; i++)
    if (hands->of[i].full)
      r = record(&hands->of[i], outbox, link, error);
  return r;
}

static void empty(InHand *hand, Outbox *outbox) {
  if (hand->outcome.kind == OUTCOME_ACCEPTED)
    g_atomic_int_inc(&outbox->relayed);
  g_atomic_int_inc(&outbox->attempts);
  claim_free(outbox, hand->claim);
  outcome_clear(&hand->outcome);
  g_string_free(hand->facts, TRUE);
  memset(hand, 0, sizeof *hand);
}

void hand_empty(const Hands *hands, Outbox *outbox) {
  for (guint i = 0; i < hands->n; i++)
    if (hands->of[i].full)
      empty(&hands->of[i], outbox);
}

typedef struct {
  const Hands *hands;
  Outbox *outbox;
} RecordWork;

static int work_record(Link *link, gpointer data, GError **error) {
  const RecordWork *work = data;
  return hand_record(work->hands, work->outbox, link, error);
}

static int write_record(const Hands *hands, Outbox *outbox, GError **error) {
  RecordWork work = {hands, outbox};
  int r = store_write(outbox->options.store, work_record, &work, error);
  if (r >= 0)
    hand_empty(hands, outbox);
  return r;
}

/* An outcome that can never be recorded is told to the system log, so that an admin can settle the doubtful
 * delivery that the next start will show. */
static void tell_what_is_lost(const InHand *hand, const GError *error) {
  char id[IDENT_SIZE];
  log_line(LOG_LEVEL_ERROR, "an outcome cannot be recorded", "delivery",
           ident_into(IDENT_DELIVERY, hand->claim->delivery, id), "outcome",
           outcome_kind_name(hand->outcome.kind), "because", error->message, NULL);
}

/* 0 when all is recorded. What stands against one is not to keep the others: each is tried alone then. */
static int record_each(const Hands *hands, Outbox *outbox, gboolean tell) {
  g_autoptr(GError) error = NULL;
  int r = write_record(hands, outbox, &error), worst = 0;
  for (guint i = 0; r < 0 && i < hands->n; i++) {
    g_autoptr(GError) own = NULL;
    if (!hands->of[i].full || write_record(&(Hands){&hands->of[i], 1}, outbox, &own) >= 0)
      continue;
    worst = own->code;
    if (tell)
      tell_what_is_lost(&hands->of[i], own);
  }
  return worst;
}

gboolean hand_record_stubbornly(const Hands *hands, Outbox *outbox) {
  gint64 pause = SECOND / 10;
  gboolean stuck = FALSE, recorded = TRUE;
  while (hand_is_any_full(hands) && record_each(hands, outbox, !stuck) < 0) {
    if (!stuck)
      g_atomic_int_inc(&outbox->stuck);
    stuck = TRUE;
    if (store_is_broken(outbox->options.store)) {
      recorded = FALSE;
      break;
    }
    g_usleep((gulong)pause);
    pause = MIN(2 * pause, 10 * SECOND);
  }
  if (stuck && recorded)
    g_atomic_int_add(&outbox->stuck, -1);
  return recorded;
}
