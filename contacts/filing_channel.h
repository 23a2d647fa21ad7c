/* SPDX-License-Identifier: GPL-3.0-or-later */
/* filing_channel.h - what a row says of the routes to a contact */
#pragma once

#include "contacts/channel_rows.h"
#include "contacts/row.h"

/* The addresses in a cell replace those of the same route; one that is known to be dead, refused or suspect
 * is kept as knowledge. Limits hold for the e-mail addresses that the row names, or for all when it names
 * none. *ret_changed: anything did; *ret_refused: how many were brought that must not be written to, and stay
 * so (suppression.h). */
int filing_channels(Revision *revision, const Row *row, gint64 contact, gboolean *ret_changed,
                    gint64 *ret_refused, GError **error);
