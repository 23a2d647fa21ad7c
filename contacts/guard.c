/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contacts/guard.h"

#include <string.h>

static gboolean is_risky(char c) {
  return c != '\0' && strchr("=+-@\t\r'", c) != NULL;
}

char *guard_put(const char *cell) {
  return is_risky(cell[0]) ? g_strconcat("'", cell, NULL) : g_strdup(cell);
}

const char *guard_off(const char *cell) {
  return cell[0] == '\'' && is_risky(cell[1]) ? cell + 1 : cell;
}
