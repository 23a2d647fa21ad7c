/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contacts/csv_write.h"

#include "contacts/guard.h"

#include <string.h>

void csv_write_cell(GString *line, const char *cell, gboolean first) {
  g_autofree char *safe = guard_put(cell != NULL ? cell : "");
  gboolean quoted = strpbrk(safe, ";\"\r\n,\t") != NULL;
  if (!first)
    g_string_append_c(line, ';');
  if (quoted)
    g_string_append_c(line, '"');
  for (const char *c = safe; *c != '\0'; c++) {
    if (*c == '"')
      g_string_append_c(line, '"');
    g_string_append_c(line, *c);
  }
  if (quoted)
    g_string_append_c(line, '"');
}
