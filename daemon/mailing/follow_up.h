/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * follow_up.h - what mailings ask about answers, of which this room knows nothing: acknowledgement/ tells
 *
 * It is called on a link of the caller, within a unit or without.
 */
#pragma once

#include "contacts/eligibility.h"
#include "mailing/mailing.h"

typedef struct {
  gint64 missing; /* addressees of whom an answer is still wanted */
  gint64 silent;  /* those of them whom the letter reached */
} FollowUpCounts;

typedef struct FollowUp {
  int (*count)(Link *link, const Mailing *mailing, FollowUpCounts *ret, GError **error);
  /* Does anything keep CONTACT from being reminded of MAILING? 0 and the reason, REASON_NONE when nothing
   * does. */
  int (*stands_against)(Link *link, gint64 mailing, gint64 contact, enum reason *ret, GError **error);
} FollowUp;
