/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A request target: its path has no segment that leads elsewhere. */
#include "fuzz/fuzz.h"
#include "http/target.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  g_autofree char *text = fuzz_text(data, size);
  g_autoptr(Target) target = NULL;
  if (target_parse(text, &target, NULL) != 0)
    return 0;
  fuzz_expect(target_path(target)[0] == '/');
  for (const char *const *segment = target_segments(target); *segment != NULL; segment++)
    fuzz_expect((*segment)[0] != '\0' && !g_str_equal(*segment, "..") && strchr(*segment, '/') == NULL &&
                g_utf8_validate(*segment, -1, NULL));
  for (const char *const *name = target_names(target); *name != NULL; name++)
    fuzz_expect(target_values(target, *name)[0] != NULL);
  return 0;
}
