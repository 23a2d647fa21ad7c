/* SPDX-License-Identifier: GPL-3.0-or-later */
/* secret.h - passwords and passphrases: only ever from a file or a systemd credential, never from the
 * configuration */
#pragma once

#include <glib.h>

#define SECRET_MAX 4096

/* The content of the file PATH without its final line break. "%d/NAME", "$CREDENTIALS_DIRECTORY/NAME" and
 * "${CREDENTIALS_DIRECTORY}/NAME" are credentials (systemd.exec(5)); other relative paths lie in FOLDER.
 * FAULT_INPUT when it cannot be read, is readable by everybody, is empty, longer than SECRET_MAX, or not a
 * text of one line. */
int secret_read(const char *path, const char *folder, char **ret, GError **error);
/* Where PATH is, by the same rules, for who reads it later; the caller frees it. */
int secret_path(const char *path, const char *folder, char **ret, GError **error);
/* Wipes and frees. NULL is nothing. */
void secret_free(char *secret);
