/* SPDX-License-Identifier: GPL-3.0-or-later */
/* signals.h - signals as something the main thread waits for */
#pragma once

#include <glib.h>

enum signal_event { SIGNAL_NONE, SIGNAL_STOP, SIGNAL_RELOAD };

/* Blocks SIGTERM, SIGINT, SIGHUP in this thread and all it starts from now on; ignores SIGPIPE. Call it
 * first. */
void signals_block(void);
/* Waits at most MICROSECONDS (< 0: for ever) for one of them. SIGTERM and SIGINT are SIGNAL_STOP, SIGHUP is
 * SIGNAL_RELOAD, a wake from another thread or the end of the wait is SIGNAL_NONE. Main thread only. */
enum signal_event signals_wait(gint64 microseconds);
/* Ends a wait from any thread. */
void signals_wake(void);
