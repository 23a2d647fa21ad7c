/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "inbound/imap_connection.h"

#include <curl/curl.h>
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

#include "base/fault.h"
#include "base/moment.h"
#include "inbound/verdict.h"

#define KEPT_SIZE    ((gsize)16 * 1024)
#define COMMAND_TIME (10 * MINUTE) /* for all of an answer, however steadily it comes */
#define WORDS_MAX    500

struct ImapConnection {
  CURL *curl;
  curl_socket_t socket;
  int stop_fd;
  gboolean secured;
  enum imap_trouble trouble;
  gint64 patience, deadline;
  gsize budget;
  gsize kept_at, kept_end; /* what came and was not yet asked for */
  char *where;
  char *words; /* the server's last ones that say no; NULL */
  guint8 kept[KEPT_SIZE];
};

static void wipe(char *secret) {
  if (secret != NULL)
    explicit_bzero(secret, strlen(secret));
  g_free(secret);
}

void mail_login_clear(MailLogin *login) {
  wipe(g_steal_pointer(&login->password));
  wipe(g_steal_pointer(&login->token));
}

/* ---- opening ------------------------------------------------------------------------------------- */

/* "A003 NO [AUTHENTICATIONFAILED] no such user" without its tag. What answers a challenge is none of it. */
static void note_words(ImapConnection *connection, const char *line, gsize length) {
  g_autofree char *text = g_strndup(line, MIN(length, WORDS_MAX));
  const char *rest = strchr(text, ' ');
  if (*text == '+' || rest == NULL)
    return;
  if (g_str_has_prefix(rest, " NO") || g_str_has_prefix(rest, " BAD") || g_str_has_prefix(rest, " BYE"))
    verdict_set(&connection->words, rest);
}

/* One line as libcurl heard it. That TLS is there is asked here, because libcurl tells it only while it
 * works. */
static size_t on_line(char *line, size_t size, size_t count, void *data) {
  ImapConnection *connection = data;
  struct curl_tlssessioninfo *info = NULL;
  connection->secured = curl_easy_getinfo(connection->curl, CURLINFO_TLS_SSL_PTR, &info) == CURLE_OK &&
                        info != NULL && info->internals != NULL;
  note_words(connection, line, size * count);
  return size * count;
}

static gboolean must_stop(const ImapConnection *connection) {
  struct pollfd p = {.fd = connection->stop_fd, .events = POLLIN};
  return poll(&p, 1, 0) > 0;
}

static int on_progress(void *data, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d) {
  (void)a, (void)b, (void)c, (void)d;
  return must_stop(data);
}

static void set_security(CURL *curl, const MailSource *source) {
  /* ALL, never TRY: a server that stops offering STARTTLS gets no password. */
  curl_easy_setopt(curl, CURLOPT_USE_SSL, (long)CURLUSESSL_ALL);
  curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L);
  curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L);
  curl_easy_setopt(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
  if (source->ca_file != NULL) {
    curl_easy_setopt(curl, CURLOPT_CAINFO, source->ca_file);
    curl_easy_setopt(curl, CURLOPT_CAPATH, NULL);
  }
  if (source->fingerprint != NULL)
    curl_easy_setopt(curl, CURLOPT_PINNEDPUBLICKEY, source->fingerprint);
}

static void set_login(CURL *curl, const MailSource *source, const MailLogin *login) {
  curl_easy_setopt(curl, CURLOPT_USERNAME, source->user);
  curl_easy_setopt(curl, CURLOPT_SASL_IR, 1L);
  if (login->token != NULL) {
    /* RFC 7628, or what came before it; never another way that would want a password. */
    curl_easy_setopt(curl, CURLOPT_XOAUTH2_BEARER, login->token);
    curl_easy_setopt(curl, CURLOPT_LOGIN_OPTIONS, "AUTH=OAUTHBEARER;AUTH=XOAUTH2");
  } else
    curl_easy_setopt(curl, CURLOPT_PASSWORD, login->password);
}

static void prepare(ImapConnection *connection, const MailSource *source, const MailLogin *login) {
  CURL *curl = curl_easy_init();
  g_assert(curl != NULL); /* out of memory: the same recovery as after any crash */
  connection->curl = curl;
  g_autofree char *url =
      g_strdup_printf("%s://%s:%u/", source->tls_first ? "imaps" : "imap", source->host, source->port);
  curl_easy_setopt(curl, CURLOPT_URL, url);
  set_security(curl, source);
  set_login(curl, source, login);
  curl_easy_setopt(curl, CURLOPT_CONNECT_ONLY, 1L);
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "imap,imaps");
  curl_easy_setopt(curl, CURLOPT_PROXY, ""); /* whatever the environment says */
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_TCP_NODELAY, 1L);
  curl_easy_setopt(curl, CURLOPT_TCP_KEEPALIVE, 1L);
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, (long)(source->patience * 2 / 1000));
  curl_easy_setopt(curl, CURLOPT_SERVER_RESPONSE_TIMEOUT, (long)MAX(source->patience / SECOND, 1));
  curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_line);
  curl_easy_setopt(curl, CURLOPT_HEADERDATA, connection);
  curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, on_progress);
  curl_easy_setopt(curl, CURLOPT_XFERINFODATA, connection);
}

/* What the admin can do about it, where that is plain. */
static int refuse(const ImapConnection *connection, const MailLogin *login, CURLcode r, const char *detail,
                  GError **error) {
  const char *words = connection->words != NULL ? connection->words : "it gave no reason";
  switch (r) {
  case CURLE_ABORTED_BY_CALLBACK:
    return fault(error, FAULT_BUSY, "%s was not reached before we were stopping", connection->where);
  case CURLE_LOGIN_DENIED:
    return fault(error, FAULT_SYSTEM, "%s does not let us log in (%s); correct user and %s",
                 connection->where, words,
                 login->token != NULL ? "see that the helper that renews token_file runs" : "password_file");
  case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
    return fault(error, FAULT_SYSTEM,
                 "%s shows another key than the one of the fingerprint; if the server has a new key, ask its "
                 "admin for it "
                 "and put its fingerprint into the configuration",
                 connection->where);
  case CURLE_USE_SSL_FAILED:
    return fault(error, FAULT_SYSTEM,
                 "%s does not let us begin TLS, and no password is sent in clear text; use imaps://",
                 connection->where);
  default:
    return fault(error, FAULT_SYSTEM, "%s cannot be used: %s", connection->where,
                 detail[0] != '\0' ? detail : curl_easy_strerror(r));
  }
}

/* libcurl says that all went well; what Valise asked for must be seen to be there as well. */
static int confirm(ImapConnection *connection, const MailLogin *login, GError **error) {
  if (curl_easy_getinfo(connection->curl, CURLINFO_ACTIVESOCKET, &connection->socket) != CURLE_OK ||
      connection->socket == CURL_SOCKET_BAD)
    return refuse(connection, login, CURLE_COULDNT_CONNECT, "libcurl gives no socket", error);
  return connection->secured ? 0 : refuse(connection, login, CURLE_USE_SSL_FAILED, "", error);
}

int imap_connection_open(const MailSource *source, const MailLogin *login, int stop_fd, ImapConnection **ret,
                         GError **error) {
  char detail[CURL_ERROR_SIZE] = "";
  ImapConnection *connection = g_new0(ImapConnection, 1);
  connection->stop_fd = stop_fd;
  connection->socket = CURL_SOCKET_BAD;
  connection->patience = source->patience;
  connection->where = g_strdup_printf("%s:%u", source->host, source->port);
  prepare(connection, source, login);
  curl_easy_setopt(connection->curl, CURLOPT_ERRORBUFFER, detail);
  CURLcode code = curl_easy_perform(connection->curl);
  /* The buffer ends with this function, the handle does not. */
  curl_easy_setopt(connection->curl, CURLOPT_ERRORBUFFER, NULL);
  curl_easy_setopt(connection->curl, CURLOPT_HEADERFUNCTION, NULL);
  curl_easy_setopt(connection->curl, CURLOPT_NOPROGRESS, 1L);
  int r =
      code == CURLE_OK ? confirm(connection, login, error) : refuse(connection, login, code, detail, error);
  if (r < 0)
    imap_connection_close(connection);
  else
    *ret = connection;
  return r;
}

void imap_connection_close(ImapConnection *connection) {
  if (connection == NULL)
    return;
  /* Shut down first, so that no library can say another word when it lets go. */
  if (connection->socket != CURL_SOCKET_BAD)
    (void)shutdown((int)connection->socket, SHUT_RDWR);
  curl_easy_cleanup(connection->curl);
  g_free(connection->where);
  g_free(connection->words);
  g_free(connection);
}

/* ---- its bytes ----------------------------------------------------------------------------------- */

void imap_connection_begin(ImapConnection *connection, gsize budget) {
  connection->budget = budget;
  connection->deadline = g_get_monotonic_time() + COMMAND_TIME;
}

/* Until the socket has EVENT; the trouble, or NONE. */
static enum imap_trouble wait_for(const ImapConnection *connection, short event, gint64 until) {
  struct pollfd p[] = {{.fd = (int)connection->socket, .events = event},
                       {.fd = connection->stop_fd, .events = POLLIN}};
  for (;;) {
    gint64 left = until - g_get_monotonic_time();
    if (left <= 0)
      return IMAP_TROUBLE_SILENT;
    int n = poll(p, G_N_ELEMENTS(p), (int)MIN(left / 1000 + 1, G_MAXINT));
    if (n < 0 && errno != EINTR)
      return IMAP_TROUBLE_BROKEN;
    if (n > 0 && p[1].revents != 0)
      return IMAP_TROUBLE_STOPPED;
    if (n > 0)
      return IMAP_TROUBLE_NONE;
  }
}

/* > 0 octets, 0 none now, -1 and the trouble. */
static ssize_t receive(ImapConnection *connection, void *to, gsize size) {
  size_t n = 0;
  CURLcode r = curl_easy_recv(connection->curl, to, size, &n);
  if (r == CURLE_OK && n > 0)
    return (ssize_t)n;
  if (r == CURLE_AGAIN)
    return 0;
  connection->trouble = r == CURLE_OK ? IMAP_TROUBLE_CLOSED : IMAP_TROUBLE_BROKEN;
  return -1;
}

static ssize_t take_kept(ImapConnection *connection, void *to, gsize size) {
  gsize n = MIN(size, connection->kept_end - connection->kept_at);
  memcpy(to, connection->kept + connection->kept_at, n);
  connection->kept_at += n;
  return (ssize_t)n;
}

static ssize_t read_some(ImapConnection *connection, void *to, gsize size) {
  if (connection->kept_at < connection->kept_end)
    return take_kept(connection, to, size);
  gint64 until = MIN(g_get_monotonic_time() + connection->patience, connection->deadline);
  while (connection->trouble == IMAP_TROUBLE_NONE) {
    ssize_t n = receive(connection, to, size);
    if (n != 0)
      return n;
    connection->trouble = wait_for(connection, POLLIN, until);
  }
  return -1;
}

ssize_t imap_connection_read(ImapConnection *connection, void *to, gsize size) {
  ssize_t n = connection->trouble == IMAP_TROUBLE_NONE ? read_some(connection, to, size) : -1;
  if (n > 0 && (gsize)n > connection->budget) {
    connection->trouble = IMAP_TROUBLE_ENDLESS;
    return -1;
  }
  if (n > 0)
    connection->budget -= (gsize)n;
  return n;
}

ssize_t imap_connection_write(ImapConnection *connection, const void *from, gsize size) {
  gint64 until = g_get_monotonic_time() + connection->patience;
  while (connection->trouble == IMAP_TROUBLE_NONE) {
    size_t n = 0;
    CURLcode r = curl_easy_send(connection->curl, from, size, &n);
    if (r == CURLE_OK && n > 0)
      return (ssize_t)n;
    connection->trouble = r == CURLE_AGAIN ? wait_for(connection, POLLOUT, until) : IMAP_TROUBLE_BROKEN;
  }
  return -1;
}

gboolean imap_connection_wait(ImapConnection *connection, gint64 until) {
  while (connection->trouble == IMAP_TROUBLE_NONE && connection->kept_at == connection->kept_end) {
    ssize_t n = receive(connection, connection->kept, KEPT_SIZE);
    connection->kept_at = 0;
    connection->kept_end = n > 0 ? (gsize)n : 0;
    if (n != 0)
      break;
    enum imap_trouble trouble = wait_for(connection, POLLIN, until);
    if (trouble == IMAP_TROUBLE_SILENT)
      return TRUE; /* nothing was to be said */
    connection->trouble = trouble;
  }
  return connection->trouble == IMAP_TROUBLE_NONE;
}

enum imap_trouble imap_connection_trouble(const ImapConnection *connection) {
  return connection->trouble;
}

const char *imap_connection_where(const ImapConnection *connection) {
  return connection->where;
}
