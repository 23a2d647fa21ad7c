/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * journal.h - the delivery log: one entry per change, in the same transaction as the change
 *
 * An entry's canonical text (entry.h) with its 128-bit salt lives in the database; the chain holds only
 * its commitment, so an erased entry leaves the chain verifiable. A line of the chain is
 *     INDEX SHA256(previous line) COMMITMENT
 * each ended by one LF, both digests in lower-case hexadecimal; the line before the first is empty.
 */
#pragma once

#include "base/clock.h"
#include "base/digest.h"
#include "journal/actor.h"
#include "store/store.h"

#include <glib.h>

typedef struct Journal Journal;

/* Kinds live in entry_kinds.def: KIND(ENTRY_MAILING_CREATED, "mailing-created", "a sentence") */
enum entry_kind {
#define KIND(symbol, name, sentence) symbol,
#include "journal/entry_kinds.def"
#undef KIND
  ENTRY_KINDS
};
const char *entry_kind_name(enum entry_kind kind);
const char *entry_kind_sentence(enum entry_kind kind);
/* The kind of that name, or ENTRY_KINDS. */
enum entry_kind entry_kind_of(const char *name);

/* What is noted. Zero and NULL fields are left out of the entry. */
typedef struct {
  enum entry_kind kind;
  const char *user;                         /* Actor.name */
  gint64 mailing, addressee, delivery, contact;
  const char *text;                         /* a sentence for people: valid UTF-8, one line, no secret, no token */
  const char *facts;                        /* further facts as "key=value" lines, in the order given; may be NULL */
  gboolean restricted;                      /* see actor.h */
} Entry;

extern const Schema journal_schema;

/* Reads the head of the chain and follows STORE's transactions from now on. */
int journal_open(Store *store, const Clock *clock, Journal **ret_journal, GError **error);
void journal_close(Journal *journal);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Journal, journal_close)

/* Adds an entry inside a unit of work (LINK is the unit's). */
int journal_add(Journal *journal, Link *link, const Entry *entry, GError **error);

/* The chain up to its last durable line: its index (0 before the first) and the SHA-256 of that line. */
typedef struct {
  gint64 index;
  Digest line;
} Head;
void journal_head(Journal *journal, Head *ret_head);

/* Waits until an entry beyond AFTER is durable, at most MICROSECONDS; TRUE when there is one. For `log follow`. */
gboolean journal_wait(Journal *journal, gint64 after, gint64 microseconds);
