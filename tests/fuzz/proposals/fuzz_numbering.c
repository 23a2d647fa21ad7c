/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What somebody answered: its parts are words of his own, each on a question that there is or on none. */
#include "fuzz/fuzz.h"
#include "proposals/numbering.h"

#include <string.h>

#define MOST 4

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  g_autofree char *text = g_utf8_make_valid((const char *)data, (gssize)size);
  g_autoptr(GPtrArray) parts = numbering_split(text, MOST);
  gsize total = 0;
  fuzz_expect(parts == NULL || parts->len > 0);
  for (guint i = 0; parts != NULL && i < parts->len; i++) {
    const NumberedPart *part = parts->pdata[i];
    total += strlen(part->text);
    fuzz_expect(part->question >= 0 && part->question <= MOST);
    fuzz_expect(*part->text != '\0' && g_utf8_validate(part->text, -1, NULL));
  }
  fuzz_expect(total <= strlen(text));
  return 0;
}
