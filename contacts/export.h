/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * export.h - contacts as a CSV file that import.h reads back without a change
 *
 * UTF-8 with a byte order mark, ";" and CR LF, French headers: what a French Excel opens by a double click. A
 * cell that a spreadsheet would take for a formula (it begins with = + - @ TAB or CR) or that begins with '
 * gets a ' before it, which the import takes off again. Offices carry the names of their present holder, when
 * there is one; a person known only as a holder has no row of its own.
 */
#pragma once

#include "contacts/contact.h"

/* BYTES are valid during the call. Negative: a fault that ends the export. */
typedef int (*ExportSink)(const char *bytes, gsize length, gpointer data, GError **error);

/* All that FILTER asks for (its `after` and `limit` count for nothing). */
int export_csv(Link *link, const ContactFilter *filter, gint64 clearance, Day today, ExportSink sink,
               gpointer data, GError **error);
