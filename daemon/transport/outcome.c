/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "transport/outcome.h"

#include <string.h>

const char *outcome_kind_name(enum outcome_kind kind) {
  static const char *const names[] = {"accepted", "deferred", "refused", "in-doubt", "not-sent"};
  return names[kind];
}

const char *outcome_step_name(enum outcome_step step) {
  static const char *const names[] = {"connect", "greeting", "ehlo", "starttls", "auth",
                                      "mail",    "rcpt",     "data", "body",     "dot"};
  return names[step];
}

void outcome_clear(Outcome *outcome) {
  g_free(outcome->status);
  g_free(outcome->reply);
  g_free(outcome->trouble);
  g_free(outcome->tls);
  memset(outcome, 0, sizeof *outcome);
}
