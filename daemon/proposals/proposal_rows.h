/* SPDX-License-Identifier: GPL-3.0-or-later */
/* proposal_rows.h - the SQL of proposals. Only this room includes it. */
#pragma once

#include "base/digest.h"
#include "proposals/proposal.h"

/* DIGEST is that of its words, folded. */
int proposal_rows_insert(Link *link, const Proposal *p, const Digest *digest, gint64 *ret_id, GError **error);
/* 0 and *ret_id: the same words on the same question by the same people, entered before; or 1. */
int proposal_rows_same(Link *link, gint64 clearance, const Proposal *p, const Digest *digest, gint64 *ret_id,
                       GError **error);
/* How many came of this message. */
int proposal_rows_parts(Link *link, gint64 inbound, gint64 *ret, GError **error);
/* How many came by the page of this letter. */
int proposal_rows_offered(Link *link, gint64 delivery, gint64 *ret, GError **error);
/* The message belongs elsewhere now. What is of it and undecided does too. AUTHOR 0: nobody. */
int proposal_rows_refile(Link *link, gint64 inbound, gint64 delivery, gint64 author, gboolean restricted,
                         GError **error);
/* 1 when there is none. */
int proposal_rows_find(Link *link, gint64 clearance, gint64 id, Proposal **ret, GError **error);
int proposal_rows_list(Link *link, gint64 clearance, const ProposalFilter *filter, GPtrArray *to,
                       GError **error);
int proposal_rows_sources(Link *link, gint64 clearance, gint64 item, GPtrArray *to, GError **error);
/* gint64: those of QUESTION that are items of the draft, in its order; or those that were set aside. */
int proposal_rows_ids(Link *link, gint64 clearance, gint64 edition, gint64 question, gboolean aside,
                      GArray *to, GError **error);

/* Writes state, place, merged_into and reason of P where the row is in the state FROM. 1 when it is not. */
int proposal_rows_change(Link *link, const Proposal *p, enum proposal_state from, GError **error);
int proposal_rows_assign(Link *link, gint64 id, gint64 question, GError **error);
int proposal_rows_reword(Link *link, gint64 id, const char *wording, const char *language, GError **error);
/* The words are gone for good, with their digest. */
int proposal_rows_erase_words(Link *link, gint64 id, GError **error);

int proposal_rows_step(Link *link, gint64 proposal, const ProposalStep *step, GError **error);
int proposal_rows_steps(Link *link, gint64 clearance, gint64 proposal, GPtrArray *to, GError **error);

/* ---- merging and order ---- */

/* How many are in one item. */
int proposal_rows_size(Link *link, gint64 item, gint64 *ret, GError **error);
/* All of the item FROM are of the item TO. */
int proposal_rows_join(Link *link, gint64 from, gint64 to, GError **error);
int proposal_rows_set_item(Link *link, gint64 id, gint64 item, GError **error);
/* gint64: those that were merged into it by name. */
int proposal_rows_children(Link *link, gint64 id, GArray *to, GError **error);
/* gint64: those of QUESTION that have a place, in their order; whoever asks. */
int proposal_rows_placed(Link *link, gint64 edition, gint64 question, GArray *to, GError **error);
int proposal_rows_place(Link *link, gint64 id, gint64 place, GError **error);
/* Those behind PLACE move up by one. */
int proposal_rows_close_gap(Link *link, gint64 edition, gint64 question, gint64 place, GError **error);

/* ---- a person is forgotten ---- */

typedef struct {
  gint64 id;
  char *texts[3]; /* text, wording, reason; NULL: none */
} ProposalTexts;
/* ProposalTexts of all that are the contact's. */
int proposal_rows_texts(Link *link, gint64 contact, GPtrArray *to, GError **error);
int proposal_rows_write_texts(Link *link, const ProposalTexts *texts, const Digest *digest, GError **error);
int proposal_rows_forget_author(Link *link, gint64 contact, GError **error);
