/* SPDX-License-Identifier: GPL-3.0-or-later */
/* guard.h - cells that a spreadsheet would take for a formula. Pure */
#pragma once

#include <glib.h>

/* The cell with a ' before it when it begins with = + - @ TAB CR or ' itself. The caller frees it. */
char *guard_put(const char *cell);
/* The cell without that '; any other cell as it is. Points into CELL. */
const char *guard_off(const char *cell);
