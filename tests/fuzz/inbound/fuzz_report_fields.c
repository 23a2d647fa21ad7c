/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz/fuzz.h"
#include "inbound/disposition.h"
#include "inbound/report_fields.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static const char *const names[] = {"Final-Recipient", "Original-Recipient", "Action", "Status",
                                      "Disposition"};
  g_autofree char *text = fuzz_utf8(data, size);
  g_autoptr(ReportFields) fields = report_fields_read(text);
  guint groups = report_fields_groups(fields);
  fuzz_expect(groups <= REPORT_FIELDS_GROUP_MAX);
  for (guint group = 0; group < groups; group++)
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
      const char *value = report_fields_get(fields, group, names[i]);
      g_autofree char *address = report_fields_address(value);
      fuzz_expect(address == NULL || g_utf8_validate(address, -1, NULL));
      disposition_of_field(value);
      disposition_is_manual(value);
    }
  return 0;
}
