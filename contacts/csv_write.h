/* SPDX-License-Identifier: GPL-3.0-or-later */
/* csv_write.h - cells as every spreadsheet reads them, safe against formulas (guard.h). Pure */
#pragma once

#include <glib.h>

/* Appends a cell to LINE, behind a ";" unless it is the FIRST of its row; quoted where it has to be (RFC 4180
 * §2). NULL is empty. */
void csv_write_cell(GString *line, const char *cell, gboolean first);
