/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * import.h - an import session: a file of contacts is read, checked whole, and applied, or not at all
 *
 *   read ──► staged ──► applying ──────► flipped ──► (purged)
 *     │        │           │ in chunks     one update
 *     └────────┴► refused  └ completed after a crash (contacts_recover)
 *
 * Every row is checked before anything is applied. A bad row stops the file unless skip_bad says to leave it
 * out; a dry run does the very work of the import (with bad rows: of the good ones) and undoes it chunk by
 * chunk.
 *
 * Which contact a row means: its `id` (one of its own, or "C-31" when the rest of the row does not tell
 * somebody else); without one, an office by its kind, country and organisation (those of which a country has
 * several, as ministers, also by what they are called); an organisation by its name and country; a person by
 * e-mail address, unless no word of the names is the same, else one of the same name without id and address.
 * None: a new contact.
 *
 * An empty cell says nothing and changes nothing. Lists and grounds are added, never taken away; the
 * addresses in a cell replace those of the same route, but one that is known to be dead, refused or suspect
 * is kept as knowledge. On an office's row the names are those of its present holder: another one ends the
 * tenure before the day before `tenure_from`; with several holders a new name is refused. Who objected or was
 * erased stays so.
 */
#pragma once

#include "contacts/contact.h"

#define IMPORT_FILE_MAX       (256 * 1024 * 1024) /* bytes */
#define IMPORT_COMPLAINTS_MAX 1000                /* kept; all are counted */

enum import_outcome {
  IMPORT_REFUSED = 1, /* rows are bad: nothing was applied, the report says which */
};

typedef struct {
  const char *name; /* of the file, for sentences and the journal */
  const char *list; /* everybody in the file becomes a member; made when there is none; may be NULL */
  gboolean dry_run, skip_bad;
  const char *encoding;    /* NULL: found out (charset.h) */
  char delimiter;          /* 0: found out */
  const char *const *maps; /* "COLUMN=FIELD", ended by NULL; NULL: none */
} ImportOptions;

typedef struct {
  gint64 line;    /* in the file, from 1 */
  char *column;   /* as the file calls it; NULL: the row as a whole */
  char *sentence; /* cause and remedy */
  gboolean note;  /* worth knowing, but not bad */
} ImportComplaint;

typedef struct {
  gint64 id; /* of the import; 0 for a dry run */
  gboolean dry_run;
  gint64 rows;                                 /* with anything in them */
  gint64 added, changed, unchanged, set_aside; /* contacts; set aside: bad rows */
  gint64 holders;                              /* tenures begun or ended, persons noted as holders */
  gint64 longest;                              /* microseconds that the longest unit of work took */
  gint64 bad, notes;                           /* complaints and notes, counted */
  GPtrArray *complaints;                       /* of ImportComplaint, in the order of lines */
  const char *format;                          /* "csv" or "vcard", as the file was found to be */
  const char *encoding;                        /* in which the file was read */
  char delimiter;                              /* 0: vCards have none */
} ImportReport;

void import_report_clear(ImportReport *report);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ImportReport, import_report_clear)

/* Imports BYTES (map the file: memory stays flat): CSV, or vCards when they begin with BEGIN:VCARD (vcard.h).
 * 0, IMPORT_REFUSED, FAULT_INPUT for a file that is none (binary, truncated, unknown column), FAULT_BUSY when
 * another import (or dry run) is at it, FAULT_FORBIDDEN for a row that the actor could not see afterwards.
 * *ret is filled in the first two cases. */
int import_csv(const Contacts *contacts, const Actor *actor, GBytes *bytes, const ImportOptions *options,
               ImportReport *ret, GError **error);
