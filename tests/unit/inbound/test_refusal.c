/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "inbound/refusal.h"

#include "support/case.h"

static void statuses(void **state) {
  (void)state;
  static const struct {
    const char *code;
    enum verdict_class class; /* CLASS_NONE: the code tells nothing */
    enum verdict_cause cause;
  } rows[] = {
      {"5.1.1", CLASS_HARD, CAUSE_MAILBOX}, {"4.1.1", CLASS_HARD, CAUSE_MAILBOX},
      {"5.1.2", CLASS_HARD, CAUSE_SYSTEM},  {"5.1.3", CLASS_HARD, CAUSE_MAILBOX},
      {"5.1.6", CLASS_HARD, CAUSE_MAILBOX}, {"5.1.10", CLASS_HARD, CAUSE_MAILBOX},
      {"5.1.8", CLASS_SOFT, CAUSE_POLICY},  {"5.1.0", CLASS_SOFT, CAUSE_MAILBOX},
      {"5.2.1", CLASS_SOFT, CAUSE_MAILBOX}, {"5.2.2", CLASS_SOFT, CAUSE_QUOTA},
      {"4.2.2", CLASS_SOFT, CAUSE_QUOTA},   {"5.2.3", CLASS_SOFT, CAUSE_SIZE},
      {"5.3.4", CLASS_SOFT, CAUSE_SIZE},    {"4.3.1", CLASS_SOFT, CAUSE_SYSTEM},
      {"5.4.4", CLASS_HARD, CAUSE_SYSTEM},  {"4.4.4", CLASS_SOFT, CAUSE_SYSTEM},
      {"4.4.7", CLASS_SOFT, CAUSE_SYSTEM},  {"5.5.2", CLASS_SOFT, CAUSE_SYSTEM},
      {"5.6.1", CLASS_SOFT, CAUSE_CONTENT}, {"5.7.1", CLASS_SOFT, CAUSE_POLICY},
      {"5.7.26", CLASS_SOFT, CAUSE_POLICY}, {"5.0.0", CLASS_NONE, CAUSE_NONE},
      {"4.0.0", CLASS_NONE, CAUSE_NONE},    {"5.5.0", CLASS_NONE, CAUSE_NONE},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    StatusCode code;
    enum verdict_class class = CLASS_NONE;
    enum verdict_cause cause = CAUSE_NONE;
    assert_true(status_code_parse(rows[i].code, -1, &code));
    assert_int_equal(refusal_of_status(&code, &class, &cause), rows[i].class != CLASS_NONE);
    if (class != rows[i].class || cause != rows[i].cause)
      fail_msg("%s: %s %s", rows[i].code, verdict_class_name(class), verdict_cause_name(cause));
  }
}

static const struct {
  RefusalWords words;
  enum verdict_class class;
  enum verdict_cause cause;
  const char *status;
  int smtp_code;
  enum verdict_reason reason, also;
} said[] = {
    {{"smtp; 550 5.1.1 <a@x.example>: Recipient address\n rejected: User unknown", "5.1.1", NULL, NULL},
     CLASS_HARD,
     CAUSE_MAILBOX,
     "5.1.1",
     550,
     REASON_WORDS,
     REASON_WORDS},
    {{"smtp; 550 5.7.1 <a@x.example>: user unknown", "5.7.1", NULL, NULL},
     CLASS_SOFT,
     CAUSE_POLICY,
     "5.7.1",
     550,
     REASON_WORDS,
     REASON_CODE_AGAINST_WORDS},
    {{"smtp; 550 user unknown", "5.0.0", "said: 550 user unknown (in reply to end of DATA command)", NULL},
     CLASS_SOFT,
     CAUSE_POLICY,
     "5.0.0",
     550,
     REASON_WORDS,
     REASON_AFTER_DATA},
    {{"smtp; 552 5.2.2 Mailbox full", "5.2.2", NULL, NULL},
     CLASS_SOFT,
     CAUSE_QUOTA,
     "5.2.2",
     552,
     REASON_WORDS,
     REASON_WORDS},
    {{"smtp; 550-5.7.26 domain's DMARC policy", "5.0.0", NULL, NULL},
     CLASS_SOFT,
     CAUSE_POLICY,
     "5.7.26",
     550,
     REASON_WORDS,
     REASON_WORDS},
    {{"smtp; 550 no", "5.1.1", NULL, NULL},
     CLASS_HARD,
     CAUSE_MAILBOX,
     "5.1.1",
     550,
     REASON_STATUS_CODE,
     REASON_STATUS_CODE},
    {{"smtp; 554 no", "5.0.0", NULL, NULL},
     CLASS_SOFT,
     CAUSE_POLICY,
     "5.0.0",
     554,
     REASON_REPLY_CODE,
     REASON_REPLY_CODE},
    {{NULL, "5.0.0", "Host or domain name not found", NULL},
     CLASS_HARD,
     CAUSE_SYSTEM,
     "5.0.0",
     0,
     REASON_WORDS,
     REASON_WORDS},
    {{NULL, NULL, NULL, NULL}, CLASS_SOFT, CAUSE_SYSTEM, "", 0, REASON_NO_DETAIL, REASON_NO_DETAIL},
    /* an address of a machine is no code, a date no reply */
    {{"smtp; host 5.1.1.10 in 2014-550 said so", NULL, NULL, NULL},
     CLASS_SOFT,
     CAUSE_SYSTEM,
     "",
     0,
     REASON_NO_DETAIL,
     REASON_NO_DETAIL},
    /* the rows of a family can be left out */
    {{"x; not listed in Domino Directory", NULL, NULL, NULL},
     CLASS_HARD,
     CAUSE_MAILBOX,
     "",
     0,
     REASON_WORDS,
     REASON_WORDS},
    {{"x; not listed in Domino Directory", NULL, NULL, "domino"},
     CLASS_SOFT,
     CAUSE_SYSTEM,
     "",
     0,
     REASON_NO_DETAIL,
     REASON_NO_DETAIL},
};

static void words(void **state) {
  (void)state;
  for (gsize i = 0; i < G_N_ELEMENTS(said); i++) {
    Refusal found;
    refusal_judge(&said[i].words, &found);
    if (found.class != said[i].class || found.cause != said[i].cause ||
        found.smtp_code != said[i].smtp_code || strcmp(found.status, said[i].status) != 0 ||
        found.reason != said[i].reason || found.also != said[i].also)
      fail_msg("row %zu: %s %s \"%s\" %d %s %s", i, verdict_class_name(found.class),
               verdict_cause_name(found.cause), found.status, found.smtp_code,
               verdict_reason_name(found.reason), verdict_reason_name(found.also));
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(statuses),
      cmocka_unit_test(words),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
