/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * delivery.h - one addressee by one channel in one variant, and its fate
 *
 *                         claim                   intent                  accept
 *   PLANNED ──► READY ──────────────► CLAIMED ───────────────► COMMITTING ─────────► RELAYED
 *    │ │        ▲ ▲ ▲ ▲                │  │ │                   │  │  │
 *    │ │        │ │ │ └─── defer ──────┘  │ │         defer     │  │  │ lose track
 *    │ │        │ │ └─────────────────────│─│───────────────────┘  │  └──────► IN_DOUBT ─ presume ─► PRESUMED
 *    │ │        │ │   resend (rule W)     │ │ refuse       refuse  │              │  │
 *    │ │        │ └───────────────────────│─│──────────────────────│──────────────┘  └─ late reply ─► RELAYED
 *    │ ▼        │ release                 │ ▼                      ▼
 *    │ HELD ────┘ ◄────── hold ───────────┘ REFUSED ◄──────────────┘
 *    │
 *    └─ by hand ─► TO_DO ── carried, with proof ──► DONE
 *
 *   PLANNED, HELD, READY, CLAIMED may also become EXPIRED, CANCELLED or PARKED; nothing of the kind once
 *   COMMITTING. TO_DO may become EXPIRED or CANCELLED. HELD, REFUSED and PARKED go back to READY when a
 *   person says so, but a REFUSED one whose place another took does not. IN_DOUBT keeps the epoch of its
 *   intent, so that a reply that was merely late is still taken from the courier that read it.
 *
 *   A delivery by hand goes from PLANNED to TO_DO where another becomes READY; no courier ever has it.
 *
 *   Deliveries of one addressee are a chain: each but the first supersedes the one before, which was REFUSED
 *   and stays so, or bounced later (fact.h). At most one supersedes another (the database holds it), and the
 * newest of the chain is the one that tells how the addressee stands.
 *
 * In READY the epoch counts how often it was claimed; each claim raises it, and every later change by that
 * courier is fenced by it: a change that finds another state or epoch changes nothing and says so.
 *
 * One file is the only door between states (delivery.c): it checks the change against the drawing, writes the
 * row under its fence, counts it, and adds its entry to the journal, all inside the caller's unit of work.
 */
#pragma once

#include "base/digest.h"
#include "journal/journal.h"

#include <glib.h>

enum delivery_state {
#define STATE(symbol, name, sentence) symbol,
#include "outbox/delivery_states.def"
#undef STATE
  DELIVERY_STATES
};

const char *delivery_state_name(enum delivery_state state);
const char *delivery_state_sentence(enum delivery_state state);
enum delivery_state delivery_state_of(const char *name); /* DELIVERY_STATES when there is none of that name */
/* TRUE when the drawing has an arrow from FROM to TO. */
gboolean delivery_may_change(enum delivery_state from, enum delivery_state to);
/* TRUE while something can still happen to it without a person: planned, ready, claimed, committing. */
gboolean delivery_moves(enum delivery_state state);

typedef struct DeliveryDoor DeliveryDoor; /* counts changes beside the store's transactions */

DeliveryDoor *delivery_door_new(Store *store, Journal *journal);
void delivery_door_free(DeliveryDoor *door);

/* Which delivery, as the caller last saw it, and what becomes of it. Zero and NULL leave a column as it is,
 * but REASON, which is always written (NULL clears it). */
typedef struct {
  gint64 delivery, mailing, addressee, contact;
  gboolean restricted;
  enum delivery_state from;
  gint64 epoch; /* the fence */
  enum delivery_state to;
  gboolean next_epoch;  /* raise it: nothing of the earlier claim counts any more */
  const char *reason;   /* a word of the reasons' table: "smtputf8", "holder-changed" */
  gint64 due;           /* READY: not before this moment */
  gboolean counts;      /* this attempt counts against the limit of attempts */
  gboolean forgiven;    /* earlier attempts count no more: a person asked for another try */
  const Digest *sha256; /* COMMITTING: of the whole message */
  const char *relay;    /* COMMITTING: where it goes */
  gint64 dot_at;        /* COMMITTING: the latest moment before the end of data */
  gint64 closed_at;     /* IN_DOUBT: when the connection was known closed */
  enum entry_kind kind; /* what the journal calls it */
  const char *user;     /* who decided; NULL is the daemon */
  const char *text;     /* the entry's sentence; NULL for the kind alone */
  const char *facts;    /* the entry's facts */
} DeliveryChange;

/* 0 changed; 1 the row is no longer as the caller saw it (the fence held) and nothing was written. */
int delivery_change(DeliveryDoor *door, Link *link, const DeliveryChange *change, GError **error);

/* A new row, PLANNED or HELD (with its reason). */
typedef struct {
  gint64 mailing, addressee, contact, channel;
  gboolean restricted;
  const char *variant; /* full, link, unsigned */
  const char *address; /* RFC5321.RcptTo, its domain as A-label */
  const char *language;
  const char *country;    /* code of the addressee's country or area, or NULL; for listing */
  gint64 due;             /* not before */
  const char *held;       /* NULL for PLANNED, else why it is HELD from the start */
  gint64 supersedes;      /* 0 for none; FAULT_RULE when another took its place already */
  const char *by_hand;    /* NULL: a courier carries it; else how a person does: "post", "web-form" */
  gboolean after_silence; /* those before it may have arrived and met silence */
  gint64 wave;            /* of its mailing (outbox_wave.h); 0: none, or that of the one it supersedes */
} DeliveryPlan;

/* Inserts and counts; the caller adds one entry for its whole batch. */
int delivery_plan(DeliveryDoor *door, Link *link, const DeliveryPlan *plan, gint64 *ret_id, GError **error);

/* Changes up to LIMIT deliveries of MAILING from one state to another, oldest first, with one entry for all
 * of them whose facts name them as ranges ("deliveries=12-75,77"). Claims raise the epoch. Returns how many
 * in *ret_n. IDS (may be NULL) is filled with their numbers (gint64). */
typedef struct {
  gint64 mailing;
  gboolean restricted;
  enum delivery_state from, to;
  const char *reason;
  gint64 due_until; /* of READY: only those due by then; 0 for all */
  gint64 limit;
  gint64 dated; /* CLAIMED: the Date of those that have none yet */
  enum entry_kind kind;
  const char *user, *text;
} DeliveryBatch;
int delivery_change_batch(DeliveryDoor *door, Link *link, const DeliveryBatch *batch, GArray *ids,
                          gint64 *ret_n, GError **error);

/* How many deliveries of MAILING (0: of all) are in each state. */
int delivery_counts(Link *link, gint64 mailing, gint64 ret_counts[DELIVERY_STATES], GError **error);

/* Sorted numbers (gint64) as an entry about a batch names them: "12-75,77". The caller frees it. */
char *delivery_ranges(const GArray *ids);
