/* SPDX-License-Identifier: GPL-3.0-or-later */
/* export_tar.h - a few files of one folder as a POSIX ustar archive (IEEE 1003.1, pax) */
#pragma once

#include <glib.h>

#define EXPORT_TAR_FILE_MAX                                                                                  \
  (G_GINT64_CONSTANT(8) * 1024 * 1024 * 1024 - 1) /* what the format's size field holds */

/* Writes FOLDER's files NAMES (ended by NULL; plain names of at most 99 bytes) as ARCHIVE, each as of MOMENT.
 */
int export_tar_write(const char *archive, const char *folder, const char *const *names, gint64 moment,
                     GError **error);
