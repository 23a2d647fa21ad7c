/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "outbox/outbox.h"

#include "base/fault.h"
#include "outbox/courier.h"
#include "outbox/outbox_private.h"
#include "outbox/outbox_recover.h"
#include "outbox/turn_rows.h"

void composed_clear(Composed *composed) {
  g_clear_pointer(&composed->message, message_free);
  g_clear_pointer(&composed->splice, g_bytes_unref);
  g_clear_pointer(&composed->words, g_free);
  composed->reason = NULL;
}

void claim_free(const Outbox *outbox, Claim *claim) {
  if (claim == NULL)
    return;
  if (claim->material != NULL)
    outbox->options.composer.unload(outbox->options.composer.data, claim);
  g_free(claim->variant);
  g_free(claim->address);
  g_free(claim->language);
  g_free(claim);
}

int outbox_open(const OutboxOptions *options, Outbox **ret, GError **error) {
  Outbox *outbox = g_new0(Outbox, 1);
  outbox->options = *options;
  g_mutex_init(&outbox->lock);
  g_cond_init(&outbox->work);
  outbox->door = delivery_door_new(options->store, options->journal);
  outbox->stock = stock_new(outbox);
  outbox->relays = relays_new(options->relays);
  outbox->couriers = g_ptr_array_new();
  int r = outbox_recover(outbox, error);
  if (r == 0)
    r = turn_new(options, &outbox->turn, error);
  if (r < 0) {
    outbox_close(outbox);
    return r;
  }
  *ret = outbox;
  return 0;
}

void outbox_start(Outbox *outbox) {
  guint connections = outbox->options.couriers;
  guint threads = (connections + COURIER_LANES_MAX - 1) / COURIER_LANES_MAX;
  stock_start(outbox->stock);
  for (guint i = 0; i < threads; i++)
    g_ptr_array_add(outbox->couriers,
                    courier_start(outbox, i, connections / threads + (i < connections % threads)));
}

void outbox_stop(Outbox *outbox) {
  g_atomic_int_set(&outbox->stop, 1);
  outbox_wake(outbox);
  for (guint i = 0; i < outbox->couriers->len; i++)
    courier_join(g_ptr_array_index(outbox->couriers, i));
  g_ptr_array_set_size(outbox->couriers, 0);
  Hands nothing = {NULL, 0};
  stock_rest(outbox->stock);
  stock_give_back(outbox->stock, &nothing, 0); /* what was claimed when the last courier went */
}

void outbox_close(Outbox *outbox) {
  if (outbox == NULL)
    return;
  outbox_stop(outbox);
  g_ptr_array_free(outbox->couriers, TRUE);
  stock_free(outbox->stock);
  relays_free(outbox->relays);
  turn_free(outbox->turn);
  delivery_door_free(outbox->door);
  g_cond_clear(&outbox->work);
  g_mutex_clear(&outbox->lock);
  g_free(outbox);
}

gboolean outbox_is_too_late(const Outbox *outbox, gint64 not_after) {
  return not_after != 0 && not_after < clock_latest(outbox->options.clock);
}

DeliveryDoor *outbox_door(Outbox *outbox) {
  return outbox->door;
}

void outbox_wake(Outbox *outbox) {
  g_atomic_int_inc(&outbox->gates);
  g_mutex_lock(&outbox->lock);
  outbox->wakes++;
  g_cond_broadcast(&outbox->work);
  g_mutex_unlock(&outbox->lock);
}

guint64 outbox_wait(Outbox *outbox, guint64 seen, gint64 until) {
  g_mutex_lock(&outbox->lock);
  while (outbox->wakes == seen && g_cond_wait_until(&outbox->work, &outbox->lock, until))
    ;
  guint64 wakes = outbox->wakes;
  g_mutex_unlock(&outbox->lock);
  return wakes;
}

GArray *outbox_relays(Outbox *outbox) {
  return relays_health(outbox->relays, g_get_monotonic_time());
}

gint64 outbox_opens(Outbox *outbox, gboolean restricted, gint64 at, const char **ret_why) {
  enum calendar_why why = CALENDAR_OPEN;
  gint64 opens = turn_opens(outbox->turn, restricted, at, &why);
  *ret_why = calendar_why_words(why);
  return why == CALENDAR_OPEN ? 0 : opens == 0 ? -1 : opens;
}

int outbox_waits(Outbox *outbox, Link *link, gint64 mailing, gboolean restricted, gint64 not_before,
                 gint64 *ret_until, const char **ret_why, GError **error) {
  gint64 now = clock_wall(outbox->options.clock), due = 0;
  gboolean paced = FALSE;
  *ret_until = outbox_opens(outbox, restricted, MAX(now, not_before), ret_why);
  if (*ret_until != 0)
    return 0;
  int r = turn_rows_first(link, mailing, &due, &paced, error);
  if (r == 0 && due > now) {
    *ret_until = due;
    *ret_why = paced ? "pace" : "another try";
  }
  return r;
}

void outbox_status(Outbox *outbox, OutboxStatus *ret) {
  g_autoptr(GArray) relays = outbox_relays(outbox);
  *ret = (OutboxStatus){.couriers = outbox->options.couriers,
                        .busy = (guint)g_atomic_int_get(&outbox->busy),
                        .relayed = g_atomic_int_get(&outbox->relayed),
                        .attempts = g_atomic_int_get(&outbox->attempts),
                        .stuck = g_atomic_int_get(&outbox->stuck) != 0};
  for (guint i = 0; i < relays->len && ret->relay == NULL; i++) {
    const RelayHealth *health = &g_array_index(relays, RelayHealth, i);
    if (health->up)
      ret->relay = relay_name(health->relay);
    if (ret->relay_words == NULL)
      ret->relay_words = g_strdup(health->words);
  }
}
