/* SPDX-License-Identifier: GPL-3.0-or-later */
/* filing_holder.h - the names on an office's row are those of its holder */
#pragma once

#include "contacts/contact_rows.h"
#include "contacts/row.h"
#include "contacts/tenure_rows.h"

/* Refused is a new name for an office with several present holders: nobody can tell whom it follows. */
int filing_holder_check(Link *link, gint64 generation, Day today, const Row *row, gint64 office,
                        char **ret_refusal, GError **error);
/* The same holder again: no change, but for what the row says of him and his tenure. Another one: the tenure
 * before ends the day before the new one's first day (today, when that is not said), and a person and a
 * tenure are noted; with a joint tenure the others stay. *ret_changed counts tenures and persons begun,
 * changed or ended. */
int filing_holder(Revision *revision, const Row *row, const Contact *office, gint64 *ret_changed,
                  GError **error);
/* Ends a tenure so that another can begin on FROM; one that began no earlier was a mistake and goes. */
int filing_holder_end(Revision *revision, const TenureVersion *tenure, Day from, GError **error);
