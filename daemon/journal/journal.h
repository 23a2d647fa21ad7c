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
  const char *user; /* Actor.name */
  gint64 mailing, addressee, delivery, contact;
  gint64 delivery_last; /* an entry about a batch: the deliveries from `delivery` to this one */
  const char *text;     /* a sentence for people: one line, no secret, no token */
  const char *facts;    /* further facts as "key=value" lines (see entry_fact), in the order
                           given; may be NULL */
  gboolean restricted;  /* see actor.h */
} Entry;

extern const Schema journal_schema;

/* Reads the head of the chain and follows STORE's transactions from now on. After store_migrate with
 * journal_schema, before the first store_write; close the store before the journal. */
int journal_open(Store *store, const Clock *clock, Journal **ret_journal, GError **error);
void journal_close(Journal *journal);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Journal, journal_close)

/* Adds an entry inside a unit of work (LINK is the unit's); its time is now. What the entry points to is
 * copied. Control characters, line breaks and broken UTF-8 in its text are written as \n, \xNN, so that the
 * far side's words can always be noted; a text above TEXT_LINE_MAX bytes is cut, with "…". FAULT_INPUT for
 * facts that are no "key=value" lines. */
int journal_add(Journal *journal, Link *link, const Entry *entry, GError **error);

/* The chain up to its last durable line: its index (0 before the first) and the SHA-256 of that line. */
typedef struct {
  gint64 index;
  Digest line;
} Head;
void journal_head(Journal *journal, Head *ret_head);
/* A head as people write it down: "20412:9f86d0…". 0 and *ret_head, or FAULT_INPUT. */
int head_parse(const char *text, Head *ret_head, GError **error);
char *head_text(const Head *head); /* the caller frees it */

/* Waits until an entry beyond AFTER is durable, at most MICROSECONDS; TRUE when there is one. For `log
 * follow`. */
gboolean journal_wait(Journal *journal, gint64 after, gint64 microseconds);
