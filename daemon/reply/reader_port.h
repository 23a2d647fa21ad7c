/* SPDX-License-Identifier: GPL-3.0-or-later */
/* reader_port.h - how this room has bytes judged: run/ says by whom (a process that can do nothing else) */
#pragma once

#include "inbound/verdict.h"

#include <glib.h>

enum { READER_QUARANTINE = 1 };

typedef struct {
  /* 0 and *ret, for the caller to free. READER_QUARANTINE: these bytes ended or stalled the reader twice, and
   * are not to be given to it again. FAULT_BUSY, FAULT_SYSTEM: later it may work. */
  int (*read)(gpointer self, GBytes *bytes, Verdict **ret, GError **error);
  gpointer self;
} ReaderPort;
