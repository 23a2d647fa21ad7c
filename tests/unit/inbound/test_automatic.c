/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "inbound/read.h"

#include "support/case.h"

static void rows_of_fields(void **state) {
  (void)state;
  static const struct {
    const char *fields;
    enum verdict_kind kind;
    enum verdict_reason reason;
    gboolean guess;
  } rows[] = {
      {"Auto-Submitted: auto-replied\n", VERDICT_AUTOMATIC, REASON_AUTO_SUBMITTED, FALSE},
      {"Auto-Submitted: auto-generated\n", VERDICT_AUTOMATIC, REASON_AUTO_SUBMITTED, FALSE},
      {"Auto-Submitted: auto-replied (zimbra; vacation)\nPrecedence: bulk\n", VERDICT_AUTOMATIC,
       REASON_AUTO_SUBMITTED, FALSE},
      {"Auto-Submitted: AUTO-NOTIFIED; owner-email=\"a@x.example\"\n", VERDICT_AUTOMATIC,
       REASON_AUTO_SUBMITTED, FALSE},
      {"Auto-Submitted: nothing-known\n", VERDICT_AUTOMATIC, REASON_AUTO_SUBMITTED, FALSE},
      {"Auto-Submitted: no\n", VERDICT_REPLY, REASON_PERSON, TRUE},
      {"Auto-Submitted: No (sent by hand)\n", VERDICT_REPLY, REASON_PERSON, TRUE},
      {"X-Autoreply: yes\n", VERDICT_AUTOMATIC, REASON_AUTO_FIELD, FALSE},
      {"X-Autoreply: no\n", VERDICT_REPLY, REASON_PERSON, TRUE},
      {"X-Autorespond: Re: report\n", VERDICT_AUTOMATIC, REASON_AUTO_FIELD, FALSE},
      {"Precedence: auto_reply\n", VERDICT_AUTOMATIC, REASON_AUTO_PRECEDENCE, TRUE},
      {"Precedence: list\n", VERDICT_REPLY, REASON_PERSON, TRUE},
      {"X-MS-Exchange-Generated-Message-Source: Mailbox Rules Agent\n", VERDICT_AUTOMATIC, REASON_AUTO_FIELD,
       FALSE},
      {"X-Message-Class: IPM.Note.Rules.OofTemplate.Microsoft\n", VERDICT_AUTOMATIC, REASON_AUTO_FIELD,
       FALSE},
      {"X-Message-Class: IPM.Note\n", VERDICT_REPLY, REASON_PERSON, TRUE},
      {"X-Auto-Response-Suppress: All\n", VERDICT_REPLY, REASON_PERSON, TRUE},
      {"X-Auto-Response-Suppress: All\nIn-Reply-To: <d.1@forum.example>\n", VERDICT_REPLY, REASON_THREAD,
       FALSE},
      {"Return-Path: <>\n", VERDICT_AUTOMATIC, REASON_NULL_SENDER, TRUE},
      {"Auto-Submitted: auto-generated\nX-OTRS-Version: 6\n", VERDICT_AUTOMATIC, REASON_TICKET_SYSTEM, TRUE},
      {"Auto-Submitted: auto-generated\nX-ServiceNow-Generated: true\n", VERDICT_AUTOMATIC,
       REASON_TICKET_SYSTEM, TRUE},
      {"Subject: Automatic reply: Synthesis\n", VERDICT_AUTOMATIC, REASON_AUTO_SUBJECT, TRUE},
      {"Subject: Re: Automatic reply: Synthesis\n", VERDICT_REPLY, REASON_PERSON, TRUE},
      {"Subject: =?utf-8?q?R=C3=A9ponse_automatique_=3A_rapport?=\n", VERDICT_AUTOMATIC, REASON_AUTO_SUBJECT,
       TRUE},
      {"Subject: RÉPONSE AUTOMATIQUE\n", VERDICT_AUTOMATIC, REASON_AUTO_SUBJECT, TRUE},
      {"Subject: Respuesta automática: informe\n", VERDICT_AUTOMATIC, REASON_AUTO_SUBJECT, TRUE},
      {"Subject: Resposta automática: carta\n", VERDICT_AUTOMATIC, REASON_AUTO_SUBJECT, TRUE},
      {"Subject: Absence du bureau\n", VERDICT_AUTOMATIC, REASON_AUTO_SUBJECT, TRUE},
      {"Subject: Out of Office: back on Monday\n", VERDICT_AUTOMATIC, REASON_AUTO_SUBJECT, TRUE},
      {"Subject: رد تلقائي: التقرير\n", VERDICT_AUTOMATIC, REASON_AUTO_SUBJECT, TRUE},
      {"Subject: =?utf-8?b?16rXqdeV15HXlCDXkNeV15jXldee15jXmdeq?=\n", VERDICT_AUTOMATIC, REASON_AUTO_SUBJECT,
       TRUE},
      {"Subject: Автоответ\n", VERDICT_AUTOMATIC, REASON_AUTO_SUBJECT, TRUE},
      {"Subject: Our automatic reply was wrong\n", VERDICT_REPLY, REASON_PERSON, TRUE},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autofree char *text = g_strdup_printf(
        "%sFrom: Anna <anna@xb.example>\nTo: reponses@forum.example\n\nWe are away, or not.\n",
        rows[i].fields);
    g_autoptr(GBytes) bytes = g_bytes_new(text, strlen(text));
    g_autoptr(Verdict) verdict = read_message(bytes, NULL);
    if (verdict->kind != rows[i].kind || !verdict_has_reason(verdict, rows[i].reason) ||
        verdict_is_guess(verdict) != rows[i].guess)
      fail_msg("%s: %s", rows[i].fields, verdict_kind_name(verdict->kind));
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(rows_of_fields)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
