/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "outbox/courier.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/crash.h"
#include "base/fault.h"
#include "base/log.h"
#include "journal/entry.h"
#include "outbox/hand.h"
#include "outbox/lane.h"
#include "outbox/outbox_private.h"
#include "outbox/outbox_rows.h"
#include "outbox/turn.h"

#define PATIENCE SECOND /* how long a courier without work sleeps when nobody wakes it */
/* How long the connections that have answered wait for the others: as long again as the first one took, and
 * at least so long. */
#define WAIT_FOR_OTHERS (SECOND / 250)

struct Courier {
  Outbox *outbox;
  GThread *thread;
  int bell; /* an eventfd: what was done by another thread for a lane is done */
  guint n;
  Lane lanes[COURIER_LANES_MAX];
  InHand in_hand[COURIER_LANES_MAX]; /* of the message before, by lane */
  Hands hands;                       /* all of them */
  guint under_way;                   /* lanes with a message, as OUTBOX->busy knows */
  gint64 looked; /* monotonic: when each lane that waits was last asked whether its time is over */
  struct {
    gint64 mailing;
    gint gates; /* outbox->gates when this courier last found MAILING open */
  } open;
};

static const OutboxOptions *options_of(const Courier *c) {
  return &c->outbox->options;
}

static gint64 now_of(const Courier *c) {
  return clock_wall(options_of(c)->clock);
}

static gboolean record_stubbornly(Courier *c) {
  return hand_record_stubbornly(&c->hands, c->outbox);
}

/* ---- gates ---- */

static gboolean is_too_late(const Courier *c, const Stocked *work) {
  return outbox_is_too_late(c->outbox, work->sending.not_after);
}

static int read_gate(const Courier *c, gint64 mailing, gboolean *ret_open, GError **error) {
  g_autoptr(Link) link = NULL;
  int r = store_read(options_of(c)->store, &link, error);
  return r < 0 ? r : outbox_sending_is_open(link, mailing, ret_open, error);
}

static gboolean must_rest(const Courier *c) {
  return g_atomic_int_get(&c->outbox->stop) || g_atomic_int_get(&c->outbox->held);
}

/* May what was taken from the stock still go? Asks the store only when a gate may have changed. */
static gboolean may_go_on(Courier *c, const Stocked *work) {
  gint64 now = now_of(c);
  if (must_rest(c) || is_too_late(c, work) ||
      turn_opens(c->outbox->turn, work->sending.restricted, now, NULL) != now)
    return FALSE;
  gint gates = g_atomic_int_get(&c->outbox->gates);
  gint64 mailing = work->sending.mailing;
  if (gates == work->gates || (gates == c->open.gates && mailing == c->open.mailing))
    return TRUE;
  gboolean open = FALSE;
  if (read_gate(c, mailing, &open, NULL) < 0 || !open)
    return FALSE;
  c->open.mailing = mailing;
  c->open.gates = gates;
  return TRUE;
}

/* ---- claims that do not go ---- */

typedef struct {
  Courier *courier;
  DeliveryChange change;
} ChangeWork;

static int work_change(Link *link, gpointer data, GError **error) {
  ChangeWork *work = data;
  int r = hand_record(&work->courier->hands, work->courier->outbox, link, error);
  return r < 0 ? r : delivery_change(work->courier->outbox->door, link, &work->change, error);
}

/* Takes CLAIM over. */
static void change_claim(Courier *c, Claim *claim, const DeliveryChange *change, const char *trouble) {
  g_autoptr(GError) error = NULL;
  ChangeWork work = {c, *change};
  if (store_write(options_of(c)->store, work_change, &work, &error) >= 0)
    hand_empty(&c->hands, c->outbox);
  else
    log_fault(trouble, error);
  claim_free(c->outbox, claim);
}

/* What becomes of a claim whose message is not sent, by enum compose_outcome. */
static const struct {
  enum delivery_state to;
  enum entry_kind kind;
} asides[] = {[COMPOSE_HOLD] = {DELIVERY_HELD, ENTRY_DELIVERY_HELD},
              [COMPOSE_PARK] = {DELIVERY_PARKED, ENTRY_DELIVERY_PARKED},
              [COMPOSE_CANCEL] = {DELIVERY_CANCELLED, ENTRY_DELIVERY_CANCELLED}};

static void set_aside(Courier *c, Lane *lane) {
  Claim *claim = lane->work.claim;
  DeliveryChange change =
      hand_change(claim, DELIVERY_CLAIMED, asides[lane->result].to, asides[lane->result].kind);
  change.reason = lane->composed.reason;
  change.text = lane->composed.words;
  change_claim(c, claim, &change, "a delivery cannot be set aside");
  lane_free(lane);
}

/* Another letter went to that domain while this one was under way. */
static void put_off(Courier *c, Claim *claim, gint64 moment) {
  DeliveryChange change = hand_change(claim, DELIVERY_CLAIMED, DELIVERY_READY, ENTRY_DELIVERY_READY);
  change.next_epoch = TRUE;
  change.due = moment;
  change.reason = TURN_REASON;
  change.text = "waits for its turn at that domain";
  change_claim(c, claim, &change, "a delivery cannot be put off");
}

/* ---- claim, compose, offer ---- */

enum found { FOUND_NOTHING, FOUND_WORK, FOUND_GATE_SHUT };

/* *ret_until: when it is worth looking again. */
static enum found take_work(Courier *c, Lane *lane, gint64 *ret_until) {
  g_autoptr(GError) error = NULL;
  Stock *stock = c->outbox->stock;
  int r = stock_take(stock, &c->hands, lane->seat.relay, &lane->work, ret_until, &error);
  if (r < 0)
    log_fault("nothing can be claimed", error);
  if (r <= 0)
    return FOUND_NOTHING;
  if (may_go_on(c, &lane->work))
    return FOUND_WORK;
  stock_put_back(stock, &lane->work);
  stock_give_back(stock, &c->hands, lane->work.sending.mailing);
  lane->work.claim = NULL;
  return FOUND_GATE_SHUT;
}

static gboolean take_seat(Courier *c, Lane *lane, gint64 *ret_until) {
  gint64 rested = 0;
  gboolean seated = relays_take_seat(c->outbox->relays, &lane->seat, g_get_monotonic_time(), &rested);
  if (!seated)
    *ret_until = MIN(*ret_until, rested);
  lane_use_relay(lane);
  return seated;
}

/* Gives each free lane a message. FALSE when there is none to be had for now. */
static gboolean fill(Courier *c, gint64 *ret_until) {
  gboolean any = FALSE, seated = FALSE;
  *ret_until = g_get_monotonic_time() + PATIENCE;
  enum found found = FOUND_WORK;
  for (guint i = 0; i < c->n && found != FOUND_NOTHING; i++) {
    Lane *lane = &c->lanes[i];
    seated |= lane->stage != LANE_FREE;
    if (lane->stage != LANE_FREE || !take_seat(c, lane, ret_until))
      continue;
    seated = TRUE;
    found = must_rest(c) ? FOUND_NOTHING : take_work(c, lane, ret_until);
    any |= found != FOUND_NOTHING;
    if (found == FOUND_WORK)
      lane_carry(lane);
  }
  /* On hold, or nobody is left who could send what is claimed. */
  if (must_rest(c) || (!seated && relays_are_idle(c->outbox->relays)))
    stock_give_back(c->outbox->stock, &c->hands, 0);
  return any;
}

/* ---- outcomes ---- */

static void note_relay(Courier *c, Lane *lane) {
  if (!lane->ours && relays_note(c->outbox->relays, &lane->seat, g_get_monotonic_time(), &lane->outcome))
    outbox_wake(c->outbox);
}

/* What was decided goes into its lane's hand. What is there must be recorded first: a lane without an intent
 * still holds the outcome before. */
static void take_in_hand(Courier *c, Lane *lane, InHand *hand) {
  if (hand->full && !record_stubbornly(c)) {
    outcome_clear(&lane->outcome);
    claim_free(c->outbox, lane->work.claim);
    lane_free(lane);
    return;
  }
  note_relay(c, lane);
  *hand = (InHand){.full = TRUE,
                   .claim = lane->work.claim,
                   .outcome = lane->outcome,
                   .intended = lane->dot_at != 0,
                   .at = lane->at,
                   .dot_at = lane->dot_at,
                   .ended_at = now_of(c),
                   .relay = relay_name(lane->relay)};
  hand_prepare(hand, c->outbox);
  gboolean answered = lane->dot_at != 0;
  lane_free(lane);
  if (answered)
    crash_point("replied");
}

static void settle(Courier *c) {
  for (guint i = 0; i < c->n; i++)
    if (c->lanes[i].stage == LANE_DECIDED)
      take_in_hand(c, &c->lanes[i], &c->in_hand[i]);
    else if (c->lanes[i].stage == LANE_ASIDE)
      set_aside(c, &c->lanes[i]);
}

/* ---- intents ---- */

/* Words are made on the courier's time: what runs in the unit keeps all others waiting. */
static void prepare_intent(Lane *lane, gint64 now) {
  const Message *message = lane->composed.message;
  const Claim *claim = lane->work.claim;
  GString *facts = g_string_sized_new(240);
  entry_fact_int(facts, "epoch", claim->epoch);
  entry_fact(facts, "relay", relay_name(lane->relay));
  entry_fact_digest(facts, "sha256", &message->digest);
  entry_fact(facts, "message-id", message->message_id);
  lane->facts = facts;
  lane->granted = FALSE;
  lane->change = hand_change(claim, DELIVERY_CLAIMED, DELIVERY_COMMITTING, ENTRY_DELIVERY_COMMITTING);
  lane->change.sha256 = &message->digest;
  lane->change.relay = relay_name(lane->relay);
  lane->change.facts = facts->str;
  lane->change.dot_at = now;
}

/* Everything but the end of data is with the relay. May it still go? Opening a connection may have taken
 * minutes, and another letter may have gone to that domain meanwhile. */
static gboolean may_end(Courier *c, Lane *lane, gint64 now) {
  if (is_too_late(c, &lane->work)) {
    Stocked work = lane->work;
    work.claim = lane_abandon(lane);
    stock_put_back(c->outbox->stock, &work); /* given back with the others at the next look */
    return FALSE;
  }
  gint64 moment = turn_pass(c->outbox->turn, lane->work.claim, lane->relay, now);
  if (moment == now)
    return TRUE;
  put_off(c, lane_abandon(lane), moment);
  return FALSE;
}

typedef struct {
  Courier *courier;
  Lane **lanes;
  guint n;
} IntentWork;

/* A lane whose fence holds is not granted; the others are. */
static int work_intents(Link *link, gpointer data, GError **error) {
  const IntentWork *work = data;
  Outbox *outbox = work->courier->outbox;
  int r = hand_record(&work->courier->hands, outbox, link, error);
  for (guint i = 0; i < work->n && r >= 0; i++) {
    Lane *lane = work->lanes[i];
    r = delivery_change(outbox->door, link, &lane->change, error);
    lane->granted = r == 0;
    if (r == 0 && lane->composed.splice != NULL)
      r = outbox_rows_splice_put(link, lane->work.claim->delivery, lane->composed.splice, error);
  }
  return MIN(r, 0);
}

static int write_intents(Courier *c, Lane **lanes, guint n, GError **error) {
  IntentWork work = {c, lanes, n};
  int r = store_write(options_of(c)->store, work_intents, &work, error);
  if (r >= 0)
    hand_empty(&c->hands, c->outbox);
  return r;
}

/* Only a durable intent lets the end of data go. */
static void end_or_abandon(Courier *c, Lane *lane) {
  g_string_free(g_steal_pointer(&lane->facts), TRUE);
  if (lane->granted)
    lane_end_data(lane);
  else
    claim_free(c->outbox, lane_abandon(lane));
}

static void refuse(Lane *lane, const GError *error) {
  log_fault("an intent was not granted", error);
  g_string_free(g_steal_pointer(&lane->facts), TRUE);
  lane_fail(lane, error);
}

/* One unit for all of them. When it fails, each is tried alone: what stands against one message is not to
 * stand against the others. */
static void commit_and_end(Courier *c, Lane **lanes, guint n) {
  g_autoptr(GError) error = NULL;
  int r = write_intents(c, lanes, n, &error);
  if (r >= 0)
    crash_point("intended");
  for (guint i = 0; i < n; i++) {
    if (r >= 0)
      end_or_abandon(c, lanes[i]);
    else if (n > 1)
      commit_and_end(c, &lanes[i], 1);
    else
      refuse(lanes[i], error);
  }
}

static void commit(Courier *c) {
  Lane *offered[COURIER_LANES_MAX];
  guint n = 0;
  gint64 now = now_of(c);
  for (guint i = 0; i < c->n; i++) {
    Lane *lane = &c->lanes[i];
    if (lane->stage != LANE_OFFERED)
      continue;
    crash_point("offered");
    if (!may_end(c, lane, now))
      continue;
    prepare_intent(lane, now);
    offered[n++] = lane;
  }
  if (n > 0)
    commit_and_end(c, offered, n);
}

/* ---- listening ---- */

static guint count_under_way(const Courier *c) {
  guint n = 0;
  for (guint i = 0; i < c->n; i++)
    n += c->lanes[i].stage != LANE_FREE;
  return n;
}

/* What poll(2) is asked: the bell, then each lane that waits. *ret_prompt: how many are waited for. */
static guint gather(const Courier *c, struct pollfd fds[], guint *ret_prompt) {
  guint n = 1;
  fds[0] = (struct pollfd){.fd = c->bell, .events = POLLIN};
  *ret_prompt = 0;
  for (guint i = 0; i < c->n; i++) {
    const Lane *lane = &c->lanes[i];
    fds[n] = (struct pollfd){.fd = -1};
    if (lane_waits(lane)) {
      fds[n].events = lane_awaits(lane, &fds[n].fd);
      *ret_prompt += !lane->late;
    }
    n++;
  }
  return n;
}

static guint count_waiting(const Courier *c) {
  guint n = 0;
  for (guint i = 0; i < c->n; i++)
    n += lane_waits(&c->lanes[i]);
  return n;
}

/* Asks the lanes that have something to hear, or (ALL) each that waits. TRUE when one waits no more. */
static gboolean go_on(Courier *c, const struct pollfd fds[], gboolean all) {
  gboolean rung = fds[0].revents != 0, any = FALSE;
  eventfd_t count;
  if (rung)
    (void)eventfd_read(c->bell, &count);
  for (guint i = 0; i < c->n; i++) {
    Lane *lane = &c->lanes[i];
    gboolean told = fds[1 + i].revents != 0 || (rung && lane->stage == LANE_APART);
    if (lane_waits(lane) && (told || all))
      any |= lane_go_on(lane);
  }
  return any;
}

static void give_up_waiting(Courier *c) {
  for (guint i = 0; i < c->n; i++)
    c->lanes[i].late |= lane_waits(&c->lanes[i]);
}

/* Waits for the relays: until all that are waited for have gone on, at most until SLICE is over. FALSE when
 * nothing at all came. */
static gboolean listen_to_relays(Courier *c) {
  struct pollfd fds[1 + COURIER_LANES_MAX];
  gint64 began = g_get_monotonic_time(), until = began + SESSION_LOOK;
  gboolean any = FALSE;
  guint prompt;
  for (guint n; n = gather(c, fds, &prompt), count_waiting(c) > 0 && !(any && prompt == 0);) {
    gint64 now = g_get_monotonic_time(), left = until - now;
    if (left <= 0) {
      if (any)
        give_up_waiting(c);
      break;
    }
    const struct timespec wait = {.tv_sec = left / SECOND, .tv_nsec = left % SECOND * 1000};
    (void)ppoll(fds, n, &wait, NULL);
    now = g_get_monotonic_time();
    gboolean all = now - c->looked >= SESSION_LOOK;
    if (all)
      c->looked = now;
    if (go_on(c, fds, all) && !any) {
      any = TRUE;
      until = now + MAX(now - began, WAIT_FOR_OTHERS);
    }
  }
  return any;
}

/* ---- the line ---- */

static void tell_busy(Courier *c) {
  guint n = count_under_way(c);
  if (n != c->under_way)
    g_atomic_int_add(&c->outbox->busy, (gint)n - (gint)c->under_way);
  c->under_way = n;
}

/* What is under way goes on, with what was begun beside it. */
static void go_on_with_all(Courier *c) {
  tell_busy(c);
  /* The relays take their time: what is in hand waits for the next intent no longer. */
  if (count_waiting(c) > 0 && !listen_to_relays(c))
    record_stubbornly(c);
  settle(c);
  commit(c);
  settle(c);
  tell_busy(c);
}

static gpointer courier_main(gpointer data) {
  Courier *c = data;
  Outbox *outbox = c->outbox;
  guint64 seen = 0;
  while (!g_atomic_int_get(&outbox->stop) && !store_is_broken(options_of(c)->store)) {
    gint64 until = 0;
    gboolean went = fill(c, &until);
    if (count_under_way(c) > 0)
      go_on_with_all(c);
    else if (!went && record_stubbornly(c))
      seen = outbox_wait(outbox, seen, until);
  }
  while (count_under_way(c) > 0) /* an end of data that is said is waited for */
    go_on_with_all(c);
  record_stubbornly(c);
  stock_give_back(outbox->stock, &c->hands, 0);
  for (guint i = 0; i < c->n; i++)
    lane_clear(&c->lanes[i]);
  return NULL;
}

Courier *courier_start(Outbox *outbox, guint number, guint lanes) {
  Courier *c = g_new0(Courier, 1);
  c->outbox = outbox;
  c->bell = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (c->bell < 0)
    g_error("no eventfd: %s", g_strerror(errno));
  c->n = MIN(lanes, COURIER_LANES_MAX);
  c->hands = (Hands){c->in_hand, c->n};
  for (guint i = 0; i < c->n; i++)
    lane_init(&c->lanes[i], outbox, c->bell);
  g_autofree char *name = g_strdup_printf("courier-%u", number);
  c->thread = g_thread_new(name, courier_main, c);
  return c;
}

void courier_join(Courier *courier) {
  g_thread_join(courier->thread);
  close(courier->bell);
  g_free(courier);
}
