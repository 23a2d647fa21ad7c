/* SPDX-License-Identifier: GPL-3.0-or-later */
/* columns.h - what the columns of a file mean: names in four languages, or as the user maps them. Pure */
#pragma once

#include <glib.h>

/* COLUMN(symbol, name, headers): the fields that a file may have; headers in fr, en, es and pt, parted by
 * "|". */
enum column {
#define COLUMN(symbol, name, headers) symbol,
#include "contacts/columns.def"
#undef COLUMN
  COLUMNS
};
const char *column_name(enum column column);
/* The header that people see in French, as exports write it: "Prénom". */
const char *column_header(enum column column);
/* By the field's name or any of its headers, accents and case ignored; COLUMNS when none. */
enum column column_of(const char *header);

typedef struct {
  int of[COLUMNS];       /* index of the cell, -1: the file has none */
  char *header[COLUMNS]; /* as the file calls it */
} Columns;
void columns_clear(Columns *columns);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Columns, columns_clear)

/* MAPS: "COLUMN=FIELD" ended by NULL, or NULL; "COLUMN=" leaves a column out. 0, or FAULT_INPUT: an unknown
 * column (the sentence names the nearest and --map), one field twice, a map for a column that is not there,
 * no column that could tell who is meant. */
int columns_map(const char *const *headers, gsize count, const char *const *maps, Columns *ret,
                GError **error);
