/* SPDX-License-Identifier: GPL-3.0-or-later */
/* feedback.h - a complaint that a provider passes on (RFC 5965) */
#pragma once

#include "inbound/parts.h"
#include "inbound/verdict.h"

/* TRUE and VERDICT filled (words: the kind of feedback, "abuse"), or FALSE and nothing touched. */
gboolean feedback_read(const Parts *parts, Verdict *verdict);
