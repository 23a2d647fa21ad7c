/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * child.h - another process of this program, kept running: `valised --role NAME`
 *
 *            spawn                        enter                      leave
 *  (waiting) ─────► running, nobody talks ─────► running, one talks ─────► running, nobody talks
 *     ▲                │ dies                       │ dies: the talker hears FRAME_ENDED, and leaves
 *     └────────────────┴────────────────────────────┘  at once the first time, then after a growing wait
 *
 * A thread of its own starts it, sees it die and starts it anew. (The kernel ends a process with the thread
 * that made it; one that answers a request would take it along.)
 *
 * The process gets three descriptors and nothing else: standard error, nothing at all as standard input and
 * output, and one end of a socket pair as ROLE_SOCKET. Its environment is made here, not inherited. It ends
 * when the socket is closed, and with the daemon in any case (role.h).
 */
#pragma once

#include <glib.h>
#include <sys/types.h>

typedef struct Child Child;

/* ROLE must outlive it. Starts at once; never fails: a process that cannot be started is tried again. */
Child *child_new(const char *role);
/* Closes its socket, gives it a moment to end by itself, ends it by its process id, and waits for that. Who
 * talks hears FRAME_ENDED, and must leave before child_free. */
void child_stop(Child *child);
void child_free(Child *child);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Child, child_free)

/* Waits until it runs and nobody else talks to it. 0: *ret_fd is the socket, of which the caller has the sole
 * use until child_leave, and *ret_life tells one process from the one before. FAULT_BUSY when that does not
 * come about until UNTIL (a moment of g_get_monotonic_time; 0: wait for ever), or after child_stop. */
int child_enter(Child *child, gint64 until, int *ret_fd, guint64 *ret_life, GError **error);
/* USABLE: what was said was heard to its end; the next wait is short again. Otherwise the process is of no
 * use any more: it is ended, and another one started. */
void child_leave(Child *child, gboolean usable);

typedef struct {
  gboolean running, stopped; /* stopped: by child_stop */
  pid_t pid;                 /* 0 when it does not run */
  guint64 starts;            /* since the daemon started */
  guint64 deaths;            /* of them, how many ended that were not asked to */
  gint64 wait;               /* microseconds until it is started anew; 0 */
  char ended[100];           /* how the last one ended that was not asked to: "signal 9"; "" for none */
} ChildState;

ChildState child_state(Child *child);
