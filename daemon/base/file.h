/* SPDX-License-Identifier: GPL-3.0-or-later */
/* file.h - files written whole or not at all: temporary name, fsync, rename, fsync of the folder */
#pragma once

#include "base/digest.h"

#include <glib.h>
#include <sys/types.h>

/* Reads at most MAX bytes. 0 and *ret; FAULT_ABSENT when there is no such file; FAULT_INPUT when it is
 * larger than MAX; else FAULT_SYSTEM. *ret is NUL-terminated beyond its size. */
int file_read(const char *path, gsize max, GBytes **ret, GError **error);

/* Writes BYTES as PATH, durable on return: a crash leaves the old file or the new one, never a part. */
int file_write_whole(const char *path, gconstpointer bytes, gsize length, mode_t mode, GError **error);

/* Writes LENGTH bytes to FD, going on after short writes. */
int file_write_all(int fd, gconstpointer bytes, gsize length, const char *path, GError **error);

/* Copies FROM into FOLDER under the name of its SHA-256 (64 hexadecimal digits), durable on return; an
 * existing copy with that name is kept. Files above MAX bytes are refused (FAULT_INPUT). */
int file_store_by_digest(const char *from, const char *folder, goffset max, Digest *ret_digest,
                         goffset *ret_size, GError **error);

/* SHA-256 and size of a file, read in pieces. FAULT_ABSENT when there is none. */
int file_digest(const char *path, Digest *ret_digest, goffset *ret_size, GError **error);

/* fsync of a folder, so that names in it are durable. */
int file_sync_folder(const char *folder, GError **error);

/* Makes a folder (and its parents) with MODE; an existing one is left as it is. */
int file_make_folder(const char *path, mode_t mode, GError **error);
