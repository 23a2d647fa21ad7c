/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fault.h"

#define PIECE (256 * 1024)

typedef int Descriptor;
static void descriptor_close(Descriptor *fd) {
  if (*fd >= 0)
    close(*fd);
}
#define AUTO_CLOSE __attribute__((cleanup(descriptor_close)))

static int open_for_reading(const char *path, struct stat *st, GError **error) {
  int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
  if (fd < 0) {
    int e = errno;
    if (e == ENOENT)
      return fault(error, FAULT_ABSENT, "%s: there is no such file; check the path", path);
    return fault_errno(error, e, "%s: cannot be read", path);
  }
  if (fstat(fd, st) != 0 || !S_ISREG(st->st_mode)) {
    close(fd);
    return fault(error, FAULT_INPUT, "%s: is no ordinary file", path);
  }
  return fd;
}

static gssize read_some(int fd, gpointer buffer, gsize size) {
  gssize n;
  do
    n = read(fd, buffer, size);
  while (n < 0 && errno == EINTR);
  return n;
}

int file_read(const char *path, gsize max, GBytes **ret, GError **error) {
  struct stat st;
  AUTO_CLOSE Descriptor fd = open_for_reading(path, &st, error);
  if (fd < 0)
    return fd;
  if ((guint64)st.st_size > max)
    return fault(error, FAULT_INPUT,
                 "%s: %" G_GINT64_FORMAT " bytes are more than the %zu that are taken here", path,
                 (gint64)st.st_size, max);
  g_autoptr(GByteArray) bytes = g_byte_array_sized_new((guint)st.st_size + 1);
  g_autofree guint8 *piece = g_malloc(PIECE);
  gssize n;
  while ((n = read_some(fd, piece, PIECE)) > 0) {
    if (bytes->len + (gsize)n > max)
      return fault(error, FAULT_INPUT, "%s: grew beyond the %zu bytes that are taken here while it was read",
                   path, max);
    g_byte_array_append(bytes, piece, (guint)n);
  }
  if (n < 0)
    return fault_errno(error, errno, "%s: cannot be read", path);
  gsize size = bytes->len;
  g_byte_array_append(bytes, (const guint8 *)"", 1);
  *ret = g_bytes_new_take(g_byte_array_free(g_steal_pointer(&bytes), FALSE), size);
  return 0;
}

int file_write_all(int fd, gconstpointer bytes, gsize length, const char *path, GError **error) {
  const guint8 *from = bytes;
  while (length > 0) {
    ssize_t n = write(fd, from, length);
    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0)
      return fault_errno(error, errno, "%s: cannot be written", path);
    from += n;
    length -= (gsize)n;
  }
  return 0;
}

int file_sync_folder(const char *folder, GError **error) {
  AUTO_CLOSE Descriptor fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0 || fsync(fd) != 0)
    return fault_errno(error, errno, "%s: cannot be made durable", folder);
  return 0;
}

/* Closes FD whatever happens; on success TEMPORARY has become PATH and survives a power cut. */
static int make_durable(int fd, const char *temporary, const char *path, GError **error) {
  int failed = fsync(fd) != 0 ? errno : 0;
  if (close(fd) != 0 && failed == 0)
    failed = errno;
  if (failed == 0 && rename(temporary, path) != 0)
    failed = errno;
  if (failed != 0) {
    unlink(temporary);
    return fault_errno(error, failed, "%s: cannot be written", path);
  }
  g_autofree char *folder = g_path_get_dirname(path);
  return file_sync_folder(folder, error);
}

int file_write_whole(const char *path, gconstpointer bytes, gsize length, mode_t mode, GError **error) {
  g_autofree char *temporary = g_strdup_printf("%s.XXXXXX", path);
  int fd = g_mkstemp_full(temporary, O_WRONLY | O_CLOEXEC, (int)mode);
  if (fd < 0)
    return fault_errno(error, errno, "%s: cannot be created", path);
  int r = file_write_all(fd, bytes, length, path, error);
  if (r < 0) {
    close(fd);
    unlink(temporary);
    return r;
  }
  return make_durable(fd, temporary, path, error);
}

/* Reads FROM to its end, into TO as well unless TO is -1. */
static int digest_stream(int from, int to, const char *path, goffset max, Digest *ret_digest,
                         goffset *ret_size, GError **error) {
  g_autofree guint8 *piece = g_malloc(PIECE);
  g_autoptr(DigestState) state = digest_begin();
  goffset size = 0;
  gssize n;
  while ((n = read_some(from, piece, PIECE)) > 0) {
    size += n;
    if (size > max)
      return fault(error, FAULT_INPUT, "%s: is larger than the %" G_GINT64_FORMAT " bytes that are taken",
                   path, (gint64)max);
    digest_add(state, piece, (gsize)n);
    if (to >= 0) {
      int r = file_write_all(to, piece, (gsize)n, path, error);
      if (r < 0)
        return r;
    }
  }
  if (n < 0)
    return fault_errno(error, errno, "%s: cannot be read", path);
  *ret_digest = digest_finish(g_steal_pointer(&state));
  *ret_size = size;
  return 0;
}

int file_digest(const char *path, Digest *ret_digest, goffset *ret_size, GError **error) {
  struct stat st;
  AUTO_CLOSE Descriptor fd = open_for_reading(path, &st, error);
  if (fd < 0)
    return fd;
  return digest_stream(fd, -1, path, G_MAXINT64, ret_digest, ret_size, error);
}

int file_store_by_digest(const char *from, const char *folder, goffset max, Digest *ret_digest,
                         goffset *ret_size, GError **error) {
  struct stat st;
  AUTO_CLOSE Descriptor source = open_for_reading(from, &st, error);
  if (source < 0)
    return source;
  g_autofree char *temporary = g_build_filename(folder, ".incoming.XXXXXX", NULL);
  int fd = g_mkstemp_full(temporary, O_WRONLY | O_CLOEXEC, 0640);
  if (fd < 0)
    return fault_errno(error, errno, "%s: cannot be created", temporary);
  int r = digest_stream(source, fd, from, max, ret_digest, ret_size, error);
  if (r < 0) {
    close(fd);
    unlink(temporary);
    return r;
  }
  char hex[DIGEST_HEX_SIZE];
  digest_hex(ret_digest, hex);
  g_autofree char *path = g_build_filename(folder, hex, NULL);
  return make_durable(fd, temporary, path, error);
}

int file_make_folder(const char *path, mode_t mode, GError **error) {
  if (g_mkdir_with_parents(path, (int)mode) != 0)
    return fault_errno(error, errno, "%s: the folder cannot be made", path);
  return 0;
}
