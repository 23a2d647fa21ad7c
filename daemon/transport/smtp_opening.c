/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "transport/smtp_opening.h"

#include <gnutls/gnutls.h>
#include <string.h>

#include "base/clock.h"
#include "transport/bearer.h"
#include "transport/smtp_outcome.h"
#include "transport/smtp_reply.h"

typedef struct {
  const Relay *relay;
  const gint *stop;
  SmtpOpened *opened;
  SmtpReply reply;
  SmtpReply last; /* the last whole one: the relay's words when it says no */
  gboolean replied;
  enum outcome_step step; /* what the next reply is about */
  gboolean secured;       /* STARTTLS was accepted, or TLS came first */
  gboolean authenticated;
  gboolean faulty;
} Opening;

/* A whole reply moves the opening on (RFC 5321 §3.1, RFC 3207 §4, RFC 4954 §4). */
static void advance(Opening *opening) {
  int code = opening->reply.code;
  opening->last = opening->reply;
  opening->replied = TRUE;
  if (opening->step == STEP_GREETING && code == 220) {
    opening->step = STEP_EHLO;
  } else if (opening->step == STEP_EHLO && code == 250) {
    gboolean more_tls = opening->relay->tls == RELAY_TLS_REQUIRED && !opening->secured;
    opening->step = more_tls ? STEP_STARTTLS : STEP_AUTH;
  } else if (opening->step == STEP_STARTTLS && code == 220) {
    /* RFC 3207 §4.2: what was learnt before TLS is forgotten; EHLO comes again. */
    opening->opened->capabilities = (SmtpCapabilities){0};
    opening->secured = TRUE;
  } else if (opening->step == STEP_STARTTLS && opening->secured && code == 250) {
    opening->step = STEP_AUTH;
  } else if (opening->step == STEP_AUTH && code == 235) {
    opening->authenticated = TRUE;
  }
}

static void note_capability(Opening *opening, const char *line, gsize length) {
  gboolean ehlo = opening->step == STEP_EHLO || (opening->step == STEP_STARTTLS && opening->secured);
  /* The first line names the host (RFC 5321 §4.1.1.1). */
  if (ehlo && opening->reply.code == 250 && opening->reply.lines > 0)
    smtp_capabilities_line(&opening->opened->capabilities, line, length);
}

/* "TLS1.3 AES-256-GCM", or NULL when the connection is in clear text. */
static char *tls_words(CURL *curl) {
  struct curl_tlssessioninfo *info = NULL;
  if (curl_easy_getinfo(curl, CURLINFO_TLS_SSL_PTR, &info) != CURLE_OK || info == NULL ||
      info->internals == NULL)
    return NULL;
  if (info->backend != CURLSSLBACKEND_GNUTLS)
    return g_strdup("TLS");
  gnutls_session_t session = info->internals;
  return g_strdup_printf("%s %s", gnutls_protocol_get_name(gnutls_protocol_get_version(session)),
                         gnutls_cipher_get_name(gnutls_cipher_get(session)));
}

/* One line as libcurl heard it; anything but its length ends the opening. */
static size_t on_line(char *line, size_t size, size_t count, void *data) {
  Opening *opening = data;
  gsize length = size * count, used = 0;
  /* Asked here, because libcurl tells it only while it works. */
  if (opening->secured && opening->opened->tls == NULL)
    opening->opened->tls = tls_words(opening->opened->curl);
  note_capability(opening, line, length);
  enum smtp_reply_state state = smtp_reply_feed(&opening->reply, (const guint8 *)line, length, &used);
  if (state == SMTP_REPLY_FAULTY || used < length) {
    opening->faulty = TRUE;
    return 0;
  }
  if (state == SMTP_REPLY_WHOLE) {
    advance(opening);
    smtp_reply_begin(&opening->reply);
  }
  return length;
}

static int on_progress(void *data, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d) {
  const Opening *opening = data;
  (void)a, (void)b, (void)c, (void)d;
  return opening->stop != NULL && g_atomic_int_get(opening->stop) != 0;
}

/* The EHLO name travels in the URL's path; the brackets of an address literal are escaped there. */
static void set_url(CURL *curl, const Relay *relay) {
  g_autofree char *ehlo = g_uri_escape_string(relay->ehlo != NULL ? relay->ehlo : "", NULL, FALSE);
  g_autofree char *url =
      g_strdup_printf("%s://%s:%u/%s", relay->tls_first ? "smtps" : "smtp", relay->host, relay->port, ehlo);
  curl_easy_setopt(curl, CURLOPT_URL, url);
}

static void set_security(CURL *curl, const Relay *relay) {
  /* ALL, never TRY: a relay that stops offering STARTTLS gets nothing. */
  curl_easy_setopt(curl, CURLOPT_USE_SSL,
                   relay->tls == RELAY_TLS_REQUIRED ? CURLUSESSL_ALL : CURLUSESSL_NONE);
  curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L);
  curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L);
  curl_easy_setopt(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
  if (relay->ca_file != NULL) {
    curl_easy_setopt(curl, CURLOPT_CAINFO, relay->ca_file);
    curl_easy_setopt(curl, CURLOPT_CAPATH, NULL);
  }
  if (relay->fingerprint != NULL)
    curl_easy_setopt(curl, CURLOPT_PINNEDPUBLICKEY, relay->fingerprint);
}

static void set_login(CURL *curl, const Relay *relay, const char *token) {
  if (relay->user == NULL)
    return;
  curl_easy_setopt(curl, CURLOPT_USERNAME, relay->user);
  curl_easy_setopt(curl, CURLOPT_SASL_IR, 1L);
  if (token != NULL) {
    /* RFC 7628, or what came before it; never another way that would want a password. */
    curl_easy_setopt(curl, CURLOPT_XOAUTH2_BEARER, token);
    curl_easy_setopt(curl, CURLOPT_LOGIN_OPTIONS, "AUTH=OAUTHBEARER;AUTH=XOAUTH2");
  } else
    curl_easy_setopt(curl, CURLOPT_PASSWORD, relay->password);
}

static CURL *prepare(Opening *opening, const char *token) {
  const Relay *relay = opening->relay;
  CURL *curl = curl_easy_init();
  g_assert(curl != NULL); /* out of memory: the same recovery as after any crash */
  set_url(curl, relay);
  set_security(curl, relay);
  set_login(curl, relay, token);
  curl_easy_setopt(curl, CURLOPT_CONNECT_ONLY, 1L);
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  curl_easy_setopt(curl, CURLOPT_PROXY, ""); /* whatever the environment says */
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_TCP_NODELAY, 1L);
  curl_easy_setopt(curl, CURLOPT_TCP_KEEPALIVE,
                   1L); /* a relay that vanished is noticed within the dot's wait */
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, (long)(relay->waits.greeting * 2 / 1000));
  curl_easy_setopt(curl, CURLOPT_SERVER_RESPONSE_TIMEOUT, (long)(relay->waits.greeting / SECOND));
  curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_line);
  curl_easy_setopt(curl, CURLOPT_HEADERDATA, opening);
  curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, on_progress);
  curl_easy_setopt(curl, CURLOPT_XFERINFODATA, opening);
  return curl;
}

/* The step at which libcurl gave up, where the replies alone do not tell it. */
static enum outcome_step step_of(const Opening *opening, CURLcode r) {
  curl_off_t connected = 0;
  if (r == CURLE_PEER_FAILED_VERIFICATION || r == CURLE_SSL_CONNECT_ERROR || r == CURLE_USE_SSL_FAILED ||
      r == CURLE_SSL_CACERT_BADFILE || r == CURLE_SSL_ISSUER_ERROR || r == CURLE_SSL_PINNEDPUBKEYNOTMATCH)
    return STEP_STARTTLS;
  curl_easy_getinfo(opening->opened->curl, CURLINFO_CONNECT_TIME_T, &connected);
  gboolean reached = connected > 0 || opening->replied;
  if (r == CURLE_COULDNT_RESOLVE_HOST || r == CURLE_COULDNT_CONNECT || !reached)
    return STEP_CONNECT;
  return opening->step;
}

static char *trouble_of(const Opening *opening, CURLcode r, const char *detail) {
  const char *where = opening->opened->where;
  if (opening->faulty)
    return g_strdup_printf("%s: %s", where, smtp_reply_fault_words(opening->reply.fault));
  if (r == CURLE_ABORTED_BY_CALLBACK)
    return g_strdup_printf("%s was not reached before we were stopping", where);
  if (r == CURLE_SSL_PINNEDPUBKEYNOTMATCH)
    return g_strdup_printf(
        "%s shows another key than the one of the fingerprint in the configuration; if the relay has "
        "a new key, ask its admin for it and put its fingerprint there",
        where);
  if (r == CURLE_USE_SSL_FAILED)
    return g_strdup_printf("%s does not let us begin TLS, and nothing is sent in clear text", where);
  return g_strdup_printf("%s: %s", where, detail[0] != '\0' ? detail : curl_easy_strerror(r));
}

/* A login that is refused for good needs somebody who mends it: the relay's words within ours. */
static void tell_remedy(const Opening *opening, CURLcode r, Outcome *outcome) {
  const Relay *relay = opening->relay;
  if (relay->user == NULL || outcome->step != STEP_AUTH || opening->faulty || outcome->code / 100 == 4 ||
      (outcome->code == 0 && r != CURLE_LOGIN_DENIED))
    return;
  g_autofree char *words = g_steal_pointer(&outcome->reply);
  g_free(outcome->trouble);
  outcome->trouble =
      relay->token_file != NULL
          ? g_strdup_printf(
                "%s does not take the token in %s%s%s; see that the helper that renews it runs, and that "
                "the account may send",
                opening->opened->where, relay->token_file, words != NULL ? ": " : "",
                words != NULL ? words : "")
          : g_strdup_printf("%s does not take the user and the password%s%s; correct user and password_file",
                            opening->opened->where, words != NULL ? ": " : "", words != NULL ? words : "");
}

static int refuse(const Opening *opening, CURLcode r, const char *detail, Outcome *ret_outcome) {
  ret_outcome->step = step_of(opening, r);
  /* The last reply is the reason only when it says no. */
  if (opening->replied && opening->last.code >= 400 && !opening->faulty)
    smtp_outcome_reply(ret_outcome, &opening->last);
  ret_outcome->kind = OUTCOME_DEFERRED;
  /* Not announced: held until somebody looks. Announced and then refused (454): later it may work. */
  if (r == CURLE_USE_SSL_FAILED && opening->last.code == 250) {
    ret_outcome->kind = OUTCOME_NOT_SENT;
    ret_outcome->lacks = "tls";
  }
  ret_outcome->trouble = trouble_of(opening, r, detail);
  tell_remedy(opening, r, ret_outcome);
  ret_outcome->relay_down = TRUE;
  ret_outcome->closed = TRUE;
  return 1;
}

/* libcurl says that all went well; what Valise asked for must be seen to be there as well. */
static int confirm(Opening *opening, Outcome *ret_outcome) {
  SmtpOpened *opened = opening->opened;
  if (curl_easy_getinfo(opened->curl, CURLINFO_ACTIVESOCKET, &opened->socket) != CURLE_OK ||
      opened->socket == CURL_SOCKET_BAD)
    return refuse(opening, CURLE_COULDNT_CONNECT, "libcurl gives no socket", ret_outcome);
  if (opening->relay->tls == RELAY_TLS_REQUIRED && (opened->tls == NULL || !opening->secured))
    return refuse(opening, CURLE_USE_SSL_FAILED, "", ret_outcome);
  if (opening->relay->user != NULL && !opening->authenticated)
    return refuse(opening, CURLE_LOGIN_DENIED, "it offers no way to log in that we know", ret_outcome);
  if (opening->step != STEP_AUTH)
    return refuse(opening, CURLE_WEIRD_SERVER_REPLY, "", ret_outcome);
  return 0;
}

static int run(const Relay *relay, const gint *stop, const char *token, SmtpOpened *opened,
               Outcome *ret_outcome) {
  char detail[CURL_ERROR_SIZE] = "";
  g_autofree Opening *opening = g_new0(Opening, 1);
  opening->relay = relay;
  opening->stop = stop;
  opening->opened = opened;
  opening->step = STEP_GREETING;
  opening->secured = relay->tls_first;
  smtp_reply_begin(&opening->reply);
  opened->socket = CURL_SOCKET_BAD;
  g_snprintf(opened->where, sizeof opened->where, "%s:%u", relay->host, relay->port);
  opened->curl = prepare(opening, token);
  curl_easy_setopt(opened->curl, CURLOPT_ERRORBUFFER, detail);
  CURLcode r = curl_easy_perform(opened->curl);
  /* The buffer and the opening end with this function, the handle does not. */
  curl_easy_setopt(opened->curl, CURLOPT_ERRORBUFFER, NULL);
  curl_easy_setopt(opened->curl, CURLOPT_HEADERDATA, NULL);
  curl_easy_setopt(opened->curl, CURLOPT_HEADERFUNCTION, NULL);
  curl_easy_setopt(opened->curl, CURLOPT_NOPROGRESS, 1L);
  return r == CURLE_OK ? confirm(opening, ret_outcome) : refuse(opening, r, detail, ret_outcome);
}

/* Our own side fails, but so that this relay cannot be used: the next one may. */
static int lack_token(const GError *error, Outcome *ret_outcome) {
  ret_outcome->kind = OUTCOME_DEFERRED;
  ret_outcome->step = STEP_AUTH;
  ret_outcome->trouble = g_strdup(error->message);
  ret_outcome->relay_down = TRUE;
  ret_outcome->closed = TRUE;
  return 1;
}

int smtp_opening_run(const Relay *relay, const gint *stop, SmtpOpened *opened, Outcome *ret_outcome) {
  g_autoptr(GError) error = NULL;
  char *token = NULL;
  if (relay->token_file != NULL && bearer_read(relay->token_file, &token, &error) < 0)
    return lack_token(error, ret_outcome);
  int r = run(relay, stop, token, opened, ret_outcome);
  bearer_free(token);
  return r;
}
