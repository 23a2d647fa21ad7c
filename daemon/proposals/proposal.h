/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * proposal.h - what somebody put forward: its words, whose they are, and where it stands on its way to the
 * synthesis
 *
 *                 moderate                      order
 *   SUBMITTED ───────────────► MODERATED ────────────────► IN_SYNTHESIS ─┐ order: another place
 *     │  │  │                   │  │ ▲ ▲      take back     │ │   ▲    ▲  │
 *     │  │  └───────────────────│──│─│─│────────────────────│─│───┘    └──┘
 *     │  │   merge              │  │ │ │◄───────────────────┘ │
 *     │  └──────────► MERGED ◄──┘  │ │ │                      │
 *     │                 │  ▲       │ │ │                      │
 *     │   set aside     │  └───────│─│─│──────────────────────┤
 *     │                 └──────────│─┘ │   take back          │
 *     └────────────► SET_ASIDE ◄───┘   │                      │
 *                       │  ▲           │                      │
 *                       └──│───────────┘                      │
 *                          └──────────────────────────────────┘
 *
 *   SUBMITTED     nobody has looked at it
 *   MODERATED     it stands for itself, and has no place yet
 *   MERGED        `merged_into` says where it went; nothing is lost of it, it is a source of `item`
 *   SET_ASIDE     `reason` says why; what went into it before goes with it
 *   IN_SYNTHESIS  `place` is its place among those of its question, from 1 on without gaps
 *
 * proposal_change is the only door. It is called by proposal_moderate, by synthesis_merge, _set_aside, _order
 * and _take_back (synthesis.h), and by split_proposal (split.h). Whoever merges, places or sets aside has
 * looked: from SUBMITTED too. What is taken back is MODERATED, because somebody looked.
 *
 * The words that came are never changed. What the synthesis is to say instead is the `wording`, beside them.
 */
#pragma once

#include "contacts/contacts.h"

#include <glib.h>

extern const Schema proposals_schema;

#define PROPOSAL_TEXT_MAX     20000 /* bytes of what was put forward, and of a wording: some 3,000 words */
#define PROPOSALS_AT_ONCE_MAX 500   /* that one call enters or changes */
#define PROPOSAL_PAGE         100
#define PROPOSAL_PAGE_MAX     1000
#define QUESTION_MAX          99

enum proposal_state {
#define STATE(symbol, name, sentence) symbol,
#include "proposals/proposal_states.def"
#undef STATE
  PROPOSAL_STATES
};
const char *proposal_state_name(enum proposal_state state);
const char *proposal_state_sentence(enum proposal_state state);
/* PROPOSAL_STATES when there is none of that name. */
enum proposal_state proposal_state_of(const char *name);

enum proposal_deed {
#define DEED(symbol, name, entry) symbol,
#include "proposals/proposal_deeds.def"
#undef DEED
  PROPOSAL_DEEDS
};
const char *proposal_deed_name(enum proposal_deed deed);

/* Numbers are 0 and texts NULL for what there is not, or not for who asks. */
typedef struct {
  gint64 id, edition, question;
  enum proposal_state state;
  gboolean restricted;
  char *language, *text; /* as it came; the text is "" once it was erased */
  char *wording, *wording_language;
  gint64 workshop; /* a list */
  char *workshop_name;
  gint64 author; /* a contact, through all merges of contacts */
  char *author_name;
  gint64 inbound;    /* the message that it stands in */
  gint64 delivery;   /* of the letter that was answered by it */
  gint64 split_from; /* the proposal that it is a part of */
  gint64 place;
  gint64 merged_into; /* the proposal that it was merged into by name */
  gint64 item;        /* into which all of that went: itself, when it went nowhere */
  char *reason;       /* why it was set aside */
  gint64 entered_at;
  char *entered_by; /* a user, or "valised" */
} Proposal;
void proposal_free(Proposal *proposal);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Proposal, proposal_free)

/* ---- reading ---- */

/* FAULT_ABSENT for what CLEARANCE may not see, too. */
int proposal_find(Link *link, gint64 clearance, gint64 id, Proposal **ret, GError **error);

#define PROPOSAL_ANY (-1)

/* What is asked for; all given conditions hold together. */
typedef struct {
  gint64 edition;       /* 0: the present one; PROPOSAL_ANY */
  gint64 question;      /* PROPOSAL_ANY; 0: those without one */
  int state;            /* PROPOSAL_ANY, or of enum proposal_state */
  const char *language; /* NULL: any */
  gint64 workshop;      /* 0: any */
  gint64 author;        /* 0: any; with those that went into this contact */
  gint64 inbound;       /* 0: any */
  gint64 after;         /* id of the last of the page before */
  gint64 limit;         /* 0: PROPOSAL_PAGE */
} ProposalFilter;
#define PROPOSAL_FILTER_ANY ((ProposalFilter){.question = PROPOSAL_ANY, .state = PROPOSAL_ANY})

/* Proposal *, in the order of ids. FAULT_INPUT for a limit above PROPOSAL_PAGE_MAX. */
int proposal_list(Link *link, gint64 clearance, const ProposalFilter *filter, GPtrArray **ret,
                  GError **error);

/* Proposal *: ITEM and all that went into it, in the order of ids. */
int proposal_sources(Link *link, gint64 clearance, gint64 item, GPtrArray **ret, GError **error);

/* One line of what happened to a proposal. */
typedef struct {
  gint64 at;
  char *by;
  enum proposal_deed deed;
  enum proposal_state from, to;
  gint64 other; /* the proposal that it went into, came out of, or is a part of; 0: none */
  char *note;   /* a reason, a place, a question; NULL: none */
} ProposalStep;
void proposal_step_free(ProposalStep *step);
/* ProposalStep *, the oldest first. */
int proposal_history(Link *link, gint64 clearance, gint64 id, GPtrArray **ret, GError **error);

/* ---- entering ---- */

/* What is put forward. */
typedef struct {
  const char *text;
  const char *language; /* NULL: that in which the workshop works, else the author's first */
  const char *workshop; /* name of a list that is one; NULL: none */
  gint64 question;      /* 0: that of the workshop, if it has one */
  gint64 author;        /* a contact; 0: not said */
  gint64 inbound, delivery, split_from;
  gboolean restricted; /* in any case; else when the author is, or nobody of the workshop is an attendee */
  const char *place;   /* before a complaint: "line 14"; NULL: nothing */
} ProposalDraft;

typedef struct {
  gint64 id;
  gboolean known; /* the same words on the same question from the same people were entered before, as this */
} ProposalEntered;

/*
 * All of them, or none. *ret has one ProposalEntered for each; *ret_warnings (may be NULL) sentences (char
 * *), once each: a workshop with fewer or more seats than it should have, or that works on another question.
 * Organisers, admins, volunteers.
 *
 * FAULT_INPUT: no words, too many, no language; FAULT_RULE: a question that this edition has not, a list that
 * is no workshop; FAULT_ABSENT: an author or a workshop that is not there for who asks.
 */
int proposal_enter(const Contacts *house, const Actor *actor, const ProposalDraft *drafts, gsize count,
                   GArray **ret, GPtrArray **ret_warnings, GError **error);

/* ---- small changes; of all named, or of none ---- */

/* Somebody has looked at them. Those that somebody looked at before stay as they are. */
int proposal_moderate(const Contacts *house, const Actor *actor, const gint64 *ids, gsize count,
                      GError **error);
/* QUESTION 0: none. FAULT_RULE for one that has its place, and for a question that this edition has not. */
int proposal_assign(const Contacts *house, const Actor *actor, const gint64 *ids, gsize count,
                    gint64 question, GError **error);
/* What the synthesis says in its place; TEXT NULL or "" takes that away. LANGUAGE NULL: that of the proposal.
 */
int proposal_reword(const Contacts *house, const Actor *actor, gint64 id, const char *text,
                    const char *language, GError **error);

/* A person is forgotten, within a unit: the number goes from what is his, and WORDS (names and addresses,
 * ended by NULL) from the texts (forget.h). What was put forward stays, as nobody's: others worked on it.
 * Whoever wants that to go too says so, and it is set aside with its words erased (synthesis.h). */
int proposal_erase(Link *link, gint64 contact, const char *const *words, GError **error);

/* ---- for the other files of this room ---- */

/* What a change works with, within a unit. */
typedef struct {
  const Contacts *house;
  const Actor *actor;
  Link *link;
  GHashTable *seatings; /* seating.h: looked at once a unit */
} ProposalUnit;

/* What else there is to say of a change. */
typedef struct {
  gint64 other;
  const char *note;
  gint64 place; /* for IN_SYNTHESIS */
} ProposalTurn;

/* The door. Brings P to the state TO, with its step of history and, unless many have one together, its entry.
 * FAULT_RULE for what the drawing has not. */
int proposal_change(const ProposalUnit *unit, Proposal *p, enum proposal_deed deed, enum proposal_state to,
                    const ProposalTurn *turn, GError **error);
/* A deed that leaves P in its state. */
int proposal_note(const ProposalUnit *unit, const Proposal *p, enum proposal_deed deed,
                  const ProposalTurn *turn, GError **error);
/* proposal_enter within a unit, for one. */
int proposal_put(const ProposalUnit *unit, const ProposalDraft *draft, GPtrArray *warnings,
                 ProposalEntered *ret, GError **error);
/* The words as they are kept: checked, line ends as LF, blank ends removed. The caller frees *ret. */
int proposal_words(const char *what, const char *text, char **ret, GError **error);
/* Runs WORK as one unit. */
int proposal_write(const Contacts *house, const Actor *actor,
                   int (*work)(const ProposalUnit *unit, gpointer data, GError **error), gpointer data,
                   GError **error);
