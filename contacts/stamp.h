/* SPDX-License-Identifier: GPL-3.0-or-later */
/* stamp.h - many values in one number that changes when any of them does. Pure */
#pragma once

#include <glib.h>

typedef struct Stamp Stamp;

Stamp *stamp_new(void);
/* Each value counts with its length, so that moving a letter from one to the next shows. NULL is not "". */
void stamp_text(Stamp *stamp, const char *text);
void stamp_number(Stamp *stamp, gint64 number);
/* The first 64 bits of the SHA-256 over all; frees the stamp. */
gint64 stamp_finish(Stamp *stamp);
