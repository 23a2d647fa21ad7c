/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "http/listener.h"

#include <errno.h>
#include <grp.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/fault.h"

#define BACKLOG 128

/* ---- unix ---------------------------------------------------------------------------------------- */

static int unix_name(const char *path, struct sockaddr_un *ret, GError **error) {
  *ret = (struct sockaddr_un){.sun_family = AF_UNIX};
  if (*path != '/' || strlen(path) >= sizeof ret->sun_path)
    return fault(error, FAULT_INPUT,
                 "unix:%s: the path of a socket is absolute and at most %zu bytes long; choose another", path,
                 sizeof ret->sun_path - 1);
  g_strlcpy(ret->sun_path, path, sizeof ret->sun_path);
  return 0;
}

/* Somebody answers when a connection is taken; a socket left behind refuses it. */
static gboolean somebody_answers(const struct sockaddr_un *name) {
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0)
    return FALSE;
  const gboolean taken = connect(fd, (const struct sockaddr *)name, sizeof *name) == 0 || errno == EAGAIN;
  close(fd);
  return taken;
}

static int check_place(const struct sockaddr_un *name, GError **error) {
  struct stat st;
  if (lstat(name->sun_path, &st) != 0)
    return 0;
  if (!S_ISSOCK(st.st_mode))
    return fault(error, FAULT_SYSTEM, "%s exists and is no socket; move it away or choose another path",
                 name->sun_path);
  if (somebody_answers(name))
    return fault(error, FAULT_BUSY, "%s: another process answers there; stop it or choose another path",
                 name->sun_path);
  return 0;
}

static int give_to_group(const char *path, const char *group, GError **error) {
  if (group == NULL)
    return 0;
  char buffer[4096];
  struct group entry, *found = NULL;
  if (getgrnam_r(group, &entry, buffer, sizeof buffer, &found) != 0 || found == NULL)
    return fault(error, FAULT_INPUT, "%s: there is no group \"%s\"; make it with groupadd", path, group);
  if (lchown(path, (uid_t)-1, found->gr_gid) != 0)
    return fault_errno(error, errno, "%s cannot be given to the group \"%s\"", path, group);
  return 0;
}

/* Mode and group are right before the socket has its name: nobody can connect in between. */
static int bind_unix(int fd, const struct sockaddr_un *name, mode_t mode, const char *group, GError **error) {
  g_autofree char *draft = g_strconcat(name->sun_path, "~", NULL);
  struct sockaddr_un draft_name;
  int r = unix_name(draft, &draft_name, error);
  if (r < 0)
    return r;
  unlink(draft);
  if (bind(fd, (struct sockaddr *)&draft_name, sizeof draft_name) != 0)
    return fault_errno(error, errno, "the socket %s cannot be made", name->sun_path);
  if (chmod(draft, mode) != 0)
    r = fault_errno(error, errno, "the mode of %s cannot be set", name->sun_path);
  if (r == 0)
    r = give_to_group(draft, group, error);
  if (r == 0 && listen(fd, BACKLOG) != 0)
    r = fault_errno(error, errno, "%s: listen", name->sun_path);
  if (r == 0 && rename(draft, name->sun_path) != 0)
    r = fault_errno(error, errno, "the socket %s cannot be named", name->sun_path);
  if (r < 0)
    unlink(draft);
  return r;
}

static int open_unix(const char *path, mode_t mode, const char *group, Listener *ret, GError **error) {
  struct sockaddr_un name;
  struct stat st;
  int r = unix_name(path, &name, error);
  if (r == 0)
    r = check_place(&name, error);
  if (r < 0)
    return r;
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0)
    return fault_errno(error, errno, "socket");
  r = bind_unix(fd, &name, mode, group, error);
  if (r < 0 || lstat(path, &st) != 0) {
    close(fd);
    return r < 0 ? r : fault_errno(error, errno, "%s", path);
  }
  *ret = (Listener){fd, g_strconcat("unix:", path, NULL), TRUE, st.st_dev, st.st_ino};
  return 0;
}

/* ---- TCP ----------------------------------------------------------------------------------------- */

static int resolve(const char *address, struct addrinfo **ret, GError **error) {
  const struct addrinfo hints = {.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE,
                                 .ai_socktype = SOCK_STREAM};
  const char *colon = strrchr(address, ':');
  g_autofree char *host = colon != NULL ? g_strndup(address, (gsize)(colon - address)) : g_strdup("");
  const gsize length = strlen(host);
  const char *bare = host;
  if (length > 2 && host[0] == '[' && host[length - 1] == ']') {
    host[length - 1] = '\0';
    bare++;
  }
  if (strcmp(bare, "localhost") == 0)
    bare = "127.0.0.1";
  if (*bare == '\0' || getaddrinfo(bare, colon + 1, &hints, ret) != 0)
    return fault(error, FAULT_INPUT,
                 "\"%s\" is no address to listen on; write 127.0.0.1:8025, [::1]:8025 or unix:/PATH",
                 address);
  return 0;
}

static int bind_tcp(const struct addrinfo *info, const char *address, int *ret_fd, GError **error) {
  const int on = 1;
  int fd = socket(info->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0)
    return fault_errno(error, errno, "%s: socket", address);
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (info->ai_family == AF_INET6)
    setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
  if (bind(fd, info->ai_addr, info->ai_addrlen) == 0 && listen(fd, BACKLOG) == 0) {
    *ret_fd = fd;
    return 0;
  }
  const int why = errno;
  close(fd);
  if (why == EADDRINUSE)
    return fault(error, FAULT_BUSY, "%s: another process listens there; stop it or choose another port",
                 address);
  return fault_errno(error, why, "%s cannot be listened on", address);
}

/* ---- both ---------------------------------------------------------------------------------------- */

int listener_adopt(int fd, Listener *ret, GError **error) {
  struct sockaddr_storage name = {0};
  socklen_t size = sizeof name;
  char host[INET6_ADDRSTRLEN + 20], port[8];
  if (getsockname(fd, (struct sockaddr *)&name, &size) != 0)
    return fault_errno(error, errno, "the socket handed down cannot be used");
  *ret = (Listener){.fd = fd, .is_unix = name.ss_family == AF_UNIX};
  if (ret->is_unix)
    ret->address = g_strconcat("unix:", ((struct sockaddr_un *)&name)->sun_path, NULL);
  else if (getnameinfo((struct sockaddr *)&name, size, host, sizeof host, port, sizeof port,
                       NI_NUMERICHOST | NI_NUMERICSERV) == 0)
    ret->address = g_strdup_printf(name.ss_family == AF_INET6 ? "[%s]:%s" : "%s:%s", host, port);
  else
    return fault(error, FAULT_SYSTEM, "the socket handed down is of no kind that can be listened on");
  return 0;
}

int listener_open(const char *address, mode_t mode, const char *group, Listener *ret, GError **error) {
  if (g_str_has_prefix(address, "unix:"))
    return open_unix(address + 5, mode, group, ret, error);
  struct addrinfo *info = NULL;
  int fd = -1;
  int r = resolve(address, &info, error);
  if (r == 0)
    r = bind_tcp(info, address, &fd, error);
  if (info != NULL)
    freeaddrinfo(info);
  return r == 0 ? listener_adopt(fd, ret, error) : r;
}

void listener_forget(Listener *listener) {
  struct stat st;
  const char *path = listener->is_unix ? listener->address + strlen("unix:") : NULL;
  if (path != NULL && listener->inode != 0 && lstat(path, &st) == 0 && st.st_dev == listener->device &&
      st.st_ino == listener->inode)
    unlink(path);
  g_clear_pointer(&listener->address, g_free);
}
