/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "outbox/stock.h"

#include "base/crash.h"
#include "base/log.h"
#include "outbox/making.h"
#include "outbox/outbox_private.h"

#define CLAIM_MAX 256 /* at once */
#define LOW       128 /* fewer are left: time to claim more */
#define AHEAD     64  /* so many messages are made before they are asked for */

struct Stock {
  Outbox *outbox;
  gint64 served; /* the mailing that was claimed from last; whoever fills owns it */

  GMutex lock; /* all below */
  GCond filled;
  GQueue claims;    /* of Stocked */
  gboolean filling; /* somebody claims more */
  gint64 last;      /* so many were in the last batch */
  GThread *maker;
  GCond wanted, made; /* the maker has work; the message that it was at is made */
  const Relay *relay; /* for which somebody took last */
  gboolean low;       /* the maker is to claim more */
  guint ready;        /* MADE ones */
  gboolean resting;   /* the maker is to end */
};

Stock *stock_new(Outbox *outbox) {
  Stock *stock = g_new0(Stock, 1);
  stock->outbox = outbox;
  g_mutex_init(&stock->lock);
  g_cond_init(&stock->filled);
  g_cond_init(&stock->wanted);
  g_cond_init(&stock->made);
  g_queue_init(&stock->claims);
  return stock;
}

static void drop(Outbox *outbox, Stocked *stocked) {
  claim_free(outbox, stocked->claim);
  composed_clear(&stocked->composed);
  g_clear_error(&stocked->fault);
  g_free(stocked);
}

void stock_free(Stock *stock) {
  if (stock == NULL)
    return;
  for (Stocked *stocked; (stocked = g_queue_pop_head(&stock->claims)) != NULL;)
    drop(stock->outbox, stocked);
  g_mutex_clear(&stock->lock);
  g_cond_clear(&stock->filled);
  g_cond_clear(&stock->wanted);
  g_cond_clear(&stock->made);
  g_free(stock);
}

/* ---- claiming ---- */

/* One batch on its way into the stock. */
typedef struct {
  Outbox *outbox;
  const Hands *hands;
  const Relay *relay; /* where it will go, as far as is known */
  SendingRow sending;
  gint gates;
  gint64 now, n;
  gint64 until; /* none may go before it; 0 for no moment that is known */
  GArray *ids;  /* of gint64 */
} Batch;

/* The first open sending with something due, looking on from the one served last, so that none starves
 * another. */
static int find_work(const Stock *stock, Link *link, Batch *batch, gboolean *ret_found, GError **error) {
  g_autoptr(GArray) sendings = NULL;
  int r = outbox_rows_sendings(link, &sendings, error);
  guint start = 0;
  while (r == 0 && start < sendings->len &&
         g_array_index(sendings, SendingRow, start).mailing <= stock->served)
    start++;
  *ret_found = FALSE;
  for (guint i = 0; r == 0 && i < sendings->len && !*ret_found; i++) {
    const SendingRow *sending = &g_array_index(sendings, SendingRow, (start + i) % sendings->len);
    gint64 next = 0;
    if (!sending->open || outbox_is_too_late(stock->outbox, sending->not_after) ||
        turn_opens(stock->outbox->turn, sending->restricted, batch->now, NULL) != batch->now)
      continue;
    r = outbox_rows_ready(link, sending->mailing, batch->now, ret_found, &next, error);
    batch->sending = *sending;
  }
  return r;
}

static int work_claim(Link *link, gpointer data, GError **error) {
  Batch *batch = data;
  int r = hand_record(batch->hands, batch->outbox, link, error);
  gboolean open = FALSE;
  if (r == 0)
    r = outbox_sending_is_open(link, batch->sending.mailing, &open, error);
  if (r < 0 || !open || g_atomic_int_get(&batch->outbox->held))
    return r;
  DeliveryBatch change = {.mailing = batch->sending.mailing,
                          .restricted = batch->sending.restricted,
                          .from = DELIVERY_READY,
                          .to = DELIVERY_CLAIMED,
                          .due_until = batch->now,
                          .limit = CLAIM_MAX,
                          .dated = batch->now,
                          .kind = ENTRY_DELIVERIES_CLAIMED};
  gint64 may_go = 0;
  r = turn_claim(batch->outbox->turn, link, &change, batch->relay, &may_go, &batch->until, error);
  if (r < 0 || may_go == 0)
    return r;
  change.limit = may_go;
  return delivery_change_batch(batch->outbox->door, link, &change, batch->ids, &batch->n, error);
}

static void add(Stock *stock, const Batch *batch, Claim *const *claims, gsize n) {
  g_mutex_lock(&stock->lock);
  for (gsize i = 0; i < n; i++) {
    Stocked *stocked = g_new(Stocked, 1);
    *stocked = (Stocked){.claim = claims[i], .sending = batch->sending, .gates = batch->gates};
    stocked->stage = making_waits(&stock->outbox->options, claims[i]) ? STOCKED_APART : STOCKED_RAW;
    g_queue_push_tail(&stock->claims, stocked);
  }
  g_cond_signal(&stock->wanted);
  g_mutex_unlock(&stock->lock);
}

static int load(Stock *stock, const Batch *batch, GError **error) {
  const OutboxOptions *options = &stock->outbox->options;
  Claim *claims[CLAIM_MAX];
  gsize n = 0;
  g_autoptr(Link) link = NULL;
  int r = store_read(options->store, &link, error);
  for (guint i = 0; r >= 0 && i < batch->ids->len; i++) {
    Claim *claim = g_new0(Claim, 1);
    r = outbox_rows_claim(link, g_array_index(batch->ids, gint64, i), claim, error);
    if (r == 0)
      claims[n++] = claim;
    else
      g_free(claim);
  }
  if (r >= 0)
    r = options->composer.load(options->composer.data, link, claims, n, error);
  if (r >= 0)
    add(stock, batch, claims, n);
  for (gsize i = 0; r < 0 && i < n; i++)
    claim_free(stock->outbox, claims[i]);
  return r;
}

static int claim_batch(Stock *stock, Batch *batch, GError **error) {
  Outbox *outbox = stock->outbox;
  gboolean found = FALSE;
  g_autoptr(Link) link = NULL;
  int r = store_read(outbox->options.store, &link, error);
  if (r == 0)
    r = find_work(stock, link, batch, &found, error);
  g_clear_pointer(&link, link_return);
  if (r < 0 || !found)
    return r;
  stock->served = batch->sending.mailing;
  r = store_write(outbox->options.store, work_claim, batch, error);
  if (r < 0)
    return r;
  hand_empty(batch->hands, outbox);
  crash_point("claimed");
  return batch->n > 0 ? load(stock, batch, error) : 0;
}

static int fill(Stock *stock, const Hands *hands, const Relay *relay, gint64 *ret_until, GError **error) {
  Outbox *outbox = stock->outbox;
  g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(gint64));
  Batch batch = {.outbox = outbox, .hands = hands, .relay = relay, .ids = ids};
  batch.gates = g_atomic_int_get(&outbox->gates);
  batch.now = clock_wall(outbox->options.clock);
  gboolean rests = g_atomic_int_get(&outbox->held) || g_atomic_int_get(&outbox->stop);
  int r = rests ? 0 : claim_batch(stock, &batch, error);
  if (batch.until != 0)
    *ret_until = MIN(*ret_until, g_get_monotonic_time() + batch.until - batch.now);
  g_mutex_lock(&stock->lock);
  stock->filling = FALSE;
  stock->last = batch.n;
  g_cond_broadcast(&stock->filled);
  g_mutex_unlock(&stock->lock);
  return MIN(r, 0);
}

/* ---- making ahead ---- */

static Stocked *first_raw(const Stock *stock) {
  guint seen = 0;
  for (GList *at = stock->claims.head; at != NULL && seen < AHEAD; at = at->next, seen++)
    if (((Stocked *)at->data)->stage == STOCKED_RAW)
      return at->data;
  return NULL;
}

/* With the lock, which it gives up meanwhile. */
static void make(Stock *stock, Stocked *next) {
  next->stage = STOCKED_MAKING;
  g_mutex_unlock(&stock->lock);
  next->result = making_compose(&stock->outbox->options, next->claim, &next->composed, &next->fault);
  g_mutex_lock(&stock->lock);
  next->stage = STOCKED_MADE;
  stock->ready++;
  g_cond_broadcast(&stock->made);
}

/* With the lock, which it gives up meanwhile. When it comes to nothing, who finds the stock empty tries
 * again, and knows until when there is nothing. */
static void claim_more(Stock *stock) {
  const Hands none = {NULL, 0};
  const Relay *relay = stock->relay;
  g_autoptr(GError) error = NULL;
  gint64 until = 0;
  g_mutex_unlock(&stock->lock);
  if (fill(stock, &none, relay, &until, &error) < 0)
    log_fault("no more can be claimed", error);
  g_mutex_lock(&stock->lock);
}

static gpointer maker_main(gpointer data) {
  Stock *stock = data;
  g_mutex_lock(&stock->lock);
  while (!stock->resting) {
    Stocked *next = first_raw(stock);
    if (stock->low) {
      stock->low = FALSE;
      claim_more(stock);
    } else if (next != NULL)
      make(stock, next);
    else
      g_cond_wait(&stock->wanted, &stock->lock);
  }
  g_mutex_unlock(&stock->lock);
  return NULL;
}

void stock_start(Stock *stock) {
  stock->resting = FALSE;
  stock->maker = g_thread_new("maker", maker_main, stock);
}

void stock_rest(Stock *stock) {
  if (stock->maker == NULL)
    return;
  g_mutex_lock(&stock->lock);
  stock->resting = TRUE;
  g_cond_signal(&stock->wanted);
  g_mutex_unlock(&stock->lock);
  g_thread_join(g_steal_pointer(&stock->maker));
}

/* ---- taking ---- */

/* What the maker is at, it keeps. */
static void take_link(Stock *stock, GList *at) {
  stock->ready -= ((Stocked *)at->data)->stage == STOCKED_MADE;
  g_queue_delete_link(&stock->claims, at);
}

/* With the lock: the first that nobody is at; NULL when there is none. */
static Stocked *take_first(Stock *stock) {
  GList *at = stock->claims.head;
  while (at != NULL && ((Stocked *)at->data)->stage == STOCKED_MAKING)
    at = at->next;
  if (at == NULL)
    return NULL;
  Stocked *first = at->data;
  take_link(stock, at);
  if (stock->ready < AHEAD / 2 && stock->maker != NULL)
    g_cond_signal(&stock->wanted);
  return first;
}

static gboolean hand_out(Stocked *first, Stocked *ret) {
  if (first == NULL)
    return FALSE;
  *ret = *first;
  g_free(first);
  return TRUE;
}

/* *ret_fills: it falls to the caller to fill the stock, which is empty; a low one the maker fills. */
static gboolean pop(Stock *stock, const Relay *relay, Stocked *ret, gboolean *ret_fills) {
  g_mutex_lock(&stock->lock);
  Stocked *first = take_first(stock);
  guint left = stock->claims.length;
  gboolean empty = first == NULL && left == 0;
  gboolean wanting = !stock->filling && (empty || (stock->last == CLAIM_MAX && left < LOW));
  stock->filling |= wanting;
  stock->relay = relay;
  *ret_fills = wanting && (empty || stock->maker == NULL);
  if (wanting && !*ret_fills) {
    stock->low = TRUE;
    g_cond_signal(&stock->wanted);
  }
  g_mutex_unlock(&stock->lock);
  return hand_out(first, ret);
}

/* While others fill it, or the last one is being made. *ret_again: all of the last batch went to others, and
 * there may be more. */
static gboolean wait_and_pop(Stock *stock, Stocked *ret, gboolean *ret_again) {
  Stocked *first;
  g_mutex_lock(&stock->lock);
  while ((first = take_first(stock)) == NULL && (stock->filling || stock->claims.length > 0))
    g_cond_wait(stock->filling ? &stock->filled : &stock->made, &stock->lock);
  *ret_again = stock->last > 0;
  g_mutex_unlock(&stock->lock);
  return hand_out(first, ret);
}

int stock_take(Stock *stock, const Hands *hands, const Relay *relay, Stocked *ret, gint64 *ret_until,
               GError **error) {
  gboolean got = FALSE, again = TRUE;
  int r = 0;
  while (!got && again && r == 0) {
    gboolean fills = FALSE;
    g_autoptr(GError) failed = NULL;
    got = pop(stock, relay, ret, &fills);
    r = fills ? fill(stock, hands, relay, ret_until, &failed) : 0;
    if (got && r < 0)
      log_fault("no more can be claimed", failed);
    got = got || wait_and_pop(stock, ret, &again);
    if (!got && r < 0)
      g_propagate_error(error, g_steal_pointer(&failed));
  }
  return got ? 1 : r;
}

void stock_put_back(Stock *stock, const Stocked *stocked) {
  Stocked *first = g_memdup2(stocked, sizeof *stocked);
  g_mutex_lock(&stock->lock);
  stock->ready += first->stage == STOCKED_MADE;
  g_queue_push_head(&stock->claims, first);
  g_mutex_unlock(&stock->lock);
}

/* ---- giving back ---- */

typedef struct {
  Outbox *outbox;
  const Hands *hands;
  GPtrArray *back; /* of Stocked */
} BackWork;

static int work_give_back(Link *link, gpointer data, GError **error) {
  BackWork *work = data;
  int r = hand_record(work->hands, work->outbox, link, error);
  for (guint i = 0; i < work->back->len && r >= 0; i++) {
    const Stocked *stocked = g_ptr_array_index(work->back, i);
    DeliveryChange change =
        hand_change(stocked->claim, DELIVERY_CLAIMED, DELIVERY_READY, ENTRY_DELIVERY_READY);
    change.next_epoch = TRUE;
    change.text = "given back before it was begun";
    r = delivery_change(work->outbox->door, link, &change, error);
  }
  return MIN(r, 0);
}

/* With the lock: the first of MAILING (0: any); what the maker is at is waited for. */
static GList *first_of(Stock *stock, gint64 mailing) {
  GList *at = stock->claims.head;
  while (at != NULL) {
    const Stocked *stocked = at->data;
    if (mailing != 0 && stocked->sending.mailing != mailing) {
      at = at->next;
    } else if (stocked->stage == STOCKED_MAKING) {
      g_cond_wait(&stock->made, &stock->lock);
      at = stock->claims.head;
    } else
      break;
  }
  return at;
}

static GPtrArray *take_out(Stock *stock, gint64 mailing) {
  GPtrArray *out = g_ptr_array_new();
  g_mutex_lock(&stock->lock);
  for (GList *at; (at = first_of(stock, mailing)) != NULL;) {
    g_ptr_array_add(out, at->data);
    take_link(stock, at);
  }
  g_mutex_unlock(&stock->lock);
  return out;
}

void stock_give_back(Stock *stock, const Hands *hands, gint64 mailing) {
  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) back = take_out(stock, mailing);
  BackWork work = {stock->outbox, hands, back};
  if (back->len == 0 && !hand_is_any_full(hands))
    return;
  if (store_write(stock->outbox->options.store, work_give_back, &work, &error) >= 0)
    hand_empty(hands, stock->outbox);
  else
    log_fault("claims cannot be given back", error);
  for (guint i = 0; i < back->len; i++)
    drop(stock->outbox, g_ptr_array_index(back, i));
}
