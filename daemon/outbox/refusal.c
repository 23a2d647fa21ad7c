/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "outbox/refusal.h"

#include "mail/status_code.h"
#include "outbox/outbox_rows.h"

static const char *const names[] = {"size", "mailbox", "policy", "other"};

const char *refusal_cause_name(enum refusal_cause cause) {
  return names[cause];
}

enum refusal_cause refusal_cause_named(const char *name) {
  for (int i = 0; i < REFUSAL_OTHER; i++)
    if (g_strcmp0(names[i], name) == 0)
      return (enum refusal_cause)i;
  return REFUSAL_OTHER;
}

/* RFC 3463 §3: subject 1 addresses, 2 mailboxes, 3 systems, 7 security and policy. */
static enum refusal_cause cause_of_status(const StatusCode *status) {
  gboolean size = (status->subject == 3 && status->detail == 4) || /* RFC 3463 §3.4: too big for system */
                  (status->subject == 2 && status->detail == 3); /* RFC 3463 §3.3: too long for the mailbox */
  if (size)
    return REFUSAL_SIZE;
  switch (status->subject) {
  case 1:
  case 2:
    return REFUSAL_MAILBOX;
  case 7:
    return REFUSAL_POLICY;
  default:
    return REFUSAL_OTHER;
  }
}

/* RFC 5321 §4.2.2: 550, 551 and 553 in answer to RCPT are about the mailbox; elsewhere they say only no. */
static enum refusal_cause cause_of_code(int code, gboolean rcpt) {
  if (code == 552) /* RFC 1870 §6.1 */
    return REFUSAL_SIZE;
  if (rcpt && (code == 550 || code == 551 || code == 553))
    return REFUSAL_MAILBOX;
  return code == 550 || code == 554 ? REFUSAL_POLICY : REFUSAL_OTHER;
}

/* Before RCPT nobody has named the mailbox: what is refused then is our size or our sender. */
enum refusal_cause refusal_cause_of(int code, const char *status, const char *step) {
  gboolean rcpt = g_strcmp0(step, outcome_step_name(STEP_RCPT)) == 0;
  gboolean early = !rcpt && g_strcmp0(step, outcome_step_name(STEP_DATA)) != 0 &&
                   g_strcmp0(step, outcome_step_name(STEP_BODY)) != 0 &&
                   g_strcmp0(step, outcome_step_name(STEP_DOT)) != 0;
  StatusCode parsed;
  enum refusal_cause cause = status != NULL && status_code_parse(status, -1, &parsed)
                                 ? cause_of_status(&parsed)
                                 : cause_of_code(code, rcpt);
  return early && cause != REFUSAL_SIZE ? REFUSAL_OTHER : cause;
}

int refusal_waiting(Link *link, gint64 limit, GArray *to, GError **error) {
  return outbox_rows_refusals(link, limit, to, error);
}

int refusal_note(Link *link, gint64 delivery, gint64 mailing, GError **error) {
  return outbox_rows_refusal_put(link, delivery, mailing, error);
}

int refusal_count(Link *link, gint64 mailing, gint64 *ret_n, GError **error) {
  return outbox_rows_refusal_count(link, mailing, ret_n, error);
}

int refusal_strike(Link *link, gint64 delivery, GError **error) {
  return outbox_rows_refusal_strike(link, delivery, error);
}
