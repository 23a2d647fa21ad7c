/* SPDX-License-Identifier: GPL-3.0-or-later */
/* variant.h - in which form a letter goes by one route: with its documents, or with links to them. Pure */
#pragma once

#include <glib.h>

enum variant {
  VARIANT_FULL,     /* the documents are attached */
  VARIANT_LINK,     /* the letter says where they are, how large, and their SHA-256 */
  VARIANT_UNSIGNED, /* attached, without a signature beside the text, for gateways that quarantine one */
  VARIANTS
};
const char *variant_name(enum variant variant); /* full, link, unsigned */
gboolean variant_parse(const char *name, enum variant *ret);

/* A letter beside its attachments: header, text, HTML, delimiters; more than any real one has. */
#define VARIANT_LETTER_BYTES ((gint64)24 * 1024)

typedef struct {
  gint64 attached;      /* bytes of all attachments as they are transmitted */
  gint64 limit;         /* of a whole message, the mailing's; 0: none */
  gint64 channel_limit; /* the channel's; 0: none */
  gboolean is_signed, no_signature_part;
} VariantTerms;

/* A message that might exceed one of its limits is linked: too large is refused, or lost, where it cannot be
 * seen. Nothing attached leaves nothing to link. */
enum variant variant_choose(const VariantTerms *terms);
