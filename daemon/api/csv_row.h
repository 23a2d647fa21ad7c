/* SPDX-License-Identifier: GPL-3.0-or-later */
/* csv_row.h - rows of a CSV file for a spreadsheet: quoted, parted by semicolons, safe against formulas. Only
 * this room includes it. */
#pragma once

#include <glib.h>

#define CSV_ROW_MARK "\xEF\xBB\xBF" /* at the head of a file: it is UTF-8 */

/* Adds CELLS (COUNT of them, NULL is empty) as one row. */
void csv_row_put(GString *to, const char *const *cells, gsize count);
