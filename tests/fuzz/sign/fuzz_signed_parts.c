/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is whole lies within the message, octet by octet. */
#include "fuzz/fuzz.h"
#include "sign/signed_parts.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  g_autoptr(GBytes) raw = g_bytes_new(data, size);
  g_auto(SignedParts) parts = {0};
  signed_parts_read(raw, &parts);
  fuzz_expect((guint)parts.state < SIGNED_PARTS_STATES && signed_parts_state_name(parts.state) != NULL);
  gsize length = 0;
  const char *text = parts.text != NULL ? g_bytes_get_data(parts.text, &length) : NULL;
  if (text != NULL && !parts.made_canonical)
    fuzz_expect(memmem(data, size, text, length) != NULL);
  return 0;
}
