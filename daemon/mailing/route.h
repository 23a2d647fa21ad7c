/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * route.h - by which channels, in which order and in which form, one line of the roll may be reached
 *
 * Frozen with the roll and part of its leaf: an approval covers the next channels too. A line with one e-mail
 * channel without limits keeps no row of its own; route_list gives it all the same.
 */
#pragma once

#include "contacts/candidate.h"
#include "mailing/roll.h"
#include "mailing/variant.h"

#include <glib.h>

typedef struct Route {
  gint64 channel;
  enum channel_kind kind;
  enum variant variant;
  char *address; /* a mailbox; for other kinds what a person needs: an address of several lines, a link */
  gboolean utf8; /* only a relay with SMTPUTF8 takes it */
  gboolean plain_only;
} Route;
void route_free(Route *route);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Route, route_free)

/* The routes of CANDIDATE (Route *), in order: a person's e-mail channels; of an office or organisation, all
 * that may be used. TERMS says all but the channel's own limits. */
GPtrArray *route_of_candidate(const Candidate *candidate, const VariantTerms *terms);
/* TRUE when a line with these needs rows of its own. */
gboolean route_are_kept(const GPtrArray *routes);
/* NULL for e-mail, which couriers carry; else the word of its kind: "post". */
const char *route_by_hand(const Route *route);

/* Of a line of the roll; empty when it has no channel at all. */
int route_list(Link *link, const Addressee *addressee, GPtrArray **ret, GError **error);
/* The one by CHANNEL, or NULL. */
const Route *route_by_channel(const GPtrArray *routes, gint64 channel);
/* Who is refused by CHANNEL goes on to the next e-mail channel after it; when there is none, to the first by
 * hand that comes after it or before. NULL: nobody is left. */
const Route *route_after(const GPtrArray *routes, gint64 channel);

/* Is CHANNEL still there, of use, and at ADDRESS? What took the place of another is judged by its own channel
 * alone: the one before it may be suspect or dead since. */
int route_still_fits(Link *link, gint64 contact, gint64 channel, const char *address, gboolean *ret,
                     GError **error);
