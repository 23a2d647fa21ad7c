/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fuzz.h - what each target of this folder defines, and what they share */
#pragma once

#include <glib.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Called for each input, by libFuzzer or by replay.c. What is wrong ends the process. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Holds in a build without assertions, too. */
#define fuzz_expect(condition)                                                                               \
  do {                                                                                                       \
    if (!(condition))                                                                                        \
      g_error("%s:%d: %s", __FILE__, __LINE__, #condition);                                                  \
  } while (0)

/* The input as a text that ends at its first NUL. The caller frees it. */
static inline char *fuzz_text(const uint8_t *data, size_t size) {
  return g_strndup((const char *)data, size);
}

/* The same, made valid UTF-8: for what only ever sees text that was checked before. */
static inline char *fuzz_utf8(const uint8_t *data, size_t size) {
  g_autofree char *text = fuzz_text(data, size);
  return g_utf8_make_valid(text, -1);
}
