/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailing/variant.h"

static const char *const names[VARIANTS] = {"full", "link", "unsigned"};

const char *variant_name(enum variant variant) {
  return names[variant];
}

gboolean variant_parse(const char *name, enum variant *ret) {
  for (int i = 0; i < VARIANTS; i++)
    if (g_strcmp0(name, names[i]) == 0) {
      *ret = (enum variant)i;
      return TRUE;
    }
  return FALSE;
}

static gboolean exceeds(gint64 bytes, gint64 limit) {
  return limit > 0 && bytes > limit;
}

enum variant variant_choose(const VariantTerms *t) {
  gint64 bytes = t->attached + VARIANT_LETTER_BYTES;
  if (t->attached > 0 && (exceeds(bytes, t->limit) || exceeds(bytes, t->channel_limit)))
    return VARIANT_LINK;
  return t->is_signed && t->no_signature_part ? VARIANT_UNSIGNED : VARIANT_FULL;
}
