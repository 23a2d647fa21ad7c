/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/clock.h"

#include <stdatomic.h>

enum clock_kind { CLOCK_SYSTEM, CLOCK_SHIFTED, CLOCK_STEPPED };

struct Clock {
  enum clock_kind kind;
  _Atomic gint64 wall;      /* stepped: where it stands; shifted: how far it is ahead of the machine's */
  _Atomic gint64 monotonic; /* stepped */
  _Atomic gint64 latest;
};

Clock *clock_system(void) {
  static Clock machine = {.kind = CLOCK_SYSTEM};
  return &machine;
}

Clock *clock_shifted(void) {
  Clock *clock = g_new0(Clock, 1);
  clock->kind = CLOCK_SHIFTED;
  return clock;
}

Clock *clock_stepped(gint64 wall) {
  Clock *clock = g_new0(Clock, 1);
  clock->kind = CLOCK_STEPPED;
  clock->wall = wall;
  clock->monotonic = SECOND;
  return clock;
}

void clock_advance(Clock *clock, gint64 microseconds) {
  g_return_if_fail(clock->kind == CLOCK_STEPPED);
  atomic_fetch_add(&clock->wall, microseconds);
  atomic_fetch_add(&clock->monotonic, microseconds);
}

void clock_shift(Clock *clock, gint64 offset) {
  g_return_if_fail(clock->kind == CLOCK_SHIFTED);
  atomic_store(&clock->wall, offset);
}

void clock_free(Clock *clock) {
  if (clock != NULL && clock->kind != CLOCK_SYSTEM)
    g_free(clock);
}

void clock_remember(Clock *clock, gint64 moment) {
  gint64 latest = atomic_load(&clock->latest);
  while (moment > latest && !atomic_compare_exchange_weak(&clock->latest, &latest, moment))
    ;
}

void clock_forget(Clock *clock) {
  atomic_store(&clock->latest, 0);
  clock_wall(clock);
}

gint64 clock_wall(const Clock *clock) {
  Clock *own = (Clock *)clock; /* what it remembers is no part of what it shows */
  gint64 wall = atomic_load(&own->wall) + (clock->kind == CLOCK_STEPPED ? 0 : g_get_real_time());
  clock_remember(own, wall);
  return wall;
}

gint64 clock_monotonic(const Clock *clock) {
  return clock->kind == CLOCK_STEPPED ? atomic_load(&((Clock *)clock)->monotonic) : g_get_monotonic_time();
}

gint64 clock_latest(const Clock *clock) {
  clock_wall(clock);
  return atomic_load(&((Clock *)clock)->latest);
}
