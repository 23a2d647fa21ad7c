/* SPDX-License-Identifier: GPL-3.0-or-later */
/* candidate.h - what a roll needs to know of each contact on its lists, a page at a time */
#pragma once

#include "contacts/channel.h"
#include "contacts/ground.h"
#include "contacts/tenure.h"

#define CANDIDATE_PAGE_MAX 1000

typedef struct {
  gint64 tenure, person;
  const char *given_name, *family_name, *honorific, *salutation; /* NULL: not known */
  const char *languages; /* the person's own, in order: "fr en"; "" when none is known */
  enum gender gender;
  enum tenure_manner manner;
  Day from, to, verified_at;
} Holder;

typedef struct {
  gint64 id; /* 0: the contact has no e-mail channel at all, and nothing else is set here */
  enum channel_kind kind;
  enum channel_via via;
  enum channel_role role;
  enum channel_standing standing;
  ChannelLimits limits;
  const char *send; /* to the relay; two spellings of one mailbox are equal here. Other kinds: Channel.send */
  const char *show; /* to people; an address of several lines for post */
  const char *folded;   /* send, case-folded */
  gboolean needs_utf8;  /* only a relay with SMTPUTF8 takes it */
  gboolean also_office; /* it is an address of an office or organisation, or its holder, too (case aside) */
} CandidateChannel;

/* Texts are NULL when not known; owned by the page. */
typedef struct {
  gint64 id;
  enum contact_kind kind;
  enum contact_standing standing;
  enum gender gender;
  gint64 restricted;
  const char *external_id, *name;
  const char *given_name, *family_name, *honorific, *salutation;
  const char *office, *office_kind, *organisation, *portfolio, *city, *country;
  const char *languages; /* "fr en"; "" when none is known */
  const Holder *holders; /* present ones of an office; none: vacant; several: collegial */
  gsize holder_count;
  CandidateChannel email; /* the first primary or intermediary one that may be used; else the first suspect
                             one; else the first of all, so that one can say why not */
  const CandidateChannel
      *channels; /* all that may be used (unverified or verified), of every kind, primary or
                    intermediary, in their order; `email` is one of them when it may be */
  gsize channel_count;
  const Ground *grounds;
  gsize ground_count;
  const char *const *lists; /* names of those asked for by which it came, ended by NULL */
  Stamps stamps;            /* as contact_stamps gives them */
} Candidate;

typedef struct {
  gsize count;
  Candidate *items; /* in the order of ids */
  gint64 after;     /* for the next page; no more candidates when count is 0 */
} CandidatePage;

void candidate_page_free(CandidatePage *page);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CandidatePage, candidate_page_free)

/* The contacts of LISTS (COUNT ids, by hand or by rule) with an id above AFTER, each once, at most LIMIT (up
 * to CANDIDATE_PAGE_MAX). Erased and objected ones are there: the roll says why they get nothing.
 * FAULT_ABSENT for an unknown list. Walk all pages on one link: it sees one state of the contacts. */
int candidate_page(Link *link, const gint64 *lists, gsize count, gint64 after, gsize limit, gint64 clearance,
                   Day today, CandidatePage **ret, GError **error);
/* One contact alone, as a page of one; its `lists` is empty. FAULT_ABSENT. */
int candidate_one(Link *link, gint64 contact, gint64 clearance, Day today, CandidatePage **ret,
                  GError **error);
