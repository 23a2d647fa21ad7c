/* SPDX-License-Identifier: GPL-3.0-or-later */
/* route_rows.h - the SQL of routes. Only this room includes it. */
#pragma once

#include "mailing/route.h"

int route_rows_insert(Link *link, gint64 addressee, const GPtrArray *routes, GError **error);
int route_rows_list(Link *link, gint64 addressee, GPtrArray *to, GError **error);
/* Is anybody of the roll in LANGUAGE to get links, or attachments, by the first route or another? */
int route_rows_linked(Link *link, gint64 roll, const char *language, gboolean *ret, GError **error);
int route_rows_attached(Link *link, gint64 roll, const char *language, gboolean *ret, GError **error);
/* Before the lines themselves go: at most LIMIT lines of ROLL, the same that roll_rows_remove takes. */
int route_rows_remove(Link *link, gint64 roll, gint64 limit, GError **error);
