/* SPDX-License-Identifier: GPL-3.0-or-later */
/* export_folder.h - a folder that is made for who asks, and travels to him as an archive: the daemon and he
 * may be different users on different machines. Only this room includes it. */
#pragma once

#include "api/ask.h"

/* An empty one, of this request's own; the caller frees its name. */
int export_folder_make(const Ask *ask, char **ret, GError **error);
/* When R is 0, what lies in FOLDER becomes the answer. The folder goes in any case. Returns R, or the fault.
 */
int export_folder_send(Ask *ask, const char *folder, int r, GError **error);
