/* SPDX-License-Identifier: GPL-3.0-or-later */
/* wave_rows.h - the SQL of waves. Only wave.c includes it. */
#pragma once

#include "mailing/wave.h"

/* Without their matchers. */
int wave_rows_list(Link *link, gint64 mailing, GPtrArray *to, GError **error);
int wave_rows_remove(Link *link, gint64 mailing, GError **error);
int wave_rows_insert(Link *link, gint64 mailing, const Wave *wave, GError **error);
/* Included and held lines of ROLL, by wave, into WAVES. */
int wave_rows_tally(Link *link, gint64 roll, const GPtrArray *waves, GError **error);
int wave_rows_write_count(Link *link, gint64 mailing, const Wave *wave, GError **error);
/* 1 when it was open already. */
int wave_rows_open(Link *link, gint64 mailing, gint64 number, gint64 at, const char *by, GError **error);
/* All of its deliveries know. */
int wave_rows_opened(Link *link, gint64 mailing, gint64 number, GError **error);
