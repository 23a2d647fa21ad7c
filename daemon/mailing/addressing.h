/* SPDX-License-Identifier: GPL-3.0-or-later */
/* addressing.h - from a candidate to a line of the roll: may it be written to, in which language, how is it
 * addressed, by which route. Only this room includes it. */
#pragma once

#include "contacts/candidate.h"
#include "mailing/roll.h"
#include "mailing/route.h"

/* What is the same for all candidates of one roll. */
typedef struct {
  const MailingSettings *settings;
  Link *link; /* for overrides of the Board, asked only where no ground is noted */
  gint64 mailing, roll;
  guint available; /* LANGUAGE_BIT of each language in which every document is frozen */
  gboolean synthesis;
  gint64 attached[LANGUAGE_COUNT]; /* bytes of all documents in it, as they are transmitted */
  gint64 message_limit;
  gboolean is_signed;
  const char *category;    /* of the mailing; borrowed from it */
  gboolean attendees_only; /* a volunteer's: an address that is an office's too is left out */
  Day today;
} Addressing;

/* Fills AVAILABLE, SYNTHESIS and ATTACHED from the mailing's documents, and what variants depend on, and
 * CATEGORY; MAILING outlives it. */
int addressing_begin(Addressing *addressing, const Mailing *mailing, GError **error);
/* A new line; its own number is 0 until it is stored. */
int addressing_of(const Addressing *addressing, const Candidate *candidate, Addressee **ret, GError **error);
/* ROUTE is where LINE goes first: its channel, address and variant. */
void addressing_lead(Addressee *line, const Route *route);
