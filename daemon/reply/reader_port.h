/* SPDX-License-Identifier: GPL-3.0-or-later */
/* reader_port.h - how this room has bytes judged: run/ says by whom (a process that can do nothing else) */
#pragma once

#include "inbound/verdict.h"

#include <glib.h>

enum { READER_QUARANTINE = 1 };

/* For `status` and `doctor`. */
typedef struct {
  gboolean running, guarded;           /* guarded: as far as it can be, with nothing left open */
  int pid;                             /* 0 when it does not run */
  guint64 restarts, read, quarantined; /* since the daemon started */
  gint64 wait;                         /* microseconds until it is started anew; 0 */
  char open[120];                      /* what is not guarded, and why; "" */
  char ended[100];                     /* how the last process ended that was not asked to; "" */
} ReaderState;

typedef struct {
  /* 0 and *ret, for the caller to free. READER_QUARANTINE: these bytes ended or stalled the reader twice, and
   * are not to be given to it again. FAULT_BUSY, FAULT_SYSTEM: later it may work. */
  int (*read)(gpointer self, GBytes *bytes, Verdict **ret, GError **error);
  void (*state)(gpointer self, ReaderState *ret);
  gpointer self;
} ReaderPort;
