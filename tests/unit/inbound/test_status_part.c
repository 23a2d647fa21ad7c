/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which group of a delivery report tells what it says, and whom that group means. */
#include "inbound/status_part.h"

#include "support/case.h"

#define HEAD "Reporting-MTA: dns; mx.example\nOriginal-Envelope-Id: D+2B1\n\n"

static const struct {
  const char *name, *text;
  const char *recipient, *original, *final, *class, *status; /* NULL recipient: no group is of a recipient */
} rows[] = {
    {"both are told",
     HEAD "Original-Recipient: rfc822;ada@old.example\nFinal-Recipient: rfc822;ada@new.example\n"
          "Action: failed\nStatus: 5.1.1\n",
     "ada@old.example", "ada@old.example", "ada@new.example", "hard", "5.1.1"},
    {"the last one alone", HEAD "Final-Recipient: rfc822; ada@new.example\nAction: failed\nStatus: 5.1.1\n",
     "ada@new.example", NULL, "ada@new.example", "hard", "5.1.1"},
    {"xtext (RFC 3461 §4)",
     HEAD "Original-Recipient: rfc822;ada+2Bforum@old.example\nAction: delayed\nStatus: 4.4.1\n",
     "ada+forum@old.example", "ada+forum@old.example", NULL, "delayed", "4.4.1"},
    {"an address that is not ASCII (RFC 6533 §3)",
     HEAD "Original-Recipient: utf-8;andr\\x{E9}@old.example\nFinal-Recipient: utf-8;andré@new.example\n"
          "Action: failed\nStatus: 5.1.1\n",
     "andré@old.example", "andré@old.example", "andré@new.example", "hard", "5.1.1"},
    {"the graver of two groups",
     HEAD "Final-Recipient: rfc822;one@new.example\nAction: delivered\nStatus: 2.0.0\n\n"
          "Final-Recipient: rfc822;two@new.example\nAction: failed\nStatus: 5.1.1\n",
     "two@new.example", NULL, "two@new.example", "hard", "5.1.1"},
    {"the first of two that are as grave",
     HEAD "Final-Recipient: rfc822;one@new.example\nAction: delayed\nStatus: 4.2.2\n\n"
          "Final-Recipient: rfc822;two@new.example\nAction: delayed\nStatus: 4.4.1\n",
     "one@new.example", NULL, "one@new.example", "delayed", "4.2.2"},
    {"an unknown action is a failure",
     HEAD "Final-Recipient: rfc822;one@new.example\nAction: devoured\nStatus: 5.1.1\n", "one@new.example",
     NULL, "one@new.example", "hard", "5.1.1"},
    {"it arrived", HEAD "Final-Recipient: rfc822;one@new.example\nAction: delivered\nStatus: 2.0.0 (fine)\n",
     "one@new.example", NULL, "one@new.example", "delivered", "2.0.0"},
    {"of nobody", HEAD, NULL, NULL, NULL, NULL, NULL},
    {"nothing", "", NULL, NULL, NULL, NULL, NULL},
};

static gboolean same(const char *found, const char *wanted) {
  return g_strcmp0(found, wanted) == 0;
}

static void groups(void **state) {
  (void)state;
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    Verdict *v = verdict_new();
    gboolean there = status_part_read(rows[i].text, NULL, NULL, v);
    if (there != (rows[i].recipient != NULL))
      fail_msg("%s: %d", rows[i].name, there);
    if (there &&
        (!same(v->recipient, rows[i].recipient) || !same(v->original_recipient, rows[i].original) ||
         !same(v->final_recipient, rows[i].final) || !same(verdict_class_name(v->class), rows[i].class) ||
         !same(v->status, rows[i].status) || !same(v->envelope_id, "D+1")))
      fail_msg("%s: to %s (%s, %s), %s %s, about %s", rows[i].name, v->recipient, v->original_recipient,
               v->final_recipient, verdict_class_name(v->class), v->status, v->envelope_id);
    verdict_free(v);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(groups)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
