/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Each try is made in a process of its own, behind the guard. */
#include "run/guard.h"

#include "run/read_role.h"
#include "support/case.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#else
#define SANITIZED 0
#endif

enum result { REFUSED, DONE, KILLED };

/* Each returns < 0 with errno EPERM when it is refused. */
static long open_file(void) {
  return open("/etc/passwd", O_RDONLY | O_CLOEXEC);
}
static long make_file(void) {
  return open("/dev/shm/guard", O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
}
static long remove_file(void) {
  return unlink("/dev/shm/none");
}
static long look_for_file(void) {
  struct stat st;
  return stat("/etc/passwd", &st);
}
static long make_socket(void) {
  return socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
}
static long make_pair(void) {
  int pair[2];
  return socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair);
}
static long connect_out(void) {
  const struct sockaddr_un to = {.sun_family = AF_UNIX, .sun_path = "/run/none"};
  return connect(0, (const struct sockaddr *)&to, sizeof to);
}
static long run_program(void) {
  char *const none[] = {NULL};
  return execve("/bin/true", none, none);
}
static long make_process(void) {
  long pid = fork();
  if (pid == 0)
    _exit(0);
  return pid;
}
static long look_into_other(void) {
  return ptrace(PTRACE_ATTACH, getppid(), NULL, NULL);
}
static long signal_other(void) {
  return kill(getppid(), 0);
}
static long signal_other_thread(void) {
  return syscall(SYS_tgkill, getppid(), getppid(), 0);
}
static long memory_to_run(void) {
  return mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) ==
                 MAP_FAILED
             ? -1
             : 0;
}
static long memory_made_to_run(void) {
  void *at = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return mprotect(at, 4096, PROT_READ | PROT_EXEC);
}
static long loosen(void) {
  const struct rlimit more = {RLIM_INFINITY, RLIM_INFINITY};
  return setrlimit(RLIMIT_NOFILE, &more);
}
static long plain_memory(void) {
  char *at = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  at[1] = 1;
  return munmap(at, 1 << 20);
}
static long own_signal(void) {
  signal(SIGUSR1, SIG_IGN);
  return raise(SIGUSR1);
}
static long wait_a_moment(void) {
  return poll(NULL, 0, 1);
}

static enum result try_behind_guard(long (*try)(void)) {
  int status;
  pid_t pid = fork();
  if (pid == 0) {
    Guard guard = guard_close((gsize)1 << 30);
    if (!guard.calls)
      _exit(9);
    long r = try();
    _exit(r >= 0 ? 0 : errno == EPERM ? 1 : 2);
  }
  waitpid(pid, &status, 0);
  if (WIFSIGNALED(status))
    return WTERMSIG(status) == SIGSYS ? KILLED : (enum result)99;
  return WEXITSTATUS(status) == 0 ? DONE : WEXITSTATUS(status) == 1 ? REFUSED : (enum result)99;
}

static void calls(void **state) {
  (void)state;
  static const struct {
    const char *name;
    long (*try)(void);
    enum result is;
  } rows[] = {
      {"open a file", open_file, REFUSED},
      {"make a file", make_file, REFUSED},
      {"remove a file", remove_file, REFUSED},
      {"look for a file", look_for_file, REFUSED},
      {"make a pair of sockets", make_pair, REFUSED},
      {"signal another process", signal_other, REFUSED},
      {"signal a thread of another", signal_other_thread, REFUSED},
      {"memory that can be run", memory_to_run, REFUSED},
      {"memory made to be run", memory_made_to_run, REFUSED},
      {"loosen a limit", loosen, REFUSED},
      {"make a socket", make_socket, KILLED},
      {"connect", connect_out, KILLED},
      {"run a program", run_program, KILLED},
      {"make a process", make_process, KILLED},
      {"look into another process", look_into_other, KILLED},
      {"plain memory", plain_memory, DONE},
      {"a signal of its own", own_signal, DONE},
      {"wait", wait_a_moment, DONE},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    enum result is = rows[i].is == KILLED && SANITIZED ? REFUSED : rows[i].is,
                got = try_behind_guard(rows[i].try);
    if (got != is)
      fail_msg("%s: %d instead of %d", rows[i].name, (int)got, (int)is);
  }
}

/* The same tries without it, so that the table above can fail. */
static void without_it_they_are_possible(void **state) {
  (void)state;
  static long (*const tries[])(void) = {open_file,    make_socket,  make_pair,
                                        make_process, signal_other, memory_made_to_run};
  for (gsize i = 0; i < G_N_ELEMENTS(tries); i++)
    if (tries[i]() < 0)
      fail_msg("%zu: %s", i, g_strerror(errno));
}

static void says_what_it_closed(void **state) {
  (void)state;
  int pipe_ends[2], status;
  Guard guard = {0};
  assert_int_equal(pipe(pipe_ends), 0);
  pid_t pid = fork();
  if (pid == 0) {
    Guard own = guard_close((gsize)1 << 30);
    _exit(write(pipe_ends[1], &own, sizeof own) == (ssize_t)sizeof own ? 0 : 1);
  }
  assert_int_equal(read(pipe_ends[0], &guard, sizeof guard), sizeof guard);
  waitpid(pid, &status, 0);
  assert_true(guard.calls);
  assert_int_equal(guard.memory, !SANITIZED);
  assert_int_equal(guard.why[0] != '\0', SANITIZED);
  close(pipe_ends[0]);
  close(pipe_ends[1]);
}

int main(void) {
  if (prctl(PR_GET_SECCOMP, 0, 0, 0, 0) < 0) {
    puts("this kernel has no seccomp");
    return 77;
  }
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(calls),
      cmocka_unit_test(without_it_they_are_possible),
      cmocka_unit_test(says_what_it_closed),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
