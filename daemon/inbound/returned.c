/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "inbound/returned.h"

#include "inbound/report_fields.h"

#include <string.h>

static void take_id(const char *text, Verdict *verdict) {
  const char *open = text != NULL ? strchr(text, '<') : NULL;
  const char *close = open != NULL ? strchr(open, '>') : NULL;
  if (verdict->returned_message_id != NULL || close == NULL)
    return;
  g_autofree char *id = g_strndup(open, (gsize)(close + 1 - open));
  verdict_set(&verdict->returned_message_id, id);
}

/* "Forum <answers+token@forum.example>" or the address alone. */
static void take_reply_to(const char *text, Verdict *verdict) {
  const char *open = text != NULL ? strrchr(text, '<') : NULL;
  const char *close = open != NULL ? strchr(open, '>') : NULL;
  if (verdict->returned_reply_to != NULL || text == NULL || strchr(text, '@') == NULL)
    return;
  g_autofree char *address = close != NULL ? g_strndup(open + 1, (gsize)(close - open - 1)) : g_strdup(text);
  verdict_set(&verdict->returned_reply_to, g_strstrip(address));
}

static void take_message(const Parts *parts, Verdict *verdict) {
  for (guint i = 0; i < parts_count(parts); i++) {
    const Part *part = parts_at(parts, i);
    if (part->returned)
      continue;
    g_autofree char *id = part_message_field(part, "Message-ID"),
                    *reply_to = part_message_field(part, "Reply-To");
    take_id(id, verdict);
    take_reply_to(reply_to, verdict);
  }
}

static void take_header(const Part *part, Verdict *verdict) {
  if (part == NULL)
    return;
  g_autofree char *text = part_text(part);
  g_autoptr(ReportFields) fields = report_fields_read(text);
  int group = report_fields_group_with(fields, "Message-ID");
  if (group < 0)
    return;
  take_id(report_fields_get(fields, (guint)group, "Message-ID"), verdict);
  take_reply_to(report_fields_get(fields, (guint)group, "Reply-To"), verdict);
}

/* Prose reports end with the message as it was. */
static void take_text(const Parts *parts, Verdict *verdict) {
  g_autofree char *body = parts_body(parts);
  g_auto(GStrv) lines = g_strsplit(body, "\n", -1);
  for (guint i = 0; lines[i] != NULL && verdict->returned_message_id == NULL; i++)
    if (g_ascii_strncasecmp(lines[i], "message-id:", 11) == 0)
      take_id(strchr(lines[i], '<') != NULL || lines[i + 1] == NULL ? lines[i] : lines[i + 1], verdict);
}

void returned_read(const Parts *parts, Verdict *verdict) {
  take_message(parts, verdict);
  take_header(parts_find(parts, "text/rfc822-headers", "message/global-headers"), verdict);
  if (verdict->returned_message_id == NULL)
    take_text(parts, verdict);
}
