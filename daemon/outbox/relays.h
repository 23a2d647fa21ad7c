/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * relays.h - the relays in order of preference: which of them may be used, by how many couriers. Thread-safe.
 *
 *            fails                its rest is over, and a courier takes it
 *      UP ─────────► RESTING ───────────────────────────────────────────────► ON TRIAL
 *       ▲             ▲   fails again: it rests longer                          │  │
 *       │             └─────────────────────────────────────────────────────────┘  │
 *       └───────────────────────── took part in a whole dialogue ──────────────────┘
 *
 * The first that is up is used. One that failed rests for a second, at the next failure for two, and so on up
 * to a minute; then one courier tries it with one message while the others go on elsewhere, and all come back
 * to it when that went well.
 *
 * A courier holds a seat at the relay that it uses: one connection. How many seats a relay has adapts between
 * 1 and its ceiling: more while that makes it faster, fewer when it says that there are too many.
 */
#pragma once

#include "transport/transport.h"

#include <glib.h>

typedef struct Relays Relays;

/* RELAYS: ended by NULL; outlive it. */
Relays *relays_new(const Relay *const *relays);
void relays_free(Relays *relays);

/* A courier's own; all zero: it has none. */
typedef struct {
  const Relay *relay;
  gboolean trial; /* it tries a relay that had failed */
} Seat;

/* A seat at the relay to be used at NOW (monotonic): SEAT is kept, or exchanged, or given up. FALSE when
 * there is none to be had, then *ret_until says when to ask again. */
gboolean relays_take_seat(Relays *relays, Seat *seat, gint64 now, gint64 *ret_until);
void relays_leave_seat(Relays *relays, Seat *seat);
/* TRUE when nobody has a seat. */
gboolean relays_are_idle(Relays *relays);

/* What came of a dialogue on SEAT that ended at NOW. TRUE when others should look again: a relay came up, or
 * it has more seats. */
gboolean relays_note(Relays *relays, Seat *seat, gint64 now, const Outcome *outcome);

typedef struct {
  const Relay *relay;
  gboolean up;       /* FALSE while it rests or is on trial */
  gint64 until;      /* monotonic: it rests so long; 0 when it does not */
  char *words;       /* what it last said, or what was wrong, when it is not up; else NULL */
  gint64 relayed;    /* since start */
  guint used, seats; /* connections: in use, and allowed at present */
} RelayHealth;

/* One for each, in order; the caller frees the array, which frees what it holds. */
GArray *relays_health(Relays *relays, gint64 now);
