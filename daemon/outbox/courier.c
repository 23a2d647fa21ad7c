/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "outbox/courier.h"

#include <string.h>

#include "base/crash.h"
#include "base/fault.h"
#include "base/log.h"
#include "journal/entry.h"
#include "outbox/hand.h"
#include "outbox/outbox_private.h"
#include "outbox/outbox_rows.h"
#include "outbox/turn.h"

#define PATIENCE SECOND /* how long a courier without work sleeps when nobody wakes it */

struct Courier {
  Outbox *outbox;
  GThread *thread;
  Session *session;
  Seat seat;          /* at the relay to be used */
  const Relay *relay; /* of the session */
  SessionWatch watch;
  Stocked work; /* what it carries now; its claim is owned until it is in hand */
  struct {
    gint64 mailing;
    gint gates; /* outbox->gates when this courier last found MAILING open */
  } open;
  InHand hand;
};

static const OutboxOptions *options_of(const Courier *c) {
  return &c->outbox->options;
}

static gint64 now_of(const Courier *c) {
  return clock_wall(options_of(c)->clock);
}

static gboolean is_too_late(const Courier *c) {
  return outbox_is_too_late(c->outbox, c->work.sending.not_after);
}

static gboolean record_stubbornly(Courier *c) {
  return hand_record_stubbornly(&c->hand, c->outbox);
}

/* ---- gates ---- */

static int read_gate(const Courier *c, gboolean *ret_open, GError **error) {
  g_autoptr(Link) link = NULL;
  int r = store_read(options_of(c)->store, &link, error);
  return r < 0 ? r : outbox_sending_is_open(link, c->work.sending.mailing, ret_open, error);
}

static gboolean must_rest(const Courier *c) {
  return g_atomic_int_get(&c->outbox->stop) || g_atomic_int_get(&c->outbox->held);
}

/* May what was taken from the stock still go? Asks the store only when a gate may have changed. */
static gboolean may_go_on(Courier *c) {
  gint64 now = now_of(c);
  if (must_rest(c) || is_too_late(c) ||
      turn_opens(c->outbox->turn, c->work.sending.restricted, now, NULL) != now)
    return FALSE;
  gint gates = g_atomic_int_get(&c->outbox->gates);
  gint64 mailing = c->work.sending.mailing;
  if (gates == c->work.gates || (gates == c->open.gates && mailing == c->open.mailing))
    return TRUE;
  gboolean open = FALSE;
  if (read_gate(c, &open, NULL) < 0 || !open)
    return FALSE;
  c->open.mailing = mailing;
  c->open.gates = gates;
  return TRUE;
}

/* ---- one message ---- */

typedef struct {
  Courier *courier;
  const Claim *claim;
  const Composed *composed;
  DeliveryChange change;
} StepWork;

static int work_change(Link *link, gpointer data, GError **error) {
  StepWork *work = data;
  int r = hand_record(&work->courier->hand, work->courier->outbox, link, error);
  return r < 0 ? r : delivery_change(work->courier->outbox->door, link, &work->change, error);
}

/* What becomes of a claim whose message is not sent, by enum compose_outcome. */
static const struct {
  enum delivery_state to;
  enum entry_kind kind;
} asides[] = {[COMPOSE_HOLD] = {DELIVERY_HELD, ENTRY_DELIVERY_HELD},
              [COMPOSE_PARK] = {DELIVERY_PARKED, ENTRY_DELIVERY_PARKED},
              [COMPOSE_CANCEL] = {DELIVERY_CANCELLED, ENTRY_DELIVERY_CANCELLED}};

static void set_aside(Courier *c, Claim *claim, int outcome, const char *reason, const char *words) {
  g_autoptr(GError) error = NULL;
  StepWork work = {.courier = c, .claim = claim};
  work.change = hand_change(claim, DELIVERY_CLAIMED, asides[outcome].to, asides[outcome].kind);
  work.change.reason = reason;
  work.change.text = words;
  if (store_write(options_of(c)->store, work_change, &work, &error) >= 0)
    hand_empty(&c->hand, c->outbox);
  else
    log_fault("a delivery cannot be set aside", error);
  claim_free(c->outbox, claim);
}

static void hand_take(Courier *c, Claim *claim, gboolean intended, gint64 at, gint64 dot_at) {
  c->hand.full = TRUE;
  c->hand.claim = claim;
  c->hand.intended = intended;
  c->hand.at = at;
  c->hand.dot_at = dot_at;
  c->hand.ended_at = now_of(c);
  c->hand.relay = relay_name(c->relay);
  hand_prepare(&c->hand, c->outbox);
}

/* Our own side failed before anything was committed: it counts, so that a message that always fails is
 * parked. */
static void fail(Courier *c, Claim *claim, gint64 at, const GError *error) {
  record_stubbornly(c);
  if (c->hand.full)
    return;
  c->hand.outcome =
      (Outcome){.kind = OUTCOME_DEFERRED, .step = STEP_BODY, .trouble = g_strdup(error->message)};
  hand_take(c, claim, FALSE, at, 0);
}

static int compose(Courier *c, const Claim *claim, Composed *composed, GError **error) {
  const Composer *composer = &options_of(c)->composer;
  g_autoptr(GBytes) splice = NULL;
  if (claim->composed) {
    g_autoptr(Link) link = NULL;
    int r = store_read(options_of(c)->store, &link, error);
    if (r == 0)
      r = outbox_rows_splice(link, claim->delivery, &splice, error);
    if (r < 0)
      return r;
  }
  int r = composer->compose(composer->data, claim, splice, composed, error);
  if (r == COMPOSE_DONE && claim->composed && !digest_equal(&claim->sha256, &composed->message->digest)) {
    composed->reason = "bytes-changed";
    composed->words = g_strdup("its bytes would differ from those of an earlier attempt");
    return COMPOSE_PARK;
  }
  return r;
}

static int work_intent(Link *link, gpointer data, GError **error) {
  StepWork *work = data;
  int r = work_change(link, work, error);
  if (r == 0 && work->composed->splice != NULL)
    r = outbox_rows_splice_put(link, work->claim->delivery, work->composed->splice, error);
  return r;
}

/* Words are made on the courier's time: what runs in the unit keeps all others waiting. */
static GString *prepare_intent(StepWork *work, const char *relay) {
  const Message *message = work->composed->message;
  char hex[DIGEST_HEX_SIZE];
  digest_hex(&message->digest, hex);
  GString *facts = g_string_sized_new(240);
  entry_fact_int(facts, "epoch", work->claim->epoch);
  entry_fact(facts, "relay", relay);
  entry_fact(facts, "sha256", hex);
  entry_fact(facts, "message-id", message->message_id);
  work->change = hand_change(work->claim, DELIVERY_CLAIMED, DELIVERY_COMMITTING, ENTRY_DELIVERY_COMMITTING);
  work->change.sha256 = &message->digest;
  work->change.relay = relay;
  work->change.facts = facts->str;
  return facts;
}

static void note_relay(Courier *c) {
  if (relays_note(c->outbox->relays, &c->seat, g_get_monotonic_time(), &c->hand.outcome))
    outbox_wake(c->outbox);
}

/* Another letter went to that domain while this one was under way. */
static void put_off(Courier *c, Claim *claim, gint64 moment) {
  g_autoptr(GError) error = NULL;
  StepWork work = {.courier = c, .claim = claim};
  work.change = hand_change(claim, DELIVERY_CLAIMED, DELIVERY_READY, ENTRY_DELIVERY_READY);
  work.change.next_epoch = TRUE;
  work.change.due = moment;
  work.change.reason = TURN_REASON;
  work.change.text = "waits for its turn at that domain";
  if (store_write(options_of(c)->store, work_change, &work, &error) >= 0)
    hand_empty(&c->hand, c->outbox);
  else
    log_fault("a delivery cannot be put off", error);
  claim_free(c->outbox, claim);
}

/* Everything but the end of data is with the relay. Only a durable intent lets the end of data go. */
static void commit_and_finish(Courier *c, Claim *claim, const Composed *composed, gint64 at) {
  g_autoptr(GError) error = NULL;
  StepWork work = {.courier = c, .claim = claim, .composed = composed};
  g_autoptr(GString) facts = prepare_intent(&work, relay_name(c->relay));
  gint64 now = work.change.dot_at = now_of(c);
  crash_point("offered");
  if (is_too_late(c)) { /* opening a connection may take minutes */
    session_abandon(c->session);
    stock_put_back(c->outbox->stock, &c->work); /* given back with the others at the next step */
    return;
  }
  gint64 moment = turn_pass(c->outbox->turn, claim, c->relay, now);
  if (moment != now) {
    session_abandon(c->session);
    put_off(c, claim, moment);
    return;
  }
  int r = store_write(options_of(c)->store, work_intent, &work, &error);
  if (r >= 0)
    hand_empty(&c->hand, c->outbox);
  if (r != 0) {
    session_abandon(c->session);
    if (r < 0) {
      log_fault("an intent was not granted", error);
      fail(c, claim, at, error);
    } else
      claim_free(c->outbox, claim);
    return;
  }
  crash_point("intended");
  gint64 dot_at = now_of(c);
  session_finish(c->session, &c->hand.outcome);
  hand_take(c, claim, TRUE, at, dot_at);
  note_relay(c);
  crash_point("replied");
}

static void transmit(Courier *c, Claim *claim, const Composed *composed) {
  g_autoptr(GError) error = NULL;
  g_auto(Outcome) outcome = {0};
  gint64 at = now_of(c);
  /* A connection has to be opened first, which may take long. */
  if (!session_is_open(c->session) && !record_stubbornly(c)) {
    claim_free(c->outbox, claim);
    return;
  }
  int r = session_offer(c->session, composed->message, &outcome, &error);
  if (r < 0) {
    fail(c, claim, at, error);
    return;
  }
  if (r == 0) {
    commit_and_finish(c, claim, composed, at);
  } else if (record_stubbornly(c)) {
    c->hand.outcome = outcome;
    memset(&outcome, 0, sizeof outcome);
    hand_take(c, claim, FALSE, at, 0);
    note_relay(c);
  } else
    claim_free(c->outbox, claim);
}

/* The relay takes its time: what is in hand waits for the next intent no longer. */
static void while_waiting(gpointer data) {
  record_stubbornly(data);
}

/* The session at the relay of the seat; none without a seat, so that no more connections stand than there are
 * seats. */
static void use_relay(Courier *c) {
  if (c->relay == c->seat.relay)
    return;
  g_clear_pointer(&c->session, session_free);
  c->relay = c->seat.relay;
  if (c->relay != NULL)
    c->session = session_new(c->relay, &c->watch);
}

/* Takes CLAIM over. */
static void carry(Courier *c, Claim *claim) {
  g_autoptr(GError) error = NULL;
  g_auto(Composed) composed = {0};
  int r = compose(c, claim, &composed, &error);
  if (r < 0)
    fail(c, claim, now_of(c), error);
  else if (r == COMPOSE_DONE)
    transmit(c, claim, &composed);
  else
    set_aside(c, claim, r, composed.reason, composed.words);
}

/* ---- the line ---- */

/* FALSE when there is nothing to do for now. *ret_until: when it is worth looking again. */
static gboolean step(Courier *c, gint64 *ret_until) {
  g_autoptr(GError) error = NULL;
  Stock *stock = c->outbox->stock;
  gint64 rested = 0;
  *ret_until = g_get_monotonic_time() + PATIENCE;
  if (!relays_take_seat(c->outbox->relays, &c->seat, g_get_monotonic_time(), &rested)) {
    use_relay(c);
    *ret_until = MIN(*ret_until, rested);
    if (relays_are_idle(c->outbox->relays)) /* nobody is left who could send what is claimed */
      stock_give_back(stock, &c->hand, 0);
    return FALSE;
  }
  if (must_rest(c)) {
    stock_give_back(stock, &c->hand, 0);
    return FALSE;
  }
  int r = stock_take(stock, &c->hand, c->seat.relay, &c->work, ret_until, &error);
  if (r < 0)
    log_fault("nothing can be claimed", error);
  if (r <= 0)
    return FALSE;
  if (!may_go_on(c)) {
    stock_put_back(stock, &c->work);
    stock_give_back(stock, &c->hand, c->work.sending.mailing);
    return TRUE;
  }
  use_relay(c);
  carry(c, c->work.claim);
  return TRUE;
}

static gpointer courier_main(gpointer data) {
  Courier *c = data;
  Outbox *outbox = c->outbox;
  guint64 seen = 0;
  gboolean busy = FALSE;
  while (!g_atomic_int_get(&outbox->stop) && !store_is_broken(options_of(c)->store)) {
    gint64 until = 0;
    gboolean went = step(c, &until);
    if (went != busy)
      g_atomic_int_add(&outbox->busy, went ? 1 : -1);
    busy = went;
    if (!went && record_stubbornly(c))
      seen = outbox_wait(outbox, seen, until);
  }
  record_stubbornly(c);
  stock_give_back(outbox->stock, &c->hand, 0);
  if (busy)
    g_atomic_int_add(&outbox->busy, -1);
  relays_leave_seat(outbox->relays, &c->seat);
  use_relay(c);
  return NULL;
}

Courier *courier_start(Outbox *outbox, guint number) {
  Courier *c = g_new0(Courier, 1);
  c->outbox = outbox;
  c->watch = (SessionWatch){.stop = &outbox->stop, .waiting = while_waiting, .data = c};
  g_autofree char *name = g_strdup_printf("courier-%u", number);
  c->thread = g_thread_new(name, courier_main, c);
  return c;
}

void courier_join(Courier *courier) {
  g_thread_join(courier->thread);
  g_free(courier);
}
