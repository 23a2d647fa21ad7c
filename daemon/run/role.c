/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/role.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "run/core_file.h"
#include "run/fetch_role.h"
#include "run/read_role.h"

enum { EXIT_WRONG_USAGE = 2 };

static const struct {
  const char *name;
  RoleMain *main;
} roles[] = {
    {"fetch", fetch_role},
    {"read", read_role},
};

/* The other end of a socket pair belongs to whoever made the pair: if that is not our parent, the daemon has
 * gone before we could ask to go with it, or somebody else started us. */
static gboolean daemon_is_there(void) {
  struct ucred maker;
  socklen_t size = sizeof maker;
  return getsockopt(ROLE_SOCKET, SOL_SOCKET, SO_PEERCRED, &maker, &size) == 0 && maker.pid == getppid();
}

static void give_up_rights(void) {
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
#ifndef __SANITIZE_ADDRESS__
  core_file_forbid();
#endif
}

int role_enter(RoleMain *main) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (!daemon_is_there()) {
    fputs("valised: --role is for the daemon itself, which starts what it needs\n", stderr);
    return EXIT_WRONG_USAGE;
  }
  give_up_rights();
  umask(077);
  signal(SIGPIPE, SIG_IGN);
  fcntl(ROLE_SOCKET, F_SETFD, FD_CLOEXEC);
  close_range(ROLE_SOCKET + 1, ~0U, 0);
  return main(ROLE_SOCKET);
}

int role_main(const char *name) {
  for (gsize i = 0; i < G_N_ELEMENTS(roles); i++)
    if (strcmp(roles[i].name, name) == 0)
      return role_enter(roles[i].main);
  fprintf(stderr, "valised: %s is no role\n", name);
  return EXIT_WRONG_USAGE;
}
