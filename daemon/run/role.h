/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * role.h - the other processes that this program can be
 *
 * `valised --role NAME` is for the daemon itself, which starts it with a socket (child.h). Whatever the role,
 * it begins by giving up what it does not need: it ends with the daemon, whatever it is busy with; it leaves
 * no core file and cannot be looked into; it gains no rights by running another program; and it has no
 * descriptor but the three that it was given.
 */
#pragma once

#include <glib.h>

#define ROLE_SOCKET 3

/* What a role does with its socket until that is closed; returns an exit status. */
typedef int RoleMain(int fd);

/* The exit status for the process. Complains when there is no such role, or when it was not the daemon that
 * started it. */
int role_main(const char *name);
/* The same for one role, for tests. */
int role_enter(RoleMain *main);
