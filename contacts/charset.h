/* SPDX-License-Identifier: GPL-3.0-or-later */
/* charset.h - in which letters a file is written, and the same in UTF-8, a piece at a time. Pure */
#pragma once

#include <glib.h>

enum charset {
  CHARSET_UTF8,
  CHARSET_UTF16LE,
  CHARSET_UTF16BE,
  CHARSET_CP1252,
  CHARSET_LATIN9,
  CHARSET_MACROMAN
};

const char *charset_name(enum charset charset); /* "UTF-8", "Windows-1252", … */
/* By a name that people use, in any case ("utf8", "cp1252", "latin1"). 0 and *ret, or FAULT_INPUT that lists
 * them. */
int charset_parse(const char *name, enum charset *ret, GError **error);

/* A byte order mark; else UTF-16 when every other byte of the beginning is mostly NUL; else UTF-8 when all of
 * it is valid; else Windows-1252. *ret_skip: bytes of the mark. */
enum charset charset_detect(const guint8 *bytes, gsize length, gsize *ret_skip);

/* Decodes from *OFFSET on, at most about LIMIT bytes of input, appends UTF-8 to OUT and moves *OFFSET on. 0,
 * or FAULT_INPUT with the offset of what cannot be read; nothing is ever replaced or dropped. */
int charset_decode(enum charset charset, const guint8 *bytes, gsize length, gsize *offset, gsize limit,
                   GString *out, GError **error);
