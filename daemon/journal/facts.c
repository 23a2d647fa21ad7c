/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "journal/facts.h"

#include <string.h>

char *facts_value(const char *facts, const char *key) {
  gsize length = strlen(key);
  for (const char *line = facts; line != NULL && *line != '\0';) {
    const char *end = strchr(line, '\n');
    if (strncmp(line, key, length) == 0 && line[length] == '=')
      return end != NULL ? g_strndup(line + length + 1, (gsize)(end - line) - length - 1)
                         : g_strdup(line + length + 1);
    line = end != NULL ? end + 1 : NULL;
  }
  return NULL;
}

gboolean facts_range(const char **at, gint64 *ret_first, gint64 *ret_last) {
  char *end = NULL;
  if (!g_ascii_isdigit(**at))
    return FALSE;
  *ret_first = *ret_last = g_ascii_strtoll(*at, &end, 10);
  if (*end == '-')
    *ret_last = g_ascii_strtoll(end + 1, &end, 10);
  *at = *end == ',' ? end + 1 : end;
  return TRUE;
}
