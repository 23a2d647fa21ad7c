/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a process can still do behind fetch_cage: tried in a child, which tells by its exit status. */
#include "run/fetch_cage.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "support/case.h"

static char *box;    /* the Maildir that is read */
static char *secret; /* a file elsewhere */
static gboolean files;

static int runs_a_program(void) {
  char program[] = "/bin/true";
  char *const arguments[] = {program, NULL};
  execve(program, arguments, NULL);
  return errno == EPERM;
}

static int makes_a_local_socket(void) {
  int pair[2];
  return socket(AF_UNIX, SOCK_STREAM, 0) < 0 && errno == EAFNOSUPPORT && socket(AF_UNIX, SOCK_DGRAM, 0) < 0 &&
         socketpair(AF_UNIX, SOCK_STREAM, 0, pair) < 0;
}

static int makes_another_socket(void) {
  return socket(AF_INET, SOCK_STREAM, 0) >= 0 && socket(AF_INET6, SOCK_STREAM, 0) >= 0 &&
         socket(AF_PACKET, SOCK_RAW, 0) < 0 && socket(AF_ALG, SOCK_SEQPACKET, 0) < 0;
}

static int ends_another_process(void) {
  return kill(getppid(), 0) < 0 && errno == EPERM;
}

static int reads_its_maildir(void) {
  g_autofree char *path = g_build_filename(box, "new", "one", NULL);
  int fd = open(path, O_RDONLY);
  return fd >= 0 && open("/etc/hosts", O_RDONLY) >= 0;
}

static int opens_another_file(void) {
  return !files || (open(secret, O_RDONLY) < 0 && errno == EACCES);
}

static int writes_a_file(void) {
  g_autofree char *path = g_build_filename(box, "new", "two", NULL);
  return !files || (open(path, O_WRONLY | O_CREAT, 0600) < 0 && errno == EACCES);
}

static const struct {
  const char *name;
  int (*try)(void);
} tries[] = {
    {"runs no program", runs_a_program},
    {"makes no local socket", makes_a_local_socket},
    {"makes a socket of the Internet", makes_another_socket},
    {"ends no other process", ends_another_process},
    {"reads its Maildir", reads_its_maildir},
    {"opens no other file", opens_another_file},
    {"writes no file", writes_a_file},
};

/* _exit: what the parent has opened is not ours to close. */
static _Noreturn void child(int (*try)(void)) {
  g_autoptr(GPtrArray) sources = g_ptr_array_new();
  MailSource source = {.kind = MAIL_SOURCE_MAILDIR, .path = box};
  g_ptr_array_add(sources, &source);
  if (fetch_cage_close(sources, &files, NULL) < 0)
    _exit(2);
  _exit(try() ? 0 : 1);
}

static void does_nothing_else(void **state) {
  (void)state;
  for (gsize i = 0; i < G_N_ELEMENTS(tries); i++) {
    int status = -1;
    pid_t pid = fork();
    if (pid == 0)
      child(tries[i].try);
    assert_true(pid > 0);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
      fail_msg("%s: status %x", tries[i].name, (unsigned)status);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(does_nothing_else)};
  char *folder = case_folder_make();
  box = g_build_filename(folder, "box", NULL);
  secret = g_build_filename(folder, "secret", NULL);
  g_autofree char *new = g_build_filename(box, "new", NULL), *one = g_build_filename(new, "one", NULL);
  int r = file_make_folder(new, 0700, NULL) | file_write_whole(one, "x", 1, 0600, NULL) |
          file_write_whole(secret, "x", 1, 0600, NULL);
  r = r == 0 ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
  case_folder_remove(folder);
  g_free(box);
  g_free(secret);
  return r;
}
