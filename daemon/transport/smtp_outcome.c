/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "transport/smtp_outcome.h"

#include "mail/status_code.h"

void smtp_outcome_reply(Outcome *outcome, const SmtpReply *reply) {
  StatusCode status;
  char text[STATUS_CODE_SIZE];
  outcome->code = reply->code;
  g_autofree char *words = smtp_reply_words(reply);
  outcome->reply = g_strdup_printf("%d %s", reply->code, words);
  if (status_code_of_reply(reply->code, words, -1, &status))
    outcome->status = g_strdup(status_code_text(&status, text));
}
