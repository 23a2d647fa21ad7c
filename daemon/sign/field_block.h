/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * field_block.h - the header of a message or of a part, read strictly (RFC 5322 §2.2). Only this room
 * includes it.
 *
 * What readers are known to read differently is not read at all: white space before the colon, a first line
 * that begins with a blank, a line without a colon, control characters.
 */
#pragma once

#include <glib.h>

#define FIELD_BLOCK_MAX  (256 * 1024) /* octets of one header */
#define FIELD_COUNT_MAX  500
#define FIELD_NAME_LIMIT 100

typedef struct {
  GPtrArray *names;  /* as written */
  GPtrArray *values; /* unfolded, without outer white space; any octets but controls */
  gsize size;        /* octets, the empty line included */
} FieldBlock;

enum field_block_outcome { FIELD_BLOCK_READ, FIELD_BLOCK_MALFORMED, FIELD_BLOCK_TOO_LARGE };

/* BYTES have lines that end with CRLF. RET is to be cleared whatever the outcome. */
enum field_block_outcome field_block_read(const char *bytes, gsize size, FieldBlock *ret);
void field_block_clear(FieldBlock *block);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(FieldBlock, field_block_clear)

guint field_block_count(const FieldBlock *block, const char *name);
/* The first of that name, or NULL. Owned by BLOCK. */
const char *field_block_get(const FieldBlock *block, const char *name);
/* One of the fields that RFC 5322 §3.6 and RFC 2045 allow once stands there twice. */
gboolean field_block_repeats(const FieldBlock *block);
