/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/digest.h"

#include <errno.h>
#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <string.h>
#include <sys/random.h>

Digest digest_of(gconstpointer bytes, gsize length) {
  Digest digest;
  int r = gnutls_hash_fast(GNUTLS_DIG_SHA256, bytes, length, digest.bytes);
  g_assert(r == 0);
  return digest;
}

/* The handle hides behind our own type so that no header needs GnuTLS. */
DigestState *digest_begin(void) {
  gnutls_hash_hd_t handle;
  int r = gnutls_hash_init(&handle, GNUTLS_DIG_SHA256);
  g_assert(r == 0);
  return (DigestState *)handle;
}

void digest_add(DigestState *state, gconstpointer bytes, gsize length) {
  int r = gnutls_hash((gnutls_hash_hd_t)state, bytes, length);
  g_assert(r == 0);
}

DigestState *digest_copy(const DigestState *state) {
  gnutls_hash_hd_t copy = gnutls_hash_copy((gnutls_hash_hd_t)state);
  g_assert(copy != NULL);
  return (DigestState *)copy;
}

Digest digest_finish(DigestState *state) {
  Digest digest;
  gnutls_hash_deinit((gnutls_hash_hd_t)state, digest.bytes);
  return digest;
}

void digest_abandon(DigestState *state) {
  if (state != NULL)
    gnutls_hash_deinit((gnutls_hash_hd_t)state, NULL);
}

Digest digest_keyed(gconstpointer key, gsize key_length, gconstpointer bytes, gsize length) {
  Digest digest;
  int r = gnutls_hmac_fast(GNUTLS_MAC_SHA256, key, key_length, bytes, length, digest.bytes);
  g_assert(r == 0);
  return digest;
}

static void hex_into(const guint8 *bytes, gsize length, char *to) {
  static const char digits[] = "0123456789abcdef";
  for (gsize i = 0; i < length; i++) {
    to[2 * i] = digits[bytes[i] >> 4];
    to[2 * i + 1] = digits[bytes[i] & 15];
  }
  to[2 * length] = '\0';
}

void digest_hex(const Digest *digest, char hex[DIGEST_HEX_SIZE]) {
  hex_into(digest->bytes, DIGEST_SIZE, hex);
}

char *hex_of(gconstpointer bytes, gsize length) {
  char *text = g_malloc(2 * length + 1);
  hex_into(bytes, length, text);
  return text;
}

gboolean digest_parse(const char *text, Digest *ret) {
  if (text == NULL || strlen(text) != 2 * DIGEST_SIZE)
    return FALSE;
  for (gsize i = 0; i < DIGEST_SIZE; i++) {
    int high = g_ascii_xdigit_value(text[2 * i]), low = g_ascii_xdigit_value(text[2 * i + 1]);
    if (high < 0 || low < 0)
      return FALSE;
    ret->bytes[i] = (guint8)(high << 4 | low);
  }
  return TRUE;
}

gboolean digest_equal(const Digest *a, const Digest *b) {
  return gnutls_memcmp(a->bytes, b->bytes, DIGEST_SIZE) == 0;
}

void base32_of(const guint8 *bytes, gsize size, char *to, gsize length) {
  static const char letters[] = "023456789abcdefghjkmnpqrstuvwxyz";
  guint32 bits = 0;
  int held = 0;
  gsize next = 0;
  for (gsize i = 0; i < length; i++) {
    if (held < 5) {
      bits = bits << 8 | (next < size ? bytes[next] : 0);
      next++;
      held += 8;
    }
    to[i] = letters[bits >> (held - 5) & 31];
    held -= 5;
  }
  to[length] = '\0';
}

void random_bytes(gpointer buffer, gsize length) {
  guint8 *to = buffer;
  while (length > 0) {
    ssize_t n = getrandom(to, length, 0);
    if (n < 0 && errno == EINTR)
      continue;
    g_assert(n > 0);
    to += n;
    length -= (gsize)n;
  }
}
