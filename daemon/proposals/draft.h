/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * draft.h - the draft of a synthesis: every proposal of an edition, where it belongs, with its sources
 *
 * As Markdown, by question: the items in the order that was decided, then those without a place; each with
 * its words and all its sources by their stable ids; what was set aside, with the reason; at the end the
 * sums. Each proposal that CLEARANCE may see stands in it exactly once as a source, so that for each
 * question, and in all,
 *     received = in the draft + merged into others + set aside.
 * Words from outside are escaped, so that they stay words: no heading, list, link or HTML can come of them.
 *
 * As CSV: one row a proposal, in the order of ids, safe against formulas (contacts/csv_write.h).
 */
#pragma once

#include "proposals/edition.h"

/* BYTES are valid during the call. Negative: a fault that ends the draft. */
typedef int (*DraftSink)(const char *bytes, gsize length, gpointer data, GError **error);

typedef struct {
  gint64 edition;         /* 0: the present one */
  gint64 question;        /* PROPOSAL_ANY, or this one alone; 0: those without one */
  enum language language; /* of the words around the proposals */
  GTimeZone *zone;        /* of its days; must be set */
  gint64 now;
} DraftTerms;

int draft_markdown(Link *link, gint64 clearance, const DraftTerms *terms, DraftSink sink, gpointer data,
                   GError **error);
int draft_csv(Link *link, gint64 clearance, const DraftTerms *terms, DraftSink sink, gpointer data,
              GError **error);
