/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "inbound/verdict_frame.h"

#include <string.h>

#include "base/text.h"
#include "mail/status_code.h"

/* Texts of one line. */
static const gsize lines[] = {
    offsetof(Verdict, family),
    offsetof(Verdict, recipient),
    offsetof(Verdict, original_recipient),
    offsetof(Verdict, final_recipient),
    offsetof(Verdict, envelope_id),
    offsetof(Verdict, returned_message_id),
    offsetof(Verdict, returned_reply_to),
    offsetof(Verdict, words),
    offsetof(Verdict, message_id),
    offsetof(Verdict, from),
    offsetof(Verdict, from_name),
    offsetof(Verdict, reply_to),
    offsetof(Verdict, subject),
};

static void add_texts(GByteArray *fields, const GPtrArray *texts) {
  frame_add_number(fields, texts->len);
  for (guint i = 0; i < texts->len; i++)
    frame_add_text(fields, texts->pdata[i]);
}

static void add_reasons(GByteArray *fields, const GArray *reasons) {
  frame_add_number(fields, reasons->len);
  for (guint i = 0; i < reasons->len; i++)
    frame_add_number(fields, g_array_index(reasons, enum verdict_reason, i));
}

static void add_attachments(GByteArray *fields, const GPtrArray *attachments) {
  frame_add_number(fields, attachments->len);
  for (guint i = 0; i < attachments->len; i++) {
    const VerdictAttachment *one = attachments->pdata[i];
    frame_add_text(fields, one->name);
    frame_add_text(fields, one->type);
    frame_add_number(fields, one->size);
  }
}

static void add_authentication(GByteArray *fields, const GPtrArray *authentication) {
  frame_add_number(fields, authentication->len);
  for (guint i = 0; i < authentication->len; i++) {
    const VerdictAuthentication *one = authentication->pdata[i];
    frame_add_text(fields, one->server);
    frame_add_text(fields, one->dmarc);
    frame_add_text(fields, one->domain);
  }
}

void verdict_frame_add(GByteArray *fields, const Verdict *verdict) {
  frame_add_number(fields, verdict->kind);
  frame_add_number(fields, verdict->class);
  frame_add_number(fields, verdict->cause);
  frame_add_number(fields, verdict->disposition);
  frame_add_number(fields, verdict->is_manual);
  frame_add_number(fields, verdict->smtp_code);
  frame_add_number(fields, verdict->date);
  frame_add_text(fields, verdict->status);
  for (gsize i = 0; i < G_N_ELEMENTS(lines); i++)
    frame_add_text(fields, G_STRUCT_MEMBER(char *, verdict, lines[i]));
  add_texts(fields, verdict->references);
  add_texts(fields, verdict->addressed);
  add_reasons(fields, verdict->reasons);
  frame_add_text(fields, verdict->text);
  add_attachments(fields, verdict->attachments);
  add_authentication(fields, verdict->authentication);
  frame_add_number(fields, verdict->is_signed);
}

static char *read_line(FrameReading *reading) {
  g_autofree char *line = frame_read_text(reading, VERDICT_TEXT_MAX);
  if (line == NULL || text_check_line("line", line, -1, VERDICT_TEXT_MAX, NULL) == 0)
    return g_steal_pointer(&line);
  frame_read_break(reading);
  return NULL;
}

static void read_texts(FrameReading *reading, GPtrArray *to) {
  gint64 count = frame_read_number(reading, 0, VERDICT_REFERENCES_MAX);
  for (gint64 i = 0; i < count && !reading->broken; i++) {
    char *line = read_line(reading);
    if (line != NULL)
      g_ptr_array_add(to, line);
    else
      frame_read_break(reading);
  }
}

static void read_reasons(FrameReading *reading, Verdict *to) {
  gint64 count = frame_read_number(reading, 0, VERDICT_REASON_COUNT);
  for (gint64 i = 0; i < count && !reading->broken; i++)
    verdict_add_reason(to, (enum verdict_reason)frame_read_number(reading, 0, VERDICT_REASON_COUNT - 1));
}

static char *read_own_text(FrameReading *reading) {
  g_autofree char *text = frame_read_text(reading, VERDICT_OWN_TEXT_MAX);
  if (text == NULL || text_check_lines("text", text, -1, VERDICT_OWN_TEXT_MAX, NULL) == 0)
    return g_steal_pointer(&text);
  frame_read_break(reading);
  return NULL;
}

static void read_attachments(FrameReading *reading, GPtrArray *to) {
  gint64 count = frame_read_number(reading, 0, VERDICT_ATTACHMENTS_MAX);
  for (gint64 i = 0; i < count && !reading->broken; i++) {
    g_autofree char *name = read_line(reading), *type = read_line(reading);
    gint64 size = frame_read_number(reading, 0, READ_SIZE_MAX);
    g_ptr_array_add(to, verdict_attachment_new(name, type, size));
  }
}

static void read_authentication(FrameReading *reading, GPtrArray *to) {
  gint64 count = frame_read_number(reading, 0, VERDICT_SERVERS_MAX);
  for (gint64 i = 0; i < count && !reading->broken; i++) {
    g_autofree char *server = read_line(reading), *dmarc = read_line(reading), *domain = read_line(reading);
    g_ptr_array_add(to, verdict_authentication_new(server, dmarc, domain));
  }
}

/* "5.1.1", or "". */
static void read_status(FrameReading *reading, Verdict *to) {
  g_autofree char *status = frame_read_text(reading, sizeof to->status - 1);
  if (status == NULL || strspn(status, "0123456789.") != strlen(status))
    frame_read_break(reading);
  else
    g_strlcpy(to->status, status, sizeof to->status);
}

Verdict *verdict_frame_read(FrameReading *reading) {
  g_autoptr(Verdict) verdict = verdict_new();
  verdict->kind = (enum verdict_kind)frame_read_number(reading, 0, VERDICT_KIND_COUNT - 1);
  verdict->class = (enum verdict_class)frame_read_number(reading, 0, VERDICT_CLASS_COUNT - 1);
  verdict->cause = (enum verdict_cause)frame_read_number(reading, 0, VERDICT_CAUSE_COUNT - 1);
  verdict->disposition =
      (enum verdict_disposition)frame_read_number(reading, 0, VERDICT_DISPOSITION_COUNT - 1);
  verdict->is_manual = frame_read_number(reading, FALSE, TRUE) != 0;
  verdict->smtp_code = (int)frame_read_number(reading, 0, 999);
  verdict->date = frame_read_number(reading, 0, G_MAXINT64);
  read_status(reading, verdict);
  for (gsize i = 0; i < G_N_ELEMENTS(lines); i++)
    G_STRUCT_MEMBER(char *, verdict, lines[i]) = read_line(reading);
  read_texts(reading, verdict->references);
  read_texts(reading, verdict->addressed);
  read_reasons(reading, verdict);
  verdict->text = read_own_text(reading);
  read_attachments(reading, verdict->attachments);
  read_authentication(reading, verdict->authentication);
  verdict->is_signed = frame_read_number(reading, FALSE, TRUE) != 0;
  return reading->broken ? NULL : g_steal_pointer(&verdict);
}
