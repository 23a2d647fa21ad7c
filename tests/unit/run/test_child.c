/* SPDX-License-Identifier: GPL-3.0-or-later */
/* This program starts itself, as the daemon does: with --role it is one of the processes below. */
#include "run/child.h"

#include "base/fault.h"
#include "base/log.h"
#include "inbound/frame.h"
#include "run/role.h"
#include "support/case.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static gint64 later(void) {
  return g_get_monotonic_time() + 30 * G_USEC_PER_SEC;
}

/* ---- the processes ------------------------------------------------------------------------------- */

static guint count_descriptors(void) {
  guint n = 0;
  for (int fd = 0; fd < 1024; fd++)
    n += fcntl(fd, F_GETFD) >= 0;
  return n;
}

/* Tells what it has, says back what it hears, and dies at "die". */
static int echo(int fd) {
  g_autoptr(GByteArray) fields = g_byte_array_new();
  struct rlimit core;
  sigset_t mask;
  int parting = 0;
  char **environment = g_get_environ();
  getrlimit(RLIMIT_CORE, &core);
  sigprocmask(SIG_BLOCK, NULL, &mask);
  prctl(PR_GET_PDEATHSIG, &parting);
  frame_add_number(fields, count_descriptors());
  frame_add_number(fields, (gint64)core.rlim_cur);
  frame_add_number(fields, sigismember(&mask, SIGTERM));
  frame_add_number(fields, parting);
  frame_add_number(fields, prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0));
  frame_add_text(fields, g_environ_getenv(environment, "CHILD_SECRET"));
  frame_add_text(fields, g_environ_getenv(environment, "LANG"));
  g_strfreev(environment);
  int r = frame_send(fd, 'h', fields, NULL, 0, NULL);
  while (r == 0) {
    g_auto(Frame) frame = {0};
    r = frame_receive(fd, FRAME_MAX, 0, &frame, NULL);
    if (r == 0 && frame.kind == 'd')
      kill(getpid(), SIGUSR1);
    if (r == 0)
      r = frame_send(fd, frame.kind, NULL, frame.body, 0, NULL);
  }
  return 0;
}

/* Neither hears nor ends. */
static int stuck(int fd) {
  frame_send(fd, 'h', NULL, NULL, 0, NULL);
  while (pause() < 0)
    ;
  return 0;
}

static int dies(int fd) {
  (void)fd;
  return 3;
}

/* A daemon in small, which waits to be killed: tells its parent the id of its own child. */
static int daemon_in_small(int fd) {
  Child *child = child_new("stuck");
  g_autoptr(GByteArray) fields = g_byte_array_new();
  int socket;
  guint64 life;
  if (child_enter(child, later(), &socket, &life, NULL) == 0) {
    frame_add_number(fields, child_state(child).pid);
    frame_send(fd, 'p', fields, NULL, 0, NULL);
  }
  while (pause() < 0)
    ;
  return 0;
}

static int become(const char *name) {
  static const struct {
    const char *name;
    RoleMain *main;
  } roles[] = {{"echo", echo}, {"stuck", stuck}, {"dies", dies}, {"daemon", daemon_in_small}};
  for (gsize i = 0; i < G_N_ELEMENTS(roles); i++)
    if (g_str_equal(name, roles[i].name))
      return role_enter(roles[i].main);
  return 9;
}

/* ---- what is seen of them ------------------------------------------------------------------------ */

static void enter(Child *child, int *ret_fd, guint64 *ret_life) {
  assert_done(child_enter(child, later(), ret_fd, ret_life, error));
}

static void hear(int fd, guint8 kind, Frame *ret) {
  assert_done(frame_receive(fd, FRAME_MAX, later(), ret, error));
  assert_int_equal(ret->kind, kind);
}

static void gets_nothing_but_the_socket(void **state) {
  (void)state;
  int open_here = open("/dev/null", O_RDONLY); /* NOLINT(android-cloexec-open): to be closed all the same */
  g_autoptr(Child) child = child_new("echo");
  int fd;
  guint64 life;
  enter(child, &fd, &life);
  g_auto(Frame) frame = {0};
  hear(fd, 'h', &frame);
  FrameReading reading = frame_read(&frame);
  assert_int_equal(frame_read_number(&reading, 0, 1024), 4);       /* descriptors */
  assert_int_equal(frame_read_number(&reading, 0, G_MAXINT64), 0); /* core */
  assert_int_equal(frame_read_number(&reading, 0, 1), 0); /* SIGTERM is not blocked, though it is here */
  assert_int_equal(frame_read_number(&reading, 0, 100), SIGKILL); /* with its parent */
  assert_int_equal(frame_read_number(&reading, 0, 1), 1);         /* no new rights */
  g_autofree char *secret = frame_read_text(&reading, 100), *language = frame_read_text(&reading, 100);
  assert_null(secret);
  assert_string_equal(language, "C.UTF-8");
  assert_true(frame_read_whole(&reading));
  child_leave(child, TRUE);
  child_stop(child);
  assert_int_equal(child_state(child).deaths, 0);
  assert_int_equal(child_state(child).pid, 0);
  close(open_here);
}

static void is_started_anew(void **state) {
  (void)state;
  g_autoptr(Child) child = child_new("echo");
  guint64 life = 0, before;
  int fd;
  for (int i = 0; i < 4; i++) {
    before = life;
    enter(child, &fd, &life);
    assert_true(life > before);
    g_auto(Frame) first = {0};
    hear(fd, 'h', &first);
    assert_done(frame_send(fd, 'd', NULL, NULL, later(), error));
    Frame none = {0};
    assert_int_equal(frame_receive(fd, FRAME_MAX, later(), &none, NULL), FRAME_ENDED);
    child_leave(child, FALSE);
  }
  enter(child, &fd, &life);
  ChildState now = child_state(child);
  assert_true(now.running);
  assert_int_equal(now.deaths, 4);
  assert_int_equal(now.starts, 5);
  assert_string_equal(now.ended, "signal 10");
  child_leave(child, TRUE);
}

/* One that was left as useless is never handed to the next. */
static void useless_is_ended(void **state) {
  (void)state;
  g_autoptr(Child) child = child_new("stuck");
  int fd;
  guint64 life, next;
  enter(child, &fd, &life);
  pid_t pid = child_state(child).pid;
  child_leave(child, FALSE);
  enter(child, &fd, &next);
  assert_true(next > life);
  assert_int_not_equal(child_state(child).pid, pid);
  assert_string_equal(child_state(child).ended, "signal 9");
  child_leave(child, TRUE);
}

static void waits_grow(void **state) {
  (void)state;
  g_autoptr(Child) child = child_new("dies");
  gint64 begun = g_get_monotonic_time();
  ChildState now = {0};
  while (now.deaths < 5 && g_get_monotonic_time() - begun < 30 * G_USEC_PER_SEC) {
    g_usleep(10000);
    now = child_state(child);
  }
  /* at once, 0.1, 0.2, 0.4 seconds between five deaths */
  assert_true(g_get_monotonic_time() - begun >= 650000);
  assert_string_equal(now.ended, "status 3");
  assert_true(now.wait > 0);
}

static void one_talks_at_a_time(void **state) {
  (void)state;
  g_autoptr(Child) child = child_new("echo");
  int fd;
  guint64 life;
  enter(child, &fd, &life);
  assert_fault(FAULT_BUSY, "is busy", child_enter(child, g_get_monotonic_time() + 50000, &fd, &life, error));
  child_leave(child, TRUE);
  enter(child, &fd, &life);
  child_leave(child, TRUE);
  child_stop(child);
  assert_fault(FAULT_BUSY, "stopped", child_enter(child, later(), &fd, &life, error));
}

static gpointer talk_for_ever(gpointer data) {
  Child *child = data;
  int fd, r = 0;
  guint64 life;
  if (child_enter(child, later(), &fd, &life, NULL) != 0)
    return NULL;
  while (r == 0) {
    g_auto(Frame) frame = {0};
    r = frame_receive(fd, FRAME_MAX, 0, &frame, NULL);
  }
  child_leave(child, FALSE);
  return GINT_TO_POINTER(r);
}

/* Who talks without end hears it when the house closes. */
static void a_stop_ends_talks(void **state) {
  (void)state;
  Child *child = child_new("echo");
  GThread *talker = g_thread_new("talks", talk_for_ever, child);
  g_usleep(300000);
  child_stop(child);
  assert_int_equal(GPOINTER_TO_INT(g_thread_join(talker)), FRAME_ENDED);
  child_free(child);
}

static void what_does_not_end_is_ended(void **state) {
  (void)state;
  Child *child = child_new("stuck");
  int fd;
  guint64 life;
  enter(child, &fd, &life);
  g_auto(Frame) frame = {0};
  hear(fd, 'h', &frame);
  pid_t pid = child_state(child).pid;
  child_leave(child, TRUE);
  gint64 begun = g_get_monotonic_time();
  child_free(child);
  assert_true(g_get_monotonic_time() - begun < 15 * G_USEC_PER_SEC);
  assert_int_equal(waitpid(pid, NULL, WNOHANG), -1); /* reaped */
}

/* A stop may come at any moment of a start, and not every process heeds its socket. */
static void a_stop_comes_at_any_moment(void **state) {
  (void)state;
  for (int i = 0; i < 20; i++) {
    Child *child = child_new("stuck");
    g_usleep((gulong)i * 10);
    int fd;
    guint64 life;
    if (i % 2 == 0 && child_enter(child, later(), &fd, &life, NULL) == 0)
      child_leave(child, FALSE);
    child_stop(child);
    assert_int_equal(child_state(child).pid, 0);
    child_free(child);
  }
}

static void ends_with_the_daemon(void **state) {
  (void)state;
  g_autoptr(Child) child = child_new("daemon");
  int fd;
  guint64 life;
  enter(child, &fd, &life);
  g_auto(Frame) frame = {0};
  hear(fd, 'p', &frame);
  FrameReading reading = frame_read(&frame);
  pid_t grandchild = (pid_t)frame_read_number(&reading, 2, G_MAXINT32);
  assert_true(frame_read_whole(&reading));
  assert_int_equal(kill(grandchild, 0), 0);
  kill(child_state(child).pid, SIGKILL);
  gint64 until = later();
  /* Whoever adopts it may leave it unburied: a process that is dead has no command line. */
  g_autofree char *path = g_strdup_printf("/proc/%d/cmdline", grandchild);
  gsize length = 1;
  while (length > 0 && g_get_monotonic_time() < until) {
    g_autofree char *text = NULL;
    length = 0;
    g_file_get_contents(path, &text, &length, NULL);
    g_usleep(10000);
  }
  assert_int_equal(length, 0);
  child_leave(child, FALSE);
}

static void is_for_the_daemon_alone(void **state) {
  (void)state;
  int status;
  pid_t pid = fork();
  if (pid == 0) {
    close(ROLE_SOCKET);
    _exit(role_main("read"));
  }
  waitpid(pid, &status, 0);
  assert_int_equal(WEXITSTATUS(status), 2);
  assert_int_equal(role_main("none"), 2);
}

int main(int argc, char **argv) {
  if (argc == 3 && strcmp(argv[1], "--role") == 0)
    return become(argv[2]);
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigprocmask(SIG_BLOCK, &set, NULL);
  log_set_level(LOG_LEVEL_ERROR);
  g_setenv("CHILD_SECRET", "secret", TRUE);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(gets_nothing_but_the_socket),
      cmocka_unit_test(is_started_anew),
      cmocka_unit_test(useless_is_ended),
      cmocka_unit_test(waits_grow),
      cmocka_unit_test(one_talks_at_a_time),
      cmocka_unit_test(a_stop_ends_talks),
      cmocka_unit_test(what_does_not_end_is_ended),
      cmocka_unit_test(a_stop_comes_at_any_moment),
      cmocka_unit_test(ends_with_the_daemon),
      cmocka_unit_test(is_for_the_daemon_alone),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
