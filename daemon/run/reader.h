/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * reader.h - the daemon's side of the process that reads messages
 *
 *     bytes ──► the process ──► a verdict
 *                 │ died, was still at it after READER_PATIENCE, or said what is no verdict
 *                 ▼
 *               another process ──► a verdict
 *                 │ again
 *                 ▼
 *               quarantine: these bytes are not read any more
 *
 * Several threads may ask; they are served one after the other.
 */
#pragma once

#include "base/moment.h"
#include "reply/reader_port.h"

#include <glib.h>

#define READER_PATIENCE                                                                                      \
  MINUTE /* for one message, by the clock: beside the limit that the process has itself */

typedef struct Reader Reader;

/* Starts the process. PATIENCE is READER_PATIENCE but for tests. */
Reader *reader_new(gint64 patience);
/* Who waits for a verdict then gets FAULT_BUSY. */
void reader_stop(Reader *reader);
void reader_free(Reader *reader);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Reader, reader_free)

/* How reply/ asks it. */
ReaderPort reader_port(Reader *reader);
