/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * automatic.h - what a machine wrote in a person's name (RFC 3834, and what programs did before and beside
 * it)
 *
 * An automatic message acknowledges nothing. What a ticket system marks is a guess: it marks what people
 * write in it as well, so a person must look.
 */
#pragma once

#include "inbound/parts.h"
#include "inbound/verdict.h"

/* TRUE and VERDICT has kind and reasons, or FALSE and nothing touched. */
gboolean automatic_read(const Parts *parts, Verdict *verdict);
/* The same by what VERDICT's text says of its sender: absent, or no person at all. A guess, for what nothing
 * else gives away: taken for a person's answer it would stop reminders. */
gboolean automatic_sounds_away(Verdict *verdict);
