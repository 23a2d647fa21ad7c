/* SPDX-License-Identifier: GPL-3.0-or-later */
/* filing.h - a row is put where it belongs: who is meant, and what changes about him */
#pragma once

#include "contacts/contact_rows.h"
#include "contacts/revision.h"
#include "contacts/row.h"

/* Who a row means: the number of a contact, or 0 for a new one. *ret_refusal (the caller frees it): why the
 * row cannot stand, as a sentence; NULL when it can. */
int filing_find(Link *link, const ContactSearch *where, const Row *row, gint64 *ret, char **ret_refusal,
                GError **error);

/* Would filing the row be refused for what is there? The same sentence. */
int filing_check(Link *link, gint64 generation, Day today, const Row *row, gint64 contact, char **ret_refusal,
                 GError **error);

/* What filing did. */
typedef struct {
  gint64 contact;
  gboolean added, changed;
  gboolean kept_erased;   /* nothing was done: the contact was erased */
  gboolean kept_objected; /* it objects still */
  gint64 kept_refused;    /* routes that were brought, and must not be written to */
  gint64 holders;         /* tenures begun, changed or ended */
} Filed;

/* Files the row as CONTACT (0: a new one) and as a member of LIST too (NULL: none). */
int filing_row(Revision *revision, const Row *row, gint64 contact, const char *list, Filed *ret,
               GError **error);
