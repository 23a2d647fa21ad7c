/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ground_rows.h - versions of grounds, for the other files of this room */
#pragma once

#include "contacts/ground.h"
#include "contacts/revision.h"

int ground_rows_each(Link *link, gint64 generation, gint64 contact, GroundSeen seen, gpointer data,
                     GError **error);
enum { GROUND_THERE = 1 };
/* Notes a ground. GROUND_THERE when one of this kind and area is there already with the same evidence and day
 * (NULL and 0 say nothing); one with others is given these, when CHANGE says so, else GROUND_THERE too. */
int ground_rows_add(Revision *revision, const Ground *ground, gboolean change, gint64 *ret_id,
                    GError **error);
