/* SPDX-License-Identifier: GPL-3.0-or-later */
/* document_rows.h - the SQL of documents and their versions. Only this room includes it. */
#pragma once

#include "mailing/document.h"
#include "mailing/document_code.h"

int document_rows_insert(Link *link, const Document *document, gint64 *ret_id, GError **error);
/* Adds the version, or replaces an open one in its language. 1 when that language is frozen: nothing was
 * written. */
int document_rows_put(Link *link, gint64 document, const DocumentVersion *version, const char *by,
                      GError **error);
/* Fixes the version if it is still open and has this very file. 1 when not. */
int document_rows_freeze(Link *link, gint64 document, const DocumentVersion *version, gint64 now,
                         GError **error);
/* Public from AT on, in place of an earlier moment. */
int document_rows_publish(Link *link, gint64 document, const char *language, gint64 at, GError **error);
/* Those with a version that is public at NOW, the latest first, with all their versions. */
int document_rows_list_public(Link *link, gint64 now, gint64 limit, GPtrArray **ret, GError **error);
/* 1 when there is none. */
int document_rows_find(Link *link, gint64 document, Document **ret, GError **error);
int document_rows_list(Link *link, gint64 after, gint64 limit, GPtrArray **ret, GError **error);
/* Documents that have a version which CODE fits, each with only those versions. */
int document_rows_of_code(Link *link, const DocumentCode *code, GPtrArray **ret, GError **error);
