/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "transport/transport.h"

#include <curl/curl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>

#include "base/fault.h"
#include "transport/backend.h"
#include "transport/relay_options.h"

struct Session {
  const Relay *relay;
  gpointer state;
};

int transport_init(GError **error) {
  /* A relay that hangs up while we send is an outcome, not the end of the daemon. */
  signal(SIGPIPE, SIG_IGN);
  CURLcode r = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (r != CURLE_OK)
    return fault(error, FAULT_SYSTEM, "libcurl cannot be used: %s; reinstall the package libcurl3-gnutls",
                 curl_easy_strerror(r));
  return 0;
}

int relay_new(const RelayOptions *options, Relay **ret, GError **error) {
  g_autoptr(Relay) relay = g_new0(Relay, 1);
  int r = relay_options_apply(options, relay, error);
  if (r < 0) {
    fault_prefix(error, "relay \"%s\"", options->name != NULL ? options->name : "");
    return r;
  }
  *ret = g_steal_pointer(&relay);
  return 0;
}

void relay_free(Relay *relay) {
  if (relay == NULL)
    return;
  if (relay->password != NULL)
    explicit_bzero(relay->password, strlen(relay->password));
  g_free(relay->password);
  g_free(relay->user);
  g_free(relay->name);
  g_free(relay->url);
  g_free(relay->path);
  g_free(relay->host);
  g_free(relay->token_file);
  g_free(relay->ca_file);
  g_free(relay->fingerprint);
  g_free(relay->ehlo);
  g_free(relay);
}

const char *relay_name(const Relay *relay) {
  return relay->name;
}

const char *relay_url(const Relay *relay) {
  return relay->url;
}

gboolean relay_is_local(const Relay *relay) {
  return relay->backend->local;
}

guint relay_dot_timeout(const Relay *relay) {
  return relay->dot_timeout;
}

guint relay_couriers(const Relay *relay) {
  return relay->couriers;
}

int relay_probe(const Relay *relay, char **ret_words, GError **error) {
  return relay->backend->probe(relay, ret_words, error);
}

Session *session_new(const Relay *relay, const gint *stop) {
  Session *session = g_new0(Session, 1);
  session->relay = relay;
  session->state = relay->backend->begin(relay, stop);
  return session;
}

void session_free(Session *session) {
  if (session == NULL)
    return;
  session->relay->backend->end(session->state);
  g_free(session);
}

int session_begin(Session *session, const Message *message, Outcome *ret_outcome, GError **error) {
  memset(ret_outcome, 0, sizeof *ret_outcome);
  return session->relay->backend->offer(session->state, message, ret_outcome, error);
}

int session_go_on(Session *session, Outcome *ret_outcome, GError **error) {
  memset(ret_outcome, 0, sizeof *ret_outcome);
  return session->relay->backend->go_on(session->state, ret_outcome, error);
}

int session_open(Session *session, Outcome *ret_outcome) {
  memset(ret_outcome, 0, sizeof *ret_outcome);
  return session->relay->backend->open(session->state, ret_outcome);
}

gboolean session_end_data(Session *session, Outcome *ret_outcome) {
  memset(ret_outcome, 0, sizeof *ret_outcome);
  return session->relay->backend->end_data(session->state, ret_outcome);
}

gboolean session_answer(Session *session, Outcome *ret_outcome) {
  memset(ret_outcome, 0, sizeof *ret_outcome);
  return session->relay->backend->answer(session->state, ret_outcome);
}

short session_awaits(const Session *session, int *ret_fd) {
  return session->relay->backend->awaits(session->state, ret_fd);
}

static void await(const Session *session) {
  struct pollfd p = {.fd = -1};
  p.events = session_awaits(session, &p.fd);
  (void)poll(&p, 1, SESSION_LOOK / 1000);
}

int session_offer(Session *session, const Message *message, Outcome *ret_outcome, GError **error) {
  int r = session_begin(session, message, ret_outcome, error);
  while (r == SESSION_WAITS || r == SESSION_TO_OPEN) {
    gboolean stands = r == SESSION_WAITS || session_open(session, ret_outcome) == 0;
    if (r == SESSION_WAITS)
      await(session);
    r = stands ? session_go_on(session, ret_outcome, error) : SESSION_DECIDED;
  }
  return r;
}

void session_finish(Session *session, Outcome *ret_outcome) {
  gboolean answered = session_end_data(session, ret_outcome);
  while (!answered) {
    await(session);
    answered = session_answer(session, ret_outcome);
  }
}

void session_abandon(Session *session) {
  session->relay->backend->abandon(session->state);
}

gboolean session_is_open(const Session *session) {
  return session->relay->backend->is_open(session->state);
}
