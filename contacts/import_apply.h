/* SPDX-License-Identifier: GPL-3.0-or-later */
/* import_apply.h - staged rows become contacts: who is meant, chunk by chunk, the flip; and all of it again
 * after a crash */
#pragma once

#include "contacts/import_rows.h"

/* Rows that one unit may take, and the time after which it takes no more. */
#define IMPORT_UNIT_ROWS 250
#define IMPORT_UNIT_TIME (15 * G_GINT64_CONSTANT(1000))

typedef struct {
  const Contacts *contacts;
  ImportRecord record;
  gboolean dry_run, skip_bad;
  /* What is worth telling about a line; may be NULL. */
  void (*complaint)(gint64 line, int column, const char *sentence, gboolean note, gpointer data);
  gpointer data;
  gint64 longest; /* microseconds that the longest unit took */
} Import;

/* From now on nobody else changes contacts. FAULT_BUSY when another import is at it. */
int import_lock(Import *import, GError **error);
/* Finds out whom each row means; complains about rows that cannot stand, and drops them. */
int import_check(Import *import, GError **error);
/* Files every row in the next generation (a dry run undoes each chunk) and counts. */
int import_apply(Import *import, GError **error);
/* Makes it visible with its entry in the journal, when anything changed. */
int import_flip(Import *import, GError **error);
/* Takes back what was applied but not flipped. */
int import_undo(Import *import, GError **error);
/* Removes staged rows (and with FORGET the import) and dead versions, and gives the contacts free. */
int import_finish(Import *import, gboolean forget, GError **error);
