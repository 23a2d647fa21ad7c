/* SPDX-License-Identifier: GPL-3.0-or-later */
/* untar.h - the plain files of a POSIX ustar archive into a folder */
#pragma once

#include <glib.h>

#define UNTAR_FILES_MAX 1000

/* Reads FD from its beginning. FAULT_INPUT for anything but plain files with plain names, or a broken
 * archive. */
int untar_into(int fd, const char *folder, GError **error);
