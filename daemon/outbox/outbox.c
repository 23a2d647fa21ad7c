/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "outbox/outbox.h"

#include "base/fault.h"
#include "outbox/courier.h"
#include "outbox/outbox_private.h"
#include "outbox/outbox_recover.h"

void composed_clear(Composed *composed) {
  g_clear_pointer(&composed->message, message_free);
  g_clear_pointer(&composed->splice, g_bytes_unref);
  g_clear_pointer(&composed->words, g_free);
  composed->reason = NULL;
}

int outbox_open(const OutboxOptions *options, Outbox **ret, GError **error) {
  Outbox *outbox = g_new0(Outbox, 1);
  outbox->options = *options;
  g_mutex_init(&outbox->lock);
  g_cond_init(&outbox->work);
  outbox->door = delivery_door_new(options->store, options->journal);
  outbox->relays = relays_new(options->relays);
  outbox->couriers = g_ptr_array_new();
  int r = outbox_recover(outbox, error);
  if (r < 0) {
    outbox_close(outbox);
    return r;
  }
  *ret = outbox;
  return 0;
}

void outbox_start(Outbox *outbox) {
  for (guint i = 0; i < outbox->options.couriers; i++)
    g_ptr_array_add(outbox->couriers, courier_start(outbox, i));
}

void outbox_stop(Outbox *outbox) {
  g_atomic_int_set(&outbox->stop, 1);
  outbox_wake(outbox);
  for (guint i = 0; i < outbox->couriers->len; i++)
    courier_join(g_ptr_array_index(outbox->couriers, i));
  g_ptr_array_set_size(outbox->couriers, 0);
}

void outbox_close(Outbox *outbox) {
  if (outbox == NULL)
    return;
  outbox_stop(outbox);
  g_ptr_array_free(outbox->couriers, TRUE);
  relays_free(outbox->relays);
  delivery_door_free(outbox->door);
  g_cond_clear(&outbox->work);
  g_mutex_clear(&outbox->lock);
  g_free(outbox);
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

void outbox_status(Outbox *outbox, OutboxStatus *ret) {
  gint64 now = g_get_monotonic_time();
  gint64 until = 0;
  const Relay *next = relays_choose(outbox->relays, now, &until);
  *ret = (OutboxStatus){.couriers = outbox->couriers->len,
                        .busy = (guint)g_atomic_int_get(&outbox->busy),
                        .relayed = g_atomic_int_get(&outbox->relayed),
                        .attempts = g_atomic_int_get(&outbox->attempts),
                        .stuck = g_atomic_int_get(&outbox->stuck) != 0,
                        .relay = next != NULL ? relay_name(next) : NULL,
                        .relay_down_for = until != 0 ? until - now : 0,
                        .relay_words = relays_words(outbox->relays, now)};
}
