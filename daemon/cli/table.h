/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * table.h - what people read: columns and blocks, aligned by the width of what is shown
 *
 * Control characters of values are shown as spaces, so nothing a peer wrote can drive the terminal. With
 * --plain, cells are parted by one TAB and there is no heading.
 */
#pragma once

#include <glib.h>
#include <stdio.h>

typedef struct Table Table;

/* HEADINGS ended by NULL; one that begins with '>' is aligned to the right. */
Table *table_new(const char *const *headings, gboolean plain);
/* One cell a column, NULL for empty, as many as there are headings. */
void table_row(Table *table, ...);
void table_row_array(Table *table, const char *const *cells);
guint table_rows(const Table *table);
/* Writes it; nothing but EMPTY (may be NULL) when there are no rows. */
void table_print(Table *table, FILE *out, const char *empty);
void table_free(Table *table);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Table, table_free)

/* "key  value" lines, keys padded to the longest; NULL or empty values are left out. Pairs ended by NULL.
 * Values of several lines are indented. */
void table_block(FILE *out, gboolean plain, const char *key, ...) G_GNUC_NULL_TERMINATED;

/* A moment in RFC 3339 as the daemon gave it, in ZONE: "2013-12-02T10:00:00+01:00"; TEXT itself when it is
 * none; "" for NULL. The caller frees it. */
char *table_time(const char *text, GTimeZone *zone);
/* Columns that TEXT takes on a terminal. */
int table_width(const char *text);
