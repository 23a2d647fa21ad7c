/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * progress.h - a bar with rate and time left on a terminal, a plain line now and then elsewhere
 *
 *     [##########..........]  5,012 of 10,000   812 a second   6 s left   relayed 5,000, refused 12
 */
#pragma once

#include <glib.h>
#include <stdio.h>

typedef struct Progress Progress;

/* Speaks to OUT; draws a bar when OUT is a terminal and PLAIN is not set. */
Progress *progress_new(FILE *out, gboolean plain);
/* How far it is, at MONOTONIC microseconds. NOTE (may be NULL) stands at the end. Draws at most ten times a
 * second on a terminal, else a line at each change of a whole tenth or every ten seconds. */
void progress_show(Progress *progress, gint64 done, gint64 total, const char *note, gint64 monotonic);
/* Ends the bar's line. Frees. NULL is nothing. */
void progress_end(Progress *progress);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Progress, progress_end)

/* "6 s", "3 min 20 s", "2 h 5 min". The caller frees it. */
char *progress_duration(gint64 microseconds);
