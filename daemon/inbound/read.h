/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * read.h - from the bytes of a message to a verdict
 *
 * Reports first, by their parts; then what a machine wrote, by its fields; guesses last, marked by their
 * reasons. Opens no file, knows no clock, keeps nothing. A message over a ceiling, or one that cannot be
 * read, is VERDICT_UNKNOWN with the reason: never a fault, so that nobody's mail stops a scan.
 */
#pragma once

#include "inbound/verdict.h"

#include <glib.h>

#define READ_SIZE_MAX      (25 * 1024 * 1024) /* bytes of a message */
#define READ_HEADER_MAX    (256 * 1024)       /* bytes of one header, the message's or a part's */
#define READ_DEPTH_MAX     30                 /* parts within parts */
#define READ_PARTS_MAX     1000
#define READ_DELIMITER_MAX 20000             /* lines that begin with "--": what a parser has to look at */
#define READ_DECODED_MAX   (8 * 1024 * 1024) /* bytes of one text after its transfer encoding */
#define READ_TEXT_MAX      (128 * 1024)      /* bytes of text that are judged; the rest is not looked at */

/* What read_message says of bytes that nobody may parse: unknown, with REASON. */
Verdict *read_refused(enum verdict_reason reason);

/* LEFT_OUT, for measurements, names a family of mail systems whose rows in the tables are not used; NULL. */
Verdict *read_message(GBytes *bytes, const char *left_out);
