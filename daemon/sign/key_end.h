/* SPDX-License-Identifier: GPL-3.0-or-later */
/* key_end.h - how near the end of our keys is: said 60, 30 and 7 days before, more loudly each time */
#pragma once

#include "sign/keeper.h"

enum key_end { KEY_END_FAR, KEY_END_NEAR, KEY_END_SOON, KEY_END_URGENT, KEY_END_PAST };

/* EXPIRES 0: never. Pure. */
enum key_end key_end_of(gint64 expires, gint64 now);

/* One key of ours that ends within 60 days, has ended, or cannot be used at all: a sentence for people, with
 * what to do. WHAT is "key", "certificate" or "log key". */
typedef void (*KeyEndSeen)(const char *what, enum key_end end, const char *sentence, gpointer data);
/* Of both of KEEPER's and the key of LOG_KEEPER (either may be NULL), in that order. Looks each up anew, but
 * not more than once in ten minutes. */
void key_end_each(Keeper *keeper, Keeper *log_keeper, gint64 now, KeyEndSeen seen, gpointer data);
