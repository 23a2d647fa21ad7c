/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "api/export_tar.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fault.h"
#include "base/file.h"

#define BLOCK 512
#define PIECE (128 * BLOCK)

typedef struct {
  char name[100], mode[8], uid[8], gid[8], size[12], mtime[12], checksum[8], type, linkname[100], magic[6],
      version[2], uname[32], gname[32], devmajor[8], devminor[8], prefix[155], rest[12];
} Header;
G_STATIC_ASSERT(sizeof(Header) == BLOCK);

static void fill_header(Header *h, const char *name, gint64 size, gint64 moment) {
  memset(h, 0, sizeof *h);
  g_strlcpy(h->name, name, sizeof h->name);
  g_snprintf(h->mode, sizeof h->mode, "%07o", g_str_has_suffix(name, ".sh") ? 0755U : 0644U);
  g_snprintf(h->uid, sizeof h->uid, "%07o", 0U);
  g_snprintf(h->gid, sizeof h->gid, "%07o", 0U);
  g_snprintf(h->size, sizeof h->size, "%011" G_GINT64_MODIFIER "o", (guint64)size);
  g_snprintf(h->mtime, sizeof h->mtime, "%011" G_GINT64_MODIFIER "o", (guint64)(moment / SECOND));
  h->type = '0';
  memcpy(h->magic, "ustar", 6);
  memcpy(h->version, "00", 2);
  /* The sum is taken with its own field as spaces. */
  memset(h->checksum, ' ', sizeof h->checksum);
  guint sum = 0;
  for (gsize i = 0; i < sizeof *h; i++)
    sum += ((const guint8 *)h)[i];
  g_snprintf(h->checksum, sizeof h->checksum, "%06o", sum);
}

static int copy_padded(int from, int to, gint64 size, const char *path, GError **error) {
  g_autofree guint8 *piece = g_malloc(PIECE);
  for (gint64 left = size; left > 0;) {
    ssize_t n = read(from, piece, (gsize)MIN(left, PIECE));
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0)
      return fault_errno(error, n < 0 ? errno : EIO, "%s: cannot be read", path);
    left -= n;
    gsize padded = left == 0 ? (gsize)(n + BLOCK - 1) / BLOCK * BLOCK : (gsize)n;
    memset(piece + n, 0, padded - (gsize)n);
    int r = file_write_all(to, piece, padded, path, error);
    if (r < 0)
      return r;
  }
  return 0;
}

static int add_file(int to, const char *folder, const char *name, gint64 moment, GError **error) {
  g_autofree char *path = g_build_filename(folder, name, NULL);
  Header header;
  struct stat st;
  int from = open(path, O_RDONLY | O_CLOEXEC);
  if (from < 0)
    return fault_errno(error, errno, "%s: cannot be read", path);
  int r = 0;
  if (fstat(from, &st) != 0 || st.st_size > EXPORT_TAR_FILE_MAX)
    r = fault(error, FAULT_SYSTEM, "%s: is too large for an archive", path);
  if (r == 0) {
    fill_header(&header, name, st.st_size, moment);
    r = file_write_all(to, &header, sizeof header, path, error);
  }
  if (r == 0)
    r = copy_padded(from, to, st.st_size, path, error);
  close(from);
  return r;
}

int export_tar_write(const char *archive, const char *folder, const char *const *names, gint64 moment,
                     GError **error) {
  static const guint8 end[2 * BLOCK];
  int to = open(archive, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (to < 0)
    return fault_errno(error, errno, "%s: cannot be written", archive);
  int r = 0;
  for (; *names != NULL && r == 0; names++)
    r = add_file(to, folder, *names, moment, error);
  if (r == 0)
    r = file_write_all(to, end, sizeof end, archive, error);
  close(to);
  return r;
}
