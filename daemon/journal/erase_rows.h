/* SPDX-License-Identifier: GPL-3.0-or-later */
/* erase_rows.h - what the journal says of somebody who is erased. The chain stays whole: it holds the digest
 * of each text, and the text may be absent (journal_verify.h) */
#pragma once

#include "journal/journal.h"

/*
 * Within a unit. Blanks text, facts and salt of the entries about CONTACT: of all that are about itself, and
 * of those about deliveries to it that hold one of WORDS (names and addresses, case aside; ended by NULL).
 * That they were written, when, of which kind and by whom stays. *ret: how many.
 */
int erase_rows_texts(Link *link, gint64 contact, const char *const *words, gint64 *ret, GError **error);
