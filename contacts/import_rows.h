/* SPDX-License-Identifier: GPL-3.0-or-later */
/* import_rows.h - staged rows and the state of imports, for the other files of this room */
#pragma once

#include "contacts/import.h"

enum import_state { IMPORT_STAGING, IMPORT_CHECKING, IMPORT_APPLYING, IMPORT_FLIPPED };

/* An import as it is stored. */
typedef struct {
  gint64 id;
  enum import_state state;
  char *name, *list, *user;
  gint64 clearance, after_line, added, changed, unchanged, holders;
} ImportRecord;
void import_record_clear(ImportRecord *record);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ImportRecord, import_record_clear)

int import_rows_begin(Link *link, const ImportRecord *record, gint64 now, gint64 *ret_id, GError **error);
/* 0 and *ret, or 1 when there is none. */
int import_rows_load(Link *link, gint64 id, ImportRecord *ret, GError **error);
/* Stores state, progress and counts. */
int import_rows_save(Link *link, const ImportRecord *record, GError **error);
/* The first that has state STATE: 0 and *ret_id, or 1. */
int import_rows_in_state(Link *link, enum import_state state, gint64 *ret_id, GError **error);

/* 0; 1 and *ret_line when another line of the file says the same contact. */
int import_rows_stage(Link *link, gint64 import, gint64 line, const char *identity, const char *cells,
                      gint64 *ret_line, GError **error);
typedef struct {
  gint64 line, contact;
  char *cells;
} StagedRow;
/* At most LIMIT rows beyond AFTER; StagedRow. */
int import_rows_staged(Link *link, gint64 import, gint64 after, gint64 limit, GArray **ret, GError **error);
/* The row means that contact (0: a new one); CELLS as they are now. */
int import_rows_mean(Link *link, gint64 import, gint64 line, gint64 contact, const char *cells,
                     GError **error);
/* The line of that identity, or 0. */
int import_rows_line_named(Link *link, gint64 import, const char *identity, gint64 *ret_line, GError **error);
/* The line that means CONTACT already, or 0. */
int import_rows_line_of(Link *link, gint64 import, gint64 contact, gint64 *ret_line, GError **error);
/* The line of the file that names CONTACT itself, by its id of its own or its number; or 0. */
int import_rows_line_of_id(Link *link, gint64 import, gint64 contact, gint64 *ret_line, GError **error);
int import_rows_drop(Link *link, gint64 import, gint64 line, GError **error);

/* Removes staged rows, at most LIMIT; then the import itself when FORGET. Returns how many were removed. */
int import_rows_clear(Link *link, gint64 import, gint64 limit, gboolean forget, GError **error);
/* The same for whatever a crash left; only while nobody imports. */
int import_rows_clear_left(Link *link, gint64 limit, GError **error);
/* Takes back what was written in GENERATION, at most LIMIT rows; returns how many. */
int import_rows_undo(Link *link, gint64 generation, gint64 limit, GError **error);
