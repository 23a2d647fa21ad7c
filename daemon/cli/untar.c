/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/untar.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/file.h"

#define BLOCK     512
#define NAME_SIZE 100
#define MODE_AT   100
#define SIZE_AT   124
#define SIZE_SIZE 12
#define TYPE_AT   156
#define MAGIC_AT  257

static int read_block(int fd, char block[BLOCK], GError **error) {
  for (gsize have = 0; have < BLOCK;) {
    ssize_t n = read(fd, block + have, BLOCK - have);
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0)
      return fault(error, FAULT_INPUT, "the archive ends too early; ask for it again");
    have += (gsize)n;
  }
  return 0;
}

/* Names come from the other side: only those that stay in the folder are taken. */
static int read_header(const char block[BLOCK], char name[NAME_SIZE + 1], guint64 *ret_size, mode_t *ret_mode,
                       GError **error) {
  char size[SIZE_SIZE + 1] = {0}, *end = NULL;
  memcpy(name, block, NAME_SIZE);
  name[NAME_SIZE] = '\0';
  memcpy(size, block + SIZE_AT, SIZE_SIZE);
  *ret_size = g_ascii_strtoull(size, &end, 8);
  *ret_mode = block[MODE_AT + 4] == '7' ? 0755 : 0644;
  if (memcmp(block + MAGIC_AT, "ustar", 5) != 0 || block[TYPE_AT] != '0' || *end != '\0')
    return fault(error, FAULT_INPUT, "the archive is none of ours; ask for it again");
  if (*name == '\0' || *name == '.' || strchr(name, '/') != NULL)
    return fault(error, FAULT_INPUT,
                 "the archive names a file outside its folder; do not trust where it came from");
  return 0;
}

static int copy_file(int fd, const char *path, guint64 size, mode_t mode, GError **error) {
  char block[BLOCK];
  int to = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode), r = 0;
  if (to < 0)
    return fault_errno(error, errno, "%s: cannot be written", path);
  while (size > 0 && r == 0) {
    gsize n = MIN(size, BLOCK);
    r = read_block(fd, block, error);
    if (r == 0)
      r = file_write_all(to, block, n, path, error);
    size -= n;
  }
  if (close(to) != 0 && r == 0)
    r = fault_errno(error, errno, "%s: cannot be written", path);
  return r;
}

int untar_into(int fd, const char *folder, GError **error) {
  char block[BLOCK], name[NAME_SIZE + 1];
  static const char end[BLOCK];
  guint64 size;
  mode_t mode;
  if (lseek(fd, 0, SEEK_SET) != 0)
    return fault_errno(error, errno, "the archive cannot be read");
  for (int files = 0; files < UNTAR_FILES_MAX; files++) {
    int r = read_block(fd, block, error);
    if (r < 0)
      return r;
    if (memcmp(block, end, BLOCK) == 0)
      return 0;
    r = read_header(block, name, &size, &mode, error);
    if (r < 0)
      return r;
    g_autofree char *path = g_build_filename(folder, name, NULL);
    r = copy_file(fd, path, size, mode, error);
    if (r < 0)
      return r;
  }
  return fault(error, FAULT_INPUT, "the archive has more than %d files", UNTAR_FILES_MAX);
}
