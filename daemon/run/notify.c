/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/notify.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"

#define FIRST_SOCKET 3 /* SD_LISTEN_FDS_START */
#define SOCKETS_MAX  32

static struct {
  struct sockaddr_un manager;
  socklen_t manager_size; /* 0: nobody listens */
  gint64 watchdog;
  guint sockets;
  char **names;
} state;

/* ---- the environment ----------------------------------------------------------------------------- */

static gboolean number_of(const char *name, gint64 most, gint64 *ret) {
  const char *text = g_getenv(name);
  return text != NULL && g_ascii_string_to_signed(text, 10, 0, most, ret, NULL);
}

/* "/run/…" is a path, "@…" a name in the abstract namespace, whose first byte is NUL. */
static void find_manager(void) {
  const char *path = g_getenv("NOTIFY_SOCKET");
  const gsize length = path != NULL ? strlen(path) : 0;
  if ((length < 2) || (*path != '/' && *path != '@') || length >= sizeof state.manager.sun_path)
    return;
  state.manager.sun_family = AF_UNIX;
  memcpy(state.manager.sun_path, path, length);
  if (*path == '@')
    state.manager.sun_path[0] = '\0';
  state.manager_size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length);
}

/* Both are meant for one process: what a parent had does not concern its children. */
static gboolean is_for_us(const char *name, gboolean when_absent) {
  gint64 pid;
  if (g_getenv(name) == NULL)
    return when_absent;
  return number_of(name, G_MAXINT32, &pid) && pid == getpid();
}

static void find_watchdog(void) {
  gint64 microseconds;
  if (is_for_us("WATCHDOG_PID", TRUE) && number_of("WATCHDOG_USEC", G_MAXINT64, &microseconds))
    state.watchdog = microseconds;
}

static void find_sockets(void) {
  gint64 count;
  if (!is_for_us("LISTEN_PID", FALSE) || !number_of("LISTEN_FDS", SOCKETS_MAX, &count))
    return;
  const char *names = g_getenv("LISTEN_FDNAMES");
  state.sockets = (guint)count;
  state.names = g_strsplit(names != NULL ? names : "", ":", SOCKETS_MAX);
  for (int fd = FIRST_SOCKET; fd < FIRST_SOCKET + (int)count; fd++)
    (void)fcntl(fd, F_SETFD, FD_CLOEXEC);
}

void notify_init(void) {
  static const char *const ours[] = {"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID",
                                     "LISTEN_PID",    "LISTEN_FDS",    "LISTEN_FDNAMES"};
  g_strfreev(state.names);
  memset(&state, 0, sizeof state);
  find_manager();
  find_watchdog();
  find_sockets();
  for (gsize i = 0; i < G_N_ELEMENTS(ours); i++)
    g_unsetenv(ours[i]);
}

/* ---- what is told -------------------------------------------------------------------------------- */

/* A service manager that does not listen is no reason to stop: the message is lost, nothing else. */
static void tell(const char *message) {
  if (state.manager_size == 0)
    return;
  int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0)
    return;
  ssize_t n;
  do
    n = sendto(fd, message, strlen(message), MSG_NOSIGNAL, (struct sockaddr *)&state.manager,
               state.manager_size);
  while (n < 0 && errno == EINTR);
  close(fd);
}

/* A line break would begin another assignment. */
static char *status_line(const char *status) {
  return status != NULL ? g_strdelimit(g_strdup_printf("STATUS=%s", status), "\r\n", ' ') : g_strdup("");
}

static void tell_with_status(const char *what, const char *status) {
  g_autofree char *line = status_line(status);
  g_autofree char *message = g_strdup_printf("%s\n%s", what, line);
  tell(message);
}

void notify_ready(const char *status) {
  tell_with_status("READY=1", status);
}

void notify_status(const char *status) {
  g_autofree char *line = status_line(status);
  tell(line);
}

void notify_reloading(void) {
  g_autofree char *message =
      g_strdup_printf("RELOADING=1\nMONOTONIC_USEC=%" G_GINT64_FORMAT, clock_monotonic(clock_system()));
  tell(message);
}

void notify_stopping(const char *status) {
  tell_with_status("STOPPING=1", status);
}

void notify_alive(void) {
  tell("WATCHDOG=1");
}

gint64 notify_watchdog(void) {
  return state.watchdog;
}

gboolean notify_is_wanted(void) {
  return state.manager_size > 0;
}

/* ---- sockets ------------------------------------------------------------------------------------- */

guint notify_sockets(void) {
  return state.sockets;
}

int notify_socket_fd(guint index) {
  return index < state.sockets ? FIRST_SOCKET + (int)index : -1;
}

const char *notify_socket_name(guint index) {
  const guint known = state.names != NULL ? g_strv_length(state.names) : 0;
  return index < known && *state.names[index] != '\0' ? state.names[index] : "unknown";
}

int notify_socket_named(const char *name) {
  for (guint i = 0; i < state.sockets; i++)
    if (strcmp(notify_socket_name(i), name) == 0)
      return notify_socket_fd(i);
  return -1;
}
