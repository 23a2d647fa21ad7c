/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * smtp.c - one courier's talk with a relay
 *
 *   closed ──open──► idle ──envelope: [RSET] MAIL RCPT DATA──► 354 ──body──► offered ──".CRLF", its reply──►
 * idle ▲               │ refused, all replies read: RSET is due ▲                 │ └───────────────┴──── any
 * doubt about whose reply is whose ────────────────┘
 *
 * Replies are counted, never guessed: a connection is kept only when each command has its one well-formed
 * reply and nothing is left over. Until the end of data is begun, closing is always safe (RFC 5321
 * §4.1.1.10), so every fault up to there closes and defers. After it only 25z, 4yz and 5yz are understood;
 * all else is in doubt.
 */
#include <string.h>

#include "base/clock.h"
#include "base/crash.h"
#include "base/fault.h"
#include "transport/backend.h"
#include "transport/smtp_body.h"
#include "transport/smtp_connection.h"
#include "transport/smtp_envelope.h"
#include "transport/smtp_outcome.h"

#define PIECE_SIZE ((gsize)16 * 1024)
#define OUT_SIZE                                                                                             \
  ((gsize)64 * 1024 + SMTP_BODY_ROOM(PIECE_SIZE)) /* so that a full write is at least 64 KiB                 \
                                                   */
#define EARLY_WAIT (2 * SECOND)                   /* for the rest of a reply that came before its time */

#define COMMANDS_MAX 4

typedef struct {
  enum outcome_step step;
  gboolean reset;
  gsize begin, end; /* in SmtpSession.lines */
  gint64 wait;
} Command;

typedef struct {
  const Relay *relay;
  const SessionWatch *watch;
  SmtpConnection *connection;
  guint messages;   /* transactions begun on this connection */
  gboolean offered; /* the body is out, the end of data is not */
  gboolean dsn_asked;
  gboolean reset_due; /* a transaction was refused half-way: RSET goes before the next MAIL */
  gboolean pipelining_worked, pipelining_failed;
  SmtpBody body;
  GString *lines;
  Command commands[COMMANDS_MAX];
  guint count;
  SmtpReply replies[COMMANDS_MAX];
  guint8 out[OUT_SIZE];
} SmtpSession;

static gpointer smtp_begin(const Relay *relay, const SessionWatch *watch) {
  SmtpSession *session = g_new(SmtpSession, 1);
  /* Everything but the large buffers at its end. */
  memset(session, 0, G_STRUCT_OFFSET(SmtpSession, replies));
  session->relay = relay;
  session->watch = watch;
  session->lines = g_string_sized_new(1024);
  return session;
}

static void hang_up(SmtpSession *session) {
  g_clear_pointer(&session->connection, smtp_connection_close);
  session->offered = FALSE;
}

static void smtp_abandon(gpointer state) {
  SmtpSession *session = state;
  if (session->offered)
    hang_up(session);
}

static void smtp_end(gpointer state) {
  SmtpSession *session = state;
  smtp_abandon(session);
  g_clear_pointer(&session->connection, smtp_connection_quit);
  g_string_free(session->lines, TRUE);
  g_free(session);
}

static gboolean smtp_is_open(gconstpointer state) {
  return ((const SmtpSession *)state)->connection != NULL;
}

/* What every outcome on an open connection says. */
static void outcome_on(const SmtpSession *session, Outcome *outcome, enum outcome_kind kind,
                       enum outcome_step step) {
  outcome->kind = kind;
  outcome->step = step;
  outcome->tls = g_strdup(smtp_connection_tls(session->connection));
  outcome->dsn_asked = session->dsn_asked;
}

static int hang_up_with(SmtpSession *session, Outcome *outcome) {
  outcome->closed = TRUE;
  hang_up(session);
  return 1;
}

/* No reply decided it: our own sentence, and the connection goes. */
static int give_up(SmtpSession *session, Outcome *outcome, enum outcome_kind kind, enum outcome_step step,
                   enum smtp_wire wire, const SmtpReply *reply) {
  outcome_on(session, outcome, kind, step);
  outcome->trouble = smtp_connection_trouble(session->connection, wire, reply);
  return hang_up_with(session, outcome);
}

/* 421 closes the channel (RFC 5321 §3.8); the others say that we may not speak like this here, which is about
 * the relay's configuration or ours and not about the message (RFC 4954 §6, RFC 3207 §4, RFC 5321 §4.3.2). */
static gboolean about_relay(int code) {
  return code == 421 || code == 503 || code == 530 || code == 534 || code == 535 || code == 538;
}

/* Not now to MAIL: no recipient has been named yet, so it is the relay that cannot take any (RFC 5321 §4.3.2:
 * 451, 452). */
static gboolean about_relay_at(enum outcome_step step, int code) {
  return about_relay(code) || (step == STEP_MAIL && code / 100 == 4);
}

static enum outcome_kind kind_of(int code) {
  return code / 100 == 5 && !about_relay(code) ? OUTCOME_REFUSED : OUTCOME_DEFERRED;
}

/* The relay speaks or hangs up while the body is under way. The end of data was not begun, so no copy exists.
 */
static int interrupted(SmtpSession *session, enum smtp_wire wire, Outcome *outcome) {
  SmtpReply *reply = &session->replies[0];
  smtp_reply_begin(reply);
  /* After a reset its last words may still lie in the buffer. */
  if (wire == SMTP_WIRE_SPOKEN || wire == SMTP_WIRE_BROKEN) {
    enum smtp_wire heard = smtp_connection_read(session->connection, reply, EARLY_WAIT, TRUE);
    if (heard == SMTP_WIRE_DONE && reply->code >= 400) {
      outcome_on(session, outcome, kind_of(reply->code), STEP_BODY);
      smtp_outcome_reply(outcome, reply);
      outcome->relay_down = about_relay(reply->code);
      return hang_up_with(session, outcome);
    }
  }
  return give_up(session, outcome, OUTCOME_DEFERRED, STEP_BODY, wire, reply);
}

static void add_command(SmtpSession *session, enum outcome_step step, gsize begin, gint64 wait) {
  session->commands[session->count++] =
      (Command){.step = step, .begin = begin, .end = session->lines->len, .wait = wait};
}

static void write_commands(SmtpSession *session, const Message *message) {
  const SmtpCapabilities *capabilities = smtp_connection_capabilities(session->connection);
  const RelayWaits *waits = &session->relay->waits;
  GString *lines = g_string_truncate(session->lines, 0);
  session->count = 0;
  if (session->reset_due) {
    /* In the same flight: its reply is counted like the others, so it cannot pass for MAIL's. */
    g_string_append(lines, "RSET\r\n");
    add_command(session, STEP_MAIL, 0, waits->mail);
    session->commands[0].reset = TRUE;
  }
  gsize begin = lines->len;
  smtp_envelope_mail(&message->envelope, capabilities, message->size, lines);
  add_command(session, STEP_MAIL, begin, waits->mail);
  begin = lines->len;
  smtp_envelope_rcpt(&message->envelope, capabilities, lines);
  add_command(session, STEP_RCPT, begin, waits->rcpt);
  begin = lines->len;
  g_string_append(lines, "DATA\r\n");
  add_command(session, STEP_DATA, begin, waits->data);
  session->dsn_asked = smtp_envelope_asks_dsn(&message->envelope, capabilities);
}

/* RFC 5321 §4.3.2: 250 or its kin to RSET, MAIL and RCPT, 354 and nothing else to DATA. */
static gboolean as_expected(const Command *command, const SmtpReply *reply) {
  return command->step == STEP_DATA ? reply->code == 354 : reply->code / 10 == 25;
}

static gboolean pipelines(const SmtpSession *session) {
  return smtp_connection_capabilities(session->connection)->pipelining && !session->pipelining_failed;
}

static enum smtp_wire send_command(SmtpSession *session, const Command *command, gboolean flight) {
  gsize end = flight ? session->lines->len : command->end;
  return smtp_connection_send(session->connection, session->lines->str + command->begin, end - command->begin,
                              command->wait, TRUE, NULL);
}

/* Says the commands, in one flight when the relay takes that (RFC 2920 §3.1), and reads a reply for each; one
 * by one it ends with the first that is not as expected. *ret_read is the number of whole replies. */
static enum smtp_wire exchange(SmtpSession *session, guint *ret_read) {
  gboolean flight = pipelines(session);
  for (*ret_read = 0; *ret_read < session->count; ++*ret_read) {
    const Command *command = &session->commands[*ret_read];
    SmtpReply *reply = &session->replies[*ret_read];
    smtp_reply_begin(reply);
    enum smtp_wire wire = SMTP_WIRE_DONE;
    if (*ret_read == 0 || !flight)
      wire = send_command(session, command, flight);
    if (wire == SMTP_WIRE_DONE)
      wire = smtp_connection_read(session->connection, reply, command->wait, TRUE);
    if (wire != SMTP_WIRE_DONE)
      return wire;
    if (reply->code == 421 || (!flight && !as_expected(command, reply))) {
      ++*ret_read;
      return reply->code == 421 ? SMTP_WIRE_CLOSED : SMTP_WIRE_DONE;
    }
  }
  return SMTP_WIRE_DONE;
}

static guint first_unexpected(const SmtpSession *session, guint read) {
  guint i = 0;
  while (i < read && as_expected(&session->commands[i], &session->replies[i]))
    i++;
  return i;
}

/* After a refusal: is every reply accounted for, and the relay back at the point where MAIL may follow? 354
 * to DATA after a refused RCPT is not: RFC 2920 §3.1 would send a lone dot there, but an end of data without
 * an intent is what Valise never sends. */
static gboolean may_go_on(const SmtpSession *session, guint read, enum smtp_wire wire) {
  if (wire != SMTP_WIRE_DONE || smtp_connection_holds(session->connection))
    return FALSE;
  if (pipelines(session) && read < session->count)
    return FALSE;
  return read < session->count || session->replies[session->count - 1].code != 354;
}

static void suspect_pipelining(SmtpSession *session, enum smtp_wire wire) {
  /* Announced, and yet it has never worked here: from now on one command at a time. */
  if (wire != SMTP_WIRE_STOPPED && pipelines(session) && !session->pipelining_worked)
    session->pipelining_failed = TRUE;
}

static int refused(SmtpSession *session, guint at, guint read, enum smtp_wire wire, Outcome *outcome) {
  const Command *command = &session->commands[at];
  const SmtpReply *reply = &session->replies[at];
  gboolean no = reply->code >= 400;
  outcome_on(session, outcome, command->reset ? OUTCOME_DEFERRED : kind_of(reply->code), command->step);
  smtp_outcome_reply(outcome, reply);
  outcome->relay_down = about_relay_at(command->step, reply->code);
  if (!no) {
    outcome->trouble = g_strdup_printf("%s: answered %d to %s, which is no answer to that",
                                       session->relay->url, reply->code, outcome_step_name(command->step));
    suspect_pipelining(session, wire);
  }
  if (!no || command->reset || outcome->relay_down || !may_go_on(session, read, wire))
    return hang_up_with(session, outcome);
  session->reset_due = TRUE;
  return 1;
}

enum envelope_result { ENVELOPE_TAKEN, ENVELOPE_DECIDED, ENVELOPE_STALE };

/* A connection that the relay closed while it was idle (RFC 5321 §3.8: 421, then it closes). */
static gboolean is_stale(SmtpSession *session, enum smtp_wire wire) {
  if (wire == SMTP_WIRE_SPOKEN)
    return smtp_connection_read(session->connection, &session->replies[0], EARLY_WAIT, TRUE) ==
               SMTP_WIRE_DONE &&
           session->replies[0].code == 421;
  return wire == SMTP_WIRE_CLOSED || wire == SMTP_WIRE_BROKEN;
}

static enum envelope_result send_envelope(SmtpSession *session, const Message *message, Outcome *outcome) {
  guint read = 0;
  write_commands(session, message);
  enum smtp_wire wire = smtp_connection_quiet(session->connection);
  if (wire != SMTP_WIRE_DONE) {
    if (session->messages > 0 && is_stale(session, wire))
      return ENVELOPE_STALE;
    give_up(session, outcome, OUTCOME_DEFERRED, STEP_MAIL, wire, NULL);
    return ENVELOPE_DECIDED;
  }
  gboolean reused = session->messages > 0;
  wire = exchange(session, &read);
  session->messages += read > 0;
  guint at = first_unexpected(session, read);
  if (at < read) {
    refused(session, at, read, wire, outcome);
    return ENVELOPE_DECIDED;
  }
  if (wire != SMTP_WIRE_DONE) {
    const SmtpReply *reply = &session->replies[read];
    if (reused && read == 0 && !smtp_reply_begun(reply) && wire != SMTP_WIRE_SPOKEN &&
        is_stale(session, wire))
      return ENVELOPE_STALE;
    if (read > 0)
      suspect_pipelining(session, wire);
    give_up(session, outcome, OUTCOME_DEFERRED, session->commands[read].step, wire, reply);
    return ENVELOPE_DECIDED;
  }
  if (smtp_connection_holds(session->connection)) {
    interrupted(session, SMTP_WIRE_SPOKEN, outcome);
    return ENVELOPE_DECIDED;
  }
  session->pipelining_worked = pipelines(session);
  session->reset_due = FALSE;
  return ENVELOPE_TAKEN;
}

static enum smtp_wire flush(SmtpSession *session, gsize *filled) {
  enum smtp_wire wire = smtp_connection_send(session->connection, (const char *)session->out, *filled,
                                             session->relay->waits.block, TRUE, NULL);
  *filled = 0;
  return wire;
}

/* One piece of the message, through the buffer. 0, a fault, or 1 with *ret_wire. */
static int send_piece(SmtpSession *session, const guint8 *bytes, gsize length, gsize *filled,
                      enum smtp_wire *ret_wire, GError **error) {
  while (length > 0) {
    gsize take = MIN(length, PIECE_SIZE), written;
    if (OUT_SIZE - *filled < SMTP_BODY_ROOM(take) && (*ret_wire = flush(session, filled)) != SMTP_WIRE_DONE)
      return 1;
    int r = smtp_body_add(&session->body, bytes, take, session->out + *filled, &written, error);
    if (r < 0)
      return r;
    *filled += written;
    bytes += take;
    length -= take;
  }
  return 0;
}

/* The body without its terminator. 0, 1 with *ret_wire, or a fault. */
static int send_body(SmtpSession *session, const Message *message, enum smtp_wire *ret_wire, GError **error) {
  g_autoptr(MessageReader) reader = message_reader_new(message);
  const guint8 *bytes;
  gsize filled = 0;
  gssize n;
  smtp_body_begin(&session->body);
  while ((n = message_reader_next(reader, &bytes, error)) > 0) {
    int r = send_piece(session, bytes, (gsize)n, &filled, ret_wire, error);
    if (r != 0)
      return r;
  }
  int r = n < 0 ? (int)n : smtp_body_end(&session->body, error);
  if (r < 0)
    return r;
  *ret_wire = flush(session, &filled);
  return *ret_wire == SMTP_WIRE_DONE ? 0 : 1;
}

/* What is missing, and what a person can do about it. */
static char *lacks_words(const SmtpSession *session, const char *what, guint64 size) {
  const SmtpCapabilities *there = smtp_connection_capabilities(session->connection);
  const char *url = session->relay->url;
  if (strcmp(what, "size") == 0)
    return g_strdup_printf("%s takes messages of at most %" G_GUINT64_FORMAT
                           " bytes, and this one has %" G_GUINT64_FORMAT
                           "; have its limit raised, or link the document instead",
                           url, there->size_max, size);
  return g_strdup_printf(
      "%s does not announce %s, which an address outside ASCII needs; have that enabled there, then send "
      "it again, or give the contact an address in ASCII",
      url, there->smtputf8 ? "8BITMIME" : "SMTPUTF8");
}

static int lacks(SmtpSession *session, const Message *message, Outcome *outcome) {
  const char *what = smtp_envelope_lacks(&message->envelope,
                                         smtp_connection_capabilities(session->connection), message->size);
  if (what == NULL)
    return 0;
  session->dsn_asked = FALSE;
  outcome_on(session, outcome, OUTCOME_NOT_SENT, STEP_MAIL);
  outcome->lacks = what;
  outcome->trouble = lacks_words(session, what, message->size);
  return 1;
}

/* 0 when a connection stands on which MAIL may be said. */
static int ensure_open(SmtpSession *session, Outcome *outcome) {
  if (session->connection != NULL && session->messages >= session->relay->messages_max)
    g_clear_pointer(&session->connection, smtp_connection_quit);
  if (session->connection != NULL)
    return 0;
  session->messages = 0;
  session->reset_due = FALSE;
  return smtp_connection_open(session->relay, session->watch, &session->connection, outcome);
}

/* 0 when the relay said 354 to this message; a connection that went stale is opened anew once. */
static int offer_envelope(SmtpSession *session, const Message *message, Outcome *outcome) {
  for (;;) {
    int r = ensure_open(session, outcome);
    if (r == 0)
      r = lacks(session, message, outcome);
    if (r != 0)
      return r;
    enum envelope_result result = send_envelope(session, message, outcome);
    if (result != ENVELOPE_STALE)
      return result == ENVELOPE_TAKEN ? 0 : 1;
    hang_up(session);
  }
}

static int smtp_offer(gpointer state, const Message *message, Outcome *ret_outcome, GError **error) {
  SmtpSession *session = state;
  smtp_abandon(session);
  int r = smtp_envelope_check(&message->envelope, error);
  if (r == 0)
    r = offer_envelope(session, message, ret_outcome);
  if (r != 0)
    return r;
  crash_point("smtp: envelope taken");
  enum smtp_wire wire = SMTP_WIRE_DONE;
  r = send_body(session, message, &wire, error);
  if (r < 0)
    hang_up(session);
  if (r > 0)
    return interrupted(session, wire, ret_outcome);
  session->offered = r == 0;
  crash_point("smtp: body sent");
  return r;
}

/* RFC 5321 §4.2.5, §4.3.2: 25z took charge, 4yz and 5yz did not; anything else was not said about this
 * message. */
static void judge_dot(SmtpSession *session, const SmtpReply *reply, Outcome *outcome) {
  gboolean alone = !smtp_connection_holds(session->connection);
  gboolean understood = alone && (reply->code / 10 == 25 || reply->code >= 400);
  enum outcome_kind kind = reply->code / 100 == 5   ? OUTCOME_REFUSED
                           : reply->code / 100 == 4 ? OUTCOME_DEFERRED
                                                    : OUTCOME_ACCEPTED;
  outcome_on(session, outcome, understood ? kind : OUTCOME_IN_DOUBT, STEP_DOT);
  smtp_outcome_reply(outcome, reply);
  outcome->relay_down = reply->code == 421;
  if (!understood)
    outcome->trouble =
        g_strdup_printf(alone ? "%s: answered %d to the end of data, which is no answer to that"
                              : "%s: gave more than one reply to the end of data, the first with %d",
                        session->relay->url, reply->code);
  if (!understood || reply->code == 421)
    hang_up_with(session, outcome);
  else
    session->reset_due = reply->code >= 400;
}

static void smtp_finish(gpointer state, Outcome *ret_outcome) {
  SmtpSession *session = state;
  g_assert(session->offered);
  session->offered = FALSE;
  enum smtp_wire wire = smtp_connection_quiet(session->connection);
  gboolean begun = FALSE;
  if (wire == SMTP_WIRE_DONE) {
    const char *terminator = smtp_body_terminator(&session->body);
    wire = smtp_connection_send(session->connection, terminator, strlen(terminator),
                                session->relay->waits.block, FALSE, &begun);
  }
  if (!begun) {
    interrupted(session, wire, ret_outcome);
    return;
  }
  crash_point("smtp: end of data sent");
  SmtpReply *reply = &session->replies[0];
  smtp_reply_begin(reply);
  if (wire == SMTP_WIRE_DONE)
    wire = smtp_connection_read(session->connection, reply, session->relay->waits.dot, FALSE);
  if (wire == SMTP_WIRE_DONE)
    judge_dot(session, reply, ret_outcome);
  else
    give_up(session, ret_outcome, OUTCOME_IN_DOUBT, STEP_DOT, wire, reply);
  crash_point("smtp: end of data answered");
}

static int smtp_probe(const Relay *relay, char **ret_words, GError **error) {
  SmtpConnection *connection = NULL;
  g_auto(Outcome) outcome = {0};
  if (smtp_connection_open(relay, NULL, &connection, &outcome) != 0)
    return fault(error, FAULT_SYSTEM, "relay \"%s\": at %s: %s%s%s", relay->name,
                 outcome_step_name(outcome.step), outcome.trouble != NULL ? outcome.trouble : "",
                 outcome.reply != NULL ? ": " : "", outcome.reply != NULL ? outcome.reply : "");
  g_autofree char *announced = smtp_capabilities_words(smtp_connection_capabilities(connection));
  const char *tls = smtp_connection_tls(connection);
  *ret_words =
      g_strdup_printf("%s:%u, %s, %s", relay->host, relay->port, tls != NULL ? tls : "clear text", announced);
  smtp_connection_quit(connection);
  return 0;
}

const Backend BACKEND_SMTP = {
    .local = FALSE,
    .begin = smtp_begin,
    .end = smtp_end,
    .offer = smtp_offer,
    .finish = smtp_finish,
    .abandon = smtp_abandon,
    .is_open = smtp_is_open,
    .probe = smtp_probe,
};
