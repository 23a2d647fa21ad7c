/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mailing/media.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/fault.h"

/* PDF first: it is what the house sends. The others are what a printer or an archive may be handed. */
#define MAGIC(bytes) bytes, sizeof(bytes) - 1
static const struct {
  const char *ending, *magic;
  gsize length;
  const char *type;
} kinds[] = {
    {".pdf", MAGIC("%PDF-"), "application/pdf"},
    {".odt", MAGIC("PK\003\004"), "application/vnd.oasis.opendocument.text"},
    {".docx", MAGIC("PK\003\004"), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
    {".epub", MAGIC("PK\003\004"), "application/epub+zip"},
    {".png", MAGIC("\x89PNG\r\n\x1a\n"), "image/png"},
    {".jpg", MAGIC("\xff\xd8\xff"), "image/jpeg"},
    {".jpeg", MAGIC("\xff\xd8\xff"), "image/jpeg"},
    {".tif", MAGIC("II*\0"), "image/tiff"},
    {".tif", MAGIC("MM\0*"), "image/tiff"},
    {".tiff", MAGIC("II*\0"), "image/tiff"},
    {".tiff", MAGIC("MM\0*"), "image/tiff"},
    {".txt", MAGIC(""), "text/plain"},
    {".csv", MAGIC(""), "text/csv"},
};

/* What a machine would run, whatever the file is called. */
static const struct {
  const char *magic;
  const char *what;
} programs[] = {
    {"MZ", "a Windows program"},
    {"\x7f"
     "ELF",
     "a Linux program"},
    {"#!", "a script"},
    {"\xfe\xed\xfa", "a macOS program"},
    {"\xcf\xfa\xed\xfe", "a macOS program"},
    {"\xca\xfe\xba\xbe", "a Java or macOS program"},
};

static gboolean begins(const char *bytes, gsize length, const char *magic, gsize n) {
  return length >= n && memcmp(bytes, magic, n) == 0;
}

static int read_beginning(const char *path, char *to, gsize size, gsize *ret_length, GError **error) {
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0 && errno == ENOENT)
    return fault(error, FAULT_ABSENT, "%s: there is no such file", path);
  if (fd < 0)
    return fault_errno(error, errno, "%s: cannot be opened", path);
  ssize_t n = read(fd, to, size);
  int failed = errno;
  close(fd);
  if (n < 0)
    return fault_errno(error, failed, "%s: cannot be read", path);
  if (n == 0)
    return fault(error, FAULT_INPUT, "%s: the file is empty", path);
  *ret_length = (gsize)n;
  return 0;
}

static int unknown_ending(const char *name, GError **error) {
  g_autoptr(GString) known = g_string_new(NULL);
  for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++)
    if (i == 0 || strcmp(kinds[i].ending, kinds[i - 1].ending) != 0)
      g_string_append_printf(known, "%s%s", i > 0 ? ", " : "", kinds[i].ending);
  return fault(error, FAULT_INPUT, "%s: files of this kind are not sent; known are %s", name, known->str);
}

int media_of_file(const char *path, const char *name, char **ret, GError **error) {
  char head[16];
  gsize length = 0;
  int r = read_beginning(path, head, sizeof head, &length, error);
  if (r < 0)
    return r;
  for (gsize i = 0; i < G_N_ELEMENTS(programs); i++)
    if (begins(head, length, programs[i].magic, strlen(programs[i].magic)))
      return fault(error, FAULT_INPUT, "%s: is %s; programs are never sent", name, programs[i].what);
  g_autofree char *folded = g_ascii_strdown(name, -1);
  const char *ending = NULL;
  for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++) {
    if (!g_str_has_suffix(folded, kinds[i].ending))
      continue;
    ending = kinds[i].ending;
    if (begins(head, length, kinds[i].magic, kinds[i].length))
      return *ret = g_strdup(kinds[i].type), 0;
  }
  return ending == NULL
             ? unknown_ending(name, error)
             : fault(error, FAULT_INPUT, "%s: is not what its name says: it does not begin as a %s file does",
                     name, ending + 1);
}
