/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config/config_check.h"

#include <string.h>

typedef struct {
  const Config *config;
  const Origins *origins;
  Complaints *complaints;
} Check;

/* At the line of the key, else of its section, else at the file. */
static void complain(const Check *c, const char *section, const char *name, const char *key,
                     const char *sentence) {
  const Assignment *at = origins_find(c->origins, section, name, key);
  if (at == NULL)
    at = origins_find(c->origins, section, name, NULL);
  complaints_add(c->complaints, at != NULL ? at->file : c->config->path, at != NULL ? at->line : 0, "%s",
                 sentence);
}

/* Missing, not merely unreadable: what could not be read has been complained about already. */
static gboolean is_missing(const Check *c, const char *section, const char *name, const char *key) {
  const Assignment *at = origins_find(c->origins, section, name, key);
  return at == NULL || *at->value == '\0';
}

static char *host_of(const char *url) {
  const char *slashes = strstr(url, "://");
  if (slashes == NULL)
    return NULL;
  const char *host = slashes + 3;
  if (*host == '[')
    return g_strndup(host + 1, strcspn(host + 1, "]"));
  return g_strndup(host, strcspn(host, ":/"));
}

static gboolean is_this_machine(const char *host) {
  return strcmp(host, "localhost") == 0 || strcmp(host, "::1") == 0 || g_str_has_prefix(host, "127.");
}

static gboolean is_network(const ConfigRelay *relay) {
  return g_str_has_prefix(relay->url, "smtp:") || g_str_has_prefix(relay->url, "smtps:");
}

gboolean config_relay_is_local(const ConfigRelay *relay) {
  g_autofree char *host = host_of(relay->url);
  if (!is_network(relay))
    return TRUE;
  return host != NULL && is_this_machine(host);
}

/* Was a name set in any language, even one that could not be read? */
static gboolean has_name(const Check *c) {
  const ConfigOrganisation *o = &c->config->organisation;
  gboolean found = !is_missing(c, "organisation", NULL, "name");
  for (guint i = 0; i < o->languages->len && !found; i++) {
    g_autofree char *key = g_strdup_printf("name.%s", (const char *)o->languages->pdata[i]);
    found = !is_missing(c, "organisation", NULL, key);
  }
  return found;
}

static void check_organisation(const Check *c) {
  const ConfigOrganisation *o = &c->config->organisation;
  if (g_hash_table_size(o->name) == 0 && !has_name(c))
    complain(c, "organisation", NULL, "name",
             "the organisation has no name; add name.fr = …, name.en = … to [organisation]");
  if (o->from == NULL && is_missing(c, "organisation", NULL, "from"))
    complain(c, "organisation", NULL, "from",
             "the organisation has no mail address; add from = office@… to [organisation]");
  for (guint i = 0; i < o->languages->len; i++)
    for (guint j = 0; j < i; j++)
      if (strcmp(o->languages->pdata[i], o->languages->pdata[j]) == 0)
        complain(c, "organisation", NULL, "languages",
                 "languages names one language twice; keep one of them");
}

/* Who logs in somewhere: a relay or a mailbox. */
typedef struct {
  const char *section, *name, *user, *password, *token_file;
} Login;

static void check_login(const Check *c, const Login *l) {
  if (l->user != NULL && l->password == NULL && l->token_file == NULL &&
      is_missing(c, l->section, l->name, "password_file") && is_missing(c, l->section, l->name, "token_file"))
    complain(c, l->section, l->name, "user", "user needs a password_file beside it, or a token_file");
  if (l->password != NULL && l->token_file != NULL)
    complain(c, l->section, l->name, "token_file",
             "password_file and token_file are two ways to log in; keep one of them");
  if (l->user == NULL && l->token_file != NULL)
    complain(c, l->section, l->name, "token_file", "token_file needs a user beside it");
  if (l->user == NULL && l->password != NULL)
    complain(c, l->section, l->name, "password_file", "password_file needs a user beside it");
}

static void check_relay(const Check *c, const ConfigRelay *relay) {
  const Login login = {"relay", relay->name, relay->user, relay->password, relay->token_file};
  check_login(c, &login);
  if (relay->user != NULL && relay->tls == CONFIG_TLS_NONE && is_network(relay) &&
      !config_relay_is_local(relay))
    complain(c, "relay", relay->name, "tls",
             "tls = none would send the password in clear text to another machine; use tls = required");
}

static void check_relays(const Check *c) {
  if (c->config->relays->len == 0)
    complaints_add(
        c->complaints, c->config->path, 0,
        "no relay is named, so nothing can be sent; add [relay \"main\"] with url = smtp://host:587");
  for (guint i = 0; i < c->config->relays->len; i++) {
    const ConfigRelay *relay = c->config->relays->pdata[i];
    if (relay->url == NULL) {
      if (is_missing(c, "relay", relay->name, "url"))
        complain(c, "relay", relay->name, NULL, "this relay has no url; add url = smtp://host:587");
      continue;
    }
    check_relay(c, relay);
  }
}

/* ---- mailboxes ----------------------------------------------------------------------------------- */

#define MOVE "move:"

static void check_after(const Check *c, const ConfigInbound *in, gboolean maildir) {
  gboolean move = g_str_has_prefix(in->after, MOVE), keyword = strcmp(in->after, "keyword") == 0;
  if (!keyword && strcmp(in->after, "nothing") != 0 && (!move || in->after[strlen(MOVE)] == '\0'))
    complain(c, "inbound", in->name, "after", "after must be nothing, keyword or move:FOLDER");
  if (keyword && maildir)
    complain(c, "inbound", in->name, "after",
             "after = keyword is for imaps: and imap:, because files of a Maildir have no keywords");
  if (move && strcmp(in->after + strlen(MOVE), in->folder) == 0)
    complain(c, "inbound", in->name, "after",
             "after would move messages to the folder that they come from; name another");
}

static void check_server(const Check *c, const ConfigInbound *in) {
  const Login login = {"inbound", in->name, in->user, in->password, in->token_file};
  check_login(c, &login);
  if (in->user == NULL && is_missing(c, "inbound", in->name, "user"))
    complain(c, "inbound", in->name, "url", "this mailbox needs a user, and a password_file or a token_file");
}

/* What is only said of servers means nothing for a folder of this machine. */
static void check_maildir(const Check *c, const ConfigInbound *in) {
  static const char *const keys[] = {"user",   "password_file", "token_file",
                                     "folder", "ca_file",       "fingerprint"};
  for (gsize i = 0; i < G_N_ELEMENTS(keys); i++)
    if (!is_missing(c, "inbound", in->name, keys[i])) {
      g_autofree char *sentence =
          g_strdup_printf("%s means nothing for a maildir: mailbox; take it away", keys[i]);
      complain(c, "inbound", in->name, keys[i], sentence);
    }
}

/* Each would take what the other has, and both would be told that it is known. */
static void check_apart(const Check *c, guint n) {
  const ConfigInbound *in = c->config->inbounds->pdata[n];
  for (guint i = 0; i < n; i++) {
    const ConfigInbound *other = c->config->inbounds->pdata[i];
    if (g_strcmp0(in->url, other->url) == 0 && g_strcmp0(in->user, other->user) == 0 &&
        strcmp(in->folder, other->folder) == 0)
      complain(c, "inbound", in->name, "url",
               "this is the same mailbox as that of another section; keep one of them");
  }
}

static void check_inbounds(const Check *c) {
  for (guint i = 0; i < c->config->inbounds->len; i++) {
    const ConfigInbound *in = c->config->inbounds->pdata[i];
    gboolean maildir = in->url != NULL && g_str_has_prefix(in->url, "maildir:");
    if (in->url == NULL) {
      if (is_missing(c, "inbound", in->name, "url"))
        complain(c, "inbound", in->name, NULL, "this mailbox has no url; add url = imaps://host");
      continue;
    }
    if (maildir)
      check_maildir(c, in);
    else
      check_server(c, in);
    check_after(c, in, maildir);
    check_apart(c, i);
  }
}

/* ---- the rest ------------------------------------------------------------------------------------ */

static void check_mailbox(const Check *c, const char *key, const char *mailbox) {
  const char *separator = c->config->mail.token_separator;
  if (mailbox == NULL || separator == NULL)
    return;
  const char *at = strchr(mailbox, '@');
  const char *found = strstr(mailbox, separator);
  if (found == NULL || found > at)
    return;
  g_autofree char *sentence = g_strdup_printf(
      "%s holds the token_separator \"%s\" before its @, so a token could not be told from it; use "
      "another mailbox or another separator",
      key, separator);
  complain(c, "mail", NULL, key, sentence);
}

static void check_mail(const Check *c) {
  const ConfigMail *mail = &c->config->mail;
  if (mail->envelope == CONFIG_ENVELOPE_TOKEN && mail->reply_mailbox == NULL && mail->bounce_mailbox == NULL)
    complain(
        c, "mail", NULL, "envelope",
        "envelope = token needs a mailbox whose addresses may carry a token; add reply_mailbox = answers@…");
  if (mail->token_separator != NULL && strchr("+-_=.", *mail->token_separator) == NULL)
    complain(c, "mail", NULL, "token_separator",
             "token_separator cannot stand in an address here; use one of + - _ = .");
  check_mailbox(c, "reply_mailbox", mail->reply_mailbox);
  check_mailbox(c, "bounce_mailbox", mail->bounce_mailbox);
}

static void check_base_url(const Check *c, const ConfigHttp *http) {
  g_autofree char *host = host_of(http->base_url);
  if (g_str_has_prefix(http->base_url, "http:") && !is_this_machine(host))
    complain(
        c, "http", NULL, "base_url",
        "base_url would put links in clear text into letters; use https, which the proxy in front speaks");
  if (http->public == NULL && is_missing(c, "http", NULL, "public"))
    complain(c, "http", NULL, "base_url",
             "base_url promises pages that nobody serves; add public = host:port, or take base_url away");
}

static void check_http(const Check *c) {
  const ConfigHttp *http = &c->config->http;
  if (http->base_url != NULL)
    check_base_url(c, http);
  if (http->public != NULL && g_strcmp0(http->public, http->office) == 0)
    complain(c, "http", NULL, "public",
             "public and office are one address, but recipients must not reach the office; use two");
  if (http->trusted_proxy != NULL && !g_hostname_is_ip_address(http->trusted_proxy))
    complain(c, "http", NULL, "trusted_proxy", "trusted_proxy must be an IP address, as in 127.0.0.1");
}

/* A day without an open minute would hold everything back for ever. */
static void check_quiet(const Check *c) {
  const GPtrArray *quiet = c->config->pace.quiet;
  gboolean open = FALSE;
  for (guint minute = 0; minute < 24 * 60 && !open; minute++) {
    open = TRUE;
    for (guint i = 0; i < quiet->len && open; i++) {
      const ConfigQuiet *q = g_ptr_array_index(quiet, i);
      open = q->from < q->to ? minute < q->from || minute >= q->to : minute < q->from && minute >= q->to;
    }
  }
  if (!open)
    complain(c, "pace", NULL, "quiet", "quiet leaves no minute of the day in which mail may go; shorten it");
}

static void check_keys(const Check *c) {
  const ConfigOpenpgp *o = &c->config->openpgp;
  if (o->key != NULL && g_strcmp0(o->key, o->log_key) == 0)
    complain(c, "openpgp", NULL, "log_key",
             "log_key is the key of the documents, but who can sign documents must not be able to write the "
             "journal "
             "anew; make another");
}

static void check_rest(const Check *c) {
  check_quiet(c);
  if (c->config->retry.first > c->config->retry.ceiling)
    complain(c, "retry", NULL, "first", "first is longer than ceiling, the longest wait; shorten it");
}

void config_check(const Config *config, const Origins *origins, Complaints *complaints) {
  const Check check = {config, origins, complaints};
  check_organisation(&check);
  check_relays(&check);
  check_inbounds(&check);
  check_mail(&check);
  check_http(&check);
  check_keys(&check);
  check_rest(&check);
}
