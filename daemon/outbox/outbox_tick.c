/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/fault.h"
#include "outbox/outbox_private.h"
#include "outbox/outbox_rows.h"

typedef struct {
  Outbox *outbox;
  DeliveryBatch batch;
  gint64 n;
} BatchWork;

static int work_batch(Link *link, gpointer data, GError **error) {
  BatchWork *work = data;
  return delivery_change_batch(work->outbox->door, link, &work->batch, NULL, &work->n, error);
}

/* One chunk. How many were changed, or < 0. */
static gint64 change_chunk(Outbox *outbox, const DeliveryBatch *batch, GError **error) {
  BatchWork work = {outbox, *batch, 0};
  work.batch.limit = STORE_CHUNK;
  int r = store_write(outbox->options.store, work_batch, &work, error);
  return r < 0 ? r : work.n;
}

static const enum delivery_state not_left[] = {DELIVERY_PLANNED, DELIVERY_READY, DELIVERY_HELD,
                                               DELIVERY_TO_DO};

/* A chunk of each state in which nothing has left. *ret_more: a chunk was full. */
static gint64 set_aside(Outbox *outbox, DeliveryBatch *batch, gboolean *ret_more, GError **error) {
  gint64 sum = 0;
  for (gsize i = 0; i < G_N_ELEMENTS(not_left); i++) {
    batch->from = not_left[i];
    gint64 n = change_chunk(outbox, batch, error);
    if (n < 0)
      return n;
    sum += n;
    *ret_more |= n == STORE_CHUNK;
  }
  return sum;
}

static gint64 cancel_chunk(Outbox *outbox, gint64 mailing, gboolean restricted, const char *user,
                           const char *reason, gboolean *ret_more, GError **error) {
  DeliveryBatch batch = {.mailing = mailing,
                         .restricted = restricted,
                         .to = DELIVERY_CANCELLED,
                         .reason = "cancelled",
                         .kind = ENTRY_DELIVERY_CANCELLED,
                         .user = user,
                         .text = reason};
  return set_aside(outbox, &batch, ret_more, error);
}

static int work_cancel(Link *link, gpointer data, GError **error) {
  return outbox_rows_sending_cancel(link, *(gint64 *)data, error);
}

int outbox_cancel(Outbox *outbox, gint64 mailing, gboolean restricted, const char *user, const char *reason,
                  gint64 *ret_n, GError **error) {
  int r = store_write(outbox->options.store, work_cancel, &mailing, error);
  if (r < 0)
    return r;
  Hands nothing = {NULL, 0};
  stock_give_back(outbox->stock, &nothing, mailing); /* what nobody has begun is called back with the rest */
  outbox_wake(outbox);
  gboolean more = TRUE;
  *ret_n = 0;
  while (more) {
    more = FALSE;
    gint64 n = cancel_chunk(outbox, mailing, restricted, user, reason, &more, error);
    if (n < 0)
      return (int)n;
    *ret_n += n;
  }
  return 0;
}

int outbox_call_off(Outbox *outbox, Link *link, const DeliveryRow *row, const char *user, const char *reason,
                    const char *text, GError **error) {
  DeliveryChange change = {.delivery = row->id,
                           .mailing = row->mailing,
                           .addressee = row->addressee,
                           .contact = row->contact,
                           .restricted = row->restricted,
                           .from = row->state,
                           .epoch = row->epoch,
                           .to = DELIVERY_CANCELLED,
                           .reason = reason,
                           .kind = ENTRY_DELIVERY_CANCELLED,
                           .user = user,
                           .text = text};
  return MIN(delivery_change(outbox_door(outbox), link, &change, error), 0);
}

static gint64 expire(Outbox *outbox, const SendingRow *sending, gboolean *ret_more, GError **error) {
  DeliveryBatch batch = {.mailing = sending->mailing,
                         .restricted = sending->restricted,
                         .to = DELIVERY_EXPIRED,
                         .reason = "not-after",
                         .kind = ENTRY_DELIVERY_EXPIRED,
                         .text = "the time after which it must not be sent has passed"};
  return set_aside(outbox, &batch, ret_more, error);
}

static gint64 make_ready(Outbox *outbox, const SendingRow *sending, gint64 now, gboolean *ret_more,
                         GError **error) {
  DeliveryBatch batch = {.mailing = sending->mailing,
                         .restricted = sending->restricted,
                         .from = DELIVERY_PLANNED,
                         .to = DELIVERY_READY,
                         .due_until = now,
                         .kind = ENTRY_DELIVERIES_READY};
  gint64 n = change_chunk(outbox, &batch, error);
  *ret_more |= n == STORE_CHUNK;
  return n;
}

/* A sending that prefers twice to never decides by itself what a person decides elsewhere, by the same rule
 * W. */
static int send_doubtful_again(Outbox *outbox, gint64 mailing, GError **error) {
  g_autoptr(Link) link = NULL;
  g_autoptr(GPtrArray) rows = NULL;
  int r = store_read(outbox->options.store, &link, error);
  if (r == 0)
    r = outbox_rows_in_doubt(link, mailing, 0, STORE_CHUNK, &rows, error);
  g_clear_pointer(&link, link_return);
  gint64 now = clock_wall(outbox->options.clock);
  for (guint i = 0; r == 0 && i < rows->len; i++) {
    const DeliveryRow *row = g_ptr_array_index(rows, i);
    gint64 from = outbox_resend_from(outbox, row);
    if (from != 0 && from <= now)
      r = outbox_settle(outbox, &actor_daemon, row->id, SETTLE_RESEND,
                        "sent again: the mailing's policy is at-least-once", FALSE, error);
  }
  return r;
}

static void sooner(gint64 *ret_next, gint64 moment, gint64 now) {
  if (moment > now && (*ret_next == 0 || moment < *ret_next))
    *ret_next = moment;
}

static int note_next(Outbox *outbox, const SendingRow *sending, gint64 now, gint64 *ret_next,
                     GError **error) {
  g_autoptr(Link) link = NULL;
  gboolean due = FALSE;
  gint64 next = 0;
  int r = store_read(outbox->options.store, &link, error);
  if (r == 0)
    r = outbox_rows_ready(link, sending->mailing, now, &due, &next, error);
  sooner(ret_next, next, now);
  sooner(ret_next, sending->not_before, now);
  sooner(ret_next, sending->not_after, now);
  return r;
}

static gint64 change_what_time_changes(Outbox *outbox, const SendingRow *sending,
                                       const gint64 counts[DELIVERY_STATES], gint64 now, gboolean *ret_more,
                                       GError **error) {
  gint64 left = 0;
  for (gsize i = 0; i < G_N_ELEMENTS(not_left); i++)
    left += counts[not_left[i]];
  if (left == 0)
    return 0;
  if (sending->cancelled)
    return cancel_chunk(outbox, sending->mailing, sending->restricted, NULL, "the mailing was cancelled",
                        ret_more, error);
  if (sending->not_after != 0 && sending->not_after < clock_latest(outbox->options.clock))
    return expire(outbox, sending, ret_more, error);
  if (sending->open && counts[DELIVERY_PLANNED] > 0 && sending->not_before <= now &&
      !g_atomic_int_get(&outbox->held))
    return make_ready(outbox, sending, now, ret_more, error);
  return 0;
}

static int tick_sending(Outbox *outbox, const SendingRow *sending, gboolean *ret_more, gint64 *ret_next,
                        GError **error) {
  gint64 now = clock_wall(outbox->options.clock), counts[DELIVERY_STATES];
  g_autoptr(Link) link = NULL;
  int r = store_read(outbox->options.store, &link, error);
  if (r == 0)
    r = delivery_counts(link, sending->mailing, counts, error);
  g_clear_pointer(&link, link_return);
  if (r < 0)
    return r;
  gint64 n = change_what_time_changes(outbox, sending, counts, now, ret_more, error);
  if (n < 0)
    return (int)n;
  if (n > 0)
    outbox_wake(outbox);
  if (sending->at_least_once && counts[DELIVERY_IN_DOUBT] > 0)
    r = send_doubtful_again(outbox, sending->mailing, error);
  return r < 0 ? r : note_next(outbox, sending, now, ret_next, error);
}

int outbox_tick(Outbox *outbox, gboolean *ret_more, gint64 *ret_next, GError **error) {
  *ret_more = FALSE;
  *ret_next = 0;
  g_autoptr(Link) link = NULL;
  g_autoptr(GArray) sendings = NULL;
  int r = store_read(outbox->options.store, &link, error);
  if (r == 0)
    r = outbox_rows_sendings(link, &sendings, error);
  g_clear_pointer(&link, link_return);
  for (guint i = 0; r == 0 && i < sendings->len; i++)
    r = tick_sending(outbox, &g_array_index(sendings, SendingRow, i), ret_more, ret_next, error);
  return r;
}
