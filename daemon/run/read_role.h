/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * read_role.h - the process that turns the bytes of messages into verdicts
 *
 *     daemon                                   reader
 *        ◄──────────────────────── READER_READY
 *        READER_MESSAGE, bytes ───────────────►
 *        ◄─────────────────────── READER_VERDICT, a verdict
 *        ...                                            until the socket is closed
 *
 * One message at a time, one verdict for each. What it is given is hostile: it has no file, no network and no
 * other program at hand, only the socket.
 */
#pragma once

#include "inbound/frame.h"

enum reader_frame {
  READER_READY = 'r',   /* no fields */
  READER_MESSAGE = 'm', /* bytes */
  READER_VERDICT = 'v', /* as verdict_frame.h has it */
};

/* Runs until the socket is closed; returns an exit status. */
int read_role(int fd);
