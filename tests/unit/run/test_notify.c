/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/case.h"

#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "run/notify.h"

static char *folder;

static int enter(void **state) {
  (void)state;
  folder = case_folder_make();
  return 0;
}

static int leave(void **state) {
  (void)state;
  case_folder_remove(folder);
  return 0;
}

/* A service manager that listens at NAME; "@" begins an abstract one. */
static int listen_at(const char *name) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  const struct timeval patience = {.tv_sec = 5};
  const gsize length = strlen(name);
  memcpy(address.sun_path, name, length);
  if (*name == '@')
    address.sun_path[0] = '\0';
  int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  assert_int_equal(
      bind(fd, (struct sockaddr *)&address, (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length)), 0);
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  g_setenv("NOTIFY_SOCKET", name, TRUE);
  return fd;
}

static char *hear(int fd) {
  char buffer[1000];
  ssize_t n = recv(fd, buffer, sizeof buffer, 0);
  return n < 0 ? g_strdup("nothing") : g_strndup(buffer, (gsize)n);
}

static void hears_everything_at(const char *name) {
  int fd = listen_at(name);
  notify_init();
  assert_true(notify_is_wanted());
  notify_ready("serving");
  g_autofree char *ready = hear(fd);
  notify_status("two lines\nREADY=1");
  g_autofree char *status = hear(fd);
  notify_reloading();
  g_autofree char *reloading = hear(fd);
  notify_alive();
  g_autofree char *alive = hear(fd);
  notify_stopping(NULL);
  g_autofree char *stopping = hear(fd);
  assert_string_equal(ready, "READY=1\nSTATUS=serving");
  assert_string_equal(status, "STATUS=two lines READY=1");
  assert_true(g_str_has_prefix(reloading, "RELOADING=1\nMONOTONIC_USEC="));
  const gint64 moment = g_ascii_strtoll(strrchr(reloading, '=') + 1, NULL, 10);
  assert_true(ABS(g_get_monotonic_time() - moment) < 10 * G_USEC_PER_SEC);
  assert_string_equal(alive, "WATCHDOG=1");
  assert_string_equal(stopping, "STOPPING=1\n");
  close(fd);
}

static void tells_a_socket_in_the_file_system(void **state) {
  (void)state;
  g_autofree char *name = g_build_filename(folder, "notify", NULL);
  hears_everything_at(name);
}

static void tells_an_abstract_socket(void **state) {
  (void)state;
  g_autofree char *name = g_strdup_printf("@valise-test-%d", getpid());
  hears_everything_at(name);
}

static void leaves_nothing_for_children(void **state) {
  (void)state;
  static const char *const names[] = {"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID",
                                      "LISTEN_PID",    "LISTEN_FDS",    "LISTEN_FDNAMES"};
  for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
    g_setenv(names[i], "1", TRUE);
  notify_init();
  for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
    assert_null(g_getenv(names[i]));
}

static const struct {
  const char *name, *socket;
} unusable[] = {
    {"no manager", NULL},
    {"an empty name", ""},
    {"a relative path", "notify"},
    {"an at sign alone", "@"},
    {"a path too long", "/xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
                        "xxxxxxxxxxxxxxxxxxxxxxxxxxx"},
};

static void is_silent_without_a_manager(void **state) {
  (void)state;
  for (gsize i = 0; i < G_N_ELEMENTS(unusable); i++) {
    if (unusable[i].socket != NULL)
      g_setenv("NOTIFY_SOCKET", unusable[i].socket, TRUE);
    notify_init();
    if (notify_is_wanted())
      fail_msg("%s", unusable[i].name);
    notify_ready("nobody hears this");
  }
  g_setenv("NOTIFY_SOCKET", "/nowhere/at/all", TRUE);
  notify_init();
  notify_alive(); /* nobody is there: lost, and nothing else */
}

static const struct {
  const char *name, *microseconds;
  int pid; /* 0: not told, 1: ours, 2: another's */
  gint64 expected;
} watchdogs[] = {
    {"without a process", "30000000", 0, 30000000},
    {"ours", "30000000", 1, 30000000},
    {"another's", "30000000", 2, 0},
    {"no number", "soon", 1, 0},
    {"negative", "-1", 1, 0},
};

static void set_pid(const char *name, int whose) {
  g_autofree char *pid = g_strdup_printf("%d", whose == 1 ? getpid() : getpid() + 1);
  if (whose == 0)
    g_unsetenv(name);
  else
    g_setenv(name, pid, TRUE);
}

static void knows_its_watchdog(void **state) {
  (void)state;
  for (gsize i = 0; i < G_N_ELEMENTS(watchdogs); i++) {
    g_setenv("WATCHDOG_USEC", watchdogs[i].microseconds, TRUE);
    set_pid("WATCHDOG_PID", watchdogs[i].pid);
    notify_init();
    if (notify_watchdog() != watchdogs[i].expected)
      fail_msg("%s: %" G_GINT64_FORMAT, watchdogs[i].name, notify_watchdog());
  }
}

static const struct {
  const char *name, *count, *names;
  int pid;
  guint expected;
  const char *first, *second;
} sockets[] = {
    {"two with names", "2", "control:office", 1, 2, "control", "office"},
    {"two without names", "2", NULL, 1, 2, "unknown", "unknown"},
    {"fewer names than sockets", "2", "control", 1, 2, "control", "unknown"},
    {"those of another process", "2", "control:office", 2, 0, "unknown", "unknown"},
    {"no process told", "2", "control:office", 0, 0, "unknown", "unknown"},
    {"no number", "two", "control:office", 1, 0, "unknown", "unknown"},
    {"too many", "1000000", NULL, 1, 0, "unknown", "unknown"},
};

static void takes_sockets_handed_down(void **state) {
  (void)state;
  /* The descriptors 3 and 4 stand for sockets while this runs. */
  int kept[2] = {fcntl(3, F_DUPFD_CLOEXEC, 50), fcntl(4, F_DUPFD_CLOEXEC, 50)};
  int pair[2];
  assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
  int high[2] = {fcntl(pair[0], F_DUPFD, 60), fcntl(pair[1], F_DUPFD, 60)};
  for (gsize i = 0; i < G_N_ELEMENTS(sockets); i++) {
    assert_int_equal(dup2(high[0], 3), 3);
    assert_int_equal(dup2(high[1], 4), 4);
    set_pid("LISTEN_PID", sockets[i].pid);
    g_setenv("LISTEN_FDS", sockets[i].count, TRUE);
    if (sockets[i].names != NULL)
      g_setenv("LISTEN_FDNAMES", sockets[i].names, TRUE);
    notify_init();
    if (notify_sockets() != sockets[i].expected || strcmp(notify_socket_name(0), sockets[i].first) != 0 ||
        strcmp(notify_socket_name(1), sockets[i].second) != 0)
      fail_msg("%s: %u %s %s", sockets[i].name, notify_sockets(), notify_socket_name(0),
               notify_socket_name(1));
    const gboolean taken = sockets[i].expected > 0;
    assert_int_equal(notify_socket_fd(1), taken ? 4 : -1);
    assert_int_equal((fcntl(4, F_GETFD) & FD_CLOEXEC) != 0, taken);
    assert_int_equal(notify_socket_named("office"), strcmp(sockets[i].second, "office") == 0 ? 4 : -1);
  }
  for (int i = 0; i < 2; i++) {
    close(high[i]);
    if (kept[i] >= 0) {
      dup2(kept[i], 3 + i);
      close(kept[i]);
    } else
      close(3 + i);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(tells_a_socket_in_the_file_system),
      cmocka_unit_test(tells_an_abstract_socket),
      cmocka_unit_test(leaves_nothing_for_children),
      cmocka_unit_test(is_silent_without_a_manager),
      cmocka_unit_test(knows_its_watchdog),
      cmocka_unit_test(takes_sockets_handed_down),
  };
  return cmocka_run_group_tests(tests, enter, leave);
}
