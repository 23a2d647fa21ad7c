/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config/complaints.h"

#include "base/fault.h"

struct Complaints {
  GString *text;
  guint count;
};

Complaints *complaints_new(void) {
  Complaints *complaints = g_new0(Complaints, 1);
  complaints->text = g_string_new(NULL);
  return complaints;
}

void complaints_free(Complaints *complaints) {
  if (complaints == NULL)
    return;
  g_string_free(complaints->text, TRUE);
  g_free(complaints);
}

void complaints_add(Complaints *complaints, const char *file, guint line, const char *format, ...) {
  if (++complaints->count > COMPLAINTS_MAX)
    return;
  if (complaints->count > 1)
    g_string_append_c(complaints->text, '\n');
  if (line > 0)
    g_string_append_printf(complaints->text, "%s line %u: ", file, line);
  else
    g_string_append_printf(complaints->text, "%s: ", file);
  va_list args;
  va_start(args, format);
  g_string_append_vprintf(complaints->text, format, args);
  va_end(args);
}

int complaints_result(const Complaints *complaints, GError **error) {
  if (complaints->count == 0)
    return 0;
  if (complaints->count <= COMPLAINTS_MAX)
    return fault(error, FAULT_INPUT, "%s", complaints->text->str);
  return fault(error, FAULT_INPUT, "%s\nand %u more", complaints->text->str,
               complaints->count - COMPLAINTS_MAX);
}
