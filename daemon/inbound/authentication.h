/* SPDX-License-Identifier: GPL-3.0-or-later */
/* authentication.h - what servers along the way say that they checked: the fields Authentication-Results */
#pragma once

#include "inbound/parts.h"
#include "inbound/verdict.h"

/* Of one value of the field (RFC 8601 §2.2), with its comments; NULL when it is none. The caller frees it. */
VerdictAuthentication *authentication_of_field(const char *value);

/* All that the message has, in their order, into VERDICT. */
void authentication_read(const Parts *parts, Verdict *verdict);
