/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "transport/relay_options.h"

#include <arpa/inet.h>
#include <string.h>

#include "base/clock.h"
#include "base/fault.h"
#include "base/text.h"
#include "transport/backend.h"

#define PORT_SMTP   25
#define PORT_SMTPS  465 /* RFC 8314 §7.3 */
#define HOST_MAX    255
#define FINGERPRINT "sha256//"

static const struct {
  const char *scheme;
  const Backend *backend;
  guint port;
  gboolean tls_first;
} SCHEMES[] = {
    {"smtp://", &BACKEND_SMTP, PORT_SMTP, FALSE},
    {"smtps://", &BACKEND_SMTP, PORT_SMTPS, TRUE},
    {"maildir:", &BACKEND_MAILDIR, 0, FALSE},
    {"null:", &BACKEND_NULL, 0, FALSE},
};

static int check_value(const char *what, const char *value, GError **error) {
  return value != NULL ? text_check_line(what, value, -1, TEXT_LINE_MAX, error) : 0;
}

/* What libcurl compares with: the SHA-256 of the public key, in base64. */
static int check_fingerprint(const char *fingerprint, GError **error) {
  static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  if (fingerprint == NULL)
    return 0;
  const char *rest = fingerprint + strlen(FINGERPRINT);
  if (!g_str_has_prefix(fingerprint, FINGERPRINT) || strlen(rest) != 44 || strspn(rest, digits) != 43 ||
      rest[43] != '=')
    return fault(
        error, FAULT_INPUT,
        "fingerprint: \"%s\" is none; write sha256// and the 44 characters that this prints: openssl "
        "x509 -in CERTIFICATE -noout -pubkey | openssl pkey -pubin -outform DER | openssl dgst -sha256 "
        "-binary | base64",
        fingerprint);
  return 0;
}

static int check_values(const RelayOptions *options, GError **error) {
  const struct {
    const char *what, *value;
  } values[] = {{"url", options->url},           {"user", options->user},
                {"password", options->password}, {"token_file", options->token_file},
                {"ca_file", options->ca_file},   {"fingerprint", options->fingerprint},
                {"ehlo", options->ehlo}};
  if (options->url == NULL)
    return fault(error, FAULT_INPUT, "url: is missing; give one such as smtp://relay.example:587");
  for (gsize i = 0; i < G_N_ELEMENTS(values); i++) {
    int r = check_value(values[i].what, values[i].value, error);
    if (r < 0)
      return r;
  }
  if (options->password != NULL && options->token_file != NULL)
    return fault(error, FAULT_INPUT, "password and token_file: only one of them can be used; take one away");
  if ((options->user == NULL) != (options->password == NULL && options->token_file == NULL))
    return fault(error, FAULT_INPUT,
                 "user and password (or token_file): one of them is missing; give both or none");
  return check_fingerprint(options->fingerprint, error);
}

static gboolean is_loopback(const char *host) {
  struct in_addr v4;
  if (inet_pton(AF_INET, host, &v4) == 1)
    return (ntohl(v4.s_addr) >> 24) == 127;
  return g_ascii_strcasecmp(host, "localhost") == 0 || strcmp(host, "[::1]") == 0;
}

/* A host name in ASCII, an IPv4 address, or an IPv6 address in brackets. Nothing else reaches libcurl's
 * parser. */
static gboolean is_host(const char *host) {
  gsize length = strlen(host);
  if (length == 0 || length > HOST_MAX)
    return FALSE;
  if (host[0] == '[') {
    g_autofree char *inner = g_strndup(host + 1, length - 2);
    struct in6_addr v6;
    return host[length - 1] == ']' && inet_pton(AF_INET6, inner, &v6) == 1;
  }
  for (const char *c = host; *c != '\0'; c++)
    if (!g_ascii_isalnum(*c) && *c != '-' && *c != '.')
      return FALSE;
  return g_ascii_isalnum(host[0]);
}

/* REST is host[:port], perhaps with one closing slash. */
static int take_host(Relay *relay, const char *rest, GError **error) {
  g_autofree char *authority = g_strdup(rest);
  if (g_str_has_suffix(authority, "/"))
    authority[strlen(authority) - 1] = '\0';
  char *bracket = strchr(authority, ']'), *colon = strrchr(authority, ':');
  if (colon != NULL && (bracket == NULL || colon > bracket)) {
    guint64 port;
    *colon = '\0';
    if (!g_ascii_string_to_unsigned(colon + 1, 10, 1, 65535, &port, NULL))
      return fault(error, FAULT_INPUT, "url %s: \"%s\" is no port; give a number from 1 to 65535", relay->url,
                   colon + 1);
    relay->port = (guint)port;
  }
  if (!is_host(authority))
    return fault(error, FAULT_INPUT,
                 "url %s: has no host in the place for one; write smtp://host:port, without user or path",
                 relay->url);
  relay->host = g_steal_pointer(&authority);
  relay->loopback = is_loopback(relay->host);
  return 0;
}

static int take_path(Relay *relay, const char *rest, GError **error) {
  if (rest[0] != '/')
    return fault(error, FAULT_INPUT, "url %s: the folder of a maildir: relay must be given from the root",
                 relay->url);
  relay->path = g_strdup(rest);
  return 0;
}

static int take_url(const RelayOptions *options, Relay *relay, GError **error) {
  /* Before anything else can repeat the URL: a password in it must reach no sentence and no log. */
  if (g_str_has_prefix(options->url, "smtp") && strchr(options->url, '@') != NULL)
    return fault(error, FAULT_INPUT, "url: holds a user or password; put them into user and password_file");
  relay->url = g_strdup(options->url);
  for (gsize i = 0; i < G_N_ELEMENTS(SCHEMES); i++) {
    if (!g_str_has_prefix(options->url, SCHEMES[i].scheme))
      continue;
    const char *rest = options->url + strlen(SCHEMES[i].scheme);
    relay->backend = SCHEMES[i].backend;
    relay->port = SCHEMES[i].port;
    relay->tls_first = SCHEMES[i].tls_first;
    if (relay->backend == &BACKEND_SMTP)
      return take_host(relay, rest, error);
    if (relay->backend == &BACKEND_MAILDIR)
      return take_path(relay, rest, error);
    return rest[0] == '\0' ? 0 : fault(error, FAULT_INPUT, "url %s: nothing may follow null:", relay->url);
  }
  return fault(error, FAULT_INPUT, "url %s: is of no known kind; smtp://, smtps://, maildir: and null: are",
               relay->url);
}

static int check_tls(const RelayOptions *options, const Relay *relay, GError **error) {
  if (relay->backend != &BACKEND_SMTP || options->tls == RELAY_TLS_REQUIRED)
    return 0;
  if (relay->tls_first)
    return fault(error, FAULT_INPUT, "tls: \"none\" contradicts %s; use smtp:// or leave tls out",
                 relay->url);
  if (options->fingerprint != NULL)
    return fault(
        error, FAULT_INPUT,
        "tls: \"none\" leaves nothing that could have a fingerprint; take it away, or set tls = required");
  if ((options->password != NULL || options->token_file != NULL) && !relay->loopback)
    return fault(error, FAULT_INPUT,
                 "tls: \"none\" would send the %s in clear text to %s; set tls = required",
                 options->password != NULL ? "password" : "token", relay->host);
  return 0;
}

static int check_ehlo(const char *ehlo, GError **error) {
  gsize length = ehlo != NULL ? strlen(ehlo) : 0;
  gboolean literal = length > 2 && ehlo[0] == '[' && ehlo[length - 1] == ']';
  if (ehlo != NULL && (length == 0 || length > HOST_MAX))
    return fault(error, FAULT_INPUT, "ehlo: has %zu characters; 1 to %d can be said", length, HOST_MAX);
  for (gsize i = literal ? 1 : 0; i < length - (literal ? 1 : 0); i++)
    if (!g_ascii_isalnum(ehlo[i]) && ehlo[i] != '-' && ehlo[i] != '.' && !(literal && ehlo[i] == ':'))
      return fault(error, FAULT_INPUT,
                   "ehlo: \"%s\" is neither a domain in ASCII nor an address in brackets (RFC 5321 §4.1.1.1)",
                   ehlo);
  return 0;
}

static gboolean may_hurry(const Relay *relay) {
#ifdef VALISE_TEST_HOOKS
  return relay->loopback;
#else
  (void)relay;
  return FALSE;
#endif
}

static int take_waits(const RelayOptions *options, Relay *relay, GError **error) {
  relay->dot_timeout = options->dot_timeout > 0 ? options->dot_timeout : DOT_TIMEOUT_MIN;
  if (relay->dot_timeout < DOT_TIMEOUT_MIN && !relay->backend->local && !may_hurry(relay))
    return fault(
        error, FAULT_INPUT,
        "dot_timeout: %u seconds are less than the %d that RFC 5321 §4.5.3.2.6 asks; a shorter wait makes "
        "copies that nobody can account for",
        relay->dot_timeout, DOT_TIMEOUT_MIN);
  relay->waits = (RelayWaits){.greeting = 5 * MINUTE,
                              .mail = 5 * MINUTE,
                              .rcpt = 5 * MINUTE,
                              .data = 2 * MINUTE,
                              .block = 3 * MINUTE,
                              .dot = relay->dot_timeout * SECOND};
  const char *step = g_getenv("VALISE_STEP_TIMEOUT");
  gint64 wait;
  if (step != NULL && may_hurry(relay) && g_ascii_string_to_signed(step, 10, 1, 300, &wait, NULL)) {
    wait *= SECOND;
    relay->waits.greeting = relay->waits.mail = relay->waits.rcpt = wait;
    relay->waits.data = relay->waits.block = wait;
  }
  return 0;
}

int relay_options_apply(const RelayOptions *options, Relay *relay, GError **error) {
  relay->name = g_strdup(options->name != NULL ? options->name : "");
  int r = check_values(options, error);
  if (r == 0)
    r = take_url(options, relay, error);
  if (r == 0)
    r = check_tls(options, relay, error);
  if (r == 0)
    r = check_ehlo(options->ehlo, error);
  if (r == 0)
    r = take_waits(options, relay, error);
  if (r < 0)
    return r;
  relay->user = g_strdup(options->user);
  relay->password = g_strdup(options->password);
  relay->token_file = g_strdup(options->token_file);
  relay->ca_file = g_strdup(options->ca_file);
  relay->fingerprint = g_strdup(options->fingerprint);
  relay->ehlo = g_strdup(options->ehlo);
  relay->tls = options->tls;
  relay->couriers = options->couriers > 0 ? MIN(options->couriers, RELAY_COURIERS_MAX) : RELAY_COURIERS_MAX;
  relay->messages_max = options->messages > 0 ? options->messages : SESSION_MESSAGES_MAX;
  return 0;
}
