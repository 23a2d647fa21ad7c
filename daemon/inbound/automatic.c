/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "inbound/automatic.h"

#include "inbound/folded.h"
#include "inbound/mail_sender.h"

#include <string.h>

#define AWAY_TEXT_MAX 1500 /* bytes: a longer one is a letter */

static const struct {
  const char *name;
  const char *begins;
  enum verdict_reason reason;
} signs[] = {
#define FIELD(name, begins, reason) {name, begins, reason},
#include "inbound/automatic_fields.def"
#undef FIELD
};

static const char *const subjects[] = {
#define SUBJECT(begins) begins,
#include "inbound/automatic_subjects.def"
#undef SUBJECT
};

static const char *const away_phrases[] = {
#define AWAY(phrase) phrase,
#include "inbound/automatic_texts.def"
#undef AWAY
    NULL};

static char *low_field(const Parts *parts, const char *name) {
  g_autofree char *value = parts_field(parts, name);
  return value != NULL ? g_ascii_strdown(g_strstrip(value), -1) : NULL;
}

/* RFC 3834 §5: "no" is what a person sends; comments and parameters may follow the word. */
static gboolean is_auto_submitted(const Parts *parts) {
  g_autofree char *value = low_field(parts, "Auto-Submitted");
  if (value == NULL || value[0] == '\0')
    return FALSE;
  gsize length = strcspn(value, " \t;(");
  return length != 2 || strncmp(value, "no", 2) != 0;
}

static gboolean has_sign(const Parts *parts, enum verdict_reason *ret_reason) {
  for (gsize i = 0; i < G_N_ELEMENTS(signs); i++) {
    g_autofree char *value = low_field(parts, signs[i].name);
    if (value == NULL || g_str_equal(value, "no") || !g_str_has_prefix(value, signs[i].begins))
      continue;
    *ret_reason = signs[i].reason;
    return TRUE;
  }
  return FALSE;
}

static gboolean is_ticket_system(const Parts *parts) {
  static const char *const fields[] = {"X-OTRS-Version",
                                       "X-RT-Ticket",
                                       "RT-Ticket",
                                       "X-Zendesk-From-Account-Id",
                                       "X-Ticket-Id",
                                       "X-ServiceNow-Generated",
                                       "X-ServiceNow-Source",
                                       "X-ServiceNow-SysEmail-Version",
                                       "X-OTRS-Loop",
                                       "X-RT-Loop-Prevention",
                                       "X-Freshdesk-Ticket-Id",
                                       "X-GLPI-Ticket",
                                       "X-JIRA-FingerPrint",
                                       "X-Redmine-Issue-Id"};
  static const char *const mailers[] = {"otrs", "znuny",    "servicenow", "zendesk",        "freshdesk",
                                        "glpi", "osticket", "zammad",     "request tracker"};
  for (gsize i = 0; i < G_N_ELEMENTS(fields); i++) {
    g_autofree char *value = parts_field(parts, fields[i]);
    if (value != NULL)
      return TRUE;
  }
  g_autofree char *mailer = low_field(parts, "X-Mailer");
  for (gsize i = 0; mailer != NULL && i < G_N_ELEMENTS(mailers); i++)
    if (strstr(mailer, mailers[i]) != NULL)
      return TRUE;
  return FALSE;
}

static gboolean has_auto_subject(const Parts *parts) {
  g_autofree char *subject = parts_field(parts, "Subject");
  g_autofree char *low = g_utf8_strdown(subject != NULL ? g_strstrip(subject) : "", -1);
  for (gsize i = 0; i < G_N_ELEMENTS(subjects); i++)
    if (g_str_has_prefix(low, subjects[i]))
      return TRUE;
  return FALSE;
}

static gboolean decide(Verdict *verdict, enum verdict_reason reason) {
  verdict->kind = VERDICT_AUTOMATIC;
  verdict_add_reason(verdict, reason);
  return TRUE;
}

gboolean automatic_read(const Parts *parts, Verdict *verdict) {
  enum verdict_reason reason = REASON_AUTO_FIELD;
  gboolean submitted = is_auto_submitted(parts);
  if (submitted || has_sign(parts, &reason)) {
    if (is_ticket_system(parts))
      verdict_add_reason(verdict, REASON_TICKET_SYSTEM);
    return decide(verdict, submitted ? REASON_AUTO_SUBMITTED : reason);
  }
  if (mail_sender_is_null(parts))
    return decide(verdict, REASON_NULL_SENDER);
  return has_auto_subject(parts) && decide(verdict, REASON_AUTO_SUBJECT);
}

gboolean automatic_sounds_away(Verdict *verdict) {
  if (verdict->text == NULL || strlen(verdict->text) > AWAY_TEXT_MAX)
    return FALSE;
  g_autofree char *low = g_utf8_strdown(verdict->text, -1);
  g_autofree char *folded = folded_text(low);
  for (gsize i = 0; away_phrases[i] != NULL; i++)
    if (strstr(folded, away_phrases[i]) != NULL)
      return decide(verdict, REASON_AWAY_TEXT);
  return FALSE;
}
