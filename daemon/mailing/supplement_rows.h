/* SPDX-License-Identifier: GPL-3.0-or-later */
/* supplement_rows.h - the SQL of supplements. Only this room includes it. */
#pragma once

#include "store/store.h"

int supplement_rows_insert(Link *link, gint64 mailing, gint64 base, GError **error);
int supplement_rows_base(Link *link, gint64 mailing, gint64 *ret, GError **error);
/* The latest one to BASE that was not released yet; 0 for none. */
int supplement_rows_open(Link *link, gint64 base, gint64 *ret, GError **error);
/* Did anything of BASE, or of a supplement to it but OWN, leave for this contact, or may it, or for this
 * mailbox (NULL: none)? */
int supplement_rows_had(Link *link, gint64 base, gint64 own, gint64 contact, const char *address,
                        gboolean *ret, GError **error);
/* Deliveries (gint64) that are held for the contact there. */
int supplement_rows_held(Link *link, gint64 base, gint64 contact, GArray *to, GError **error);
