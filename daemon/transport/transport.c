/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "transport/transport.h"

#include <curl/curl.h>
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

Session *session_new(const Relay *relay, const SessionWatch *watch) {
  Session *session = g_new0(Session, 1);
  session->relay = relay;
  session->state = relay->backend->begin(relay, watch);
  return session;
}

void session_free(Session *session) {
  if (session == NULL)
    return;
  session->relay->backend->end(session->state);
  g_free(session);
}

int session_offer(Session *session, const Message *message, Outcome *ret_outcome, GError **error) {
  memset(ret_outcome, 0, sizeof *ret_outcome);
  return session->relay->backend->offer(session->state, message, ret_outcome, error);
}

void session_finish(Session *session, Outcome *ret_outcome) {
  memset(ret_outcome, 0, sizeof *ret_outcome);
  session->relay->backend->finish(session->state, ret_outcome);
}

void session_abandon(Session *session) {
  session->relay->backend->abandon(session->state);
}

gboolean session_is_open(const Session *session) {
  return session->relay->backend->is_open(session->state);
}
