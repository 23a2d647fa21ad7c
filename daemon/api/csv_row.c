/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "api/csv_row.h"

#include "contacts/guard.h"

static void put_cell(GString *to, const char *cell) {
  g_autofree char *safe = guard_put(cell != NULL ? cell : "");
  g_string_append_c(to, '"');
  for (const char *c = safe; *c != '\0'; c++) {
    if (*c == '"')
      g_string_append_c(to, '"');
    g_string_append_c(to, *c);
  }
  g_string_append_c(to, '"');
}

void csv_row_put(GString *to, const char *const *cells, gsize count) {
  for (gsize i = 0; i < count; i++) {
    put_cell(to, cells[i]);
    g_string_append(to, i + 1 == count ? "\r\n" : ";");
  }
}
