/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "inbound/flowed.h"

#include <string.h>

/* How deep a line is quoted; *at is then at its text, without the space that is stuffed (§4.4, §4.5). */
static guint unquote(const char **at) {
  guint depth = 0;
  for (; **at == '>'; (*at)++)
    depth++;
  if (**at == ' ')
    (*at)++;
  return depth;
}

static void begin_line(GString *to, guint depth, const char *line) {
  for (guint i = 0; i < depth; i++)
    g_string_append_c(to, '>');
  if (depth > 0 || *line == '>')
    g_string_append_c(to, ' ');
}

/* §4.2: a line that ends in a space goes on in the next, if that is quoted as deep; the line that opens a
 * signature never does (§4.3). */
char *flowed_join(const char *text, gboolean delete_space) {
  GString *joined = g_string_sized_new(strlen(text));
  gboolean goes_on = FALSE;
  guint depth_before = 0;
  g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++) {
    const char *line = lines[i];
    guint depth = unquote(&line);
    gsize length = strlen(line);
    while (length > 0 && line[length - 1] == '\r')
      length--;
    gboolean signature = length == 3 && memcmp(line, "-- ", 3) == 0;
    if (i > 0 && (!goes_on || depth != depth_before || signature)) {
      g_string_append_c(joined, '\n');
      begin_line(joined, depth, line);
    } else if (i == 0)
      begin_line(joined, depth, line);
    goes_on = !signature && length > 0 && line[length - 1] == ' ';
    g_string_append_len(joined, line, (gssize)(length - (goes_on && delete_space ? 1 : 0)));
    depth_before = depth;
  }
  return g_string_free(joined, FALSE);
}
