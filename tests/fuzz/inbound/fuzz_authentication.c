/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz/fuzz.h"
#include "inbound/authentication.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  g_autofree char *value = fuzz_utf8(data, size);
  VerdictAuthentication *one = authentication_of_field(value);
  if (one != NULL)
    verdict_authentication_free(one);
  return 0;
}
