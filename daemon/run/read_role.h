/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * read_role.h - the process that turns the bytes of messages into verdicts
 *
 *     daemon                                   reader
 *        ◄──────────────────────── READER_READY, how it is guarded
 *        READER_MESSAGE, bytes ───────────────►
 *        ◄─────────────────────── READER_VERDICT, a verdict
 *        ...                                            until the socket is closed
 *
 * One message at a time, one verdict for each. What it is given is hostile: it has no file, no network and no
 * other program at hand, only the socket (guard.h), a ceiling of memory, and so much time of the processor
 * for each message.
 */
#pragma once

#include "inbound/frame.h"

enum reader_frame {
  READER_READY = 'r',   /* numbers: calls are filtered, memory has a ceiling; text: why not, or absent */
  READER_MESSAGE = 'm', /* bytes */
  READER_VERDICT = 'v', /* as verdict_frame.h has it */
};

#define READER_MEMORY    (512 * 1024 * 1024) /* bytes of address space, with the program itself */
#define READER_PROCESSOR 20                  /* seconds for one message: then the process ends */

/* Runs until the socket is closed; returns an exit status. */
int read_role(int fd);
