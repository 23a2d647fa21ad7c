/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * inbound_message.h - one message that came in: what it is, to which delivery it belongs, and why
 *
 *   TAKEN ──filing──► FILED ◄──┐
 *     └─────filing──► HELD ──────┘ a person (assign.h), who may do so anew
 *
 * In TAKEN it is kept, in FILED it was read, joined to its delivery, and what follows is done, in HELD it
 * lies in the holding pen.
 *
 * Whatever it says of itself is a claim (inbound/verdict.h). Until it is known to belong to attendees alone
 * it is restricted (journal/actor.h).
 */
#pragma once

#include "base/digest.h"
#include "inbound/verdict.h"
#include "store/store.h"

#include <glib.h>

enum inbound_state {
#define STATE(symbol, name, sentence) symbol,
#include "reply/inbound_states.def"
#undef STATE
  INBOUND_STATES
};
const char *inbound_state_name(enum inbound_state state);
enum inbound_state inbound_state_of(const char *name); /* INBOUND_STATES: none */

typedef struct {
  gint64 id;
  enum inbound_state state;
  gboolean restricted;
  /* what was kept, and where it was found */
  gboolean has_bytes, erased;
  Digest sha256;
  gint64 size;
  char *account, *folder, *name; /* FOLDER and NAME may be NULL */
  gint64 received_at, taken_at;
  char *taken_reason; /* why it could not be had whole; NULL: it was */
  /* what it is; not said before it was read */
  char *verdict, *class, *cause, *status,
      *disposition; /* "" where there is none; VERDICT NULL: not read yet */
  char *reasons;    /* of the verdict: names parted by commas */
  gboolean guess;
  char *from, *from_name, *subject, *message_id; /* NULL: not said, or erased */
  char *answers;                                 /* the Message-ID of what it answers */
  char *words;                                   /* of a mail system, for people */
  char *recipient;                               /* whom a report means; NULL: not said */
  char *dmarc;                                   /* what our own server found (handle.h); NULL: not asked */
  char *signature; /* a name of contacts/contact_signature.h; NULL: it claims none */
  gint64 signer;   /* the contact whose good signature it has; 0: none */
  /* where it belongs */
  char *matched_by; /* NULL: it does not */
  gint64 delivery, mailing, addressee, contact;
  char *reason; /* a word of handlings.def: what was made of it */
  char *sender; /* who of the contact's house sent it: one of acknowledgement_bys; NULL: not asked */
  gint64 event; /* the acknowledgement that it is; 0: none */
  gint64 filed_at;
} InboundMessage;
void inbound_message_free(InboundMessage *message);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(InboundMessage, inbound_message_free)

/* FAULT_ABSENT when there is none that CLEARANCE may see. */
int inbound_message_find(Link *link, gint64 clearance, gint64 id, InboundMessage **ret, GError **error);

typedef struct {
  const char *verdict;      /* NULL: any */
  gboolean unmatched;       /* in the holding pen */
  gint64 delivery, contact; /* 0: any */
  gint64 after, limit;
} InboundFilter;
/* InboundMessage *, by number. The caller frees the array. */
int inbound_message_list(Link *link, gint64 clearance, const InboundFilter *filter, GPtrArray **ret,
                         GError **error);

/* The person's own words and what hangs on the message, as a JSON array of {name, media_type, size}; either
 * may be NULL. The caller frees them. */
int inbound_message_text(Link *link, gint64 id, char **ret_text, char **ret_attachments, GError **error);

/* How many belong to CONTACT. */
int inbound_message_count(Link *link, gint64 clearance, gint64 contact, gint64 *ret, GError **error);

typedef struct {
  gint64 taken, held; /* how many wait to be read, and for a person */
  gint64 held_since;  /* when the oldest of these came; 0: none */
} InboundCounts;
int inbound_message_counts(Link *link, InboundCounts *ret, GError **error);

/* The words of a message as what they stand for. */
enum verdict_kind inbound_message_kind(const InboundMessage *message);
enum verdict_class inbound_message_class(const InboundMessage *message);
enum verdict_cause inbound_message_cause(const InboundMessage *message);
enum verdict_disposition inbound_message_disposition(const InboundMessage *message);
gboolean inbound_message_has_reason(const InboundMessage *message, enum verdict_reason reason);
/* When it came, as far as anybody knows. */
gint64 inbound_message_moment(const InboundMessage *message);
