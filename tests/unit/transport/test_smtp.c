/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The dialogue against a scripted relay: what each fault at each step becomes, and what the relay's ledger
 * says. */
#include "transport/transport.h"

#include "support/case.h"

#include "base/clock.h"
#include "base/fault.h"
#include "support/smtp_message.h"
#include "support/smtp_peer.h"

#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>

#define SHORT "1" /* seconds, for each step */

typedef struct {
  SmtpPeer *peer;
  Relay *relay;
  Session *session;
  gint stop;
} Case;

static Relay *relay_to(guint port, guint messages) {
  g_autofree char *url = g_strdup_printf("smtp://127.0.0.1:%u", port);
  RelayOptions options = {.name = "peer",
                          .url = url,
                          .tls = RELAY_TLS_NONE,
                          .ehlo = "valise.example",
                          .dot_timeout = 1,
                          .messages = messages};
  Relay *relay = NULL;
  assert_done(relay_new(&options, &relay, error));
  return relay;
}

static void case_begin(Case *c, const char *script) {
  c->stop = 0;
  c->peer = smtp_peer_start(&(SmtpPeerOptions){.script = script});
  c->relay = relay_to(smtp_peer_port(c->peer), 0);
  c->session = session_new(c->relay, &c->stop);
}

static void case_end(Case *c) {
  session_free(c->session);
  relay_free(c->relay);
  smtp_peer_stop(c->peer);
}

/* Offers and, when that is taken, finishes after PAUSE microseconds, in which the caller's intent would
 * become durable. */
static void send_message(Session *session, const Message *message, gulong pause, Outcome *outcome) {
  g_autoptr(GError) error = NULL;
  int r = session_offer(session, message, outcome, &error);
  if (r < 0)
    fail_msg("offer: %s", error->message);
  if (r > 0)
    return;
  if (pause > 0)
    g_usleep(pause);
  session_finish(session, outcome);
}

static void send_number(Session *session, int number, gulong pause, Outcome *outcome) {
  g_autoptr(Message) message = smtp_message_new(number, NULL);
  send_message(session, message, pause, outcome);
}

static const char *outcome_text(const Outcome *o) {
  static char text[700];
  g_snprintf(
      text, sizeof text, "%s at %s, code %d, status %s, closed %d, relay down %d, lacks %s; %.200s; %.200s",
      outcome_kind_name(o->kind), outcome_step_name(o->step), o->code, o->status != NULL ? o->status : "none",
      o->closed, o->relay_down, o->lacks != NULL ? o->lacks : "nothing", o->reply != NULL ? o->reply : "",
      o->trouble != NULL ? o->trouble : "");
  return text;
}

typedef struct {
  const char *script;
  enum outcome_kind kind;
  enum outcome_step step;
  int code;
  gboolean closed;
  guint copies_min, copies_max; /* of the first message */
  gulong pause;
} Expectation;

/* The first message meets the script, the second one must go through, on the same connection unless it was
 * closed. */
static void expect(const Expectation *e) {
  Case c;
  g_auto(Outcome) first = {0}, second = {0};
  case_begin(&c, e->script);
  send_number(c.session, 1, e->pause, &first);
  guint copies = smtp_peer_copies(c.peer);
  if (first.kind != e->kind || first.step != e->step || first.code != e->code || first.closed != e->closed ||
      session_is_open(c.session) == e->closed || copies < e->copies_min || copies > e->copies_max)
    fail_msg("%s: %s; %u copies", e->script, outcome_text(&first), copies);
  if ((first.kind == OUTCOME_IN_DOUBT || first.closed) && first.trouble == NULL && first.reply == NULL)
    fail_msg("%s: no word about why", e->script);
  copies = smtp_peer_copies(c.peer);
  send_number(c.session, 2, 0, &second);
  if (second.kind != OUTCOME_ACCEPTED || smtp_peer_copies(c.peer) != copies + 1)
    fail_msg("%s, the next message: %s", e->script, outcome_text(&second));
  case_end(&c);
}

/* --- S1: before the body */

static const char *const faults[] = {"close",   "rst",       "silent", "421",     "450",     "550",
                                     "half",    "long-line", "nul",    "bare-lf", "bare-cr", "mixed",
                                     "endless", "drip",      "wrong",  "twice",   "garbage", "blank"};

/* A refusal in good order; the connection stays. */
static gboolean in_order(const char *fault) {
  return strcmp(fault, "450") == 0 || strcmp(fault, "550") == 0;
}

static void check_envelope_fault(const char *capability, const char *step, const char *fault) {
  g_autofree char *script = g_strdup_printf("%s1/%s:%s", capability, step, fault);
  Case c;
  g_auto(Outcome) first = {0}, second = {0};
  case_begin(&c, script);
  send_number(c.session, 1, 0, &first);
  enum outcome_kind kind = strcmp(fault, "550") == 0 ? OUTCOME_REFUSED : OUTCOME_DEFERRED;
  /* A second reply shows at the next step, where it is one too many. */
  gboolean later = strcmp(fault, "twice") == 0;
  /* Not now to MAIL is about the relay, as 421 always is. */
  gboolean down = strcmp(fault, "421") == 0 || (strcmp(fault, "450") == 0 && strcmp(step, "mail") == 0);
  if (first.kind != kind || first.closed == (in_order(fault) && !down) ||
      session_is_open(c.session) != (in_order(fault) && !down) ||
      (!later && strcmp(outcome_step_name(first.step), step) != 0) || first.step > STEP_BODY ||
      smtp_peer_copies(c.peer) != 0 || first.relay_down != down ||
      (first.trouble == NULL && first.reply == NULL))
    fail_msg("%s: %s", script, outcome_text(&first));
  if (in_order(fault))
    assert_string_equal(first.status, fault[0] == '4' ? "4.7.0" : "5.7.0");
  send_number(c.session, 2, 0, &second);
  if (second.kind != OUTCOME_ACCEPTED || smtp_peer_copies(c.peer) != 1)
    fail_msg("%s, the next message: %s", script, outcome_text(&second));
  case_end(&c);
}

static void faults_of_the_envelope(void **unused) {
  (void)unused;
  static const char *const steps[] = {"mail", "rcpt", "data"};
  for (gsize i = 0; i < G_N_ELEMENTS(steps); i++)
    for (gsize k = 0; k < G_N_ELEMENTS(faults); k++)
      check_envelope_fault("", steps[i], faults[k]);
}

static void faults_of_the_envelope_one_by_one(void **unused) {
  (void)unused;
  static const char *const steps[] = {"mail", "rcpt", "data"};
  static const char *const some[] = {"close", "421", "450", "550", "wrong", "twice"};
  for (gsize i = 0; i < G_N_ELEMENTS(steps); i++)
    for (gsize k = 0; k < G_N_ELEMENTS(some); k++)
      check_envelope_fault("lacks:PIPELINING,", steps[i], some[k]);
}

static void faults_of_the_opening(void **unused) {
  (void)unused;
  static const char *const steps[] = {"greeting", "ehlo"};
  for (gsize i = 0; i < G_N_ELEMENTS(steps); i++)
    for (gsize k = 0; k < G_N_ELEMENTS(faults); k++) {
      /* libcurl says HELO after a refused EHLO, and does not see what lies behind the reply to EHLO. */
      gboolean goes = i == 1 && (in_order(faults[k]) || strcmp(faults[k], "wrong") == 0 ||
                                 strcmp(faults[k], "twice") == 0);
      g_autofree char *script = g_strdup_printf("1/%s:%s", steps[i], faults[k]);
      Case c;
      g_auto(Outcome) first = {0}, second = {0};
      case_begin(&c, script);
      send_number(c.session, 1, 0, &first);
      gboolean shifted = i == 0 && strcmp(faults[k], "twice") == 0;
      if (goes ? first.kind != OUTCOME_ACCEPTED
               : first.kind != OUTCOME_DEFERRED || !first.closed || (!shifted && !first.relay_down) ||
                     (first.trouble == NULL && first.reply == NULL))
        fail_msg("%s: %s", script, outcome_text(&first));
      if (!goes && !shifted && strcmp(outcome_step_name(first.step), steps[i]) != 0)
        fail_msg("%s: %s", script, outcome_text(&first));
      assert_int_equal(smtp_peer_copies(c.peer), goes ? 1 : 0);
      send_number(c.session, 2, 0, &second);
      if (second.kind != OUTCOME_ACCEPTED)
        fail_msg("%s, the next message: %s", script, outcome_text(&second));
      case_end(&c);
    }
}

static void no_relay_there(void **unused) {
  (void)unused;
  Case c;
  case_begin(&c, "1/connect:close,2/connect:rst");
  for (int i = 1; i <= 2; i++) {
    g_auto(Outcome) outcome = {0};
    send_number(c.session, i, 0, &outcome);
    if (outcome.kind != OUTCOME_DEFERRED || !outcome.relay_down || !outcome.closed ||
        outcome.step > STEP_GREETING)
      fail_msg("%s", outcome_text(&outcome));
  }
  guint port = smtp_peer_port(c.peer);
  case_end(&c);
  g_autoptr(Relay) relay = relay_to(port, 0);
  g_autoptr(Session) session = session_new(relay, NULL);
  g_auto(Outcome) outcome = {0};
  send_number(session, 3, 0, &outcome);
  if (outcome.kind != OUTCOME_DEFERRED || outcome.step != STEP_CONNECT || !outcome.relay_down ||
      outcome.trouble == NULL)
    fail_msg("%s", outcome_text(&outcome));
}

/* About the relay's configuration or ours: no message is refused for it. */
static void a_refusal_that_is_not_about_the_message(void **unused) {
  (void)unused;
  static const Expectation rows[] = {
      {"1/mail:530", OUTCOME_DEFERRED, STEP_MAIL, 530, TRUE, 0, 0, 0},
      {"1/mail:503", OUTCOME_DEFERRED, STEP_MAIL, 503, TRUE, 0, 0, 0},
      {"1/rcpt:535", OUTCOME_DEFERRED, STEP_RCPT, 535, TRUE, 0, 0, 0},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
    expect(&rows[i]);
}

/* RFC 2920 §3.1 would send a lone dot; no end of data goes without an intent. */
static void data_taken_without_a_recipient(void **unused) {
  (void)unused;
  static const Expectation rows[] = {
      {"1/rcpt:550,1/data:354", OUTCOME_REFUSED, STEP_RCPT, 550, TRUE, 0, 0, 0},
      {"1/rcpt:450,1/data:354", OUTCOME_DEFERRED, STEP_RCPT, 450, TRUE, 0, 0, 0},
      {"1/rcpt:550,1/data:close", OUTCOME_REFUSED, STEP_RCPT, 550, TRUE, 0, 0, 0},
      {"1/rcpt:550,1/data:250", OUTCOME_REFUSED, STEP_RCPT, 550, FALSE, 0, 0, 0},
      {"1/rcpt:550,1/rset:close", OUTCOME_REFUSED, STEP_RCPT, 550, FALSE, 0, 0, 0},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
    expect(&rows[i]);
}

/* --- S2: the body */

static void faults_of_the_body(void **unused) {
  (void)unused;
  const gulong pause = 400 * 1000;
  const Expectation rows[] = {
      {"1/body:close@0", OUTCOME_DEFERRED, STEP_BODY, 0, TRUE, 0, 0, pause},
      {"1/body:close@1", OUTCOME_DEFERRED, STEP_BODY, 0, TRUE, 0, 0, pause},
      {"1/body:close@half", OUTCOME_DEFERRED, STEP_BODY, 0, TRUE, 0, 0, pause},
      {"1/body:close@last", OUTCOME_DEFERRED, STEP_BODY, 0, TRUE, 0, 0, pause},
      {"1/body:rst@half", OUTCOME_DEFERRED, STEP_BODY, 0, TRUE, 0, 0, pause},
      {"1/body:550@0", OUTCOME_REFUSED, STEP_BODY, 550, TRUE, 0, 0, pause},
      {"1/body:552@half", OUTCOME_REFUSED, STEP_BODY, 552, TRUE, 0, 0, pause},
      {"1/body:450@last", OUTCOME_DEFERRED, STEP_BODY, 450, TRUE, 0, 0, pause},
      {"1/body:421@half", OUTCOME_DEFERRED, STEP_BODY, 421, TRUE, 0, 0, pause},
      /* The 250 of the message before, late: it must not certify this one. */
      {"1/body:previous@last", OUTCOME_DEFERRED, STEP_BODY, 0, TRUE, 0, 0, pause},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
    expect(&rows[i]);
}

static char *large_body(gsize lines) {
  GString *body = g_string_sized_new(lines * 64);
  for (gsize i = 0; i < lines; i++)
    g_string_append_printf(body, "%s%060zu\r\n", i % 7 == 0 ? "." : "", i);
  return g_string_free(body, FALSE);
}

static void faults_of_a_large_body(void **unused) {
  (void)unused;
  static const struct {
    const char *script;
    enum outcome_kind kind;
    int code;
  } rows[] = {
      {"1/body:stall@half", OUTCOME_DEFERRED, 0},
      {"1/body:close@half", OUTCOME_DEFERRED, 0},
      {"1/body:rst@100000", OUTCOME_DEFERRED, 0},
      {"1/body:stall@0", OUTCOME_DEFERRED, 0},
  };
  g_autofree char *body = large_body(400 * 1000);
  g_autoptr(Message) message = smtp_message_new(1, body);
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    Case c;
    g_auto(Outcome) first = {0}, second = {0};
    case_begin(&c, rows[i].script);
    send_message(c.session, message, 400 * 1000, &first);
    if (first.kind != rows[i].kind || first.step != STEP_BODY || first.code != rows[i].code || !first.closed)
      fail_msg("%s: %s", rows[i].script, outcome_text(&first));
    assert_int_equal(smtp_peer_copies(c.peer), 0);
    send_number(c.session, 2, 0, &second);
    assert_int_equal(second.kind, OUTCOME_ACCEPTED);
    case_end(&c);
  }
}

/* --- S3: the end of data */

static void faults_of_the_dot(void **unused) {
  (void)unused;
  static const Expectation rows[] = {
      {"1/dot:close", OUTCOME_IN_DOUBT, STEP_DOT, 0, TRUE, 0, 0, 0},
      {"1/dot:close+kept", OUTCOME_IN_DOUBT, STEP_DOT, 0, TRUE, 1, 1, 0},
      {"1/dot:rst", OUTCOME_IN_DOUBT, STEP_DOT, 0, TRUE, 0, 0, 0},
      {"1/dot:rst+kept", OUTCOME_IN_DOUBT, STEP_DOT, 0, TRUE, 1, 1, 0},
      {"1/dot:silent", OUTCOME_IN_DOUBT, STEP_DOT, 0, TRUE, 0, 0, 0},
      {"1/dot:silent+kept", OUTCOME_IN_DOUBT, STEP_DOT, 0, TRUE, 1, 1, 0},
      {"1/dot:half", OUTCOME_IN_DOUBT, STEP_DOT, 0, TRUE, 0, 0, 0},
      {"1/dot:half+kept", OUTCOME_IN_DOUBT, STEP_DOT, 0, TRUE, 1, 1, 0},
      {"1/dot:garbage", OUTCOME_IN_DOUBT, STEP_DOT, 0, TRUE, 1, 1, 0},
      {"1/dot:blank", OUTCOME_IN_DOUBT, STEP_DOT, 0, TRUE, 1, 1, 0},
      {"1/dot:nul", OUTCOME_IN_DOUBT, STEP_DOT, 0, TRUE, 1, 1, 0},
      {"1/dot:bare-lf", OUTCOME_IN_DOUBT, STEP_DOT, 0, TRUE, 1, 1, 0},
      {"1/dot:bare-cr", OUTCOME_IN_DOUBT, STEP_DOT, 0, TRUE, 1, 1, 0},
      {"1/dot:mixed", OUTCOME_IN_DOUBT, STEP_DOT, 0, TRUE, 0, 1, 0},
      {"1/dot:long-line", OUTCOME_IN_DOUBT, STEP_DOT, 0, TRUE, 0, 0, 0},
      {"1/dot:endless", OUTCOME_IN_DOUBT, STEP_DOT, 0, TRUE, 0, 0, 0},
      {"1/dot:drip", OUTCOME_IN_DOUBT, STEP_DOT, 0, TRUE, 0, 0, 0},
      {"1/dot:wrong", OUTCOME_IN_DOUBT, STEP_DOT, 354, TRUE, 0, 0, 0},
      {"1/dot:221", OUTCOME_IN_DOUBT, STEP_DOT, 221, TRUE, 0, 0, 0},
      {"1/dot:235", OUTCOME_IN_DOUBT, STEP_DOT, 235, TRUE, 0, 0, 0},
      {"1/dot:twice", OUTCOME_IN_DOUBT, STEP_DOT, 250, TRUE, 1, 1, 0},
      {"1/dot:slow=0.4", OUTCOME_ACCEPTED, STEP_DOT, 250, FALSE, 1, 1, 0},
      {"1/dot:slow=2.5", OUTCOME_IN_DOUBT, STEP_DOT, 0, TRUE, 1, 1, 0},
      {"1/dot:421", OUTCOME_DEFERRED, STEP_DOT, 421, TRUE, 0, 0, 0},
      {"1/dot:450", OUTCOME_DEFERRED, STEP_DOT, 450, FALSE, 0, 0, 0},
      {"1/dot:550", OUTCOME_REFUSED, STEP_DOT, 550, FALSE, 0, 0, 0},
      {"1/dot:503", OUTCOME_REFUSED, STEP_DOT, 503, FALSE, 0, 0, 0},
      /* Taken, and then the relay goes: the next one finds it out and connects anew. */
      {"1/dot:hang-up", OUTCOME_ACCEPTED, STEP_DOT, 250, FALSE, 1, 1, 0},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
    expect(&rows[i]);
}

static void idle_relay_says_421_and_goes(void **unused) {
  (void)unused;
  Case c;
  g_auto(Outcome) first = {0}, second = {0};
  case_begin(&c, "1/dot:late-421");
  send_number(c.session, 1, 0, &first);
  g_usleep(900 * 1000);
  send_number(c.session, 2, 0, &second);
  if (first.kind != OUTCOME_ACCEPTED || second.kind != OUTCOME_ACCEPTED)
    fail_msg("%s", outcome_text(&second));
  g_auto(GStrv) ledger = smtp_peer_ledger(c.peer);
  assert_int_equal(g_strv_length(ledger), 2);
  assert_non_null(strstr(ledger[1], "\"connection\": 2"));
  case_end(&c);
}

/* --- S4: capabilities */

static void capabilities_missing(void **unused) {
  (void)unused;
  static const struct {
    const char *script;
    gboolean utf8;
    enum outcome_kind kind;
    const char *lacks;
    gboolean dsn;
  } rows[] = {
      {"fine", FALSE, OUTCOME_ACCEPTED, NULL, TRUE},
      {"fine", TRUE, OUTCOME_ACCEPTED, NULL, TRUE},
      {"lacks:DSN", FALSE, OUTCOME_ACCEPTED, NULL, FALSE},
      {"lacks:SIZE", FALSE, OUTCOME_ACCEPTED, NULL, TRUE},
      {"lacks:8BITMIME", FALSE, OUTCOME_ACCEPTED, NULL, TRUE},
      {"lacks:PIPELINING", FALSE, OUTCOME_ACCEPTED, NULL, TRUE},
      {"lacks:SMTPUTF8", FALSE, OUTCOME_ACCEPTED, NULL, TRUE},
      {"lacks:SMTPUTF8", TRUE, OUTCOME_NOT_SENT, "smtputf8", FALSE},
      {"lacks:8BITMIME", TRUE, OUTCOME_NOT_SENT, "smtputf8", FALSE},
      {"size:50", FALSE, OUTCOME_NOT_SENT, "size", FALSE},
      {"ehlo:502", FALSE, OUTCOME_ACCEPTED, NULL, FALSE},
      {"ehlo:502", TRUE, OUTCOME_NOT_SENT, "smtputf8", FALSE},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    Case c;
    g_auto(Outcome) outcome = {0};
    g_autoptr(Message) message = smtp_message_new(1, NULL);
    message->envelope.utf8 = rows[i].utf8;
    case_begin(&c, rows[i].script);
    send_message(c.session, message, 0, &outcome);
    if (outcome.kind != rows[i].kind || g_strcmp0(outcome.lacks, rows[i].lacks) != 0 ||
        outcome.dsn_asked != rows[i].dsn || outcome.closed)
      fail_msg("%s, utf8 %d: %s, dsn %d", rows[i].script, rows[i].utf8, outcome_text(&outcome),
               outcome.dsn_asked);
    if (rows[i].lacks != NULL && strstr(outcome.trouble, "; have ") == NULL)
      fail_msg("%s: no remedy is named: %s", rows[i].script, outcome.trouble);
    g_auto(GStrv) ledger = smtp_peer_ledger(c.peer);
    assert_int_equal(g_strv_length(ledger), rows[i].kind == OUTCOME_ACCEPTED ? 1 : 0);
    if (ledger[0] != NULL) {
      assert_int_equal(strstr(ledger[0], "\"notify\": \"FAILURE,DELAY\"") != NULL, rows[i].dsn);
      assert_int_equal(strstr(ledger[0], "\"smtputf8\": true") != NULL, rows[i].utf8);
      assert_int_equal(strstr(ledger[0], "\"body\": \"8BITMIME\"") != NULL, rows[i].utf8);
    }
    case_end(&c);
  }
}

static void pipelining_announced_but_broken(void **unused) {
  (void)unused;
  Case c;
  case_begin(&c, "broken:pipelining");
  for (int i = 1; i <= 3; i++) {
    g_auto(Outcome) outcome = {0};
    send_number(c.session, i, 0, &outcome);
    if (outcome.kind != (i == 1 ? OUTCOME_DEFERRED : OUTCOME_ACCEPTED))
      fail_msg("message %d: %s", i, outcome_text(&outcome));
  }
  assert_int_equal(smtp_peer_copies(c.peer), 2);
  case_end(&c);
}

/* --- what goes well */

static void what_arrives_is_what_was_given(void **unused) {
  (void)unused;
  Case c;
  g_auto(Outcome) outcome = {0};
  g_autofree char *folder = case_folder_make(), *path = g_build_filename(folder, "part", NULL);
  g_autofree char *part = large_body(50 * 1000);
  assert_true(g_file_set_contents(path, part, -1, NULL));
  g_autoptr(Message) message = smtp_message_new(1, ".\r\n..\r\n");
  Digest digest = digest_of(part, strlen(part));
  message_add_file(message, path, strlen(part), &digest);
  g_autoptr(GBytes) tail = g_bytes_new_static(".\r\nlast line without its end", 27);
  message_add_bytes(message, tail);
  assert_done(message_seal(message, error));
  case_begin(&c, "fine");
  send_message(c.session, message, 0, &outcome);
  assert_int_equal(outcome.kind, OUTCOME_ACCEPTED);
  assert_string_equal(outcome.status, "2.0.0");
  assert_string_equal(outcome.reply, "250 2.0.0 Ok: queued as 1");
  assert_null(outcome.tls);
  g_auto(GStrv) ledger = smtp_peer_ledger(c.peer);
  /* The last line got the CRLF that SMTP cannot do without (RFC 5321 §4.1.1.4). */
  g_autoptr(DigestState) state = digest_begin();
  MessageReader *reader = message_reader_new(message);
  const guint8 *bytes;
  for (gssize n; (n = message_reader_next(reader, &bytes, NULL)) > 0;)
    digest_add(state, bytes, (gsize)n);
  message_reader_free(reader);
  digest_add(state, "\r\n", 2);
  Digest whole = digest_finish(g_steal_pointer(&state));
  char hex[DIGEST_HEX_SIZE];
  digest_hex(&whole, hex);
  assert_int_equal(g_strv_length(ledger), 1);
  assert_non_null(strstr(ledger[0], hex));
  assert_non_null(strstr(ledger[0], "\"bare\": false"));
  assert_non_null(strstr(ledger[0], "\"envid\": \"D-1\""));
  assert_non_null(strstr(ledger[0], "\"ret\": \"HDRS\""));
  assert_non_null(strstr(ledger[0], "\"orcpt\": \"rfc822;reader1@office.example\""));
  assert_non_null(strstr(ledger[0], "\"sender\": \"bounce+1@forum.example\""));
  case_end(&c);
  case_folder_remove(g_steal_pointer(&folder));
}

static void one_connection_carries_many(void **unused) {
  (void)unused;
  Case c;
  const int many = SESSION_MESSAGES_MAX + 30;
  case_begin(&c, "fine");
  for (int i = 1; i <= many; i++) {
    g_auto(Outcome) outcome = {0};
    send_number(c.session, i, 0, &outcome);
    if (outcome.kind != OUTCOME_ACCEPTED)
      fail_msg("message %d: %s", i, outcome_text(&outcome));
  }
  g_auto(GStrv) ledger = smtp_peer_ledger(c.peer);
  assert_int_equal(g_strv_length(ledger), many);
  for (int i = 1; i <= many; i++) {
    g_autofree char *id = g_strdup_printf("<%d@valise.example>", i);
    g_autofree char *connection = g_strdup_printf("\"connection\": %d,", i <= SESSION_MESSAGES_MAX ? 1 : 2);
    if (strstr(ledger[i - 1], id) == NULL || strstr(ledger[i - 1], connection) == NULL)
      fail_msg("message %d: %s", i, ledger[i - 1]);
  }
  case_end(&c);
}

static void abandoned_message_leaves_no_copy(void **unused) {
  (void)unused;
  Case c;
  g_auto(Outcome) outcome = {0};
  g_autoptr(Message) message = smtp_message_new(1, NULL);
  case_begin(&c, "fine");
  session_abandon(c.session);
  assert_int_equal(session_offer(c.session, message, &outcome, NULL), 0);
  session_abandon(c.session);
  assert_false(session_is_open(c.session));
  session_abandon(c.session);
  assert_int_equal(session_offer(c.session, message, &outcome, NULL), 0);
  session_free(c.session);
  c.session = session_new(c.relay, NULL);
  g_usleep(200 * 1000);
  assert_int_equal(smtp_peer_copies(c.peer), 0);
  send_number(c.session, 2, 0, &outcome);
  assert_int_equal(outcome.kind, OUTCOME_ACCEPTED);
  case_end(&c);
}

static void our_own_side_fails(void **unused) {
  (void)unused;
  static const char *const bodies[] = {"a bare\nline feed\r\n", "a bare\rreturn\r\n", "an end\r"};
  Case c;
  case_begin(&c, "fine");
  for (gsize i = 0; i < G_N_ELEMENTS(bodies) + 2; i++) {
    g_auto(Outcome) outcome = {0}, next = {0};
    g_autoptr(GError) error = NULL;
    g_autoptr(Message) message = smtp_message_new(1, i < G_N_ELEMENTS(bodies) ? bodies[i] : NULL);
    Digest digest = {0};
    if (i == G_N_ELEMENTS(bodies))
      message_add_file(message, "/nonexistent/part", 100, &digest);
    if (i > G_N_ELEMENTS(bodies)) {
      g_free(message->envelope.to);
      message->envelope.to = g_strdup("a@x.example>\r\nDATA");
    }
    assert_true(session_offer(c.session, message, &outcome, &error) < 0);
    assert_non_null(error);
    send_number(c.session, 2, 0, &next);
    assert_int_equal(next.kind, OUTCOME_ACCEPTED);
  }
  assert_int_equal(smtp_peer_copies(c.peer), G_N_ELEMENTS(bodies) + 2);
  case_end(&c);
}

/* --- the stop flag */

static gpointer set_stop(gpointer data) {
  g_usleep(300 * 1000);
  g_atomic_int_set((gint *)data, 1);
  return NULL;
}

static void stop_ends_waits_but_not_the_dots(void **unused) {
  (void)unused;
  static const struct {
    const char *script;
    enum outcome_kind kind;
    double least, most; /* seconds */
  } rows[] = {
      {"mail:silent", OUTCOME_DEFERRED, 0.2, 1.6},
      {"greeting:silent", OUTCOME_DEFERRED, 0.2, 2.0},
      {"data:silent", OUTCOME_DEFERRED, 0.2, 1.6},
      {"dot:silent", OUTCOME_IN_DOUBT, 0.9, 3.0},
  };
  g_setenv("VALISE_STEP_TIMEOUT", "20", TRUE);
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    Case c;
    g_auto(Outcome) outcome = {0};
    case_begin(&c, rows[i].script);
    gint64 begin = g_get_monotonic_time();
    GThread *thread = g_thread_new("stop", set_stop, &c.stop);
    send_number(c.session, 1, 0, &outcome);
    double took = (double)(g_get_monotonic_time() - begin) / 1e6;
    g_thread_join(thread);
    if (outcome.kind != rows[i].kind || took < rows[i].least || took > rows[i].most || !outcome.closed)
      fail_msg("%s after %.2f s: %s", rows[i].script, took, outcome_text(&outcome));
    case_end(&c);
  }
  g_setenv("VALISE_STEP_TIMEOUT", SHORT, TRUE);
}

static void probe_tells(void **unused) {
  (void)unused;
  Case c;
  g_autofree char *words = NULL;
  g_autoptr(GError) why = NULL;
  case_begin(&c, "2/greeting:554");
  assert_done(relay_probe(c.relay, &words, error));
  assert_non_null(strstr(words, "clear text, PIPELINING DSN 8BITMIME SMTPUTF8 SIZE 52428800"));
  assert_int_equal(relay_probe(c.relay, &words, &why), FAULT_SYSTEM);
  assert_non_null(strstr(why->message, "at greeting"));
  assert_non_null(strstr(why->message, "As the script says"));
  case_end(&c);
}

static int set_up(void **unused) {
  (void)unused;
  g_setenv("VALISE_STEP_TIMEOUT", SHORT, TRUE);
  return transport_init(NULL);
}

int main(void) {
#ifndef VALISE_TEST_HOOKS
  print_message("skipped: a build without VALISE_TEST_HOOKS waits ten minutes for a dot\n");
  return 0;
#endif
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(faults_of_the_envelope),
      cmocka_unit_test(faults_of_the_envelope_one_by_one),
      cmocka_unit_test(faults_of_the_opening),
      cmocka_unit_test(no_relay_there),
      cmocka_unit_test(a_refusal_that_is_not_about_the_message),
      cmocka_unit_test(data_taken_without_a_recipient),
      cmocka_unit_test(faults_of_the_body),
      cmocka_unit_test(faults_of_a_large_body),
      cmocka_unit_test(faults_of_the_dot),
      cmocka_unit_test(idle_relay_says_421_and_goes),
      cmocka_unit_test(capabilities_missing),
      cmocka_unit_test(pipelining_announced_but_broken),
      cmocka_unit_test(what_arrives_is_what_was_given),
      cmocka_unit_test(one_connection_carries_many),
      cmocka_unit_test(abandoned_message_leaves_no_copy),
      cmocka_unit_test(our_own_side_fails),
      cmocka_unit_test(stop_ends_waits_but_not_the_dots),
      cmocka_unit_test(probe_tells),
  };
  return cmocka_run_group_tests(tests, set_up, NULL);
}
