/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "inbound/status_part.h"

#include "inbound/refusal.h"

#include <string.h>

/* RFC 3464 §2.3.3; the graver stands first. "expired" is what some systems say instead of "failed". */
static const struct {
  const char *word;
  enum verdict_class class; /* CLASS_NONE: a failure, which its reasons judge */
} actions[] = {
    {"failed", CLASS_NONE},         {"expired", CLASS_NONE},      {"bounced", CLASS_NONE},
    {"delayed", CLASS_DELAYED},     {"expanded", CLASS_EXPANDED}, {"relayed", CLASS_PASSED_ON},
    {"delivered", CLASS_DELIVERED},
};

static gboolean names_recipient(const ReportFields *fields, guint group) {
  return report_fields_get(fields, group, "Final-Recipient") != NULL ||
         report_fields_get(fields, group, "Original-Recipient") != NULL ||
         report_fields_get(fields, group, "Action") != NULL;
}

/* How grave the action of a group is: 0 the gravest; an unknown word counts as a failure. */
static guint gravity(const ReportFields *fields, guint group) {
  const char *action = report_fields_get(fields, group, "Action");
  for (guint i = 0; action != NULL && i < G_N_ELEMENTS(actions); i++)
    if (g_ascii_strncasecmp(action, actions[i].word, strlen(actions[i].word)) == 0)
      return i;
  return 0;
}

static int gravest(const ReportFields *fields) {
  int best = -1;
  guint best_gravity = G_N_ELEMENTS(actions);
  for (guint group = 0; group < report_fields_groups(fields); group++) {
    if (!names_recipient(fields, group) || gravity(fields, group) >= best_gravity)
      continue;
    best = (int)group;
    best_gravity = gravity(fields, group);
  }
  return best;
}

void status_part_take_recipient(const ReportFields *fields, guint group, Verdict *verdict) {
  g_autofree char *original = report_fields_address(report_fields_get(fields, group, "Original-Recipient"));
  g_autofree char *final = report_fields_address(report_fields_get(fields, group, "Final-Recipient"));
  verdict_set(&verdict->recipient, original != NULL ? original : final);
  verdict_set(&verdict->original_recipient, original);
  verdict_set(&verdict->final_recipient, final);
}

static void take_refusal(const RefusalWords *words, enum verdict_class class, Verdict *verdict) {
  Refusal refusal;
  refusal_judge(words, &refusal);
  verdict->class = class != CLASS_NONE ? class : refusal.class;
  verdict->cause = class == CLASS_NONE || class == CLASS_DELAYED ? refusal.cause : CAUSE_NONE;
  g_strlcpy(verdict->status, refusal.status, sizeof verdict->status);
  verdict->smtp_code = refusal.smtp_code;
  g_clear_pointer(&verdict->family, g_free);
  verdict->family = g_strdup(refusal.family);
  if (class != CLASS_NONE)
    verdict_add_reason(verdict, REASON_ACTION);
  if (class != CLASS_NONE && class != CLASS_DELAYED)
    return;
  verdict_add_reason(verdict, refusal.reason);
  verdict_add_reason(verdict, refusal.also);
}

/* RFC 3464 §2.3.4: a comment may stand behind the code; on a delivery a 2.y.z is the code. */
static void take_success(const char *status, Verdict *verdict) {
  StatusCode code;
  if (status == NULL || verdict->status[0] != '\0')
    return;
  gsize length = strspn(status, "0123456789.");
  if (status_code_parse(status, (gssize)length, &code))
    status_code_text(&code, verdict->status);
}

gboolean status_part_read(const char *text, const char *narrative, const char *left_out, Verdict *verdict) {
  g_autoptr(ReportFields) fields = report_fields_read(text);
  int group = gravest(fields);
  if (group < 0)
    return FALSE;
  int about = report_fields_group_with(fields, "Original-Envelope-Id");
  if (about >= 0) {
    g_autofree char *id =
        report_fields_address(report_fields_get(fields, (guint)about, "Original-Envelope-Id"));
    verdict_set(&verdict->envelope_id, id);
  }
  status_part_take_recipient(fields, (guint)group, verdict);
  const char *status = report_fields_get(fields, (guint)group, "Status");
  const char *diagnostic = report_fields_get(fields, (guint)group, "Diagnostic-Code");
  g_autofree char *said =
      diagnostic != NULL || status == NULL || strchr(status, '(') == NULL ? NULL : g_strdup(status);
  RefusalWords words = {diagnostic != NULL ? diagnostic : said, status, narrative, left_out};
  verdict_set(&verdict->words, words.diagnostic);
  take_refusal(&words, actions[gravity(fields, (guint)group)].class, verdict);
  take_success(status, verdict);
  return TRUE;
}
