/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "outbox/courier.h"

#include <string.h>

#include "base/crash.h"
#include "base/fault.h"
#include "base/ident.h"
#include "base/log.h"
#include "journal/entry.h"
#include "outbox/hand.h"
#include "outbox/outbox_private.h"
#include "outbox/outbox_rows.h"
#include "outbox/turn.h"

#define CLAIM_MAX 64
#define PATIENCE  SECOND /* how long a courier without work sleeps when nobody wakes it */

struct Courier {
  Outbox *outbox;
  GThread *thread;
  Session *session;
  Seat seat;          /* at the relay to be used */
  const Relay *relay; /* of the session */
  SessionWatch watch;
  Claim *claims[CLAIM_MAX];
  gsize have, next;
  SendingRow sending; /* of the claims */
  gint gates;         /* outbox->gates when they were last found open */
  InHand hand;
  GArray *ids; /* of gint64, for a claim */
};

static const OutboxOptions *options_of(const Courier *c) {
  return &c->outbox->options;
}

static gint64 now_of(const Courier *c) {
  return clock_wall(options_of(c)->clock);
}

/* A clock that was put back makes nothing timely again. */
static gboolean is_too_late(const Courier *c, const SendingRow *sending) {
  return sending->not_after != 0 && sending->not_after < clock_latest(options_of(c)->clock);
}

static void claim_free(Courier *c, Claim *claim) {
  if (claim == NULL)
    return;
  if (claim->material != NULL)
    options_of(c)->composer.unload(options_of(c)->composer.data, claim);
  g_free(claim->variant);
  g_free(claim->address);
  g_free(claim->language);
  g_free(claim);
}

/* ---- what is in hand ---- */

static int record(Courier *c, Link *link, GError **error) {
  return hand_record(&c->hand, c->outbox, link, error);
}

static void hand_empty(Courier *c) {
  if (!c->hand.full)
    return;
  if (c->hand.outcome.kind == OUTCOME_ACCEPTED)
    g_atomic_int_inc(&c->outbox->relayed);
  g_atomic_int_inc(&c->outbox->attempts);
  claim_free(c, c->hand.claim);
  outcome_clear(&c->hand.outcome);
  memset(&c->hand, 0, sizeof c->hand);
}

static int work_record(Link *link, gpointer data, GError **error) {
  return record(data, link, error);
}

/* An outcome that can never be recorded is told to the system log, so that an admin can settle the doubtful
 * delivery that the next start will show. */
static void tell_what_is_lost(const Courier *c, const GError *error) {
  char id[IDENT_SIZE];
  log_line(LOG_LEVEL_ERROR, "an outcome cannot be recorded", "delivery",
           ident_into(IDENT_DELIVERY, c->hand.claim->delivery, id), "outcome",
           outcome_kind_name(c->hand.outcome.kind), "because", error->message, NULL);
}

/* Records what is in hand, however long it takes; nothing new is begun meanwhile. FALSE when it never can be.
 */
static gboolean record_stubbornly(Courier *c) {
  gint64 pause = SECOND / 10;
  gboolean stuck = FALSE;
  while (c->hand.full) {
    g_autoptr(GError) error = NULL;
    if (store_write(options_of(c)->store, work_record, c, &error) >= 0) {
      hand_empty(c);
      break;
    }
    if (!stuck) {
      stuck = TRUE;
      g_atomic_int_inc(&c->outbox->stuck);
      tell_what_is_lost(c, error);
    }
    if (store_is_broken(options_of(c)->store))
      return FALSE;
    g_usleep((gulong)pause);
    pause = MIN(2 * pause, 10 * SECOND);
  }
  if (stuck)
    g_atomic_int_add(&c->outbox->stuck, -1);
  return TRUE;
}

/* ---- gates ---- */

static int read_gate(Courier *c, gboolean *ret_open, GError **error) {
  g_autoptr(Link) link = NULL;
  int r = store_read(options_of(c)->store, &link, error);
  return r < 0 ? r : outbox_sending_is_open(link, c->sending.mailing, ret_open, error);
}

/* May the next of the claims still go? Asks the store only when a gate may have changed. */
static gboolean may_go_on(Courier *c) {
  if (g_atomic_int_get(&c->outbox->stop) || g_atomic_int_get(&c->outbox->held))
    return FALSE;
  gint64 now = now_of(c);
  if (is_too_late(c, &c->sending) || turn_opens(c->outbox->turn, c->sending.restricted, now, NULL) != now)
    return FALSE;
  gint gates = g_atomic_int_get(&c->outbox->gates);
  if (gates == c->gates)
    return TRUE;
  gboolean open = FALSE;
  if (read_gate(c, &open, NULL) < 0 || !open)
    return FALSE;
  c->gates = gates;
  return TRUE;
}

/* ---- claiming ---- */

static int work_give_back(Link *link, gpointer data, GError **error) {
  Courier *c = data;
  int r = record(c, link, error);
  for (gsize i = c->next; i < c->have && r >= 0; i++) {
    DeliveryChange change = hand_change(c->claims[i], DELIVERY_CLAIMED, DELIVERY_READY, ENTRY_DELIVERY_READY);
    change.next_epoch = TRUE;
    change.text = "given back before it was begun";
    r = delivery_change(c->outbox->door, link, &change, error);
  }
  return MIN(r, 0);
}

static void forget_claims(Courier *c) {
  for (gsize i = c->next; i < c->have; i++)
    claim_free(c, c->claims[i]);
  c->have = c->next = 0;
}

/* Claims that cannot be given back stay CLAIMED until the next start gives them back: nothing of them has
 * left. */
static void give_back(Courier *c) {
  g_autoptr(GError) error = NULL;
  if (c->next < c->have || c->hand.full) {
    if (store_write(options_of(c)->store, work_give_back, c, &error) >= 0)
      hand_empty(c);
    else
      log_fault("claims cannot be given back", error);
  }
  forget_claims(c);
}

/* The first open sending with something due, looking on from the one served last, so that none starves
 * another. */
static int find_work(Courier *c, Link *link, gint64 now, gboolean *ret_found, GError **error) {
  g_autoptr(GArray) sendings = NULL;
  int r = outbox_rows_sendings(link, &sendings, error);
  guint start = 0;
  while (r == 0 && start < sendings->len &&
         g_array_index(sendings, SendingRow, start).mailing <= c->sending.mailing)
    start++;
  *ret_found = FALSE;
  for (guint i = 0; r == 0 && i < sendings->len && !*ret_found; i++) {
    const SendingRow *sending = &g_array_index(sendings, SendingRow, (start + i) % sendings->len);
    gint64 next = 0;
    if (!sending->open || is_too_late(c, sending) ||
        turn_opens(c->outbox->turn, sending->restricted, now, NULL) != now)
      continue;
    r = outbox_rows_ready(link, sending->mailing, now, ret_found, &next, error);
    if (*ret_found)
      c->sending = *sending;
  }
  return r;
}

/* A share that leaves as much for each other courier, so that a small mailing goes out over all connections.
 */
static int share_of(Courier *c, Link *link, gint64 *ret_share, GError **error) {
  gint64 counts[DELIVERY_STATES];
  int r = delivery_counts(link, c->sending.mailing, counts, error);
  *ret_share = CLAMP(counts[DELIVERY_READY] / (2 * (gint64)options_of(c)->couriers), 1, CLAIM_MAX);
  return r;
}

typedef struct {
  Courier *courier;
  gint64 now, share, n;
  gint64 until; /* none may go before it; 0 for no moment that is known */
} ClaimWork;

static int work_claim(Link *link, gpointer data, GError **error) {
  ClaimWork *work = data;
  Courier *c = work->courier;
  int r = record(c, link, error);
  gboolean open = FALSE;
  if (r == 0)
    r = outbox_sending_is_open(link, c->sending.mailing, &open, error);
  if (r < 0 || !open || g_atomic_int_get(&c->outbox->held))
    return r;
  DeliveryBatch batch = {.mailing = c->sending.mailing,
                         .restricted = c->sending.restricted,
                         .from = DELIVERY_READY,
                         .to = DELIVERY_CLAIMED,
                         .due_until = work->now,
                         .limit = work->share,
                         .dated = work->now,
                         .kind = ENTRY_DELIVERIES_CLAIMED};
  gint64 may_go = 0;
  r = turn_claim(c->outbox->turn, link, &batch, c->seat.relay, &may_go, &work->until, error);
  if (r < 0 || may_go == 0)
    return r;
  batch.limit = may_go;
  return delivery_change_batch(c->outbox->door, link, &batch, c->ids, &work->n, error);
}

static int load_claims(Courier *c, GError **error) {
  g_autoptr(Link) link = NULL;
  int r = store_read(options_of(c)->store, &link, error);
  for (guint i = 0; r >= 0 && i < c->ids->len; i++) {
    Claim *claim = g_new0(Claim, 1);
    r = outbox_rows_claim(link, g_array_index(c->ids, gint64, i), claim, error);
    if (r == 0)
      c->claims[c->have++] = claim;
    else
      g_free(claim);
  }
  const Composer *composer = &options_of(c)->composer;
  return r < 0 ? r : composer->load(composer->data, link, c->claims, c->have, error);
}

/* 1 when there are claims now; 0 when nothing is due, and *ret_until (monotonic) is brought forward when it
 * is known that something will be. */
static int claim_more(Courier *c, gint64 *ret_until, GError **error) {
  ClaimWork work = {.courier = c, .now = now_of(c)};
  gboolean found = FALSE;
  g_autoptr(Link) link = NULL;
  c->gates = g_atomic_int_get(&c->outbox->gates);
  int r = store_read(options_of(c)->store, &link, error);
  if (r == 0)
    r = find_work(c, link, work.now, &found, error);
  if (r == 0 && found)
    r = share_of(c, link, &work.share, error);
  g_clear_pointer(&link, link_return);
  if (r < 0 || !found)
    return r;
  g_array_set_size(c->ids, 0);
  r = store_write(options_of(c)->store, work_claim, &work, error);
  if (r < 0)
    return r;
  hand_empty(c);
  crash_point("claimed");
  c->have = c->next = 0;
  if (work.until != 0)
    *ret_until = MIN(*ret_until, g_get_monotonic_time() + work.until - work.now);
  if (work.n > 0)
    r = load_claims(c, error);
  return r < 0 ? r : c->have > 0;
}

/* ---- one message ---- */

typedef struct {
  Courier *courier;
  const Claim *claim;
  const Composed *composed;
  const char *relay;
  gint64 dot_at;
  DeliveryChange change;
} StepWork;

static int work_change(Link *link, gpointer data, GError **error) {
  StepWork *work = data;
  int r = record(work->courier, link, error);
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
    hand_empty(c);
  else
    log_fault("a delivery cannot be set aside", error);
  claim_free(c, claim);
}

static void hand_take(Courier *c, Claim *claim, gboolean intended, gint64 at, gint64 dot_at) {
  c->hand.full = TRUE;
  c->hand.claim = claim;
  c->hand.intended = intended;
  c->hand.at = at;
  c->hand.dot_at = dot_at;
  c->hand.ended_at = now_of(c);
  c->hand.relay = relay_name(c->relay);
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
  Courier *c = work->courier;
  const Message *message = work->composed->message;
  int r = record(c, link, error);
  if (r < 0)
    return r;
  char hex[DIGEST_HEX_SIZE];
  digest_hex(&message->digest, hex);
  g_autoptr(GString) facts = g_string_sized_new(240);
  entry_fact_int(facts, "epoch", work->claim->epoch);
  entry_fact(facts, "relay", work->relay);
  entry_fact(facts, "sha256", hex);
  entry_fact(facts, "message-id", message->message_id);
  work->change = hand_change(work->claim, DELIVERY_CLAIMED, DELIVERY_COMMITTING, ENTRY_DELIVERY_COMMITTING);
  work->change.sha256 = &message->digest;
  work->change.relay = work->relay;
  work->change.dot_at = work->dot_at;
  work->change.facts = facts->str;
  r = delivery_change(c->outbox->door, link, &work->change, error);
  if (r == 0 && work->composed->splice != NULL)
    r = outbox_rows_splice_put(link, work->claim->delivery, work->composed->splice, error);
  return r;
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
    hand_empty(c);
  else
    log_fault("a delivery cannot be put off", error);
  claim_free(c, claim);
}

/* Everything but the end of data is with the relay. Only a durable intent lets the end of data go. */
static void commit_and_finish(Courier *c, Claim *claim, const Composed *composed, gint64 at) {
  g_autoptr(GError) error = NULL;
  StepWork work = {
      .courier = c, .claim = claim, .composed = composed, .relay = relay_name(c->relay), .dot_at = now_of(c)};
  crash_point("offered");
  if (is_too_late(c, &c->sending)) { /* opening a connection may take minutes */
    session_abandon(c->session);
    c->claims[--c->next] = claim; /* given back with the others at the next step */
    return;
  }
  gint64 moment = turn_pass(c->outbox->turn, claim, c->relay, work.dot_at);
  if (moment != work.dot_at) {
    session_abandon(c->session);
    put_off(c, claim, moment);
    return;
  }
  int r = store_write(options_of(c)->store, work_intent, &work, &error);
  if (r >= 0)
    hand_empty(c);
  if (r != 0) {
    session_abandon(c->session);
    if (r < 0) {
      log_fault("an intent was not granted", error);
      fail(c, claim, at, error);
    } else
      claim_free(c, claim);
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
    claim_free(c, claim);
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
    claim_free(c, claim);
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
  gint64 rested = 0;
  *ret_until = g_get_monotonic_time() + PATIENCE;
  if (c->next < c->have && !may_go_on(c)) {
    give_back(c);
    return !g_atomic_int_get(&c->outbox->stop);
  }
  if (!relays_take_seat(c->outbox->relays, &c->seat, g_get_monotonic_time(), &rested)) {
    give_back(c);
    use_relay(c);
    *ret_until = MIN(*ret_until, rested);
    return FALSE;
  }
  if (c->next == c->have) {
    int r = g_atomic_int_get(&c->outbox->held) ? 0 : claim_more(c, ret_until, &error);
    if (r < 0)
      log_fault("nothing can be claimed", error);
    if (r <= 0) {
      give_back(c);
      return FALSE;
    }
  }
  use_relay(c);
  carry(c, c->claims[c->next++]);
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
  give_back(c);
  if (busy)
    g_atomic_int_add(&outbox->busy, -1);
  relays_leave_seat(outbox->relays, &c->seat);
  use_relay(c);
  return NULL;
}

Courier *courier_start(Outbox *outbox, guint number) {
  Courier *c = g_new0(Courier, 1);
  c->outbox = outbox;
  c->ids = g_array_new(FALSE, FALSE, sizeof(gint64));
  c->watch = (SessionWatch){.stop = &outbox->stop, .waiting = while_waiting, .data = c};
  g_autofree char *name = g_strdup_printf("courier-%u", number);
  c->thread = g_thread_new(name, courier_main, c);
  return c;
}

void courier_join(Courier *courier) {
  g_thread_join(courier->thread);
  g_array_free(courier->ids, TRUE);
  g_free(courier);
}
