/* SPDX-License-Identifier: GPL-3.0-or-later */
/* offer.h - what a recipient puts forward on the page that his letter links to */
#pragma once

#include "proposals/proposal.h"

#define OFFERS_MAX 40 /* proposals by one letter's page, ever: a page is open to whoever has its link */
/* The name of the user as whom recipients act in the journal. */
#define OFFER_USER "recipient"

typedef struct {
  gint64 question; /* 0: none */
  const char *text;
} OfferPart;

enum { OFFER_FULL = 1 }; /* there are OFFERS_MAX already, or would be more: nothing was entered */

/* The letter is DELIVERY, to CONTACT; RESTRICTED: it is hidden from who sees attendees alone. The same words
 * twice are one proposal, so a second press enters nothing. *ret: ProposalEntered. FAULT_INPUT for words that
 * are none, too long, or cannot be read. */
typedef struct {
  gint64 delivery, contact;
  gboolean restricted;
  const char *language;
} OfferLetter;
int offer_take(const Contacts *house, const OfferLetter *letter, const OfferPart *parts, gsize count,
               GArray **ret, GError **error);
