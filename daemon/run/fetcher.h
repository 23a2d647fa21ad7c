/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * fetcher.h - what the daemon does about mailboxes: it keeps what the process gives it that reads them
 *
 *     mailbox ─ fetch_role ─ TAKE ─► fetcher ─► intake: bytes, then row, durable
 *                    ◄──── "kept" ─────┘  └───► cursor, once in a while and after each look
 *
 * A thread of its own has the sole use of the process (child.h): it tells it the mailboxes and how far each
 * was read, gives passwords and tokens when they are asked for, and answers. Killed anywhere, nothing is lost
 * and nothing doubled: a message whose cursor was not written is asked for again, and known by its bytes. Of
 * a message at which the process died three times in a row it is noted that it could not be had, and the rest
 * goes on.
 */
#pragma once

#include "config/config.h"
#include "inbound/mail_watch.h"
#include "reply/intake.h"
#include "store/store.h"

#include <glib.h>

typedef struct Fetcher Fetcher;

/* For the mailboxes of CONFIG, which outlives it as the others do; *ret is NULL when there are none.
 * FAULT_INPUT for a mailbox that cannot be meant. */
int fetcher_start(const Config *config, Store *store, Intake *intake, Fetcher **ret, GError **error);
/* Ends the process and the thread. */
void fetcher_stop(Fetcher *fetcher);
void fetcher_free(Fetcher *fetcher);
/* For status and doctor; any thread. */
MailWatch fetcher_watch(Fetcher *fetcher);
