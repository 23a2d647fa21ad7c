/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * outbox.h - what waits to be sent, the gates in front of it, and the couriers that carry it
 *
 * Above it stands mailing/, which plans deliveries and composes their messages; below it transport/, which
 * takes a message and gives an outcome. A sending is the outbox's own view of a mailing: whether its gate is
 * open, until when, and by which policy.
 */
#pragma once

#include "base/clock.h"
#include "journal/journal.h"
#include "mail/message.h"
#include "outbox/calendar.h"
#include "outbox/delivery.h"
#include "outbox/pace.h"
#include "outbox/retry.h"
#include "store/store.h"
#include "transport/transport.h"

#include <glib.h>

extern const Schema outbox_schema;

typedef struct Outbox Outbox;

/* ---- composing: mailing/ answers these ------------------------------------------------------------- */

/* One claimed delivery, as the courier has it. */
typedef struct {
  gint64 delivery, mailing, addressee, contact, channel, epoch;
  gint64 supersedes; /* whose place it took; 0: nobody's */
  gint64 attempts;   /* that counted, before this one */
  gint64 dated;      /* the message's Date, fixed at the first claim */
  gboolean restricted;
  gboolean composed; /* an earlier intent fixed the bytes: SHA256 is their digest */
  Digest sha256;
  char *variant, *address, *language;
  gpointer material; /* what the composer loaded; freed by its own unload */
} Claim;

enum compose_outcome {
  COMPOSE_DONE = 0,
  COMPOSE_HOLD = 1,   /* a person must look: the addressee changed after approval */
  COMPOSE_PARK = 2,   /* it cannot be made at all, or only with other bytes */
  COMPOSE_CANCEL = 3, /* the addressee does not want it any more */
};

/* What was composed. SPLICE, when not NULL, is kept durably with the intent and handed back at the next try,
 * so that the bytes of a signed message or one to an office never depend on being made again. */
typedef struct {
  Message *message;
  GBytes *splice;
  const char *reason; /* HOLD, PARK, CANCEL: a word (static): "holder-changed", "bytes-changed" */
  char *words;        /* the same: a sentence */
} Composed;
void composed_clear(Composed *composed);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Composed, composed_clear)

typedef struct {
  /* Reads what COUNT claims need, in one snapshot; may set claims[i]->material. Called on the courier's
   * thread. */
  int (*load)(gpointer data, Link *link, Claim *const *claims, gsize count, GError **error);
  /* Makes the message of one loaded claim, on any thread. SPLICE is what an earlier intent kept, or NULL.
   * Returns enum compose_outcome, or < 0 for a fault of our own side (disk, store): the delivery goes back
   * and is tried again. */
  int (*compose)(gpointer data, const Claim *claim, GBytes *splice, Composed *ret, GError **error);
  void (*unload)(gpointer data, Claim *claim);
  /* TRUE when to compose CLAIM may take long, because another program has a part in it: it is done apart
   * then. NULL: never. */
  gboolean (*waits)(gpointer data, const Claim *claim);
  gpointer data;
} Composer;

/* ---- life ------------------------------------------------------------------------------------------- */

typedef struct {
  Store *store;
  Journal *journal;
  const Clock *clock;
  Composer composer;
  const Relay *const *relays; /* in order of preference, ended by NULL; outlive the outbox */
  RetryPolicy retry;
  guint couriers; /* connections at once, at most; several share a thread (courier.h) */
  PaceRules pace;
  CalendarRules calendar;         /* what it points to is copied */
  gboolean calendar_offices_only; /* attendees are written to at any hour */
  GTimeZone *zone;                /* whose clocks the calendar goes by; NULL when it has no rules */
  gint64 log_lag;                 /* rule W: how far the relay's log may lag, microseconds */
} OutboxOptions;

/* Recovers what an abrupt stop left behind: CLAIMED goes back to READY, COMMITTING becomes IN_DOUBT. Starts
 * no thread. */
int outbox_open(const OutboxOptions *options, Outbox **ret, GError **error);
/* Starts the couriers. */
void outbox_start(Outbox *outbox);
/* No new claim; each courier ends its message (a dot in flight is waited for) and gives back the rest. */
void outbox_stop(Outbox *outbox);
void outbox_close(Outbox *outbox);
DeliveryDoor *outbox_door(Outbox *outbox);
/* Wakes couriers: something may have become due, or a gate changed. Cheap; any thread. */
void outbox_wake(Outbox *outbox);

/* ---- sendings: the gates ---------------------------------------------------------------------------- */

typedef struct {
  gint64 mailing;
  gint64 not_before;      /* planned deliveries become ready from this moment */
  gint64 not_after;       /* nothing is claimed after it; 0 for never */
  gboolean at_least_once; /* a doubtful delivery is sent again by itself after rule W's wait */
  gboolean restricted;
} Sending;
/* Within a unit of work of the caller; call outbox_wake after it. Its gate is closed, also of one that was
 * cancelled before anything could leave and is released anew. */
int outbox_sending_put(Link *link, const Sending *sending, GError **error);
int outbox_sending_gate(Link *link, gint64 mailing, gboolean open, GError **error); /* not once cancelled */
/* TRUE in *ret_open. FAULT_ABSENT when there is no such sending. */
int outbox_sending_is_open(Link *link, gint64 mailing, gboolean *ret_open, GError **error);

/* What time does: planned ones whose moment came become ready, those past not_after expire, doubtful ones of
 * at-least-once sendings are sent again. Works in chunks; TRUE in *ret_more when it should be called again at
 * once. *ret_next is the next moment at which there will be something to do (0: none known). */
int outbox_tick(Outbox *outbox, gboolean *ret_more, gint64 *ret_next, GError **error);

/* Closes the gate for good and cancels what has not left (planned, held, ready) in chunks; *ret_n says how
 * many; called again it goes on. What a courier has in hand it gives back before its next message, and
 * outbox_tick cancels it then. */
int outbox_cancel(Outbox *outbox, gint64 mailing, gboolean restricted, const char *user, const char *reason,
                  gint64 *ret_n, GError **error);

/* ---- hold: the gate of the whole house --------------------------------------------------------------- */

/* FAULT_RULE when it is so already. REASON is a checked line. */
int outbox_hold(Outbox *outbox, const Actor *actor, const char *reason, GError **error);
int outbox_unhold(Outbox *outbox, const Actor *actor, const char *reason, GError **error);
typedef struct {
  gboolean held;
  char *reason, *by;
  gint64 at;
} Hold;
int outbox_hold_read(Link *link, Hold *ret, GError **error);
void hold_clear(Hold *hold);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Hold, hold_clear)

/* ---- a person decides ------------------------------------------------------------------------------- */

enum settle {
  SETTLE_PRESUMED,  /* in-doubt: treat as sent */
  SETTLE_RESEND,    /* in-doubt under rule W; held for what the relay lacked, refused, parked: send (again) */
  SETTLE_CANCELLED, /* held, parked, to-do: nobody sends or carries it any more */
};
/* FAULT_RULE says why not; under rule W it names the earliest time. ACCEPT_DUPLICATE overrides rule W. */
int outbox_settle(Outbox *outbox, const Actor *actor, gint64 delivery, enum settle as, const char *reason,
                  gboolean accept_duplicate, GError **error);

/* ---- reading ---------------------------------------------------------------------------------------- */

typedef struct {
  gint64 id, mailing, addressee, contact, channel, supersedes, epoch, attempts;
  gboolean restricted;
  enum delivery_state state;
  char *reason, *variant, *address, *language, *country, *relay;
  char *by_hand; /* NULL: a courier carries it; else how a person does: "post", "web-form" */
  gint64 due, dated, dot_at, closed_at;
  gboolean has_sha256;
  Digest sha256;
  gboolean bounced; /* a report says that it did not arrive (fact.h) */
} DeliveryRow;
void delivery_row_free(DeliveryRow *row);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(DeliveryRow, delivery_row_free)

typedef struct {
  gint64 number, epoch, at, dot_at, ended_at;
  char *relay, *outcome, *step, *status, *reply, *tls;
  int code;
} AttemptRow;
void attempt_row_free(AttemptRow *row);

typedef struct {
  gint64 mailing;      /* 0 for any */
  gint64 contact;      /* 0 for any */
  guint states;        /* bit set of 1 << enum delivery_state; 0 for any */
  const char *country; /* a code; NULL for any */
  gint64 after;        /* only ids above */
  gint64 limit;
} DeliveryFilter;
/* Rows (DeliveryRow) that CLEARANCE may see, by id. The caller frees the array. */
int outbox_list(Link *link, gint64 clearance, const DeliveryFilter *filter, GPtrArray **ret, GError **error);
/* FAULT_ABSENT when there is none that CLEARANCE may see. */
int outbox_find(Link *link, gint64 clearance, gint64 delivery, DeliveryRow **ret, GError **error);
int outbox_attempts(Link *link, gint64 delivery, GPtrArray **ret, GError **error);
/* What an intent kept to rebuild the message (Composed.splice); NULL: nothing. */
int outbox_splice(Link *link, gint64 delivery, GBytes **ret, GError **error);
/* The first MOST bytes of it. */
int outbox_splice_head(Link *link, gint64 delivery, gint64 most, GBytes **ret, GError **error);
/* All deliveries (DeliveryRow) of one addressee that CLEARANCE may see, the newest last. */
int outbox_chain(Link *link, gint64 clearance, gint64 addressee, GPtrArray **ret, GError **error);

/* Within a unit: cancels one delivery that has not left (planned, held, ready, to-do) as ROW shows it. REASON
 * is a word of the table, TEXT is for people; USER is NULL for the daemon. 0 too when it has moved on since.
 */
int outbox_call_off(Outbox *outbox, Link *link, const DeliveryRow *row, const char *user, const char *reason,
                    const char *text, GError **error);
/* How many of MAILING gave their place to another: what became of those tells of no addressee. */
int outbox_superseded(Link *link, gint64 mailing, gint64 *ret_n, GError **error);
/* Planned deliveries by hand whose gate is open and whose time has come: whoever planned them makes them
 * to-do. */
int outbox_to_carry(Link *link, gint64 now, gint64 limit, GPtrArray **ret, GError **error);
/* All deliveries that CLEARANCE may see, by state. Walks over them: for who may not see all. */
int outbox_counts_visible(Link *link, gint64 clearance, gint64 ret_counts[DELIVERY_STATES], GError **error);
/* Rule W: from when on `settle --as resend` is allowed for an in-doubt delivery; 0 when the connection is not
 * known closed. */
gint64 outbox_resend_from(Outbox *outbox, const DeliveryRow *row);

typedef struct {
  guint couriers, busy;     /* connections at once, at most; those with a message on them */
  gint64 relayed, attempts; /* since start */
  gboolean stuck;           /* an outcome cannot be recorded: nothing new is claimed */
  const char *relay;        /* where the next message would go; NULL when all are down */
  char *relay_words;        /* the last words of the first relay that is down; the caller frees them */
} OutboxStatus;
void outbox_status(Outbox *outbox, OutboxStatus *ret);

/* The relays, in order of preference (RelayHealth of outbox/relays.h); the caller frees the array. */
GArray *outbox_relays(Outbox *outbox);
/* 0 when mail (RESTRICTED or not) may leave at the moment AT. Else from when on it may (-1 when that is not
 * within sight), and *ret_why names what stands against it (static): "quiet hours", "closed", "no day for
 * sending". */
gint64 outbox_opens(Outbox *outbox, gboolean restricted, gint64 at, const char **ret_why);
/* What the next delivery of MAILING waits for when none of it may go now or, when that is later, at
 * NOT_BEFORE: until when (0: for nothing; -1: not within sight), and why (static): as above, or "pace",
 * "another try". */
int outbox_waits(Outbox *outbox, Link *link, gint64 mailing, gboolean restricted, gint64 not_before,
                 gint64 *ret_until, const char **ret_why, GError **error);
