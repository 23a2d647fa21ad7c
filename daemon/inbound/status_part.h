/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * status_part.h - the fields of a delivery report (RFC 3464 §2): the groups of its recipients, and which of
 * them tells what the report says
 */
#pragma once

#include "inbound/report_fields.h"
#include "inbound/verdict.h"

/* TEXT holds the fields; NARRATIVE is what the report says to people, LEFT_OUT as in read.h. TRUE when there
 * was a group with a recipient or an action: VERDICT then has class, cause, codes, recipient and envelope id.
 */
gboolean status_part_read(const char *text, const char *narrative, const char *left_out, Verdict *verdict);

/* Whom the report of GROUP means: the same fields in reports of a delivery and of a disposition (RFC 3464
 * §2.3.1, RFC 8098 §3.2.3). */
void status_part_take_recipient(const ReportFields *fields, guint group, Verdict *verdict);
