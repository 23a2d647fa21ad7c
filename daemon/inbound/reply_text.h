/* SPDX-License-Identifier: GPL-3.0-or-later */
/* reply_text.h - what the sender of a message wrote himself, in whichever of its parts it stands */
#pragma once

#include "inbound/parts.h"
#include "inbound/verdict.h"

/* Into VERDICT's text. Of alternatives the plain one counts, if it is not empty; texts that stand one after
 * the other all count. */
void reply_text_read(const Parts *parts, Verdict *verdict);
