/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailing/document_code.h"

#include <string.h>

#define DIGITS    (DIGEST_HEX_SIZE - 1)
#define TYPED_MAX 200 /* characters: a digest with the spaces that people put into it */

char *document_code_of(const Digest *digest) {
  char hex[DIGEST_HEX_SIZE];
  digest_hex(digest, hex);
  return g_strndup(hex, DOCUMENT_CODE_SIGNS);
}

DocumentCode document_code_whole(const Digest *digest) {
  return (DocumentCode){*digest, *digest, TRUE};
}

static gboolean fill(const GString *digits, char with, Digest *ret) {
  char hex[DIGEST_HEX_SIZE];
  memset(hex, with, DIGITS);
  hex[DIGITS] = '\0';
  memcpy(hex, digits->str, digits->len);
  return digest_parse(hex, ret);
}

gboolean document_code_read(const char *typed, DocumentCode *ret) {
  g_autoptr(GString) digits = g_string_new(NULL);
  if (strlen(typed) > TYPED_MAX)
    return FALSE;
  for (const char *c = typed; *c != '\0'; c++)
    if (!g_ascii_isspace(*c) && *c != ':' && *c != '-')
      g_string_append_c(digits, g_ascii_tolower(*c));
  ret->is_whole = digits->len == DIGITS;
  return digits->len >= DOCUMENT_CODE_SIGNS && digits->len <= DIGITS && fill(digits, '0', &ret->from) &&
         fill(digits, 'f', &ret->to);
}

gboolean document_code_fits(const DocumentCode *code, const Digest *digest) {
  return memcmp(code->from.bytes, digest->bytes, DIGEST_SIZE) <= 0 &&
         memcmp(digest->bytes, code->to.bytes, DIGEST_SIZE) <= 0;
}
