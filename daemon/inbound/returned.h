/* SPDX-License-Identifier: GPL-3.0-or-later */
/* returned.h - the message that a report gives back, whole or as its header (RFC 3462 §2) */
#pragma once

#include "inbound/parts.h"
#include "inbound/verdict.h"

/* Fills returned_message_id and returned_reply_to from what the report gives back. */
void returned_read(const Parts *parts, Verdict *verdict);
