/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is read as an address is one: read again, it is the same. */
#include "fuzz/fuzz.h"
#include "mail/address.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  g_autofree char *text = fuzz_text(data, size);
  for (guint flags = 0; flags <= ADDRESS_ANY; flags++) {
    g_autoptr(Address) address = NULL, again = NULL;
    g_autofree char *domain = NULL;
    address_domain(text, flags, &domain, NULL);
    if (address_parse(text, flags, &address, NULL) != 0)
      continue;
    fuzz_expect(strlen(address->send) <= ADDRESS_MAX && strpbrk(address->send, "\r\n") == NULL);
    fuzz_expect(address_parse(address->send, flags, &again, NULL) == 0);
    fuzz_expect(g_str_equal(again->send, address->send) && g_str_equal(again->folded, address->folded));
  }
  address_is_canonical(text);
  return 0;
}
