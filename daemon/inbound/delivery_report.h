/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * delivery_report.h - what became of a message, told by a mail system (RFC 3464, RFC 3462, RFC 6533)
 *
 * Two doors: by the part that is made for it, and by the habits of systems that write prose
 * (mail_systems.def). Each answers TRUE and fills VERDICT, or leaves it as it was. Of a report on several
 * recipients the gravest tells the class: one that failed before one that waits before one that arrived.
 */
#pragma once

#include "inbound/parts.h"
#include "inbound/verdict.h"

gboolean delivery_report_by_part(const Parts *parts, const char *left_out, Verdict *verdict);
gboolean delivery_report_by_text(const Parts *parts, const char *left_out, Verdict *verdict);
