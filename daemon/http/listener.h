/* SPDX-License-Identifier: GPL-3.0-or-later */
/* listener.h - the socket on which a server listens */
#pragma once

#include <glib.h>
#include <sys/types.h>

typedef struct {
  int fd;
  char *address; /* "unix:/PATH", "127.0.0.1:41234", "[::1]:8025" */
  gboolean is_unix;
  dev_t device; /* of a unix socket that we made, so that only our own is removed */
  ino_t inode;
} Listener;

/* Opens ADDRESS. A unix socket appears under its name with its mode and group already right, in place of one
 * that nobody answers on. FAULT_INPUT for what is no address, FAULT_BUSY when somebody listens there. */
int listener_open(const char *address, mode_t mode, const char *group, Listener *ret, GError **error);
/* Takes over a listening socket made by somebody else. */
int listener_adopt(int fd, Listener *ret, GError **error);
/* Removes the name of our own unix socket. Does not close fd: who listens on it does. */
void listener_forget(Listener *listener);
