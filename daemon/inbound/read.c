/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "inbound/read.h"

#include "inbound/attachments.h"
#include "inbound/authentication.h"
#include "inbound/automatic.h"
#include "inbound/delivery_report.h"
#include "inbound/disposition.h"
#include "inbound/feedback.h"
#include "inbound/mail_sender.h"
#include "inbound/parts.h"
#include "inbound/reply.h"
#include "inbound/reply_text.h"

#include <string.h>

static void add_ids(const char *text, GPtrArray *to) {
  while (text != NULL && to->len < VERDICT_REFERENCES_MAX) {
    const char *open = strchr(text, '<');
    const char *close = open != NULL ? strchr(open, '>') : NULL;
    if (close == NULL)
      return;
    g_autofree char *piece = g_strndup(open, (gsize)(close + 1 - open));
    char *id = NULL;
    verdict_set(&id, piece);
    if (id != NULL && !g_ptr_array_find_with_equal_func(to, id, g_str_equal, NULL))
      g_ptr_array_add(to, id);
    else
      g_free(id);
    text = close + 1;
  }
}

static void take_thread(const Parts *parts, Verdict *verdict) {
  g_autofree char *answered = parts_field(parts, "In-Reply-To");
  g_autofree char *references = parts_field(parts, "References");
  add_ids(answered, verdict->references);
  add_ids(references, verdict->references);
  g_autofree char *id = parts_field(parts, "Message-ID");
  g_autoptr(GPtrArray) own = g_ptr_array_new_with_free_func(g_free);
  add_ids(id, own);
  verdict_set(&verdict->message_id, own->len > 0 ? own->pdata[0] : id);
}

static void take_sender(const Parts *parts, Verdict *verdict) {
  g_autoptr(GPtrArray) from = g_ptr_array_new_with_free_func(g_free);
  g_autoptr(GPtrArray) reply_to = g_ptr_array_new_with_free_func(g_free);
  parts_addresses(parts, "From", from, &verdict->from_name);
  parts_addresses(parts, "Reply-To", reply_to, NULL);
  verdict_set(&verdict->from, from->len > 0 ? from->pdata[0] : NULL);
  verdict_set(&verdict->reply_to, reply_to->len > 0 ? reply_to->pdata[0] : NULL);
}

static void take_fields(const Parts *parts, Verdict *verdict) {
  static const char *const names[] = {"Delivered-To", "X-Original-To", "Envelope-To", "To", "Cc"};
  take_thread(parts, verdict);
  take_sender(parts, verdict);
  for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
    parts_addresses(parts, names[i], verdict->addressed, NULL);
  g_autofree char *subject = parts_field(parts, "Subject");
  verdict_set(&verdict->subject, subject);
  verdict->date = parts_date(parts);
}

/* A mail system that says what no table knows is a notice of its own kind, never a person's word. */
static gboolean is_system_notice(const Parts *parts, Verdict *verdict) {
  if (!mail_sender_is_system(parts) || verdict->references->len > 0 || verdict->from == NULL)
    return FALSE;
  verdict_add_reason(verdict, REASON_SYSTEM_NOTICE);
  return TRUE;
}

static void judge(const Parts *parts, const char *left_out, Verdict *verdict) {
  if (disposition_read(parts, verdict) || feedback_read(parts, verdict) ||
      delivery_report_by_part(parts, left_out, verdict) ||
      delivery_report_by_text(parts, left_out, verdict) || reply_asks_unsubscribe(parts, verdict) ||
      automatic_read(parts, verdict) || is_system_notice(parts, verdict))
    return;
  reply_text_read(parts, verdict);
  if (automatic_sounds_away(verdict))
    return;
  reply_read(parts, verdict);
}

/* A report speaks of our own message; what came with it is that. */
static gboolean is_report(const Verdict *verdict) {
  return verdict->kind == VERDICT_DELIVERY_REPORT || verdict->kind == VERDICT_DISPOSITION ||
         verdict->kind == VERDICT_FEEDBACK;
}

/* Any part of the sender's own: whoever judges signatures says that it is not the whole. */
static gboolean claims_signature(const Parts *parts) {
  return parts_find(parts, "multipart/signed", NULL) != NULL ||
         parts_find(parts, "application/pkcs7-mime", "application/x-pkcs7-mime") != NULL;
}

static void take_content(const Parts *parts, Verdict *verdict) {
  authentication_read(parts, verdict);
  verdict->is_signed = claims_signature(parts);
  if (is_report(verdict))
    return;
  if (verdict->text == NULL)
    reply_text_read(parts, verdict);
  attachments_read(parts, verdict);
}

Verdict *read_refused(enum verdict_reason reason) {
  Verdict *verdict = verdict_new();
  verdict_add_reason(verdict, reason);
  return verdict;
}

Verdict *read_message(GBytes *bytes, const char *left_out) {
  g_autoptr(Parts) parts = NULL;
  enum verdict_reason reason = REASON_UNREADABLE;
  if (parts_open(bytes, &parts, &reason) != 0)
    return read_refused(reason);
  Verdict *verdict = verdict_new();
  take_fields(parts, verdict);
  judge(parts, left_out, verdict);
  take_content(parts, verdict);
  return verdict;
}
