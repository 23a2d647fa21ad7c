/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "transport/transport.h"

#include "support/case.h"

#include "base/fault.h"
#include "support/smtp_message.h"

#include <string.h>

static void counts_and_accepts(void **unused) {
  (void)unused;
  g_autoptr(Relay) relay = NULL;
  assert_done(relay_new(&(RelayOptions){.name = "drill", .url = "null:"}, &relay, error));
  g_autoptr(Session) session = session_new(relay, NULL);
  for (int i = 1; i <= 3; i++) {
    g_autoptr(Message) message = smtp_message_new(i, NULL);
    g_auto(Outcome) outcome = {0};
    g_autofree char *expected = g_strdup_printf("message %d of this courier", i);
    assert_int_equal(session_offer(session, message, &outcome, NULL), 0);
    session_abandon(session);
    assert_int_equal(session_offer(session, message, &outcome, NULL), 0);
    session_finish(session, &outcome);
    assert_int_equal(outcome.kind, OUTCOME_ACCEPTED);
    assert_non_null(strstr(outcome.reply, expected));
  }
  assert_false(session_is_open(session));
}

static void reads_the_message_all_the_same(void **unused) {
  (void)unused;
  g_autoptr(Relay) relay = NULL;
  assert_done(relay_new(&(RelayOptions){.name = "drill", .url = "null:"}, &relay, error));
  g_autoptr(Session) session = session_new(relay, NULL);
  g_autoptr(Message) message = smtp_message_new(1, NULL);
  Digest digest = {0};
  Outcome outcome;
  message_add_file(message, "/nonexistent/part", 9, &digest);
  assert_int_equal(session_offer(session, message, &outcome, NULL), FAULT_ABSENT);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(counts_and_accepts),
      cmocka_unit_test(reads_the_message_all_the_same),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
