/* SPDX-License-Identifier: GPL-3.0-or-later */
/* smtp_outcome.h - inside transport/ only: a reply's code, status and words put into an outcome */
#pragma once

#include "transport/outcome.h"
#include "transport/smtp_reply.h"

/* Sets code, status and reply. The reply is whole. */
void smtp_outcome_reply(Outcome *outcome, const SmtpReply *reply);
