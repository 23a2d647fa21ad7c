/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * smtp.c - one courier's talk with a relay
 *
 *     AT_REST ──a message──► OPENING ──a connection stands──► ENVELOPE ──354 to the last──► BODY ──► OFFERED
 *      ▲  ▲                     ▲                              │    │                        │        │ end
 * of │  │                     └── it had gone stale ─────────┘    │                        │        ▼  data
 *      │  └─ refused, all replies read: RSET is due ────────────────┘                        │      ANSWER
 *      └──── any doubt about whose reply is whose: the connection closes ◄───────────────────┴────────┘
 *
 * No part waits: where the relay neither takes nor says more for now, it is left at that and gone on with
 * when its socket tells of more.
 *
 * Replies are counted, never guessed: a connection is kept only when each command has its one well-formed
 * reply and nothing is left over. Until the end of data is begun, closing is always safe (RFC 5321
 * §4.1.1.10), so every fault up to there closes and defers. After it only 25z, 4yz and 5yz are understood;
 * all else is in doubt.
 */
#include <poll.h>
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

enum stage { AT_REST, OPENING, ENVELOPE, BODY, OFFERED, ANSWER };

typedef struct {
  enum outcome_step step;
  gboolean reset;
  gsize begin, end; /* in SmtpSession.lines */
  gint64 wait;
} Command;

typedef struct {
  const Relay *relay;
  const gint *stop;
  SmtpConnection *connection;
  enum stage stage;
  guint messages; /* transactions begun on this connection */
  gboolean dsn_asked;
  gboolean reset_due; /* a transaction was refused half-way: RSET goes before the next MAIL */
  gboolean pipelining_worked, pipelining_failed;
  const char *to_send; /* LEFT octets of what is being said */
  gsize left;
  gboolean begun;  /* some of what is being said may have left */
  gint64 deadline; /* of the present wait; 0 when there is none */
  GString *lines;  /* ENVELOPE: what is said, as COMMANDS; SAID of them, and READ replies */
  Command commands[COMMANDS_MAX];
  guint count, said, read;
  const Message *message; /* of the caller, until it is offered */
  MessageReader *reader;  /* BODY: what comes next, of which PIECE_LEFT octets are at hand */
  const guint8 *piece;
  gsize piece_left;
  gboolean read_whole;
  SmtpBody body;
  SmtpReply replies[COMMANDS_MAX];
  guint8 out[OUT_SIZE];
} SmtpSession;

static gpointer smtp_begin(const Relay *relay, const gint *stop) {
  SmtpSession *session = g_new(SmtpSession, 1);
  /* Everything but the large buffers at its end. */
  memset(session, 0, G_STRUCT_OFFSET(SmtpSession, replies));
  session->relay = relay;
  session->stop = stop;
  session->lines = g_string_sized_new(1024);
  return session;
}

/* At rest the session has forgotten the message. */
static void rest(SmtpSession *session) {
  session->stage = AT_REST;
  session->message = NULL;
  session->left = 0;
  session->deadline = 0;
  g_clear_pointer(&session->reader, message_reader_free);
}

static void hang_up(SmtpSession *session) {
  g_clear_pointer(&session->connection, smtp_connection_close);
  rest(session);
}

static void smtp_abandon(gpointer state) {
  SmtpSession *session = state;
  if (session->stage == OPENING)
    rest(session);
  else if (session->stage != AT_REST)
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
    enum smtp_wire heard = smtp_connection_read_soon(session->connection, reply, EARLY_WAIT);
    if (heard == SMTP_WIRE_DONE && reply->code >= 400) {
      outcome_on(session, outcome, kind_of(reply->code), STEP_BODY);
      smtp_outcome_reply(outcome, reply);
      outcome->relay_down = about_relay(reply->code);
      return hang_up_with(session, outcome);
    }
  }
  return give_up(session, outcome, OUTCOME_DEFERRED, STEP_BODY, wire, reply);
}

/* ---- saying and hearing ---- */

static void say(SmtpSession *session, const char *bytes, gsize length) {
  session->to_send = bytes;
  session->left = length;
  session->begun = FALSE;
}

/* There is nothing more for now: may the relay still take its time? */
static enum smtp_wire waits(SmtpSession *session, gint64 wait) {
  gint64 now = g_get_monotonic_time();
  if (session->deadline == 0)
    session->deadline = now + wait;
  if (session->stage != ANSWER && session->stop != NULL && g_atomic_int_get(session->stop) != 0)
    return SMTP_WIRE_STOPPED;
  return now >= session->deadline ? SMTP_WIRE_TIMEOUT : SMTP_WIRE_WAITS;
}

/* What is left of what is being said; WAIT is for any part of it to be taken. Listens while nothing is. */
static enum smtp_wire send_on(SmtpSession *session, gint64 wait) {
  gsize sent = 0;
  enum smtp_wire wire =
      smtp_connection_send(session->connection, session->to_send, session->left, &sent, &session->begun);
  session->to_send += sent;
  session->left -= sent;
  if (sent > 0)
    session->deadline = 0;
  if (wire != SMTP_WIRE_WAITS)
    return wire;
  wire = smtp_connection_quiet(session->connection);
  return wire == SMTP_WIRE_DONE ? waits(session, wait) : wire;
}

/* WAIT is for the whole reply: one that drips in for ever is none. */
static enum smtp_wire hear(SmtpSession *session, SmtpReply *reply, gint64 wait) {
  enum smtp_wire wire = smtp_connection_read(session->connection, reply);
  if (wire == SMTP_WIRE_WAITS)
    return waits(session, wait);
  session->deadline = 0;
  return wire;
}

/* ---- the envelope ---- */

static void add_command(SmtpSession *session, enum outcome_step step, gsize begin, gint64 wait) {
  smtp_reply_begin(&session->replies[session->count]);
  session->commands[session->count++] =
      (Command){.step = step, .begin = begin, .end = session->lines->len, .wait = wait};
}

static void write_commands(SmtpSession *session, const Message *message) {
  const SmtpCapabilities *capabilities = smtp_connection_capabilities(session->connection);
  const RelayWaits *waits = &session->relay->waits;
  GString *lines = g_string_truncate(session->lines, 0);
  session->count = session->said = session->read = 0;
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

static void say_command(SmtpSession *session, gboolean flight) {
  const Command *command = &session->commands[session->said];
  gsize end = flight ? session->lines->len : command->end;
  say(session, session->lines->str + command->begin, end - command->begin);
  session->said = flight ? session->count : session->said + 1;
}

/* Says the commands, in one flight when the relay takes that (RFC 2920 §3.1), and reads a reply for each; one
 * by one it ends with the first that is not as expected. READ is the number of whole replies. */
static enum smtp_wire exchange(SmtpSession *session) {
  gboolean flight = pipelines(session);
  while (session->read < session->count) {
    const Command *command = &session->commands[session->read];
    SmtpReply *reply = &session->replies[session->read];
    gboolean anew = session->said <= session->read;
    if (anew)
      say_command(session, flight);
    enum smtp_wire wire = session->left > 0 ? send_on(session, command->wait) : SMTP_WIRE_DONE;
    if (wire == SMTP_WIRE_DONE) /* what was said this moment has no reply yet */
      wire = anew ? waits(session, command->wait) : hear(session, reply, command->wait);
    if (wire != SMTP_WIRE_DONE)
      return wire;
    session->read++;
    if (reply->code == 421 || (!flight && !as_expected(command, reply)))
      return reply->code == 421 ? SMTP_WIRE_CLOSED : SMTP_WIRE_DONE;
  }
  return SMTP_WIRE_DONE;
}

static guint first_unexpected(const SmtpSession *session) {
  guint i = 0;
  while (i < session->read && as_expected(&session->commands[i], &session->replies[i]))
    i++;
  return i;
}

/* After a refusal: is every reply accounted for, and the relay back at the point where MAIL may follow? 354
 * to DATA after a refused RCPT is not: RFC 2920 §3.1 would send a lone dot there, but an end of data without
 * an intent is what Valise never sends. */
static gboolean may_go_on(const SmtpSession *session, enum smtp_wire wire) {
  if (wire != SMTP_WIRE_DONE || smtp_connection_holds(session->connection))
    return FALSE;
  if (pipelines(session) && session->read < session->count)
    return FALSE;
  return session->read < session->count || session->replies[session->count - 1].code != 354;
}

static void suspect_pipelining(SmtpSession *session, enum smtp_wire wire) {
  /* Announced, and yet it has never worked here: from now on one command at a time. */
  if (wire != SMTP_WIRE_STOPPED && pipelines(session) && !session->pipelining_worked)
    session->pipelining_failed = TRUE;
}

static int refused(SmtpSession *session, guint at, enum smtp_wire wire, Outcome *outcome) {
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
  if (!no || command->reset || outcome->relay_down || !may_go_on(session, wire))
    return hang_up_with(session, outcome);
  session->reset_due = TRUE;
  rest(session);
  return SESSION_DECIDED;
}

/* A connection that the relay closed while it was idle (RFC 5321 §3.8: 421, then it closes). */
static gboolean is_stale(SmtpSession *session, enum smtp_wire wire) {
  SmtpReply *reply = &session->replies[0];
  smtp_reply_begin(reply);
  if (wire == SMTP_WIRE_SPOKEN)
    return smtp_connection_read_soon(session->connection, reply, EARLY_WAIT) == SMTP_WIRE_DONE &&
           reply->code == 421;
  return wire == SMTP_WIRE_CLOSED || wire == SMTP_WIRE_BROKEN;
}

/* It is opened anew, once: on a new one no message has gone before. */
static int open_anew(SmtpSession *session) {
  const Message *message = session->message;
  hang_up(session);
  session->message = message;
  session->stage = OPENING;
  return SESSION_TO_OPEN;
}

static int begin_body(SmtpSession *session) {
  session->pipelining_worked = pipelines(session);
  session->reset_due = FALSE;
  session->reader = message_reader_new(session->message);
  session->piece_left = 0;
  session->read_whole = FALSE;
  smtp_body_begin(&session->body);
  session->stage = BODY;
  crash_point("smtp: envelope taken");
  return SESSION_OFFERED;
}

/* The envelope came to nothing: no reply, or not the rest of it. */
static int lose_envelope(SmtpSession *session, gboolean reused, enum smtp_wire wire, Outcome *outcome) {
  guint read = session->read;
  const SmtpReply *reply = &session->replies[read];
  if (reused && read == 0 && !smtp_reply_begun(reply) && wire != SMTP_WIRE_SPOKEN && is_stale(session, wire))
    return open_anew(session);
  if (read > 0)
    suspect_pipelining(session, wire);
  return give_up(session, outcome, OUTCOME_DEFERRED, session->commands[read].step, wire, reply);
}

/* SESSION_OFFERED here means that the body may go. */
static int go_on_envelope(SmtpSession *session, Outcome *outcome) {
  enum smtp_wire wire = exchange(session);
  if (wire == SMTP_WIRE_WAITS)
    return SESSION_WAITS;
  gboolean reused = session->messages > 0;
  session->messages += session->read > 0;
  guint at = first_unexpected(session);
  if (at < session->read)
    return refused(session, at, wire, outcome);
  if (wire != SMTP_WIRE_DONE)
    return lose_envelope(session, reused, wire, outcome);
  if (smtp_connection_holds(session->connection))
    return interrupted(session, SMTP_WIRE_SPOKEN, outcome);
  return begin_body(session);
}

/* ---- the body ---- */

/* Fills the buffer as far as it goes with the body, without its terminator. 0, or a fault. */
static int fill(SmtpSession *session, GError **error) {
  gsize filled = 0;
  while (!session->read_whole) {
    if (session->piece_left == 0) {
      gssize n = message_reader_next(session->reader, &session->piece, error);
      if (n < 0)
        return (int)n;
      session->piece_left = (gsize)n;
      session->read_whole = n == 0;
      continue;
    }
    gsize take = MIN(session->piece_left, PIECE_SIZE), written;
    if (OUT_SIZE - filled < SMTP_BODY_ROOM(take))
      break;
    int r = smtp_body_add(&session->body, session->piece, take, session->out + filled, &written, error);
    if (r < 0)
      return r;
    filled += written;
    session->piece += take;
    session->piece_left -= take;
  }
  say(session, (const char *)session->out, filled);
  return session->read_whole ? smtp_body_end(&session->body, error) : 0;
}

static int go_on_body(SmtpSession *session, Outcome *outcome, GError **error) {
  while (session->left > 0 || !session->read_whole) {
    int r = session->left == 0 ? fill(session, error) : 0;
    if (r < 0) {
      hang_up(session);
      return r;
    }
    enum smtp_wire wire = send_on(session, session->relay->waits.block);
    if (wire == SMTP_WIRE_WAITS)
      return SESSION_WAITS;
    if (wire != SMTP_WIRE_DONE)
      return interrupted(session, wire, outcome);
  }
  rest(session);
  session->stage = OFFERED;
  crash_point("smtp: body sent");
  return SESSION_OFFERED;
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

/* ---- offering ---- */

static gboolean is_usable(const SmtpSession *session) {
  return session->connection != NULL && session->messages < session->relay->messages_max;
}

static int smtp_open(gpointer state, Outcome *ret_outcome) {
  SmtpSession *session = state;
  g_clear_pointer(&session->connection, smtp_connection_quit);
  session->messages = 0;
  session->reset_due = FALSE;
  int r = smtp_connection_open(session->relay, session->stop, &session->connection, ret_outcome);
  if (r != 0)
    rest(session);
  return r;
}

static int begin_envelope(SmtpSession *session, Outcome *outcome) {
  if (lacks(session, session->message, outcome)) {
    rest(session);
    return SESSION_DECIDED;
  }
  enum smtp_wire wire = smtp_connection_quiet(session->connection);
  if (wire != SMTP_WIRE_DONE) {
    if (session->messages > 0 && is_stale(session, wire))
      return open_anew(session);
    session->dsn_asked = FALSE;
    return give_up(session, outcome, OUTCOME_DEFERRED, STEP_MAIL, wire, NULL);
  }
  write_commands(session, session->message);
  session->stage = ENVELOPE;
  return go_on_envelope(session, outcome);
}

static int smtp_go_on(gpointer state, Outcome *ret_outcome, GError **error) {
  SmtpSession *session = state;
  int r = SESSION_OFFERED;
  if (session->stage == OPENING)
    r = is_usable(session) ? begin_envelope(session, ret_outcome) : SESSION_TO_OPEN;
  else if (session->stage == ENVELOPE)
    r = go_on_envelope(session, ret_outcome);
  return r == SESSION_OFFERED && session->stage == BODY ? go_on_body(session, ret_outcome, error) : r;
}

static int smtp_offer(gpointer state, const Message *message, Outcome *ret_outcome, GError **error) {
  SmtpSession *session = state;
  smtp_abandon(session);
  int r = smtp_envelope_check(&message->envelope, error);
  if (r < 0)
    return r;
  session->message = message;
  session->stage = OPENING;
  return smtp_go_on(session, ret_outcome, error);
}

/* ---- the end of data ---- */

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

static void judge(SmtpSession *session, enum smtp_wire wire, Outcome *outcome) {
  const SmtpReply *reply = &session->replies[0];
  if (wire == SMTP_WIRE_DONE) {
    rest(session);
    judge_dot(session, reply, outcome);
  } else if (session->begun)
    give_up(session, outcome, OUTCOME_IN_DOUBT, STEP_DOT, wire, reply);
  else
    interrupted(session, wire, outcome);
  crash_point("smtp: end of data answered");
}

static gboolean smtp_answer(gpointer state, Outcome *ret_outcome) {
  SmtpSession *session = state;
  enum smtp_wire wire = session->left > 0 ? send_on(session, session->relay->waits.block) : SMTP_WIRE_DONE;
  if (wire == SMTP_WIRE_DONE)
    wire = hear(session, &session->replies[0], session->relay->waits.dot);
  if (wire == SMTP_WIRE_WAITS)
    return FALSE;
  judge(session, wire, ret_outcome);
  return TRUE;
}

static gboolean smtp_end_data(gpointer state, Outcome *ret_outcome) {
  SmtpSession *session = state;
  g_assert(session->stage == OFFERED);
  const char *terminator = smtp_body_terminator(&session->body);
  smtp_reply_begin(&session->replies[0]);
  say(session, terminator, strlen(terminator));
  session->stage = ANSWER;
  enum smtp_wire wire = smtp_connection_quiet(session->connection);
  if (wire == SMTP_WIRE_DONE)
    wire = send_on(session, session->relay->waits.block);
  crash_point("smtp: end of data sent");
  if (wire == SMTP_WIRE_DONE || wire == SMTP_WIRE_WAITS)
    return FALSE;
  judge(session, wire, ret_outcome);
  return TRUE;
}

static short smtp_awaits(gconstpointer state, int *ret_fd) {
  const SmtpSession *session = state;
  *ret_fd = smtp_connection_socket(session->connection);
  return (short)(session->left > 0 ? POLLIN | POLLOUT : POLLIN);
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
    .end_data = smtp_end_data,
    .abandon = smtp_abandon,
    .is_open = smtp_is_open,
    .probe = smtp_probe,
    .open = smtp_open,
    .go_on = smtp_go_on,
    .answer = smtp_answer,
    .awaits = smtp_awaits,
};
