/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * reply.h - what is left when nothing speaks for a machine: a person's message, or post to many, or a request
 * to be taken off
 */
#pragma once

#include "inbound/parts.h"
#include "inbound/verdict.h"

/* TRUE when subject and text ask for nothing but to be unsubscribed; VERDICT then says so. */
gboolean reply_asks_unsubscribe(const Parts *parts, Verdict *verdict);
/* Decides in any case. The fields of the message must be in VERDICT already. */
void reply_read(const Parts *parts, Verdict *verdict);
