/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "inbound/disposition.h"

#include "inbound/report_fields.h"
#include "inbound/returned.h"
#include "inbound/status_part.h"

#include <string.h>

enum verdict_disposition disposition_of_field(const char *value) {
  const char *semicolon = value != NULL ? strchr(value, ';') : NULL;
  const char *word = semicolon != NULL ? semicolon + 1 : value;
  if (word == NULL)
    return DISPOSITION_OTHER;
  word += strspn(word, " \t");
  gsize length = strcspn(word, " \t/,;(");
  for (int i = DISPOSITION_DISPLAYED; i < DISPOSITION_OTHER; i++) {
    const char *name = verdict_disposition_name((enum verdict_disposition)i);
    if (strlen(name) == length && g_ascii_strncasecmp(word, name, length) == 0)
      return (enum verdict_disposition)i;
  }
  return DISPOSITION_OTHER;
}

gboolean disposition_is_manual(const char *value) {
  static const char manual[] = "manual-action";
  if (value == NULL)
    return FALSE;
  value += strspn(value, " \t");
  return g_ascii_strncasecmp(value, manual, strlen(manual)) == 0 && strchr(value, ';') != NULL;
}

gboolean disposition_read(const Parts *parts, Verdict *verdict) {
  const Part *part =
      parts_find(parts, "message/disposition-notification", "message/global-disposition-notification");
  if (part == NULL)
    return FALSE;
  g_autofree char *text = part_text(part);
  g_autoptr(ReportFields) fields = report_fields_read(text);
  int group = report_fields_group_with(fields, "Disposition");
  if (group < 0)
    return FALSE;
  status_part_take_recipient(fields, (guint)group, verdict);
  verdict_set(&verdict->returned_message_id, report_fields_get(fields, (guint)group, "Original-Message-ID"));
  verdict->kind = VERDICT_DISPOSITION;
  const char *field = report_fields_get(fields, (guint)group, "Disposition");
  verdict->disposition = disposition_of_field(field);
  verdict->is_manual = disposition_is_manual(field);
  verdict_add_reason(verdict, REASON_DISPOSITION_PART);
  if (verdict->returned_message_id == NULL)
    returned_read(parts, verdict);
  return TRUE;
}
