/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sign/wkd.h"

#define SHA1_SIZE 20

/* SHA-1 here only names a file; nothing is trusted for it. */
void wkd_hash(const char *local_part, char ret_hash[WKD_HASH_SIZE]) {
  static const char alphabet[] = "ybndrfg8ejkmcpqxot1uwisza345h769";
  guint8 digest[SHA1_SIZE];
  gsize size = sizeof digest;
  g_autofree char *lower = g_ascii_strdown(local_part, -1);
  g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA1);
  g_checksum_update(sum, (const guchar *)lower, -1);
  g_checksum_get_digest(sum, digest, &size);
  for (gsize i = 0; i < WKD_HASH_SIZE - 1; i++) {
    gsize bit = 5 * i;
    guint pair = (guint)digest[bit / 8] << 8 | (bit / 8 + 1 < SHA1_SIZE ? digest[bit / 8 + 1] : 0);
    ret_hash[i] = alphabet[pair >> (11 - bit % 8) & 31];
  }
  ret_hash[WKD_HASH_SIZE - 1] = '\0';
}
