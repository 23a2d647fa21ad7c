/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fault.h"

static const char *credential_of(const char *path) {
  static const char *const prefixes[] = {"%d/", "$CREDENTIALS_DIRECTORY/", "${CREDENTIALS_DIRECTORY}/", NULL};
  for (const char *const *p = prefixes; *p != NULL; p++)
    if (g_str_has_prefix(path, *p))
      return path + strlen(*p);
  return NULL;
}

int secret_path(const char *path, const char *folder, char **ret, GError **error) {
  const char *credential = credential_of(path);
  if (credential == NULL) {
    *ret = g_path_is_absolute(path) || folder == NULL ? g_strdup(path) : g_build_filename(folder, path, NULL);
    return 0;
  }
  const char *where = g_getenv("CREDENTIALS_DIRECTORY");
  if (where == NULL)
    return fault(
        error, FAULT_INPUT,
        "there is no credential \"%s\", because systemd has given none; add LoadCredential=%s:FILE to the "
        "unit, or name a file",
        credential, credential);
  *ret = g_build_filename(where, credential, NULL);
  return 0;
}

static int check_file(int fd, const char *path, GError **error) {
  struct stat st;
  if (fstat(fd, &st) != 0)
    return fault_errno(error, errno, "%s cannot be looked at", path);
  if (!S_ISREG(st.st_mode))
    return fault(error, FAULT_INPUT, "%s is no file; name the file that holds the secret", path);
  if ((st.st_mode & S_IROTH) != 0)
    return fault(error, FAULT_INPUT, "%s can be read by everybody; run chmod o= %s", path, path);
  return 0;
}

static int read_line(int fd, const char *path, char **ret, GError **error) {
  char buffer[SECRET_MAX + 2];
  gsize length = 0;
  ssize_t n;
  while (length < sizeof buffer && (n = read(fd, buffer + length, sizeof buffer - length)) != 0) {
    if (n < 0 && errno != EINTR)
      return fault_errno(error, errno, "%s cannot be read", path);
    length += n > 0 ? (gsize)n : 0;
  }
  if (length > 0 && buffer[length - 1] == '\n')
    length--;
  if (length > 0 && buffer[length - 1] == '\r')
    length--;
  int r = 0;
  if (length == 0)
    r = fault(error, FAULT_INPUT, "%s is empty; write the secret into it", path);
  else if (length > SECRET_MAX)
    r = fault(error, FAULT_INPUT, "%s is longer than %d bytes, so it is no secret", path, SECRET_MAX);
  else if (memchr(buffer, '\n', length) != NULL || memchr(buffer, '\0', length) != NULL)
    r = fault(error, FAULT_INPUT, "%s has more than one line; keep the secret alone in it", path);
  else
    *ret = g_strndup(buffer, length);
  explicit_bzero(buffer, sizeof buffer);
  return r;
}

int secret_read(const char *path, const char *folder, char **ret, GError **error) {
  g_autofree char *file = NULL;
  int r = secret_path(path, folder, &file, error);
  if (r < 0)
    return r;
  int fd = open(file, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
  if (fd < 0)
    return fault(error, FAULT_INPUT, "%s cannot be read: %s", file, g_strerror(errno));
  r = check_file(fd, file, error);
  if (r == 0)
    r = read_line(fd, file, ret, error);
  close(fd);
  return r;
}

void secret_free(char *secret) {
  if (secret != NULL)
    explicit_bzero(secret, strlen(secret));
  g_free(secret);
}
