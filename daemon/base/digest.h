/* SPDX-License-Identifier: GPL-3.0-or-later */
/* digest.h - SHA-256, keyed hashes, random bytes, and their spellings. Thread-safe; nothing here fails
 * but by ending the process (a machine without SHA-256 or random bytes can do nothing of ours). */
#pragma once

#include <glib.h>

#define DIGEST_SIZE     32
#define DIGEST_HEX_SIZE 65 /* 64 digits and NUL */

typedef struct {
  guint8 bytes[DIGEST_SIZE];
} Digest;

/* SHA-256 of LENGTH bytes. */
Digest digest_of(gconstpointer bytes, gsize length);

/* SHA-256 in pieces. digest_finish gives the digest and frees the state. */
typedef struct DigestState DigestState;
DigestState *digest_begin(void);
void digest_add(DigestState *state, gconstpointer bytes, gsize length);
/* An independent state that has seen the same bytes. */
DigestState *digest_copy(const DigestState *state);
Digest digest_finish(DigestState *state);
void digest_abandon(DigestState *state);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(DigestState, digest_abandon)

/* HMAC-SHA-256 (RFC 2104). */
Digest digest_keyed(gconstpointer key, gsize key_length, gconstpointer bytes, gsize length);

/* Lower-case hexadecimal. */
void digest_hex(const Digest *digest, char hex[DIGEST_HEX_SIZE]);
/* TRUE when TEXT is exactly 64 hexadecimal digits, then *ret holds them. */
gboolean digest_parse(const char *text, Digest *ret);
/* Same bytes? In constant time. */
gboolean digest_equal(const Digest *a, const Digest *b);

/* Lower-case hexadecimal of any bytes; the caller frees it. */
char *hex_of(gconstpointer bytes, gsize length);
/* The first LENGTH characters of a lower-case base32 spelling of BYTES; TO has room for LENGTH + 1. Five bits
 * a character; no look-alikes: neither 1, i and l, nor o beside 0. */
void base32_of(const guint8 *bytes, gsize size, char *to, gsize length);

/* Fills BUFFER from the kernel's generator. */
void random_bytes(gpointer buffer, gsize length);
