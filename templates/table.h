/* SPDX-License-Identifier: GPL-3.0-or-later */
/* table.h - the room's data files: tab-separated, one header line, # for comments; every complaint with file
 * and line */
#pragma once

#include "base/digest.h"

#include <glib.h>

typedef struct {
  guint line;
  char *raw;    /* the whole line */
  char **cells; /* as many as there are columns */
} TableRow;

typedef struct {
  char *path;
  GPtrArray *rows; /* of TableRow */
  Digest digest;   /* of the file's bytes */
} Table;

/* Reads PATH (at most MAX bytes and MAX_ROWS rows), whose header must be COLUMNS (ended by NULL). 0 and *ret;
 * FAULT_ABSENT; FAULT_INPUT with file and line; FAULT_SYSTEM. */
int table_read(const char *path, gsize max, guint max_rows, const char *const *columns, Table **ret,
               GError **error);
void table_free(Table *table);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Table, table_free)

const TableRow *table_row(const Table *table, guint index);
/* Begins a complaint about ROW: FAULT_INPUT, "PATH line N: " and the sentence. */
int table_refuse(const Table *table, const TableRow *row, GError **error, const char *format, ...)
    G_GNUC_PRINTF(4, 5);
