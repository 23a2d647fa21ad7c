/* SPDX-License-Identifier: GPL-3.0-or-later */
/* timepiece_rows.h - the SQL of timepiece.h. Only this room includes it. */
#pragma once

#include "store/store.h"

typedef struct {
  gboolean rehearsal;
  gint64 latest, ahead;
} TimepieceRow;

/* 1 when nothing is noted yet. */
int timepiece_rows_read(Link *link, TimepieceRow *ret, GError **error);
int timepiece_rows_write(Link *link, const TimepieceRow *row, GError **error);
/* Raises it, never lowers. */
int timepiece_rows_latest(Link *link, gint64 latest, GError **error);
/* Was any mailing ever released? */
int timepiece_rows_released(Link *link, gboolean *ret, GError **error);
