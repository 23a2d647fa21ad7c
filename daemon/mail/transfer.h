/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * transfer.h - the two transfer encodings we write (RFC 2045 §6.7, §6.8): all output is 7-bit with lines of
 * at most 76 columns, so that no relay has a reason to encode anything again and break a signature
 */
#pragma once

#include "base/digest.h"

#include <glib.h>
#include <sys/types.h>

/* Appends TEXT as quoted-printable. Its line breaks (LF, CRLF or a lone CR) become CRLF. White space at the
 * end of a line, "From " at its beginning and a lone "." are encoded (RFC 3156 §3, RFC 5321 §4.5.2). Nothing
 * is added at the end. Encodes any byte; whether TEXT may hold it is the caller's question. */
void transfer_quoted_printable(GString *to, const char *text, gsize length);

/* Appends base64 in lines of 76 columns; each line, the last one too, ends with CRLF. Nothing for no bytes.
 */
void transfer_base64(GString *to, gconstpointer bytes, gsize length);

/* Size of what transfer_base64 makes of so many bytes. */
guint64 transfer_base64_size(guint64 length);

/* Writes the base64 form of the file FROM as TO, in pieces, durable on return as file_write_whole's: a crash
 * leaves no file or the whole. When FROM_DIGEST is given, FROM must still have that SHA-256, else FAULT_RULE
 * and no TO. Gives size and SHA-256 of the encoded form. FAULT_ABSENT when there is no FROM. */
int transfer_base64_file(const char *from, const Digest *from_digest, const char *to, mode_t mode,
                         guint64 *ret_size, Digest *ret_digest, GError **error);
