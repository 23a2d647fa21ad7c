/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contacts/receipt_rows.h"

#include "base/digest.h"
#include "base/fault.h"
#include "base/ident.h"
#include "contacts/merge_family_rows.h"

/* What went to who is the contact now went to the contact. */
#define RECEIVED MERGE_FAMILY("?1") "SELECT 1 FROM receipts WHERE contact IN (SELECT id FROM family) AND "

int receipt_rows_of_version(Link *link, gint64 contact, const char *sha256, gboolean *ret, GError **error) {
  Digest digest;
  gint64 one = 0;
  if (!digest_parse(sha256, &digest))
    return fault(error, FAULT_INPUT, "\"%s\" is no SHA-256; `valise documents show` prints it", sha256);
  int r = link_int(link, &one, error, RECEIVED "sha256 = ?2 LIMIT 1", "id", contact, &digest);
  *ret = r == 0;
  return MIN(r, 0);
}

int receipt_rows_of_document(Link *link, gint64 contact, const char *document, gboolean *ret,
                             GError **error) {
  gint64 number = 0, one = 0;
  int r = ident_parse(IDENT_DOCUMENT, document, &number, error);
  if (r < 0)
    return r;
  r = link_int(link, &one, error, RECEIVED "document = ?2 LIMIT 1", "ii", contact, number);
  *ret = r == 0;
  return MIN(r, 0);
}
