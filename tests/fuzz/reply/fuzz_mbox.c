/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A file of messages: no message is longer than the file, and the walk ends. */
#include "fuzz/fuzz.h"
#include "reply/mbox.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  g_autoptr(GBytes) file = g_bytes_new(data, size);
  MboxWalk walk = {0};
  gsize total = 0;
  mbox_is(file);
  for (GBytes *message; (message = mbox_next(file, &walk)) != NULL;) {
    total += g_bytes_get_size(message);
    fuzz_expect(g_bytes_get_size(message) > 0);
    g_bytes_unref(message);
  }
  fuzz_expect(total <= size);
  return 0;
}
