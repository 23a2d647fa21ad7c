/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * document_code.h - the beginning of a file's digest: letters print it, people type it. Pure
 *
 * It tells which document is meant. That a file is that document only the whole digest shows: another file
 * with the same beginning can be made.
 */
#pragma once

#include "base/digest.h"

#include <glib.h>

#define DOCUMENT_CODE_SIGNS 8 /* that a letter prints; fewer say nothing */

typedef struct {
  Digest from, to; /* the least and the greatest digest that begins so */
  gboolean is_whole;
} DocumentCode;

/* What a letter prints; the caller frees it. */
char *document_code_of(const Digest *digest);
/* From DOCUMENT_CODE_SIGNS to 64 hexadecimal digits, as people copy them: in groups, in capitals, with a line
 * break. FALSE for anything else. */
gboolean document_code_read(const char *typed, DocumentCode *ret);
DocumentCode document_code_whole(const Digest *digest);
gboolean document_code_fits(const DocumentCode *code, const Digest *digest);
