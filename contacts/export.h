/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * export.h - contacts as a file that import.h reads back without a change
 *
 * CSV: UTF-8 with a byte order mark, ";" and CR LF, French headers: what a French Excel opens by a double
 * click. A cell that a spreadsheet would take for a formula (it begins with = + - @ TAB or CR) or that begins
 * with ' gets a ' before it, which the import takes off again. Offices carry the names of their present
 * holder, when there is one; a person known only as a holder has no row of its own.
 *
 * vCard: version 4.0, or 3.0 for programs that know no other (vcard_write.h).
 */
#pragma once

#include "contacts/contact.h"

/* BYTES are valid during the call. Negative: a fault that ends the export. */
typedef int (*ExportSink)(const char *bytes, gsize length, gpointer data, GError **error);

/* All that FILTER asks for (its `after` and `limit` count for nothing). */
int export_csv(Link *link, const ContactFilter *filter, gint64 clearance, Day today, ExportSink sink,
               gpointer data, GError **error);

enum export_format { EXPORT_CSV, EXPORT_VCARD, EXPORT_VCARD3 };
gboolean export_format_parse(const char *name, enum export_format *ret); /* "csv", "vcard", "vcard3" */

typedef struct {
  enum export_format format;
  Day today;
  const States *states; /* for names of countries; NULL: codes */
} ExportTerms;
/* The same as vCards (or as TERMS say). */
int export_vcard(Link *link, const ContactFilter *filter, gint64 clearance, const ExportTerms *terms,
                 ExportSink sink, gpointer data, GError **error);
