/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What people write, four languages, over a hundred of them: none may be taken for a report. */
#include "inbound/read.h"

#include "support/case.h"

#include <stdio.h>

#define REPLIES TESTS_DIR "/corpora/replies/replies.tsv"

static const char report_text[] =
    "This is the mail system at host mx.forum.example.\n\nI'm sorry to have to inform you that your message "
    "could\n"
    "not be delivered to one or more recipients.\n\n<cabinet@presidence.example>: host mx.presidence.example "
    "said: 550\n"
    "    5.1.1 <cabinet@presidence.example>: Recipient address rejected: User unknown (in reply to RCPT TO "
    "command)\n";

static const char report_fields[] = "Reporting-MTA: dns; mx.forum.example\n\nFinal-Recipient: rfc822; "
                                    "cabinet@presidence.example\nAction: failed\nStatus: 5.1.1\n"
                                    "Diagnostic-Code: smtp; 550 5.1.1 User unknown\n";

static void add_quoted(GString *to, const char *text) {
  g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    g_string_append_printf(to, "> %s\n", lines[i]);
}

static void add_report(GString *to) {
  g_string_append_printf(
      to,
      "From: MAILER-DAEMON@mx.forum.example\nSubject: Undelivered Mail Returned to Sender\n"
      "Content-Type: multipart/report; report-type=delivery-status; boundary=inner\n\n"
      "--inner\n\n%s\n--inner\nContent-Type: message/delivery-status\n\n%s\n--inner--\n",
      report_text, report_fields);
}

static const char *type_of(const char *way) {
  if (g_str_equal(way, "attached"))
    return "multipart/mixed; boundary=outer";
  if (g_str_equal(way, "html"))
    return "text/html; charset=utf-8";
  return g_str_equal(way, "latin1") ? "text/plain; charset=iso-8859-1" : "text/plain; charset=utf-8";
}

static void add_head(GString *to, const char *way, const char *subject) {
  const char *sender = g_str_equal(way, "postmaster") ? "postmaster" : "secretariat";
  g_string_append_printf(
      to,
      "Return-Path: <%s@presidence.example>\nFrom: =?utf-8?q?Secr=C3=A9tariat?= <%s@presidence.example>\n"
      "To: reponses@forum.example\nMessage-ID: <1@presidence.example>\nSubject: %s\n"
      "MIME-Version: 1.0\nContent-Type: %s\n",
      sender, sender, subject, type_of(way));
  if (!g_str_equal(way, "nothread"))
    g_string_append(to, "In-Reply-To: <d.7@forum.example>\n");
  if (g_str_equal(way, "ticket"))
    g_string_append(to, "Auto-Submitted: auto-generated\nX-Mailer: OTRS Mail Service\nPrecedence: bulk\n");
  if (g_str_equal(way, "suppress"))
    g_string_append(to, "X-Auto-Response-Suppress: DR, OOF, AutoReply\n");
  if (g_str_equal(way, "list"))
    g_string_append(to, "List-Id: <secretariat.presidence.example>\nPrecedence: list\n");
  g_string_append_c(to, '\n');
}

static void add_body(GString *to, const char *way, const char *text) {
  if (g_str_equal(way, "attached")) {
    g_string_append_printf(
        to,
        "--outer\nContent-Type: text/plain; charset=utf-8\n\n%s\n--outer\nContent-Type: message/rfc822\n\n",
        text);
    add_report(to);
    g_string_append(to, "--outer--\n");
    return;
  }
  gsize length = 0;
  g_autofree char *latin = g_convert(text, -1, "ISO-8859-1", "UTF-8", NULL, &length, NULL);
  if (g_str_equal(way, "html"))
    g_string_append_printf(to, "<html><head><title>x</title></head><body><p>%s</p></body></html>\n", text);
  else if (g_str_equal(way, "latin1"))
    g_string_append_len(to, latin, (gssize)length);
  else
    g_string_append_printf(to, "%s\n\n", text);
  if (g_str_equal(way, "bounce") || g_str_equal(way, "postmaster"))
    add_quoted(to, report_text);
  if (g_str_equal(way, "forwarded"))
    g_string_append_printf(to,
                           "----- Forwarded message -----\nFrom: MAILER-DAEMON@mx.forum.example\n\n%s\n%s",
                           report_text, report_fields);
}

static void check_reply(char **cells) {
  GString *text = g_string_new(NULL);
  add_head(text, cells[1], cells[2]);
  add_body(text, cells[1], cells[3]);
  g_autoptr(GBytes) bytes = g_string_free_to_bytes(text);
  g_autoptr(Verdict) verdict = read_message(bytes, NULL);
  gboolean automatic_subject = verdict->kind == VERDICT_AUTOMATIC && verdict_is_guess(verdict);
  gboolean ticket = g_str_equal(cells[1], "ticket");
  if (ticket && !verdict_has_reason(verdict, REASON_TICKET_SYSTEM))
    fail_msg("%s: a ticket system was not seen", cells[2]);
  if (verdict->kind != VERDICT_REPLY && !automatic_subject)
    fail_msg("%s (%s): taken for %s", cells[2], cells[1], verdict_kind_name(verdict->kind));
  if (verdict_has_reason(verdict, REASON_AWAY_TEXT))
    fail_msg("%s (%s): taken for an absence note", cells[2], cells[1]);
  if (!ticket && verdict->from == NULL)
    fail_msg("%s: no sender", cells[2]);
}

static void none_is_a_report(void **state) {
  (void)state;
  g_autofree char *table = NULL;
  assert_true(g_file_get_contents(REPLIES, &table, NULL, NULL));
  g_auto(GStrv) lines = g_strsplit(g_strchomp(table), "\n", -1);
  guint count = 0;
  for (guint i = 1; lines[i] != NULL; i++) {
    g_auto(GStrv) cells = g_strsplit(lines[i], "\t", -1);
    assert_int_equal(g_strv_length(cells), 4);
    check_reply(cells);
    count++;
  }
  printf("%u replies of people, none taken for a report\n", count);
  assert_true(count >= 100);
}

/* The same words from a mail system are a report: the rows above can fail. */
static void a_report_is_one(void **state) {
  (void)state;
  GString *text = g_string_new("Return-Path: <>\n");
  add_report(text);
  g_autoptr(GBytes) bytes = g_string_free_to_bytes(text);
  g_autoptr(Verdict) verdict = read_message(bytes, NULL);
  assert_int_equal(verdict->kind, VERDICT_DELIVERY_REPORT);
  assert_int_equal(verdict->class, CLASS_HARD);
  assert_string_equal(verdict->recipient, "cabinet@presidence.example");
}

static void one_word_unsubscribes(void **state) {
  (void)state;
  static const struct {
    const char *message;
    enum verdict_kind kind;
  } rows[] = {
      {"From: a@x.example\nSubject: unsubscribe\n\n", VERDICT_UNSUBSCRIBE},
      {"From: a@x.example\nSubject: =?utf-8?q?D=C3=A9sinscription?=\n\nmerci\n", VERDICT_UNSUBSCRIBE},
      {"From: a@x.example\nSubject: unsubscribe from what?\n\n", VERDICT_REPLY},
      {"From: a@x.example\nList-Unsubscribe: <https://x.example/>\nSubject: News\n\nHello\n",
       VERDICT_UNKNOWN},
      {"Subject: nobody\nX-Something: 1\n\nHello\n", VERDICT_UNKNOWN},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autoptr(GBytes) bytes = g_bytes_new_static(rows[i].message, strlen(rows[i].message));
    g_autoptr(Verdict) verdict = read_message(bytes, NULL);
    if (verdict->kind != rows[i].kind)
      fail_msg("row %zu: %s", i, verdict_kind_name(verdict->kind));
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(none_is_a_report),
      cmocka_unit_test(a_report_is_one),
      cmocka_unit_test(one_word_unsubscribes),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
