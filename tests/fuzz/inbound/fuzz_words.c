/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a person wrote: the first byte says whether the rest is plain, flowed or HTML. */
#include "fuzz/fuzz.h"
#include "inbound/flowed.h"
#include "inbound/html_text.h"
#include "inbound/html_words.h"
#include "inbound/own_words.h"
#include "inbound/read.h"

static char *lines_of(uint8_t way, const char *text) {
  gsize length = strlen(text);
  switch (way % 4) {
  case 0:
    return flowed_join(text, FALSE);
  case 1:
    return flowed_join(text, TRUE);
  case 2:
    return html_words(text, length, READ_TEXT_MAX);
  default:
    return html_text(text, length, READ_TEXT_MAX);
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size == 0)
    return 0;
  g_autofree char *text = fuzz_utf8(data + 1, size - 1);
  g_autofree char *lines = lines_of(data[0], text);
  fuzz_expect(g_utf8_validate(lines, -1, NULL));
  g_autofree char *own = own_words(lines), *plain = own_words(text);
  fuzz_expect(g_utf8_validate(own, -1, NULL) && strlen(own) <= strlen(lines));
  fuzz_expect(strlen(plain) <= strlen(text));
  return 0;
}
