/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * fact.h - what reports say became of a delivery once the relay had it
 *
 * A fact is an event beside the state, only ever added: it acknowledges nothing and takes no state back. One
 * alone has a consequence here: what bounced did not reach its addressee, so another may take its place as
 * that of a refused one (delivery.h), and who counts whom a letter reached counts it no more.
 *
 * Who may note one, and on what proof, is the business of the caller (reply/handle.h).
 */
#pragma once

#include "outbox/refusal.h"

#include <glib.h>

enum fact_kind {
#define FACT(symbol, name, sentence) symbol,
#include "outbox/fact_kinds.def"
#undef FACT
  FACT_KINDS
};
const char *fact_kind_name(enum fact_kind kind);
enum fact_kind fact_kind_of(const char *name); /* FACT_KINDS: none */

typedef struct {
  gint64 id, delivery;
  enum fact_kind kind;
  gboolean hard;            /* BOUNCED: for good */
  enum refusal_cause cause; /* BOUNCED */
  char *status;             /* "5.1.1"; NULL: not said */
  char *words;              /* of the other server; NULL: none, or erased */
  gint64 source;            /* which message says so; 0: a person */
  gint64 at;                /* when it came */
} Fact;
void fact_free(Fact *fact);

/* Within a unit: adds FACT (its id is filled in) of the delivery ROW, with its entry. 0; 1 when this source
 * had said so before, and nothing was added. */
int fact_add(Outbox *outbox, Link *link, const DeliveryRow *row, Fact *fact, GError **error);
/* Within a unit: SOURCE says nothing of DELIVERY after all. What it led to elsewhere stays for a person. */
int fact_withdraw(Link *link, gint64 delivery, gint64 source, GError **error);
/* Facts (Fact *) of one delivery, in the order of their coming. The caller frees the array. */
int fact_list(Link *link, gint64 delivery, GPtrArray **ret, GError **error);
/* The same that SOURCE told, of whatever deliveries. */
int fact_list_of_source(Link *link, gint64 source, GPtrArray **ret, GError **error);
/* The newest bounce of DELIVERY: 0 and *ret, 1 when there is none. */
int fact_bounce(Link *link, gint64 delivery, Fact **ret, GError **error);
/* Did a message by CHANNEL bounce for good before: in another mailing than MAILING, or more than a day before
 * AT? */
int fact_bounced_before(Link *link, gint64 channel, gint64 mailing, gint64 at, gboolean *ret, GError **error);
/* Within a unit: words that reports about CONTACT's deliveries came with go. */
int fact_erase(Link *link, gint64 contact, GError **error);
