/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * lane.h - one connection of a courier, and the message that is on it. Only this room includes it.
 *
 *               lane_carry                           all but the end of data is there
 *     LANE_FREE ──────────► composed ─► LANE_OFFERING ───────────────────────────────► LANE_OFFERED
 *      ▲    ▲                │ │   ▲ │   │ ▲  │                                              │ lane_end_data,
 *      │    │  it is not to  │ │   │ │   │ │  │                                              │ once its
 * intent │    │  be sent       │ ▼   │ │   ▼ │  │ it will not go                               ▼ is durable
 *      │    │                │ LANE_APART ──┘  │                                         LANE_ENDING
 *      │    │                ▼       ▼         ▼                       answered              │
 *      │    └────────── LANE_ASIDE  LANE_DECIDED ◄───────────────────────────────────────────┘
 *      └── lane_free ─────────────────────┘
 *
 * No function here waits for anybody. What may take long, to open a connection and to compose a message that
 * another program signs, is done by a thread of its own (LANE_APART), which rings the courier's bell when it
 * is done; nobody else touches the lane until then.
 */
#pragma once

#include "outbox/relays.h"
#include "outbox/stock.h"

enum lane_stage {
  LANE_FREE,
  LANE_APART,
  LANE_OFFERING,
  LANE_OFFERED,
  LANE_ENDING,
  LANE_DECIDED, /* OUTCOME says what became of the message */
  LANE_ASIDE,   /* it is not to be sent: RESULT, an enum compose_outcome, and COMPOSED say why */
};

typedef struct Lane Lane;
struct Lane {
  Outbox *outbox;
  int bell; /* an eventfd, of the courier */
  enum lane_stage stage;
  Seat seat;          /* at the relay to be used */
  const Relay *relay; /* of the session */
  Session *session;
  Stocked work; /* what is on it; its claim is owned unless the lane is free */
  Composed composed;
  gint64 at, dot_at; /* wall: begun; right before the end of data, 0 when that was not said */
  Outcome outcome;   /* LANE_DECIDED */
  gboolean ours;     /* it was our own side that failed: the outcome says nothing of the relay */
  gboolean late;     /* it took so long that its courier does not wait for it any more */

  /* LANE_APART */
  int (*job)(Lane *lane, GError **error);
  GThread *thread;
  gint done; /* atomic: the thread is */
  int result;
  GError *error;

  /* for the unit that grants its intent */
  DeliveryChange change;
  GString *facts;
  gboolean granted;
};

/* BELL is rung from another thread when lane_go_on is worth calling. */
void lane_init(Lane *lane, Outbox *outbox, int bell);
/* QUIT. The lane is free. */
void lane_clear(Lane *lane);

/* A session at the relay of its seat; none without a seat, so that no more connections stand than there are
 * seats. The lane is free. */
void lane_use_relay(Lane *lane);
/* WORK was taken from the stock, by a lane with a seat: makes its message and offers it. */
void lane_carry(Lane *lane);
/* TRUE while it waits: for the relay, or for its thread. */
gboolean lane_waits(const Lane *lane);
/* What it waits for is perhaps there. TRUE when it waits no more. */
gboolean lane_go_on(Lane *lane);
/* The events of poll(2) and the descriptor that it waits for; 0 when the bell tells. */
short lane_awaits(const Lane *lane, int *ret_fd);
/* The end of data: the intent is durable. */
void lane_end_data(Lane *lane);
/* The message will not go now, and no copy exists: the lane is free, its claim is the caller's. */
Claim *lane_abandon(Lane *lane);
/* It is decided that our own side failed: ERROR tells how. */
void lane_fail(Lane *lane, const GError *error);
/* A decided one, or one set aside, becomes free; its claim and its outcome are the caller's, who took them.
 */
void lane_free(Lane *lane);
