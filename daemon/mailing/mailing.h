/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * mailing.h - the act of sending documents to a roll of addressees
 *
 *                       approval_submit         approval_approve        release_start
 *   mailing_create ► DRAFT ──────────► SUBMITTED ──────────► APPROVED ──────────────► SCHEDULED
 *                    ▲ ▲ ▲              │  │  │ approval_reject │                      │  │  ▲
 *                    │ │ └ mailing_set ─┘  │  └──► REJECTED     │ mailing_set,         │  │  │ release_resume
 *                    │ │                   │          │         │ voided               │  │  │ (nothing left
 * yet) │ └─── mailing_set ───│──────────┘         │                      │  ▼  │
 *                    └─────────────────────│────────────────────┘◄──────── voided ─────┘ PAUSED
 *                                          │  release_start (attendees alone)          │  │  ▲
 *                                          └──────────────────────────────► SCHEDULED  │  │  │ release_pause
 *                                                             release_tick at its time ▼  ▼  │
 *     CLOSED ◄──── release_close ──── SENT ◄──── release_tick, nothing moves ──────── SENDING
 *                                      └───────── release_tick, one was re-opened ─────► ▲
 *
 *   release_cancel leads from every state before SENT to CANCELLED.
 *
 *   DRAFT       fields, documents, lists may change; the roll may be made again
 *   SUBMITTED   digest and manifest stand; wordings and values are frozen in the database
 *   APPROVED    the same, and approver differs from author and submitter
 *   SCHEDULED   every addressee with an address has one delivery, planned or held; the gate is closed
 *   SENDING     the manifest was rebuilt and compared at the moment when the gate opened
 *   PAUSED      the gate is closed; resumed it goes back to where it was
 *
 * "voided": whenever the manifest is rebuilt (approve, release, start of sending) and differs, the approval
 * ends, the journal names the line that differs, and the mailing is a draft again.
 *
 * One function is the door between states (mailing_change): it checks the drawing, writes the row under the
 * fence of its revision, and adds the entry to the journal, in the caller's unit of work.
 */
#pragma once

#include "base/digest.h"
#include "journal/actor.h"
#include "journal/journal.h"
#include "mailing/desk.h"
#include "store/store.h"

#include <glib.h>

enum mailing_state {
#define STATE(symbol, name, sentence) symbol,
#include "mailing/mailing_states.def"
#undef STATE
  MAILING_STATES
};
const char *mailing_state_name(enum mailing_state state);
const char *mailing_state_sentence(enum mailing_state state);
enum mailing_state mailing_state_of(const char *name); /* MAILING_STATES when there is none of that name */
/* TRUE when the drawing has an arrow from FROM to TO. */
gboolean mailing_may_change(enum mailing_state from, enum mailing_state to);

/* The words that each field may have, ended by NULL; the first is the default. */
extern const char *const mailing_acknowledgements[]; /* none, requested, required */
extern const char *const mailing_kinds[];      /* counts_from: link, ... from the weakest to the strongest */
extern const char *const mailing_signs[];      /* none, openpgp, smime */
extern const char *const mailing_categories[]; /* forum, participation, correction */
extern const char *const mailing_policies[];   /* never-twice, at-least-once */
extern const char *const mailing_next_channels[]; /* none, on-refusal, until-acknowledged, all (onward.h) */

#define MAILING_KEEP          G_MININT64 /* a time that is not given */
#define MAILING_DOCUMENTS_MAX 10
#define MAILING_LISTS_MAX     50
#define MAILING_VALUES_MAX    100
#define MAILING_LIMIT_LEAST   ((gint64)10 * 1024) /* a smaller limit would let no letter through */
#define MAILING_LIMIT_MOST    ((gint64)1024 * 1024 * 1024)

/* What is given to create and set. NULL (MAILING_KEEP) leaves a field as it is, or at its default. */
typedef struct {
  const GArray *documents; /* gint64; the first is the one that the letter speaks of */
  const GArray *lists;     /* gint64 */
  const char *wording;
  gint64 at;        /* not before; 0: as soon as it is released */
  gint64 not_after; /* 0: never too late */
  const char *acknowledgement, *counts_from, *sign, *category, *delivery_policy, *next_channel;
  const char *remind_after; /* "20,20" (reminder_due.h): days until reminders by themselves; "none" */
  gint64 next_after;        /* days of silence until the next channel (onward.h); 0 leaves it as it is */
  gint64 message_limit; /* bytes of a whole message: a larger one links its documents; 0 leaves it as it is */
  const GPtrArray *waves;       /* of Wave (wave.h); NULL: as they are; empty: none, it goes as a whole */
  gint64 supplements;           /* for create alone: supplement.h; 0: none */
  gint64 reminds;               /* the same: reminder.h */
  gint64 reminder;              /* the same: which one of what it reminds of, from 1 */
  gboolean by_itself;           /* the same: the scheduler makes it, and is to submit it */
  const struct Mailing *charge; /* the same: its author is that of this mailing; NULL: who makes it */
  GHashTable *values; /* char * -> char *: further values of the wording's mailing level, "forum" for every
                         language or "forum.fr" for one; a list has an item a line; "" takes a value away */
} MailingFields;
#define MAILING_FIELDS_NONE                                                                                  \
  { .at = MAILING_KEEP, .not_after = MAILING_KEEP }

typedef struct Mailing {
  gint64 id, revision; /* the revision grows with every change: the fence */
  enum mailing_state state;
  gboolean restricted; /* to an office, organisation, or holder; or not known yet (see mailing_create) */
  char *wording, *acknowledgement, *counts_from, *sign, *category, *delivery_policy, *next_channel;
  char *remind_after;   /* as reminder_due.h stores it; NULL: no reminder by itself */
  gint64 next_after;    /* days; 0 unless next_channel is until-acknowledged */
  gint64 message_limit; /* bytes of a whole message, as it is transmitted */
  gint64 at, not_after;
  GArray *documents, *lists; /* gint64, in the order given */
  gint64 author_id, submitter_id;
  char *author, *submitter, *approver; /* names */
  char *reason; /* of a rejection, a void, a pause, a cancellation: the latest; NULL for none */
  gint64 created_at, rolled_at, submitted_at, approved_at, released_at, started_at, sent_at; /* 0: not yet */
  gint64 generation; /* of the roll; 0: none */
  gint64 included, held, excluded;
  gboolean has_digest;
  Digest digest;      /* of the manifest, from SUBMITTED on */
  gboolean releasing; /* release_start is under way, or was cut off and will be finished */
} Mailing;
void mailing_free(Mailing *mailing);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Mailing, mailing_free)

/* Makes a draft. Organisers, admins; volunteers for lists that they may see. A mailing of a volunteer is not
 * restricted; any other is until its roll proves that it concerns attendees alone. FAULT_INPUT for an unknown
 * word, list, document or wording, each with what there is; FAULT_RULE for `sign` other than none: no key is
 * configured. */
int mailing_create(Desk *desk, const Actor *actor, const MailingFields *fields, gint64 *ret_id,
                   GError **error);
/* Changes a draft; a submitted, approved or rejected mailing becomes a draft by it, and an approval ends
 * (journal: approval-voided). New lists or documents do away with the roll; new lists of who may see offices
 * make it restricted until the next one, as with a new mailing. FAULT_RULE in any other state. */
int mailing_set(Desk *desk, const Actor *actor, gint64 mailing, const MailingFields *fields, GError **error);

/* FAULT_ABSENT when there is none that CLEARANCE may see. */
int mailing_find(Link *link, gint64 clearance, gint64 mailing, Mailing **ret, GError **error);
/* Mailings by id, above AFTER. */
int mailing_list(Link *link, gint64 clearance, gint64 after, gint64 limit, GPtrArray **ret, GError **error);
/* The values given with create and set: "forum.fr" -> text. The caller frees the table. */
int mailing_values(Link *link, gint64 mailing, GHashTable **ret, GError **error);
/* What a mailing that follows M has of it, for mailing_create: all but its documents, wording, kind of
 * acknowledgement, times and values. Borrowed from M. */
MailingFields mailing_fields_after(const Mailing *m);

/* ---- the door; for the other files of this room ---------------------------------------------------- */

/* What becomes of a mailing, as the caller last saw it. NULL and 0 leave a column as it is. */
typedef struct {
  const Mailing *mailing; /* state and revision are the fence */
  enum mailing_state to;
  const Actor *actor;
  enum entry_kind kind;
  const char *text, *facts; /* of the entry */
  const char *reason;       /* is always written: NULL clears it */
} MailingChange;

/* FAULT_BUSY when the row is no longer as the caller saw it: nothing was written. Times, names and digest of
 * the new state are written beside it: submitted_at and submitter, approved_at and approver, released_at,
 * started_at, sent_at; back in DRAFT they are cleared. */
int mailing_change(Desk *desk, Link *link, const MailingChange *change, GError **error);
/* What M promises was changed: it becomes a draft, and an approval ends by it (journal: approval-voided).
 * TEXT is that of the entry. */
int mailing_reopen(Desk *desk, Link *link, const Actor *actor, const Mailing *m, const char *text,
                   GError **error);
