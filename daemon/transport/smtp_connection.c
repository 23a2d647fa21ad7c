/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "transport/smtp_connection.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "transport/smtp_opening.h"

#define KEPT_SIZE ((gsize)16 * 1024)
#define SLICE                                                                                                \
  (SECOND / 4) /* how long one wait in the kernel lasts before the flag and the time are looked at */
#define QUIT_WAIT SECOND

struct SmtpConnection {
  SmtpOpened opened;
  const gint *stop;
  gsize kept_at, kept_end; /* what was received and not yet taken */
  guint8 kept[KEPT_SIZE];
};

int smtp_connection_open(const Relay *relay, const gint *stop, SmtpConnection **ret, Outcome *ret_outcome) {
  SmtpConnection *connection = g_new(SmtpConnection, 1);
  connection->opened = (SmtpOpened){.curl = NULL};
  connection->stop = stop;
  connection->kept_at = connection->kept_end = 0;
  int r = smtp_opening_run(relay, stop, &connection->opened, ret_outcome);
  if (r != 0) {
    smtp_connection_close(connection);
    return r;
  }
  *ret = connection;
  return 0;
}

void smtp_connection_close(SmtpConnection *connection) {
  if (connection == NULL)
    return;
  /* Shut down first, so that no library can say another word (a QUIT, a close-notify) when it lets go. */
  if (connection->opened.curl != NULL && connection->opened.socket != CURL_SOCKET_BAD)
    (void)shutdown((int)connection->opened.socket, SHUT_RDWR);
  if (connection->opened.curl != NULL)
    curl_easy_cleanup(connection->opened.curl);
  g_free(connection->opened.tls);
  g_free(connection);
}

const SmtpCapabilities *smtp_connection_capabilities(const SmtpConnection *connection) {
  return &connection->opened.capabilities;
}

const char *smtp_connection_tls(const SmtpConnection *connection) {
  return connection->opened.tls;
}

int smtp_connection_socket(const SmtpConnection *connection) {
  return (int)connection->opened.socket;
}

enum got { GOT_BYTES, GOT_NOTHING, GOT_END, GOT_ERROR };

/* In clear text the socket is used directly: libcurl would look for more than there is to see. */
static enum got receive_clear(SmtpConnection *connection) {
  ssize_t n;
  do
    n = recv((int)connection->opened.socket, connection->kept, KEPT_SIZE, MSG_DONTWAIT);
  while (n < 0 && errno == EINTR);
  if (n < 0)
    return errno == EAGAIN || errno == EWOULDBLOCK ? GOT_NOTHING : GOT_ERROR;
  connection->kept_at = 0;
  connection->kept_end = (gsize)n;
  return n == 0 ? GOT_END : GOT_BYTES;
}

static enum got receive_tls(SmtpConnection *connection) {
  size_t n = 0;
  CURLcode r = curl_easy_recv(connection->opened.curl, connection->kept, KEPT_SIZE, &n);
  if (r == CURLE_AGAIN)
    return GOT_NOTHING;
  if (r != CURLE_OK)
    return GOT_ERROR;
  connection->kept_at = 0;
  connection->kept_end = n;
  return n == 0 ? GOT_END : GOT_BYTES;
}

/* What is there now; nothing must be kept. */
static enum got receive(SmtpConnection *connection) {
  return connection->opened.tls != NULL ? receive_tls(connection) : receive_clear(connection);
}

static enum smtp_wire wire_of(enum got got) {
  switch (got) {
  case GOT_BYTES:
    return SMTP_WIRE_SPOKEN;
  case GOT_END:
    return SMTP_WIRE_CLOSED;
  case GOT_ERROR:
    return SMTP_WIRE_BROKEN;
  case GOT_NOTHING:
    break;
  }
  return SMTP_WIRE_DONE;
}

gboolean smtp_connection_holds(const SmtpConnection *connection) {
  return connection->kept_at < connection->kept_end;
}

enum smtp_wire smtp_connection_quiet(SmtpConnection *connection) {
  if (smtp_connection_holds(connection))
    return SMTP_WIRE_SPOKEN;
  return wire_of(receive(connection));
}

/* > 0 octets taken, 0 none now, < 0 broken. *begun when some may have left although none is reported. */
static gssize send_some(SmtpConnection *connection, const char *bytes, gsize length, gboolean *begun) {
  if (connection->opened.tls != NULL) {
    size_t n = 0;
    /* A TLS record may be under way whatever the call says. */
    *begun = TRUE;
    CURLcode r = curl_easy_send(connection->opened.curl, bytes, length, &n);
    return r == CURLE_OK ? (gssize)n : r == CURLE_AGAIN ? 0 : -1;
  }
  ssize_t n;
  do
    n = send((int)connection->opened.socket, bytes, length, MSG_DONTWAIT | MSG_NOSIGNAL);
  while (n < 0 && errno == EINTR);
  if (n > 0)
    *begun = TRUE;
  return n >= 0 ? n : errno == EAGAIN || errno == EWOULDBLOCK ? 0 : -1;
}

enum smtp_wire smtp_connection_send(SmtpConnection *connection, const char *bytes, gsize length,
                                    gsize *ret_sent, gboolean *begun) {
  *ret_sent = 0;
  while (*ret_sent < length) {
    gssize n = send_some(connection, bytes + *ret_sent, length - *ret_sent, begun);
    if (n <= 0)
      return n == 0 ? SMTP_WIRE_WAITS : SMTP_WIRE_BROKEN;
    *ret_sent += (gsize)n;
  }
  return SMTP_WIRE_DONE;
}

/* DONE when the reply is whole, FAULTY, or SPOKEN when there is more to come. */
static enum smtp_wire take_kept(SmtpConnection *connection, SmtpReply *reply) {
  gsize used = 0;
  enum smtp_reply_state state = smtp_reply_feed(reply, connection->kept + connection->kept_at,
                                                connection->kept_end - connection->kept_at, &used);
  connection->kept_at += used;
  if (state == SMTP_REPLY_FAULTY)
    return SMTP_WIRE_FAULTY;
  return state == SMTP_REPLY_WHOLE ? SMTP_WIRE_DONE : SMTP_WIRE_SPOKEN;
}

enum smtp_wire smtp_connection_read(SmtpConnection *connection, SmtpReply *reply) {
  for (;;) {
    if (smtp_connection_holds(connection)) {
      enum smtp_wire wire = take_kept(connection, reply);
      if (wire != SMTP_WIRE_SPOKEN)
        return wire;
    }
    enum got got = receive(connection);
    if (got == GOT_NOTHING)
      return SMTP_WIRE_WAITS;
    if (got != GOT_BYTES)
      return wire_of(got);
  }
}

enum smtp_wire smtp_connection_read_soon(SmtpConnection *connection, SmtpReply *reply, gint64 wait) {
  const gint64 deadline = g_get_monotonic_time() + wait;
  struct pollfd p = {.fd = smtp_connection_socket(connection), .events = POLLIN};
  for (;;) {
    enum smtp_wire wire = smtp_connection_read(connection, reply);
    if (wire != SMTP_WIRE_WAITS)
      return wire;
    if (connection->stop != NULL && g_atomic_int_get(connection->stop) != 0)
      return SMTP_WIRE_STOPPED;
    if (g_get_monotonic_time() >= deadline)
      return SMTP_WIRE_TIMEOUT;
    (void)poll(&p, 1, SLICE / 1000);
  }
}

void smtp_connection_quit(SmtpConnection *connection) {
  if (connection == NULL)
    return;
  SmtpReply reply;
  gsize sent = 0;
  gboolean begun = FALSE;
  smtp_reply_begin(&reply);
  if (smtp_connection_quiet(connection) == SMTP_WIRE_DONE &&
      smtp_connection_send(connection, "QUIT\r\n", 6, &sent, &begun) == SMTP_WIRE_DONE)
    (void)smtp_connection_read_soon(connection, &reply, QUIT_WAIT);
  smtp_connection_close(connection);
}

char *smtp_connection_trouble(const SmtpConnection *connection, enum smtp_wire wire, const SmtpReply *reply) {
  const char *what = "did as it should";
  switch (wire) {
  case SMTP_WIRE_SPOKEN:
    what = "spoke when it was not its turn";
    break;
  case SMTP_WIRE_CLOSED:
    what = reply != NULL && smtp_reply_begun(reply) ? "closed the connection within a reply"
                                                    : "closed the connection";
    break;
  case SMTP_WIRE_BROKEN:
    what = "is no longer reached: the connection broke";
    break;
  case SMTP_WIRE_TIMEOUT:
    what = "did not answer in the time that RFC 5321 allows it";
    break;
  case SMTP_WIRE_STOPPED:
    what = "was left before the end of data, because we are stopping";
    break;
  case SMTP_WIRE_FAULTY:
    return g_strdup_printf("%s: %s", connection->opened.where,
                           smtp_reply_fault_words(reply != NULL ? reply->fault : SMTP_FAULT_CODE));
  case SMTP_WIRE_DONE:
  case SMTP_WIRE_WAITS:
    break;
  }
  return g_strdup_printf("%s %s", connection->opened.where, what);
}
