/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reports as the standards write them, the ceilings, and bytes that are nobody's mail. */
#include "inbound/read.h"

#include "support/case.h"

#include <stdio.h>

static Verdict *read_text(const char *text) {
  g_autoptr(GBytes) bytes = g_bytes_new(text, strlen(text));
  return read_message(bytes, NULL);
}

static Verdict *read_report(const char *kind, const char *fields) {
  g_autofree char *text = g_strdup_printf(
      "Return-Path: <>\nFrom: MAILER-DAEMON@mx.xc.example\nTo: envoi+tok@forum.example\n"
      "Delivered-To: retour+tok@forum.example\nSubject: Status\nDate: Mon, 2 Dec 2013 10:00:00 +0100\n"
      "Content-Type: multipart/report; report-type=delivery-status; boundary=\"b\"\n\n"
      "--b\n\nA notice.\n--b\nContent-Type: message/%sdelivery-status\n\n"
      "Reporting-MTA: dns; mx.xc.example\nOriginal-Envelope-Id: D7+2Btok\n\n%s\n"
      "--b\nContent-Type: text/rfc822-headers\n\nFrom: forum@forum.example\nMessage-ID: "
      "<d.7@forum.example>\n--b--\n",
      kind, fields);
  return read_text(text);
}

static void actions(void **state) {
  (void)state;
  static const struct {
    const char *fields;
    enum verdict_class class;
    enum verdict_cause cause;
    const char *status;
    const char *recipient;
  } rows[] = {
      {"Final-Recipient: rfc822; a@xc.example\nAction: failed\nStatus: 5.1.1\n", CLASS_HARD, CAUSE_MAILBOX,
       "5.1.1", "a@xc.example"},
      {"Original-Recipient: rfc822;a+2Bb@xc.example\nFinal-Recipient: rfc822; c@xc.example\nAction: failed\n"
       "Status: 5.2.2 (full)\n",
       CLASS_SOFT, CAUSE_QUOTA, "5.2.2", "a+b@xc.example"},
      {"Final-Recipient: rfc822; a@xc.example\nAction: delivered\nStatus: 2.0.0\n", CLASS_DELIVERED,
       CAUSE_NONE, "2.0.0", "a@xc.example"},
      {"Final-Recipient: rfc822; a@xc.example\nAction: relayed\nStatus: 2.0.0\n", CLASS_PASSED_ON, CAUSE_NONE,
       "2.0.0", "a@xc.example"},
      {"Final-Recipient: rfc822; a@xc.example\nAction: expanded\nStatus: 2.0.0\n", CLASS_EXPANDED, CAUSE_NONE,
       "2.0.0", "a@xc.example"},
      {"Final-Recipient: rfc822; a@xc.example\nAction: delayed\nStatus: 4.4.1\n", CLASS_DELAYED, CAUSE_SYSTEM,
       "4.4.1", "a@xc.example"},
      {"Final-Recipient: rfc822; a@xc.example\nAction: delivered\nStatus: 2.0.0\n\n"
       "Final-Recipient: rfc822; b@xc.example\nAction: failed\nStatus: 5.7.1\n",
       CLASS_SOFT, CAUSE_POLICY, "5.7.1", "b@xc.example"},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autoptr(Verdict) verdict = read_report("", rows[i].fields);
    if (verdict->kind != VERDICT_DELIVERY_REPORT || verdict->class != rows[i].class ||
        verdict->cause != rows[i].cause || strcmp(verdict->status, rows[i].status) != 0 ||
        g_strcmp0(verdict->recipient, rows[i].recipient) != 0)
      fail_msg("row %zu: %s %s %s %s", i, verdict_class_name(verdict->class),
               verdict_cause_name(verdict->cause), verdict->status, verdict->recipient);
    assert_string_equal(verdict->envelope_id, "D7+tok");
    assert_string_equal(verdict->returned_message_id, "<d.7@forum.example>");
    assert_string_equal(verdict->addressed->pdata[0], "retour+tok@forum.example");
    assert_true(verdict->date == G_GINT64_CONSTANT(1385974800) * G_USEC_PER_SEC);
  }
}

static void addresses_in_other_scripts(void **state) {
  (void)state;
  g_autoptr(Verdict) verdict = read_report(
      "global-", "Final-Recipient: utf-8; présidence@xc.example\nAction: failed\nStatus: 5.1.1\n");
  assert_int_equal(verdict->class, CLASS_HARD);
  assert_string_equal(verdict->recipient, "présidence@xc.example");
}

static void complaints(void **state) {
  (void)state;
  g_autoptr(Verdict) verdict = read_text(
      "From: fbl@provider.example\nSubject: FW: x\nContent-Type: multipart/report; "
      "report-type=feedback-report; "
      "boundary=b\n\n--b\n\nabuse\n--b\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\n"
      "User-Agent: X/1\nVersion: 1\nOriginal-Rcpt-To: <a@xd.example>\n\n--b\nContent-Type: message/rfc822\n\n"
      "From: forum@forum.example\nMessage-ID: <d.9@forum.example>\n\nHello\n--b--\n");
  assert_int_equal(verdict->kind, VERDICT_FEEDBACK);
  assert_string_equal(verdict->words, "abuse");
  assert_string_equal(verdict->recipient, "a@xd.example");
  assert_string_equal(verdict->returned_message_id, "<d.9@forum.example>");
}

/* A status part without the type of a report, from somebody with an address of his own, is no report. */
static void parts_of_people(void **state) {
  (void)state;
  g_autoptr(Verdict) verdict =
      read_text("Return-Path: <anna@xd.example>\nFrom: anna@xd.example\nIn-Reply-To: "
                "<d.1@forum.example>\nSubject: what is this\n"
                "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nsee\n--b\nContent-Type: "
                "message/delivery-status\n\n"
                "Reporting-MTA: dns; x.example\n\nFinal-Recipient: rfc822; a@xd.example\nAction: "
                "failed\nStatus: 5.1.1\n--b--\n");
  assert_int_equal(verdict->kind, VERDICT_REPLY);
}

static GString *head(void) {
  return g_string_new("From: anna@xe.example\nSubject: big\n");
}

static void add_times(GString *to, guint count, const char *format) {
  for (guint i = 0; i < count; i++) {
    g_autofree char *number = g_strdup_printf("%u", i);
    g_auto(GStrv) pieces = g_strsplit(format, "%", -1);
    g_autofree char *line = g_strjoinv(number, pieces);
    g_string_append(to, line);
  }
}

static void expect_over(GString *text, enum verdict_reason reason) {
  g_autoptr(GBytes) bytes = g_string_free_to_bytes(text);
  g_autoptr(Verdict) verdict = read_message(bytes, NULL);
  if (verdict->kind != VERDICT_UNKNOWN || !verdict_has_reason(verdict, reason))
    fail_msg("%s instead of unknown for %s", verdict_kind_name(verdict->kind), verdict_reason_name(reason));
}

static void ceilings(void **state) {
  (void)state;
  GString *large = head();
  g_string_append_c(large, '\n');
  g_string_set_size(large, READ_SIZE_MAX + 1);
  memset(large->str + 40, 'a', READ_SIZE_MAX - 39);
  expect_over(large, REASON_TOO_LARGE);

  GString *header = head();
  add_times(header, READ_HEADER_MAX / 10, "X-%: abcdefgh\n");
  g_string_append(header, "\nbody\n");
  expect_over(header, REASON_HEADER_TOO_LONG);

  GString *endless = g_string_new("Subject: ");
  g_string_set_size(endless, READ_HEADER_MAX + 100);
  memset(endless->str + 9, 'a', READ_HEADER_MAX + 91);
  expect_over(endless, REASON_HEADER_TOO_LONG);

  GString *deep = head();
  add_times(deep, 10000, "Content-Type: multipart/mixed; boundary=b%\n\n--b%\n");
  expect_over(deep, REASON_TOO_DEEP);

  GString *messages = head();
  add_times(messages, 10000, "Content-Type: message/rfc822\n\nX: %\n");
  expect_over(messages, REASON_TOO_DEEP);

  GString *many = head();
  g_string_append(many, "Content-Type: multipart/mixed; boundary=b\n\n");
  add_times(many, READ_PARTS_MAX + 10, "--b\n\nx%\n");
  expect_over(many, REASON_TOO_MANY_PARTS);

  GString *delimiters = head();
  g_string_append(delimiters, "Content-Type: multipart/mixed; boundary=b\n\n");
  add_times(delimiters, READ_DELIMITER_MAX + 10, "--b\n");
  expect_over(delimiters, REASON_TOO_MANY_PARTS);

  GString *text = head();
  g_string_append(text, "\n");
  add_times(text, READ_DECODED_MAX / 10, "abcdefghijk %\n");
  expect_over(text, REASON_DECODED_TOO_LARGE);
}

/* A scan of 12 MB is a reply as any other. */
static void large_scan(void **state) {
  (void)state;
  GString *text = head();
  g_string_append(
      text, "In-Reply-To: <d.3@forum.example>\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nCi-joint\n"
            "--b\nContent-Type: application/pdf\nContent-Transfer-Encoding: base64\n\n");
  for (guint i = 0; i < 12 * 1024 * 1024 / 77; i++)
    g_string_append(text, "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9wcXJzdHV2d3h5ejAxMjM0\n");
  g_string_append(text, "--b--\n");
  g_autoptr(GBytes) bytes = g_string_free_to_bytes(text);
  g_autoptr(Verdict) verdict = read_message(bytes, NULL);
  assert_int_equal(verdict->kind, VERDICT_REPLY);
  assert_string_equal(verdict->references->pdata[0], "<d.3@forum.example>");
}

static void odd_bytes(void **state) {
  (void)state;
  static const char *const rows[] = {
      "",
      "\n",
      "\n\n\n",
      "From",
      "\xff\xfe\x00",
      "From: \xe9\xe8 <a@x.example>\nSubject: \xe9t\xe9\n\n\xe9\n",
      "Content-Type: multipart/mixed; boundary=\"\\\"\n\n--\"\n",
      "From: ((((((((((a@x.example\n\n",
      "From: a@x.example\nContent-Type: text/plain; charset=no-such\n\n\xe9\n",
      "From: a@x.example\nContent-Type: text/plain; charset=utf-16\n\nabc\n",
      "From: a@x.example\nContent-Type: text/html\n\n<a <b <<p>x</a></html>\n",
      "From: a@x.example\nSubject: a\x01\x7f b\n\tc\n\n",
  };
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autoptr(Verdict) verdict = read_text(rows[i]);
    assert_true(verdict->reasons->len > 0);
    assert_true(verdict->subject == NULL || g_utf8_validate(verdict->subject, -1, NULL));
    assert_true(verdict->subject == NULL || strpbrk(verdict->subject, "\r\n\x01\x7f") == NULL);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(actions),    cmocka_unit_test(addresses_in_other_scripts),
      cmocka_unit_test(complaints), cmocka_unit_test(parts_of_people),
      cmocka_unit_test(ceilings),   cmocka_unit_test(large_scan),
      cmocka_unit_test(odd_bytes),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
