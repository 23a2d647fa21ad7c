/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/crash.h"

#ifdef VALISE_TEST_HOOKS
#include <fcntl.h>
#include <glib.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static gint passages;

static void note(const char *path, int number, const char *name) {
  int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0)
    return;
  dprintf(fd, "%d %s\n", number, name);
  close(fd);
}

void crash_point(const char *name) {
  const char *at = g_getenv("VALISE_CRASH_AT"), *log = g_getenv("VALISE_CRASH_LOG");
  if (at == NULL && log == NULL)
    return;
  int number = g_atomic_int_add(&passages, 1) + 1;
  if (log != NULL)
    note(log, number, name);
  if (at != NULL && g_ascii_strtoll(at, NULL, 10) == number)
    raise(SIGKILL);
}
#else
typedef int crash_points_are_compiled_out;
#endif
