/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * duplicate.h - contacts that may be one and the same, with what speaks for it
 *
 * Every contact is put under some keys (a mailbox, a telephone, its name's words with an initial, an office
 * with its State); only those that share a key are compared, so the cost grows with the contacts and not with
 * their square. Compared are contacts of one kind. An office is known by its kind, State and organisation,
 * not by its address alone: several offices may well be reached by one mailbox.
 *
 * A pair that a person has marked as not the same is not shown again, until one of the two is merged into
 * another contact. Nothing is merged by itself (merge.h).
 */
#pragma once

#include "contacts/contact.h"

#define DUPLICATE_SCORE     50 /* pairs below are not shown unless asked for */
#define DUPLICATE_SCORE_MAX 100
/* Contacts that share one key beyond these are compared with their neighbours alone; so many have no more in
 * common than a frequent name. */
#define DUPLICATE_BLOCK 100
#define DUPLICATE_PAIRS 1000000 /* compared at most */

/* What speaks for it: symbol, name, points. */
enum duplicate_reason {
#define REASON(symbol, name, points) symbol,
#include "contacts/duplicate_reasons.def"
#undef REASON
  DUPLICATE_REASONS
};
const char *duplicate_reason_name(enum duplicate_reason reason);

typedef struct {
  gint64 a, b; /* a < b */
  const char *a_name, *b_name;
  int score;
  guint reasons; /* bits 1 << enum duplicate_reason */
} Duplicate;

typedef struct {
  int min_score; /* 0: DUPLICATE_SCORE */
  int kind;      /* of enum contact_kind; -1: any */
  gint64 after;  /* pairs to pass over */
  gint64 limit;
} DuplicateFilter;

/* Valid during the call. Negative: a fault that ends the listing. */
typedef int (*DuplicateSeen)(const Duplicate *duplicate, gpointer data, GError **error);
typedef struct {
  gint64 pairs;      /* how many there are */
  gboolean complete; /* FALSE: there were more to be compared than DUPLICATE_PAIRS; ask for one kind, or merge
                        first */
} DuplicateCount;
/* By score, the highest first. RET may be NULL. */
int duplicate_each(Link *link, const DuplicateFilter *filter, gint64 clearance, DuplicateSeen seen,
                   gpointer data, DuplicateCount *ret, GError **error);

/* A and B are not the same (or, with DISTINCT FALSE, may be after all). 0, or 1 when it is noted so already;
 * FAULT_ABSENT, FAULT_INPUT for one contact twice. */
int duplicate_mark(const Contacts *contacts, const Actor *actor, gint64 a, gint64 b, gboolean distinct,
                   GError **error);
