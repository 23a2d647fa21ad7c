/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nearest.h - the known word that a mistyped one probably means */
#pragma once

#include <glib.h>

/* The one of CANDIDATES (ended by NULL) that differs from WORD by the fewest insertions, deletions,
 * replacements and swaps of neighbours (case and "-" for "_" aside), or NULL when none is near enough to be
 * worth naming. */
const char *nearest_of(const char *word, const char *const *candidates);
