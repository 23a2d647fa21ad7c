/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "transport/bearer.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fault.h"

static int check_file(int fd, const char *path, GError **error) {
  struct stat st;
  if (fstat(fd, &st) != 0)
    return fault_errno(error, errno, "%s: cannot be looked at", path);
  if (!S_ISREG(st.st_mode))
    return fault(error, FAULT_INPUT, "%s: is no file; name the file that holds the token", path);
  if ((st.st_mode & S_IROTH) != 0)
    return fault(error, FAULT_INPUT, "%s: can be read by everybody; run chmod o= %s", path, path);
  return 0;
}

static int read_all(int fd, const char *path, char *buffer, gsize *ret_length, GError **error) {
  gsize length = 0;
  ssize_t n;
  while (length < BEARER_MAX + 2 && (n = read(fd, buffer + length, BEARER_MAX + 2 - length)) != 0) {
    if (n < 0 && errno != EINTR)
      return fault_errno(error, errno, "%s: cannot be read", path);
    length += n > 0 ? (gsize)n : 0;
  }
  if (length > 0 && buffer[length - 1] == '\n')
    length--;
  if (length > 0 && buffer[length - 1] == '\r')
    length--;
  *ret_length = length;
  return 0;
}

static int take(const char *buffer, gsize length, const char *path, char **ret, GError **error) {
  if (length == 0)
    return fault(error, FAULT_INPUT, "%s: is empty; see that the helper that renews the token runs", path);
  if (length > BEARER_MAX)
    return fault(error, FAULT_INPUT, "%s: is longer than %d bytes, so it is no token", path, BEARER_MAX);
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isalnum(buffer[i]) && (buffer[i] == '\0' || strchr("-._~+/=", buffer[i]) == NULL))
      return fault(error, FAULT_INPUT,
                   "%s: holds more than a token; the access token has to stand alone in it, on one line",
                   path);
  *ret = g_strndup(buffer, length);
  return 0;
}

int bearer_read(const char *path, char **ret, GError **error) {
  char buffer[BEARER_MAX + 2];
  gsize length = 0;
  int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
  if (fd < 0)
    return fault_errno(error, errno, "%s: the token cannot be read; see that the helper that renews it runs",
                       path);
  int r = check_file(fd, path, error);
  if (r == 0)
    r = read_all(fd, path, buffer, &length, error);
  if (r == 0)
    r = take(buffer, length, path, ret, error);
  close(fd);
  explicit_bzero(buffer, sizeof buffer);
  return r;
}

void bearer_free(char *token) {
  if (token != NULL)
    explicit_bzero(token, strlen(token));
  g_free(token);
}
