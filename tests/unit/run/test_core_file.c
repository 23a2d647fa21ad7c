/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/core_file.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/case.h"

/* What the kernel would do with a crash of this process: its answers as an exit status. */
static int answers_of(gboolean forbidden) {
  pid_t child = fork();
  assert_true(child >= 0);
  if (child == 0) {
    struct rlimit limit = {0};
    if (forbidden)
      core_file_forbid();
    getrlimit(RLIMIT_CORE, &limit);
    _exit((prctl(PR_GET_DUMPABLE) == 1 ? 1 : 0) | (limit.rlim_max > 0 ? 2 : 0));
  }
  int status = 0;
  assert_int_equal(waitpid(child, &status, 0), child);
  assert_true(WIFEXITED(status));
  return WEXITSTATUS(status);
}

static void no_core(G_GNUC_UNUSED void **state) {
  assert_int_equal(answers_of(FALSE) & 1, 1); /* a process like any other could be dumped */
  assert_int_equal(answers_of(TRUE), 0);
}

/* Whoever raised the limit before gets none either: it ends by the signal, and the kernel says "no core". */
static void no_core_at_a_crash(G_GNUC_UNUSED void **state) {
  pid_t child = fork();
  assert_true(child >= 0);
  if (child == 0) {
    signal(SIGSEGV, SIG_DFL);
    core_file_forbid();
    kill(getpid(), SIGSEGV);
    _exit(0);
  }
  int status = 0;
  assert_int_equal(waitpid(child, &status, 0), child);
  assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV);
  assert_false(WCOREDUMP(status));
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(no_core), cmocka_unit_test(no_core_at_a_crash)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
