/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "outbox/outbox_recover.h"

#include "base/fault.h"
#include "journal/entry.h"
#include "outbox/outbox_private.h"
#include "outbox/outbox_rows.h"

typedef struct {
  Outbox *outbox;
  GPtrArray *rows; /* of DeliveryRow */
} Recovery;

static int give_back(Link *link, Outbox *outbox, const DeliveryRow *row, GError **error) {
  DeliveryChange change = {.delivery = row->id,
                           .mailing = row->mailing,
                           .addressee = row->addressee,
                           .contact = row->contact,
                           .restricted = row->restricted,
                           .from = DELIVERY_CLAIMED,
                           .epoch = row->epoch,
                           .to = DELIVERY_READY,
                           .next_epoch = TRUE,
                           .kind = ENTRY_DELIVERY_READY,
                           .text =
                               "given back at the start: the daemon stopped before anything was committed"};
  return delivery_change(outbox->door, link, &change, error);
}

#define DOUBT "the daemon stopped between the intent and the record of the relay's reply"

/* The dot cannot have come later than the death of the process that would have sent it, so this moment bounds
 * it and the connection is known closed. */
static int doubt(Link *link, Outbox *outbox, const DeliveryRow *row, GError **error) {
  gint64 now = clock_wall(outbox->options.clock);
  g_autoptr(GString) facts = g_string_new(NULL);
  entry_fact_int(facts, "epoch", row->epoch);
  entry_fact(facts, "relay", row->relay);
  DeliveryChange change = {.delivery = row->id,
                           .mailing = row->mailing,
                           .addressee = row->addressee,
                           .contact = row->contact,
                           .restricted = row->restricted,
                           .from = DELIVERY_COMMITTING,
                           .epoch = row->epoch,
                           .to = DELIVERY_IN_DOUBT,
                           .reason = "stopped",
                           .dot_at = now,
                           .closed_at = now,
                           .counts = TRUE,
                           .kind = ENTRY_DELIVERY_IN_DOUBT,
                           .text = DOUBT,
                           .facts = facts->str};
  int r = delivery_change(outbox->door, link, &change, error);
  if (r != 0)
    return r;
  Attempt attempt = {.delivery = row->id,
                     .epoch = row->epoch,
                     .at = row->dot_at,
                     .dot_at = now,
                     .ended_at = now,
                     .relay = row->relay,
                     .outcome = outcome_kind_name(OUTCOME_IN_DOUBT),
                     .step = outcome_step_name(STEP_DOT),
                     .reply = DOUBT};
  return outbox_rows_attempt(link, &attempt, error);
}

static int work_recover(Link *link, gpointer data, GError **error) {
  Recovery *recovery = data;
  int r = 0;
  for (guint i = 0; i < recovery->rows->len && r >= 0; i++) {
    const DeliveryRow *row = g_ptr_array_index(recovery->rows, i);
    r = row->state == DELIVERY_CLAIMED ? give_back(link, recovery->outbox, row, error)
                                       : doubt(link, recovery->outbox, row, error);
  }
  return MIN(r, 0);
}

/* 1 when there was a full page, so that there may be more. */
static int recover_page(Outbox *outbox, enum delivery_state state, GError **error) {
  g_autoptr(Link) link = NULL;
  int r = store_read(outbox->options.store, &link, error);
  if (r < 0)
    return r;
  g_autoptr(GPtrArray) rows = NULL;
  r = outbox_rows_left_in(link, state, STORE_CHUNK, &rows, error);
  g_clear_pointer(&link, link_return);
  if (r < 0 || rows->len == 0)
    return r;
  Recovery recovery = {outbox, rows};
  r = store_write(outbox->options.store, work_recover, &recovery, error);
  return r < 0 ? r : rows->len == STORE_CHUNK;
}

static int read_hold(Outbox *outbox, GError **error) {
  g_autoptr(Link) link = NULL;
  g_auto(Hold) hold = {0};
  int r = store_read(outbox->options.store, &link, error);
  if (r == 0)
    r = outbox_hold_read(link, &hold, error);
  if (r == 0)
    g_atomic_int_set(&outbox->held, hold.held);
  return r;
}

int outbox_recover(Outbox *outbox, GError **error) {
  static const enum delivery_state left[] = {DELIVERY_CLAIMED, DELIVERY_COMMITTING};
  for (gsize i = 0; i < G_N_ELEMENTS(left); i++) {
    int r;
    while ((r = recover_page(outbox, left[i], error)) > 0)
      ;
    if (r < 0)
      return fault_prefix(error, "the outbox cannot be recovered");
  }
  return read_hold(outbox, error);
}
