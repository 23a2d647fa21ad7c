/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * csv_read.h - rows out of a CSV file, as it comes (RFC 4180, and what spreadsheets really write). Pure
 *
 * Lines end in CR LF, LF or CR; a quoted cell may hold line breaks (kept as LF) and "" for a quote; a quote
 * inside an unquoted cell is a quote. Excel's first line "sep=;" names the delimiter and is no row. Without
 * it and without being told, the delimiter is the one of , ; and tab that parts the first row most. Empty
 * lines are no rows.
 */
#pragma once

#include <glib.h>

#define CSV_CELL_MAX    (128 * 1024)  /* bytes */
#define CSV_ROW_MAX     (1024 * 1024) /* bytes */
#define CSV_COLUMNS_MAX 500
#define CSV_ROWS_MAX    2000000

typedef struct CsvReader CsvReader;

/* LINE: where the row begins, from 1. Cells are valid during the call, without NUL. Negative: a fault that
 * ends the reading. */
typedef int (*CsvRowSeen)(gint64 line, const char *const *cells, gsize count, gpointer data, GError **error);

/* DELIMITER 0: found out. */
CsvReader *csv_reader_new(char delimiter, CsvRowSeen seen, gpointer data);
void csv_reader_free(CsvReader *reader);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CsvReader, csv_reader_free)

/* Feeds UTF-8. FAULT_INPUT with a line: NUL or other control characters (no text file), a ceiling, text after
 * a closing quote. */
int csv_reader_feed(CsvReader *reader, const char *text, gsize length, GError **error);
/* The end: the last row need not end in a line break. FAULT_INPUT when a quote is still open: the file was
 * cut. */
int csv_reader_finish(CsvReader *reader, GError **error);
/* As told or found out; 0 before the first row. */
char csv_reader_delimiter(const CsvReader *reader);
