/* SPDX-License-Identifier: GPL-3.0-or-later */
/* outbox_aside.h - a message that is no delivery: it is offered once, and nothing of it is kept */
#pragma once

#include "outbox/outbox.h"

/* By the first relay that can be used, on the caller's thread, on a connection of its own; waits for the
 * relay's answer. *ret_relay is the one that gave RET (its name, owned by the outbox). Pace, calendar and
 * gates are the caller's business. < 0 when our own side failed. */
int outbox_aside(Outbox *outbox, const Message *message, const char **ret_relay, Outcome *ret,
                 GError **error);

/* Makes durable that the end of data is about to go to RELAY. < 0: it does not go. */
typedef int (*AsideIntent)(const char *relay, gpointer data, GError **error);
/* The same for a message of which the caller keeps what became of it: INTEND is called once everything but
 * the end of data is with a relay. Its fault is returned, and no copy exists then. */
int outbox_aside_intended(Outbox *outbox, const Message *message, AsideIntent intend, gpointer data,
                          const char **ret_relay, Outcome *ret, GError **error);
