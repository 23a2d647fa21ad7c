/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "inbound/feedback.h"

#include "inbound/report_fields.h"
#include "inbound/returned.h"

gboolean feedback_read(const Parts *parts, Verdict *verdict) {
  const Part *part = parts_find(parts, "message/feedback-report", NULL);
  if (part == NULL)
    return FALSE;
  g_autofree char *text = part_text(part);
  g_autoptr(ReportFields) fields = report_fields_read(text);
  int group = report_fields_group_with(fields, "Feedback-Type");
  if (group < 0)
    return FALSE;
  verdict->kind = VERDICT_FEEDBACK;
  verdict_add_reason(verdict, REASON_FEEDBACK_PART);
  verdict_set(&verdict->words, report_fields_get(fields, (guint)group, "Feedback-Type"));
  g_autofree char *recipient =
      report_fields_address(report_fields_get(fields, (guint)group, "Original-Rcpt-To"));
  verdict_set(&verdict->recipient, recipient);
  verdict_set(&verdict->envelope_id, report_fields_get(fields, (guint)group, "Original-Envelope-Id"));
  returned_read(parts, verdict);
  return TRUE;
}
