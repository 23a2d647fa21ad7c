/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * delivery.h - one addressee by one channel in one variant, and its fate
 *
 *                          claim                   intent                  accept
 *   PLANNED ──► READY ───────────────► CLAIMED ───────────────► COMMITTING ─────────► RELAYED
 *      │         ▲ ▲ ▲                  │  │  │                  │  │  │
 *      │         │ │ └──── defer ───────┘  │  │         defer    │  │  │ lose track
 *      │         │ └───────────────────────│──│──────────────────┘  │  └──────► IN_DOUBT ──presume──► PRESUMED
 *      │         │   resend (rule W)       │  │ refuse      refuse  │              │  │
 *      │         └─────────────────────────│──│─────────────────────│──────────────┘  └─ evidence ─► RELAYED
 *      ▼                                   ▼  ▼                     ▼
 *    HELD ◄─────────────── hold ───────────┘ REFUSED ◄──────────────┘
 *   any of PLANNED, HELD, READY, CLAIMED may also become EXPIRED, CANCELLED or PARKED; none of them once COMMITTING.
 *
 * One function is the only door between states: delivery_change (delivery.c). It checks that the change is one of
 * the drawing, writes the row under its fence, counts it and adds its entry to the journal.
 */
#pragma once

#include <glib.h>

enum delivery_state {
#define STATE(symbol, name, sentence) symbol,
#include "outbox/delivery_states.def"
#undef STATE
  DELIVERY_STATES
};

const char *delivery_state_name(enum delivery_state state);
enum delivery_state delivery_state_of(const char *name); /* DELIVERY_STATES when there is none of that name */
