/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contacts/stamp.h"

#include "base/digest.h"

#include <string.h>

struct Stamp {
  GString *values;
};

Stamp *stamp_new(void) {
  Stamp *stamp = g_new(Stamp, 1);
  stamp->values = g_string_sized_new(256);
  return stamp;
}

void stamp_text(Stamp *stamp, const char *text) {
  if (text == NULL)
    g_string_append(stamp->values, "-\n");
  else
    g_string_append_printf(stamp->values, "%" G_GSIZE_FORMAT ":%s\n", strlen(text), text);
}

void stamp_number(Stamp *stamp, gint64 number) {
  g_string_append_printf(stamp->values, "#%" G_GINT64_FORMAT "\n", number);
}

gint64 stamp_finish(Stamp *stamp) {
  Digest digest = digest_of(stamp->values->str, stamp->values->len);
  guint64 number = 0;
  for (gsize i = 0; i < sizeof number; i++)
    number = number << 8 | digest.bytes[i];
  g_string_free(stamp->values, TRUE);
  g_free(stamp);
  return (gint64)number;
}
