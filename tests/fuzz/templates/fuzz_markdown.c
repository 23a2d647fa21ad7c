/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whatever the source: both outcomes or neither, and no element that could run. */
#include "fuzz/fuzz.h"
#include "templates/markdown.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  g_autofree char *text = fuzz_utf8(data, size), *html = NULL, *plain = NULL;
  int a = markdown_to_html(text, strlen(text), &html, NULL),
      b = markdown_to_text(text, strlen(text), &plain, NULL);
  fuzz_expect(a == b);
  fuzz_expect(a != 0 || (strstr(html, "<script") == NULL && strstr(html, "=\"javascript:") == NULL));
  return 0;
}
