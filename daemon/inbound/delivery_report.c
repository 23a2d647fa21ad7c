/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "inbound/delivery_report.h"

#include "inbound/folded.h"
#include "inbound/mail_sender.h"
#include "inbound/refusal.h"
#include "inbound/returned.h"
#include "inbound/status_part.h"

#include <string.h>

enum tells { FAILED, DELAYED, DELIVERED };

typedef struct {
  gboolean any_sender;
  const char *family;
  const char *from;
  const char *subject;
  const char *body;
  enum tells tells;
} System;

static const System systems[] = {
#define OTHER_SENDER(family, from, subject, body, tells) {TRUE, family, from, subject, body, tells},
#define MAIL_SYSTEM(family, from, subject, body, tells)  {FALSE, family, from, subject, body, tells},
#include "inbound/mail_systems.def"
#undef OTHER_SENDER
#undef MAIL_SYSTEM
};

/* A report within a report's type is the sender's word; without that type (some systems write
 * multipart/mixed) only a mail system's is. */
gboolean delivery_report_by_part(const Parts *parts, const char *left_out, Verdict *verdict) {
  const Part *part = parts_find(parts, "message/delivery-status", "message/global-delivery-status");
  if (part == NULL)
    return FALSE;
  gboolean typed = g_str_equal(parts_at(parts, 0)->type, "multipart/report");
  if (!typed && !mail_sender_is_system(parts) && !mail_sender_is_null(parts))
    return FALSE;
  g_autofree char *text = part_text(part);
  g_autofree char *body = parts_body(parts);
  g_autofree char *narrative = folded_own_words(body);
  if (!status_part_read(text, narrative, left_out, verdict))
    return FALSE;
  verdict->kind = VERDICT_DELIVERY_REPORT;
  verdict_add_reason(verdict, typed ? REASON_STATUS_PART : REASON_STATUS_PART_NO_REPORT);
  returned_read(parts, verdict);
  return TRUE;
}

typedef struct {
  char *from;
  char *subject;
  char *body;
} Seen;

static char *folded_field(const Parts *parts, const char *name) {
  g_autofree char *value = parts_field(parts, name);
  return folded_text(value != NULL ? value : "");
}

static const System *find_system(const Seen *seen, gboolean is_system, const char *left_out) {
  for (gsize i = 0; i < G_N_ELEMENTS(systems); i++) {
    const System *row = &systems[i];
    if ((row->any_sender || is_system) && g_strcmp0(row->family, left_out) != 0 &&
        folded_contains(seen->from, row->from) && folded_contains(seen->subject, row->subject) &&
        folded_contains(seen->body, row->body))
      return row;
  }
  return NULL;
}

/* Exim, Google and others name whom they failed in a field, in whatever language they tell of it. */
static const System *failed_recipients(const Parts *parts) {
  static const System row = {FALSE, "any", "", "", "", FAILED};
  g_autofree char *field = parts_field(parts, "X-Failed-Recipients");
  return field != NULL ? &row : NULL;
}

static gboolean subject_of_reports(const char *folded) {
  static const char *const signs[] = {
      "undeliver",     "failure notice",     "delivery fail",     "delivery status", "returned mail",
      "mail delivery", "returned to sender", "mail system error", "non remis",       "unzustellbar"};
  for (gsize i = 0; i < G_N_ELEMENTS(signs); i++)
    if (strstr(folded, signs[i]) != NULL)
      return TRUE;
  return FALSE;
}

static gboolean is_letter_of_address(char letter) {
  return g_ascii_isalnum(letter) || (letter != '\0' && strchr(".!#$%&'*+/=?^_`{|}~-", letter) != NULL) ||
         (guchar)letter >= 0x80;
}

/* The first address in the text that is not the report's own sender. */
static char *find_address(const char *text, const char *own) {
  for (const char *at = strchr(text, '@'); at != NULL; at = strchr(at + 1, '@')) {
    const char *begin = at, *end = at + 1;
    while (begin > text && is_letter_of_address(begin[-1]))
      begin--;
    while (g_ascii_isalnum(*end) || *end == '-' || *end == '.' || (guchar)*end >= 0x80)
      end++;
    while (end > at + 1 && end[-1] == '.')
      end--;
    if (begin == at || memchr(at, '.', (gsize)(end - at)) == NULL)
      continue;
    g_autofree char *address = g_strndup(begin, (gsize)(end - begin));
    if (own == NULL || g_ascii_strcasecmp(address, own) != 0)
      return g_steal_pointer(&address);
  }
  return NULL;
}

static void take_text_recipient(const Parts *parts, const char *words, Verdict *verdict) {
  g_autoptr(GPtrArray) failed = g_ptr_array_new_with_free_func(g_free);
  parts_addresses(parts, "X-Failed-Recipients", failed, NULL);
  g_autofree char *found = failed->len == 0 ? find_address(words, verdict->from) : NULL;
  verdict_set(&verdict->recipient, failed->len > 0 ? failed->pdata[0] : found);
}

/* AT SES and others some reports hold the fields of RFC 3464 as text, in a part of no type of its own. */
static gboolean fields_in_text(const char *words, const char *left_out, Verdict *verdict) {
  g_autofree char *folded = folded_text(words);
  return folded_contains(folded, "final-recipient: ") && folded_contains(folded, "action: ") &&
         status_part_read(words, words, left_out, verdict);
}

static void judge_text(const Parts *parts, const System *row, const char *words, const char *left_out,
                       Verdict *verdict) {
  take_text_recipient(parts, words, verdict);
  if (row->tells == DELIVERED) {
    verdict->class = CLASS_DELIVERED;
    return;
  }
  RefusalWords all = {words, NULL, NULL, left_out};
  Refusal refusal;
  refusal_judge(&all, &refusal);
  verdict->class = row->tells == DELAYED ? CLASS_DELAYED : refusal.class;
  verdict->cause = refusal.cause;
  g_strlcpy(verdict->status, refusal.status, sizeof verdict->status);
  verdict->smtp_code = refusal.smtp_code;
  verdict_add_reason(verdict, refusal.reason);
  verdict_add_reason(verdict, refusal.also);
  verdict_set(&verdict->words, words);
}

gboolean delivery_report_by_text(const Parts *parts, const char *left_out, Verdict *verdict) {
  g_autofree char *body = parts_body(parts);
  g_autofree char *words = folded_own_words(body);
  Seen seen = {folded_field(parts, "From"), folded_field(parts, "Subject"), folded_text(words)};
  gboolean is_system =
      !mail_sender_answers(parts) &&
      (mail_sender_is_system(parts) || (mail_sender_is_null(parts) && subject_of_reports(seen.subject)));
  const System *row = find_system(&seen, is_system, left_out);
  if (row == NULL && is_system)
    row = failed_recipients(parts);
  g_free(seen.from);
  g_free(seen.subject);
  g_free(seen.body);
  if (row == NULL)
    return FALSE;
  verdict->kind = VERDICT_DELIVERY_REPORT;
  verdict_add_reason(verdict, REASON_SYSTEM_TEXT);
  if (fields_in_text(words, left_out, verdict))
    verdict_add_reason(verdict, REASON_FIELDS_IN_TEXT);
  else
    judge_text(parts, row, words, left_out, verdict);
  if (!g_str_equal(row->family, "any")) {
    g_free(verdict->family);
    verdict->family = g_strdup(row->family);
  }
  returned_read(parts, verdict);
  return TRUE;
}
