/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sign/armour.h"

#define LINE 64

/* RFC 9580 §6.1: nobody needs it any more, and older programs ask for it. */
static guint32 checksum(const guint8 *bytes, gsize size) {
  guint32 crc = 0xb704ce;
  for (gsize i = 0; i < size; i++) {
    crc ^= (guint32)bytes[i] << 16;
    for (int k = 0; k < 8; k++)
      crc = (crc << 1) ^ ((crc & 0x800000) != 0 ? 0x1864cfb : 0);
  }
  return crc & 0xffffff;
}

GBytes *armour_keys(GBytes *keys) {
  gsize size = 0;
  const guint8 *bytes = g_bytes_get_data(keys, &size);
  guint32 crc = checksum(bytes, size);
  const guint8 sum[3] = {(guint8)(crc >> 16), (guint8)(crc >> 8), (guint8)crc};
  g_autofree char *text = g_base64_encode(bytes, size), *end = g_base64_encode(sum, sizeof sum);
  GString *out = g_string_new("-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n");
  for (gsize i = 0; text[i] != '\0'; i++) {
    g_string_append_c(out, text[i]);
    if (i % LINE == LINE - 1 || text[i + 1] == '\0')
      g_string_append_c(out, '\n');
  }
  g_string_append_printf(out, "=%s\n-----END PGP PUBLIC KEY BLOCK-----\n", end);
  return g_string_free_to_bytes(out);
}
