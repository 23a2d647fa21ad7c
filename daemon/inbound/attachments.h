/* SPDX-License-Identifier: GPL-3.0-or-later */
/* attachments.h - which files came with a message; none is opened */
#pragma once

#include "inbound/parts.h"
#include "inbound/verdict.h"

/* Every part that is no text to be read on the way, whether it is called an attachment or stands among the
 * text, into VERDICT; not the signature over the message, and nothing of a returned message. */
void attachments_read(const Parts *parts, Verdict *verdict);
