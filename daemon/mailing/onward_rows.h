/* SPDX-License-Identifier: GPL-3.0-or-later */
/* onward_rows.h - the SQL of going on to further channels. Only this room includes it. */
#pragma once

#include "mailing/mailing.h"

/* Mailings under way that go on by silence; ids in TO (gint64). */
int onward_rows_watched(Link *link, GArray *to, GError **error);
int onward_rows_policy(Link *link, gint64 mailing, char **ret, GError **error);

/* Whose newest letter reached him. */
typedef struct {
  gint64 addressee, delivery;
  gint64 reached_at;
} OnwardLine;
/* Lines of ROLL with several routes, above AFTER (OnwardLine in TO), by addressee. */
int onward_rows_reached(Link *link, gint64 roll, gint64 after, gint64 limit, GArray *to, GError **error);
