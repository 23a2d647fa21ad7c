/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A header, and each Content-Type in it, by the strict readers. */
#include "fuzz/fuzz.h"
#include "sign/content_type.h"
#include "sign/field_block.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  g_auto(FieldBlock) block = {0};
  if (field_block_read((const char *)data, size, &block) != FIELD_BLOCK_READ)
    return 0;
  fuzz_expect(block.size <= size && block.names->len == block.values->len &&
              block.names->len <= FIELD_COUNT_MAX);
  field_block_repeats(&block);
  for (guint i = 0; i < block.values->len; i++) {
    g_auto(ContentType) type = {0};
    if (!content_type_read(block.values->pdata[i], &type))
      continue;
    const char *boundary = content_type_boundary(&type);
    fuzz_expect(boundary == NULL || strlen(boundary) <= CONTENT_BOUNDARY_MAX);
  }
  return 0;
}
