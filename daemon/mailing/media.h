/* SPDX-License-Identifier: GPL-3.0-or-later */
/* media.h - what kind of file is it? By its first bytes and its name together, which must agree */
#pragma once

#include <glib.h>

/* 0 and *ret (the caller frees it: "application/pdf"); FAULT_INPUT for a program or script, a file that is
 * not what NAME's ending says, an ending that is not in the table, or an empty file; FAULT_ABSENT when there
 * is no PATH. */
int media_of_file(const char *path, const char *name, char **ret, GError **error);
