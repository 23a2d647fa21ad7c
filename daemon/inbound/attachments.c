/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "inbound/attachments.h"

#include <string.h>

static gboolean is_signature(const Part *part) {
  static const char *const types[] = {"application/pgp-signature", "application/pkcs7-signature",
                                      "application/x-pkcs7-signature", NULL};
  return g_strv_contains(types, part->type);
}

/* A message within is one file, whatever it holds. */
static gboolean is_file(const Part *part) {
  if (part->returned || g_str_has_prefix(part->type, "multipart/") || is_signature(part))
    return FALSE;
  return part_is_attachment(part) ||
         (!g_str_equal(part->type, "text/plain") && !g_str_equal(part->type, "text/html"));
}

void attachments_read(const Parts *parts, Verdict *verdict) {
  for (guint i = 0; i < parts_count(parts) && verdict->attachments->len < VERDICT_ATTACHMENTS_MAX; i++) {
    const Part *part = parts_at(parts, i);
    if (!is_file(part))
      continue;
    g_autofree char *name = part_file_name(part);
    g_ptr_array_add(verdict->attachments, verdict_attachment_new(name, part->type, part_size(part)));
  }
}
