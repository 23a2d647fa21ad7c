/* SPDX-License-Identifier: GPL-3.0-or-later */
/* turn_rows.h - the SQL of turn.c. Only this room includes it. */
#pragma once

#include "outbox/pace.h"
#include "store/store.h"

typedef struct {
  gint64 id;
  gint64 held; /* the moment that was booked for it, 0 for none */
  char *address;
} TurnRow;

/* Ready deliveries of MAILING that are due at NOW, oldest first, the first PASSED of them left out (TurnRow).
 */
int turn_rows_due(Link *link, gint64 mailing, gint64 now, gint64 passed, gint64 limit, GPtrArray **ret,
                  GError **error);
/* A ready delivery waits until MOMENT. No change of state: the journal has nothing to say. */
int turn_rows_put_off(Link *link, gint64 delivery, gint64 moment, GError **error);
/* At most LIMIT deliveries that a limit has put off are due at NOW again. How many in *ret_n. */
int turn_rows_call_up(Link *link, gint64 now, gint64 limit, gint64 *ret_n, GError **error);
/* When the first of MAILING that is ready is due, and whether a limit has put it off; 0 when none is ready.
 */
int turn_rows_first(Link *link, gint64 mailing, gint64 *ret_due, gboolean *ret_paced, GError **error);
/* What left after SINCE in sendings to offices and organisations. */
int turn_rows_remember(Link *link, gint64 since, Pace *pace, GError **error);
