/* SPDX-License-Identifier: GPL-3.0-or-later */
/* TLS and AUTH against the scripted relay: what is checked, and that nothing ever falls back to clear text.
 */
#include "transport/transport.h"

#include "support/case.h"

#include "support/smtp_message.h"
#include "support/smtp_peer.h"

#include <string.h>
#include <sys/stat.h>

static char *tls_folder;

typedef struct {
  const char *script, *tls, *host, *ca, *auth, *user, *password;
  gboolean clear; /* tls = none on our side */
  enum outcome_kind kind;
  enum outcome_step step;
  const char *lacks;
} Row;

static Relay *relay_of(const Row *row, const SmtpPeer *peer) {
  g_autofree char *ca = row->ca != NULL ? g_build_filename(tls_folder, row->ca, NULL) : NULL;
  g_autofree char *url =
      g_strdup_printf("%s://%s:%u", g_strcmp0(row->tls, "implicit") == 0 ? "smtps" : "smtp",
                      row->host != NULL ? row->host : "localhost", smtp_peer_port(peer));
  RelayOptions options = {.name = "peer",
                          .url = url,
                          .tls = row->clear ? RELAY_TLS_NONE : RELAY_TLS_REQUIRED,
                          .ca_file = ca,
                          .user = row->user,
                          .password = row->password,
                          .ehlo = "[127.0.0.1]",
                          .dot_timeout = 1};
  Relay *relay = NULL;
  assert_done(relay_new(&options, &relay, error));
  return relay;
}

static void check_outcome(const Row *row, const Outcome *o, const char *ledger) {
  gboolean sent = row->kind == OUTCOME_ACCEPTED;
  if (o->kind != row->kind || o->step != row->step || g_strcmp0(o->lacks, row->lacks) != 0 ||
      o->relay_down == sent || o->closed == sent || (!sent && o->trouble == NULL && o->reply == NULL))
    fail_msg("%s, tls %s, ca %s, auth %s: %s at %s, code %d, lacks %s; %s; %s", row->script,
             row->tls != NULL ? row->tls : "none", row->ca != NULL ? row->ca : "the system's",
             row->auth != NULL ? row->auth : "none", outcome_kind_name(o->kind), outcome_step_name(o->step),
             o->code, o->lacks != NULL ? o->lacks : "nothing", o->reply != NULL ? o->reply : "",
             o->trouble != NULL ? o->trouble : "");
  if (o->trouble != NULL && row->password != NULL && strstr(o->trouble, row->password) != NULL)
    fail_msg("tells the password: %s", o->trouble);
  assert_int_equal(ledger != NULL, sent);
  if (sent && !row->clear) {
    assert_non_null(strstr(ledger, "\"tls\": true"));
    assert_non_null(strstr(o->tls, "TLS1."));
  }
  if (sent && row->user != NULL)
    assert_non_null(strstr(ledger, "\"user\": \"sender\""));
}

static void run(const Row *rows, gsize count) {
  for (gsize i = 0; i < count; i++) {
    g_autoptr(SmtpPeer) peer = smtp_peer_start(&(SmtpPeerOptions){
        .script = rows[i].script, .tls = rows[i].tls, .tls_folder = tls_folder, .auth = rows[i].auth});
    g_autoptr(Relay) relay = relay_of(&rows[i], peer);
    g_autoptr(Session) session = session_new(relay, NULL);
    g_autoptr(Message) message = smtp_message_new(1, NULL);
    g_auto(Outcome) outcome = {0};
    if (session_offer(session, message, &outcome, NULL) == 0)
      session_finish(session, &outcome);
    g_auto(GStrv) ledger = smtp_peer_ledger(peer);
    check_outcome(&rows[i], &outcome, ledger[0]);
    assert_int_equal(session_is_open(session), rows[i].kind == OUTCOME_ACCEPTED);
  }
}

#define GOES      .kind = OUTCOME_ACCEPTED, .step = STEP_DOT
#define FAILS(at) .kind = OUTCOME_DEFERRED, .step = (at)
#define SECRET    "quite a secret"
#define ACCOUNT   .user = "sender", .password = SECRET
#define KNOWN     .auth = "sender:" SECRET

static void certificates_are_checked(void **unused) {
  (void)unused;
  static const Row rows[] = {
      {"fine", "starttls", .ca = "ca.pem", GOES},
      {"fine", "implicit", .ca = "ca.pem", GOES},
      {"fine", "starttls", .ca = "other-ca.pem", FAILS(STEP_STARTTLS)},
      {"fine", "implicit", .ca = "other-ca.pem", FAILS(STEP_STARTTLS)},
      {"fine", "starttls", FAILS(STEP_STARTTLS)},
      {"fine", "starttls", .ca = "ca.pem", .host = "127.0.0.1", FAILS(STEP_STARTTLS)},
      {"fine", "implicit", .ca = "ca.pem", .host = "127.0.0.1", FAILS(STEP_STARTTLS)},
      {"fine", "starttls", .ca = "no-such.pem", FAILS(STEP_STARTTLS)},
  };
  run(rows, G_N_ELEMENTS(rows));
}

static void never_in_clear_text(void **unused) {
  (void)unused;
  static const Row rows[] = {
      {"fine", NULL, .ca = "ca.pem", .kind = OUTCOME_NOT_SENT, .step = STEP_STARTTLS, .lacks = "tls"},
      {"fine", NULL, .ca = "ca.pem", ACCOUNT, KNOWN, .kind = OUTCOME_NOT_SENT, .step = STEP_STARTTLS,
       .lacks = "tls"},
      {"ehlo:502", NULL, .ca = "ca.pem", FAILS(STEP_EHLO)},
      {"ehlo:502", "starttls", .ca = "ca.pem", FAILS(STEP_EHLO)},
      {"starttls:454", "starttls", .ca = "ca.pem", FAILS(STEP_STARTTLS)},
      {"starttls:502", "starttls", .ca = "ca.pem", FAILS(STEP_STARTTLS)},
      {"starttls:inject", "starttls", .ca = "ca.pem", FAILS(STEP_STARTTLS)},
      {"starttls:close", "starttls", .ca = "ca.pem", FAILS(STEP_STARTTLS)},
      {"starttls:rst", "starttls", .ca = "ca.pem", FAILS(STEP_STARTTLS)},
      {"starttls:silent", "starttls", .ca = "ca.pem", FAILS(STEP_STARTTLS)},
      {"starttls:421", "starttls", .ca = "ca.pem", FAILS(STEP_STARTTLS)},
      {"starttls:nul", "starttls", .ca = "ca.pem", FAILS(STEP_STARTTLS)},
      {"starttls:bare-lf", "starttls", .ca = "ca.pem", FAILS(STEP_STARTTLS)},
      {"starttls:long-line", "starttls", .ca = "ca.pem", FAILS(STEP_STARTTLS)},
      {"starttls:endless", "starttls", .ca = "ca.pem", FAILS(STEP_STARTTLS)},
      {"starttls:wrong", "starttls", .ca = "ca.pem", FAILS(STEP_STARTTLS)},
      {"starttls:garbage", "starttls", .ca = "ca.pem", FAILS(STEP_STARTTLS)},
  };
  run(rows, G_N_ELEMENTS(rows));
}

static void authenticates(void **unused) {
  (void)unused;
  static const Row rows[] = {
      {"fine", "starttls", .ca = "ca.pem", ACCOUNT, KNOWN, GOES},
      {"fine", "implicit", .ca = "ca.pem", ACCOUNT, KNOWN, GOES},
      {"fine", NULL, .host = "127.0.0.1", .clear = TRUE, ACCOUNT, KNOWN, GOES},
      {"fine", "starttls", .ca = "ca.pem", ACCOUNT, .auth = "sender:another one", FAILS(STEP_AUTH)},
      {"fine", "starttls", .ca = "ca.pem", ACCOUNT, FAILS(STEP_AUTH)},
      {"fine", "starttls", .ca = "ca.pem", KNOWN, .kind = OUTCOME_DEFERRED, .step = STEP_MAIL},
      {"auth:454", "starttls", .ca = "ca.pem", ACCOUNT, KNOWN, FAILS(STEP_AUTH)},
      {"auth:close", "starttls", .ca = "ca.pem", ACCOUNT, KNOWN, FAILS(STEP_AUTH)},
      {"auth:rst", "starttls", .ca = "ca.pem", ACCOUNT, KNOWN, FAILS(STEP_AUTH)},
      {"auth:silent", "starttls", .ca = "ca.pem", ACCOUNT, KNOWN, FAILS(STEP_AUTH)},
      {"auth:421", "starttls", .ca = "ca.pem", ACCOUNT, KNOWN, FAILS(STEP_AUTH)},
      {"auth:nul", "starttls", .ca = "ca.pem", ACCOUNT, KNOWN, FAILS(STEP_AUTH)},
      {"auth:wrong", "starttls", .ca = "ca.pem", ACCOUNT, KNOWN, FAILS(STEP_AUTH)},
      {"auth:garbage", "starttls", .ca = "ca.pem", ACCOUNT, KNOWN, FAILS(STEP_AUTH)},
      {"auth:endless", "starttls", .ca = "ca.pem", ACCOUNT, KNOWN, FAILS(STEP_AUTH)},
  };
  run(rows, G_N_ELEMENTS(rows));
}

/* The doubtful instant is no different under TLS. */
static void faults_over_tls(void **unused) {
  (void)unused;
  static const struct {
    const char *script;
    enum outcome_kind kind;
  } rows[] = {
      {"1/dot:close", OUTCOME_IN_DOUBT},       {"1/dot:rst+kept", OUTCOME_IN_DOUBT},
      {"1/dot:silent", OUTCOME_IN_DOUBT},      {"1/dot:garbage", OUTCOME_IN_DOUBT},
      {"1/dot:450", OUTCOME_DEFERRED},         {"1/rcpt:550", OUTCOME_REFUSED},
      {"1/body:close@half", OUTCOME_DEFERRED}, {"1/body:550@half", OUTCOME_REFUSED},
  };
  Row row = {.tls = "starttls", .ca = "ca.pem"};
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autoptr(SmtpPeer) peer = smtp_peer_start(
        &(SmtpPeerOptions){.script = rows[i].script, .tls = "starttls", .tls_folder = tls_folder});
    g_autoptr(Relay) relay = relay_of(&row, peer);
    g_autoptr(Session) session = session_new(relay, NULL);
    for (int n = 1; n <= 2; n++) {
      g_autoptr(Message) message = smtp_message_new(n, NULL);
      g_auto(Outcome) outcome = {0};
      if (session_offer(session, message, &outcome, NULL) == 0) {
        g_usleep(400 * 1000);
        session_finish(session, &outcome);
      }
      if (outcome.kind != (n == 1 ? rows[i].kind : OUTCOME_ACCEPTED))
        fail_msg("%s, message %d: %s at %s; %s", rows[i].script, n, outcome_kind_name(outcome.kind),
                 outcome_step_name(outcome.step), outcome.trouble != NULL ? outcome.trouble : "");
    }
  }
}

static char *large_body(void) {
  GString *body = g_string_new(NULL);
  for (int i = 0; i < 100 * 1000; i++)
    g_string_append_printf(body, "%s%040d\r\n", i % 9 == 0 ? "." : "", i);
  return g_string_free(body, FALSE);
}

static void a_large_body_over_tls(void **unused) {
  (void)unused;
  g_autofree char *body = large_body();
  g_autoptr(Message) message = smtp_message_new(1, body);
  Row row = {.tls = "starttls", .ca = "ca.pem"};
  g_autoptr(SmtpPeer) peer = smtp_peer_start(&(SmtpPeerOptions){.tls = "starttls", .tls_folder = tls_folder});
  g_autoptr(Relay) relay = relay_of(&row, peer);
  g_autoptr(Session) session = session_new(relay, NULL);
  g_auto(Outcome) outcome = {0};
  char hex[DIGEST_HEX_SIZE];
  assert_int_equal(session_offer(session, message, &outcome, NULL), 0);
  session_finish(session, &outcome);
  assert_int_equal(outcome.kind, OUTCOME_ACCEPTED);
  g_auto(GStrv) ledger = smtp_peer_ledger(peer);
  digest_hex(&message->digest, hex);
  assert_non_null(strstr(ledger[0], hex));
}

#define TOKEN "ya29.a-token_that~is+kept/secret="

typedef struct {
  const char *mechanisms, *there, *right; /* what the file holds, what the relay takes */
  gboolean clear, open_to_all, goes;
  const char *says[3];
} TokenRow;

static void offer_with_token(const TokenRow *row, const SmtpPeer *peer, const char *file, Outcome *outcome) {
  g_autofree char *ca = g_build_filename(tls_folder, "ca.pem", NULL);
  g_autofree char *url =
      g_strdup_printf("smtp://%s:%u", row->clear ? "127.0.0.1" : "localhost", smtp_peer_port(peer));
  RelayOptions options = {.name = "peer",
                          .url = url,
                          .tls = row->clear ? RELAY_TLS_NONE : RELAY_TLS_REQUIRED,
                          .ca_file = ca,
                          .user = "sender@forum.example",
                          .token_file = file,
                          .ehlo = "[127.0.0.1]",
                          .dot_timeout = 1};
  g_autoptr(Relay) relay = NULL;
  assert_done(relay_new(&options, &relay, error));
  g_autoptr(Session) session = session_new(relay, NULL);
  g_autoptr(Message) message = smtp_message_new(1, NULL);
  if (session_offer(session, message, outcome, NULL) == 0)
    session_finish(session, outcome);
}

static void check_token_row(const TokenRow *row, const Outcome *o, gsize at) {
  const char *words = o->trouble != NULL ? o->trouble : "";
  if (row->goes != (o->kind == OUTCOME_ACCEPTED))
    fail_msg("row %zu: %s at %s; %s", at, outcome_kind_name(o->kind), outcome_step_name(o->step), words);
  if (row->goes)
    return;
  assert_int_equal(o->step, STEP_AUTH);
  assert_true(o->relay_down && o->kind == OUTCOME_DEFERRED);
  if (strstr(words, TOKEN) != NULL || (o->reply != NULL && strstr(o->reply, TOKEN) != NULL))
    fail_msg("row %zu tells the token: %s", at, words);
  for (gsize i = 0; i < G_N_ELEMENTS(row->says) && row->says[i] != NULL; i++)
    if (strstr(words, row->says[i]) == NULL)
      fail_msg("row %zu does not say \"%s\": %s", at, row->says[i], words);
}

static void logs_in_with_a_token(void **unused) {
  (void)unused;
  static const TokenRow rows[] = {
      {"XOAUTH2", TOKEN, TOKEN, .goes = TRUE},
      {"OAUTHBEARER", TOKEN, TOKEN, .goes = TRUE},
      {"PLAIN LOGIN CRAM-MD5 XOAUTH2 OAUTHBEARER", TOKEN "\n", TOKEN, .goes = TRUE},
      {"XOAUTH2", TOKEN, TOKEN, .clear = TRUE, .goes = TRUE},
      {"XOAUTH2", TOKEN, "another", .says = {"does not take the token in", "helper that renews it"}},
      {"OAUTHBEARER", TOKEN, "another",
       .says = {"does not take the token in", "helper that renews it", "535"}},
      {"PLAIN LOGIN", TOKEN, TOKEN, .says = {"does not take the token in"}},
      {"XOAUTH2", NULL, TOKEN, .says = {"cannot be read", "helper that renews it"}},
      {"XOAUTH2", "", TOKEN, .says = {"is empty", "helper that renews"}},
      {"XOAUTH2", "two lines\n" TOKEN, TOKEN, .says = {"alone in it"}},
      {"XOAUTH2", TOKEN "\x01", TOKEN, .says = {"alone in it"}},
      {"XOAUTH2", TOKEN, TOKEN, .open_to_all = TRUE, .says = {"by everybody", "chmod o="}},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autofree char *bearer = g_strdup_printf("sender@forum.example:%s", rows[i].right);
    g_autofree char *file = g_strdup_printf("%s/token-%zu", tls_folder, i);
    g_autoptr(SmtpPeer) peer = smtp_peer_start(&(SmtpPeerOptions){.tls = rows[i].clear ? NULL : "starttls",
                                                                  .tls_folder = tls_folder,
                                                                  .bearer = bearer,
                                                                  .mechanisms = rows[i].mechanisms});
    if (rows[i].there != NULL) {
      assert_true(g_file_set_contents(file, rows[i].there, -1, NULL));
      assert_int_equal(chmod(file, rows[i].open_to_all ? 0644 : 0600), 0);
    }
    g_auto(Outcome) outcome = {0};
    offer_with_token(&rows[i], peer, file, &outcome);
    check_token_row(&rows[i], &outcome, i);
  }
}

static void a_renewed_token_is_read(void **unused) {
  (void)unused;
  static const TokenRow row = {.mechanisms = "XOAUTH2"};
  g_autofree char *file = g_build_filename(tls_folder, "token-renewed", NULL);
  g_autoptr(SmtpPeer) peer = smtp_peer_start(&(SmtpPeerOptions){
      .tls = "starttls", .tls_folder = tls_folder, .bearer = "sender@forum.example:second"});
  for (int i = 0; i < 2; i++) {
    g_auto(Outcome) outcome = {0};
    assert_true(g_file_set_contents(file, i == 0 ? "first" : "second", -1, NULL));
    assert_int_equal(chmod(file, 0600), 0);
    offer_with_token(&row, peer, file, &outcome);
    assert_int_equal(outcome.kind, i == 0 ? OUTCOME_DEFERRED : OUTCOME_ACCEPTED);
  }
}

/* The fingerprint of the peer's certificate, as the configuration's remedy tells to print it. */
static char *fingerprint_of(const char *certificate) {
  g_autofree char *command = g_strdup_printf(
      "sh -c 'openssl x509 -in %s/%s -noout -pubkey | openssl pkey -pubin -outform DER | openssl dgst "
      "-sha256 -binary | base64'",
      tls_folder, certificate);
  char *text = NULL;
  assert_true(g_spawn_command_line_sync(command, &text, NULL, NULL, NULL));
  char *fingerprint = g_strconcat("sha256//", g_strstrip(text), NULL);
  g_free(text);
  return fingerprint;
}

static void a_pinned_key_is_demanded(void **unused) {
  (void)unused;
  for (int i = 0; i < 2; i++) {
    g_autoptr(SmtpPeer) peer =
        smtp_peer_start(&(SmtpPeerOptions){.tls = "starttls", .tls_folder = tls_folder});
    g_autofree char *ca = g_build_filename(tls_folder, "ca.pem", NULL);
    g_autofree char *url = g_strdup_printf("smtp://localhost:%u", smtp_peer_port(peer));
    g_autofree char *fingerprint = fingerprint_of(i == 0 ? "server.pem" : "ca.pem");
    RelayOptions options = {
        .name = "peer", .url = url, .ca_file = ca, .fingerprint = fingerprint, .dot_timeout = 1};
    g_autoptr(Relay) relay = NULL;
    assert_done(relay_new(&options, &relay, error));
    g_autoptr(Session) session = session_new(relay, NULL);
    g_autoptr(Message) message = smtp_message_new(1, NULL);
    g_auto(Outcome) outcome = {0};
    if (session_offer(session, message, &outcome, NULL) == 0)
      session_finish(session, &outcome);
    assert_int_equal(outcome.kind, i == 0 ? OUTCOME_ACCEPTED : OUTCOME_DEFERRED);
    if (i == 1 && (outcome.step != STEP_STARTTLS || strstr(outcome.trouble, "another key") == NULL))
      fail_msg("%s: %s", outcome_step_name(outcome.step), outcome.trouble);
  }
}

static int set_up(void **unused) {
  (void)unused;
  g_setenv("VALISE_STEP_TIMEOUT", "2", TRUE);
  tls_folder = case_folder_make();
  return transport_init(NULL);
}

static int tear_down(void **unused) {
  (void)unused;
  case_folder_remove(tls_folder);
  return 0;
}

int main(void) {
#ifndef VALISE_TEST_HOOKS
  print_message("skipped: a build without VALISE_TEST_HOOKS waits for minutes\n");
  return 0;
#endif
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(certificates_are_checked),
      cmocka_unit_test(never_in_clear_text),
      cmocka_unit_test(authenticates),
      cmocka_unit_test(logs_in_with_a_token),
      cmocka_unit_test(a_renewed_token_is_read),
      cmocka_unit_test(a_pinned_key_is_demanded),
      cmocka_unit_test(faults_over_tls),
      cmocka_unit_test(a_large_body_over_tls),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
