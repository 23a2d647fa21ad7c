/* SPDX-License-Identifier: GPL-3.0-or-later */
/* eligibility.h - may this contact get this kind of document today? Pure */
#pragma once

#include "contacts/candidate.h"

/* Reasons live in reasons.def. */
enum reason {
#define REASON(symbol, name, sentence) symbol,
#include "contacts/reasons.def"
#undef REASON
  REASONS
};
const char *reason_name(enum reason reason);
const char *reason_sentence(enum reason reason);
/* The reason of that name, or REASONS. */
enum reason reason_of(const char *name);

typedef struct {
  gboolean synthesis;  /* only with a ground, or the Board's override */
  gboolean overridden; /* the Board did, for this contact and mailing */
  Day today;
  gint32 stale_days; /* a tenure verified longer ago is stale; 0: never */
} EligibilityTerms;

enum eligibility { ELIGIBLE, ELIGIBILITY_EXCLUDED, ELIGIBILITY_HELD };

/*
 * The first that applies, in this order; *ret_reason says why (REASON_NONE when eligible).
 *   excluded  erased, objected, no-ground (synthesis to anybody without a ground and not overridden; persons
 *             have none), no-route, dead-channel
 *   held      suspended, holder-vacant, holder-stale (any present holder; never verified is stale)
 * A person is reached by e-mail alone; an office or organisation by any channel that may be used.
 */
enum eligibility eligibility_check(const Candidate *candidate, const EligibilityTerms *terms,
                                   enum reason *ret_reason);
