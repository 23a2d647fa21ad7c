/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * notify.h - tells the service manager how we are (sd_notify(3)), takes sockets it handed down
 * (sd_listen_fds(3))
 *
 * notify_init reads and removes NOTIFY_SOCKET, WATCHDOG_USEC, WATCHDOG_PID and LISTEN_* from the environment,
 * so no child inherits them: call it once, before the first thread. Without a service manager all else does
 * nothing.
 */
#pragma once

#include <glib.h>

void notify_init(void);

void notify_ready(const char *status);
void notify_status(const char *status);
/* RELOADING=1 with MONOTONIC_USEC; follow it by notify_ready. */
void notify_reloading(void);
void notify_stopping(const char *status);
/* WATCHDOG=1. To be sent by whoever has seen that all threads still move. */
void notify_alive(void);
/* Microseconds between two signs of life that the manager waits at most; 0 when it does not watch us. */
gint64 notify_watchdog(void);
/* TRUE when a service manager listens. */
gboolean notify_is_wanted(void);

/* Sockets handed down, close-on-exec. The name is that of FileDescriptorName= ("unknown" without one). */
guint notify_sockets(void);
int notify_socket_fd(guint index);
const char *notify_socket_name(guint index);
/* The first socket of that name, or -1. */
int notify_socket_named(const char *name);
