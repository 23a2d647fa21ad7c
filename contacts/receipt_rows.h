/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * receipt_rows.h - who was sent which document, for rules of lists
 *
 * What is read is the view `receipts (contact, document, sha256)`, a line for each version that left for a
 * contact. The room that sends defines it over what it keeps anyway: nothing is written a second time, and
 * this room knows its three columns alone.
 */
#pragma once

#include "store/store.h"

/* By the digest of a version, 64 hexadecimal digits. */
int receipt_rows_of_version(Link *link, gint64 contact, const char *sha256, gboolean *ret, GError **error);
/* By a document, "f-3", in whatever language. */
int receipt_rows_of_document(Link *link, gint64 contact, const char *document, gboolean *ret, GError **error);
