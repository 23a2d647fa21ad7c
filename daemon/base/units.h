/* SPDX-License-Identifier: GPL-3.0-or-later */
/* units.h - durations and sizes as people write them */
#pragma once

#include <glib.h>

/* "30 s", "10min", "1 h 30 min", "500 ms", "5 d", "1 w"; a number alone is seconds. FALSE when it is none or
 * too large. */
gboolean units_duration(const char *text, gint64 *ret_microseconds);
/* "20 MiB", "20M" (1024s), "20 MB" (1000s), "1.5 GiB"; a number alone is bytes. */
gboolean units_size(const char *text, gint64 *ret_bytes);

/* "10 min", "1 h 30 min"; the caller frees it. */
char *units_duration_text(gint64 microseconds);
/* "10 MiB", "1500 bytes"; the caller frees it. */
char *units_size_text(gint64 bytes);
