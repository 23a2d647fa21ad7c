/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * successor.h - what follows a refusal by itself, as the manifest said that it may
 *
 * - too large: the same channel once more, its documents linked, if they are going to be public;
 * - mailbox, policy: the next channel, when the mailing's next_channel is on-refusal; after the last e-mail
 * channel one by hand, which becomes a to-do;
 * - anything else: nothing, a person looks.
 *
 * A bounce that comes later (outbox/fact.h) counts as a refusal, hard or not: the letter did not arrive. A
 * channel of which the relay itself said that there is no such address is dead from then on.
 *
 * The new delivery supersedes the refused one; both and the entry are one unit of work with the end of the
 * refusal's note (outbox/refusal.h), so that a crash neither forgets nor repeats it.
 */
#pragma once

#include "mailing/route.h"
#include "outbox/refusal.h"

#include <glib.h>

typedef struct {
  enum refusal_cause cause;
  enum variant variant; /* of what was refused */
  gint64 channel;       /* the same */
  gboolean linkable;    /* there is an address for links, and every document is going to be public */
  gboolean next_channel;
  const GPtrArray *routes; /* of its addressee */
} SuccessorTerms;
/* Pure. The route to take and *ret_variant; NULL: nothing follows. */
const Route *successor_choose(const SuccessorTerms *terms, enum variant *ret_variant);

/* Decides about the refusals that wait. Called by the scheduler, before anybody asks whether something moves.
 */
int successor_tick(Desk *desk, GError **error);
