/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "http/http_server.h"

#include <microhttpd.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fault.h"
#include "http/body.h"
#include "http/json.h"
#include "http/listener.h"
#include "http/request_make.h"
#include "http/response_send.h"

#define MIB             ((gsize)1024 * 1024)
#define HEADER_MEMORY   (32 * 1024) /* request line and headers of one connection */
#define SWALLOW_MAX     (64 * 1024) /* a refused body up to this is read, so that the connection can go on */
#define STREAM_BLOCK    (16 * 1024) /* libmicrohttpd's buffer for one piece of a stream */
#define HEARTBEAT_AFTER (10 * SECOND)

struct HttpServer {
  HttpOptions options; /* zeros filled in; strings are owned below */
  char *spool;
  Listener listener;
  struct MHD_Daemon *daemon;
  gint stopping;
  GMutex lock;
  GCond idle;
  guint active;
};

/* One request and its answer, from the first byte of the request line to the last of the body. */
typedef struct {
  HttpServer *server;
  char *target;
  Request *request;
  Response *response; /* filled early when the request is refused before its body */
  Body *body;
  gboolean begun, swallowing, counted;
} Exchange;

/* ---- counting what is under way ------------------------------------------------------------------ */

static void count_in(Exchange *exchange) {
  exchange->counted = TRUE;
  g_mutex_lock(&exchange->server->lock);
  exchange->server->active++;
  g_mutex_unlock(&exchange->server->lock);
}

static void count_out(Exchange *exchange) {
  if (!exchange->counted)
    return;
  HttpServer *server = exchange->server;
  g_mutex_lock(&server->lock);
  server->active--;
  g_cond_broadcast(&server->idle);
  g_mutex_unlock(&server->lock);
}

guint http_server_active(HttpServer *server) {
  g_mutex_lock(&server->lock);
  const guint active = server->active;
  g_mutex_unlock(&server->lock);
  return active;
}

static gboolean is_stopping(HttpServer *server) {
  return g_atomic_int_get(&server->stopping) != 0;
}

/* ---- the body of the answer ---------------------------------------------------------------------- */

typedef struct {
  HttpServer *server;
  StreamSource source;
  int fd; /* the client's, to see that it is gone */
  GString *chunk;
  gsize sent; /* of chunk */
  gboolean ended, broken;
} Stream;

static void stream_free(void *data) {
  Stream *stream = data;
  if (stream->source.free != NULL)
    stream->source.free(stream->source.data);
  g_string_free(stream->chunk, TRUE);
  g_free(stream);
}

static gboolean client_is_gone(int fd) {
  struct pollfd p = {.fd = fd, .events = 0};
  return poll(&p, 1, 0) > 0 && (p.revents & (POLLHUP | POLLERR | POLLNVAL)) != 0;
}

/* Asks for more until there is some, or it ends. Waits are the source's own, and short. */
static void stream_refill(Stream *stream) {
  const gint64 since = clock_monotonic(clock_system());
  g_string_truncate(stream->chunk, 0);
  stream->sent = 0;
  while (stream->chunk->len == 0 && !stream->ended) {
    const int r = stream->source.next(stream->chunk, stream->source.data);
    stream->ended = r <= 0;
    stream->broken = r < 0;
    if (stream->chunk->len > 0 || stream->ended)
      break;
    if (is_stopping(stream->server) || client_is_gone(stream->fd))
      stream->ended = TRUE;
    else if (stream->source.heartbeat != NULL && clock_monotonic(clock_system()) - since >= HEARTBEAT_AFTER)
      g_string_append(stream->chunk, stream->source.heartbeat);
  }
}

static ssize_t stream_read(void *data, uint64_t position, char *buffer, size_t room) {
  Stream *stream = data;
  (void)position;
  if (stream->sent == stream->chunk->len && !stream->ended)
    stream_refill(stream);
  const gsize left = stream->chunk->len - stream->sent;
  if (left == 0)
    return stream->broken ? MHD_CONTENT_READER_END_WITH_ERROR : MHD_CONTENT_READER_END_OF_STREAM;
  const gsize n = MIN(left, room);
  memcpy(buffer, stream->chunk->str + stream->sent, n);
  stream->sent += n;
  return (ssize_t)n;
}

static int fd_of(struct MHD_Connection *connection) {
  const union MHD_ConnectionInfo *info =
      MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
  return info != NULL ? info->connect_fd : -1;
}

static struct MHD_Response *make_stream(const Exchange *exchange, struct MHD_Connection *connection) {
  Stream *stream = g_new0(Stream, 1);
  stream->server = exchange->server;
  stream->source = response_steal_stream(exchange->response);
  stream->fd = fd_of(connection);
  stream->chunk = g_string_sized_new(STREAM_BLOCK);
  return MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, STREAM_BLOCK, stream_read, stream, stream_free);
}

static void unref_bytes(void *bytes) {
  g_bytes_unref(bytes);
}

static struct MHD_Response *make_bytes(const Response *response) {
  gsize length;
  const void *data = g_bytes_get_data(response_body(response), &length);
  return MHD_create_response_from_buffer_with_free_callback_cls(length, (void *)data, unref_bytes,
                                                                g_bytes_ref(response_body(response)));
}

static struct MHD_Response *make_file(Response *response) {
  goffset size;
  const int fd = response_steal_file(response, &size);
  return MHD_create_response_from_fd64((uint64_t)size, fd);
}

static struct MHD_Response *make_body(const Exchange *exchange, struct MHD_Connection *connection) {
  switch (response_kind(exchange->response)) {
  case RESPONSE_BYTES:
    return make_bytes(exchange->response);
  case RESPONSE_FILE:
    return make_file(exchange->response);
  case RESPONSE_STREAM:
    return make_stream(exchange, connection);
  case RESPONSE_EMPTY:
    break;
  }
  return MHD_create_response_from_buffer(0, (void *)"", MHD_RESPMEM_PERSISTENT);
}

static enum MHD_Result answer(Exchange *exchange, struct MHD_Connection *connection) {
  struct MHD_Response *mhd = make_body(exchange, connection);
  const char *name, *value;
  if (mhd == NULL)
    return MHD_NO;
  for (guint i = 0; response_header_at(exchange->response, i, &name, &value); i++)
    (void)MHD_add_response_header(mhd, name, value);
  const enum MHD_Result r = MHD_queue_response(connection, response_status(exchange->response), mhd);
  MHD_destroy_response(mhd);
  return r;
}

/* ---- the request --------------------------------------------------------------------------------- */

static const char *header_of(gpointer connection, const char *name) {
  return MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name);
}

static gboolean is_known_method(const char *method) {
  static const char *const known[] = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", NULL};
  return g_strv_contains(known, method);
}

/* 0, or 1 with the response filled. */
static int make_request(Exchange *exchange, struct MHD_Connection *connection, const char *method) {
  g_autoptr(GError) error = NULL;
  Target *target = NULL;
  if (!is_known_method(method)) {
    json_respond_error(exchange->response, 501, "method",
                       "this method is not known here; use GET, POST, PUT, PATCH or DELETE");
    return 1;
  }
  if (target_parse(exchange->target, &target, &error) < 0) {
    json_respond_fault(exchange->response, error);
    return 1;
  }
  exchange->request = request_new(method, target, header_of, connection);
  request_meet(exchange->request, fd_of(connection));
  return 0;
}

/* The announced length; 0 without a body, G_MAXUINT64 when it is not told. */
static guint64 announced_length(struct MHD_Connection *connection) {
  guint64 length = 0;
  const char *header = header_of(connection, "Content-Length");
  if (header_of(connection, "Transfer-Encoding") != NULL)
    return G_MAXUINT64;
  if (header != NULL && !g_ascii_string_to_unsigned(header, 10, 0, G_MAXUINT64 - 1, &length, NULL))
    return G_MAXUINT64;
  return length;
}

static void respond_too_large(Response *response, gsize max) {
  g_autofree char *sentence =
      g_strdup_printf("the body is larger than %zu bytes, which is the most that is taken here", max);
  json_respond_error(response, 413, "too-large", sentence);
}

static gboolean is_kept_in_memory(const Request *request) {
  const char *type = request_content_type(request);
  return strcmp(type, "application/json") == 0 || strcmp(type, "application/x-www-form-urlencoded") == 0;
}

/* 0 with a place for the body, or 1 with the response filled. */
static int prepare_body(Exchange *exchange, guint64 announced) {
  const HttpServer *server = exchange->server;
  const gboolean memory = is_kept_in_memory(exchange->request) || announced == 0;
  const gsize max = memory ? server->options.memory_body_max : server->options.upload_max;
  if (!memory && server->spool == NULL) {
    json_respond_error(exchange->response, 415, "media-type",
                       "no files are taken here; send application/json");
    return 1;
  }
  if (announced != G_MAXUINT64 && announced > max) {
    respond_too_large(exchange->response, max);
    return 1;
  }
  exchange->body = body_new(memory ? NULL : server->spool, max);
  return 0;
}

/* Asked once, when the headers are in. */
static enum MHD_Result begin(Exchange *exchange, struct MHD_Connection *connection, const char *method) {
  const HttpOptions *options = &exchange->server->options;
  const guint64 announced = announced_length(connection);
  exchange->begun = TRUE;
  exchange->response = response_new();
  count_in(exchange);
  int refused = make_request(exchange, connection, method);
  if (refused == 0 && options->gate != NULL)
    refused = options->gate(exchange->request, exchange->response, options->data);
  if (refused == 0)
    refused = prepare_body(exchange, announced);
  if (refused == 0)
    return MHD_YES;
  exchange->swallowing = TRUE;
  return announced <= SWALLOW_MAX ? MHD_YES : answer(exchange, connection);
}

static enum MHD_Result take_piece(Exchange *exchange, const char *bytes, gsize length) {
  if (exchange->swallowing)
    return MHD_YES;
  body_add(exchange->body, bytes, length);
  return body_is_flood(exchange->body) ? MHD_NO : MHD_YES;
}

static void handle(Exchange *exchange) {
  const HttpOptions *options = &exchange->server->options;
  g_autoptr(GError) error = NULL;
  if (body_is_too_large(exchange->body))
    respond_too_large(exchange->response,
                      is_kept_in_memory(exchange->request) ? options->memory_body_max : options->upload_max);
  else if (body_give(exchange->body, exchange->request, &error) < 0)
    json_respond_fault(exchange->response, error);
  else
    options->handler(exchange->request, exchange->response, options->data);
}

/* libmicrohttpd's order of calls: once with the headers, then once for each piece of the body, then once
 * without one. */
static enum MHD_Result access_handler(void *data, struct MHD_Connection *connection, const char *url,
                                      const char *method, const char *version, const char *piece,
                                      size_t *piece_length, void **context) {
  Exchange *exchange = *context;
  (void)data;
  (void)url;
  (void)version;
  if (!exchange->begun)
    return begin(exchange, connection, method);
  if (*piece_length > 0) {
    const enum MHD_Result r = take_piece(exchange, piece, *piece_length);
    *piece_length = 0;
    return r;
  }
  if (!exchange->swallowing)
    handle(exchange);
  return answer(exchange, connection);
}

/* The request line is in: the raw target, before libmicrohttpd has decoded anything. */
static void *open_exchange(void *data, const char *uri, struct MHD_Connection *connection) {
  Exchange *exchange = g_new0(Exchange, 1);
  (void)connection;
  exchange->server = data;
  exchange->target = g_strdup(uri);
  return exchange;
}

static void close_exchange(void *data, struct MHD_Connection *connection, void **context,
                           enum MHD_RequestTerminationCode why) {
  Exchange *exchange = *context;
  (void)data;
  (void)connection;
  (void)why;
  if (exchange == NULL)
    return;
  body_free(exchange->body);
  request_free(exchange->request);
  response_free(exchange->response);
  count_out(exchange);
  g_free(exchange->target);
  g_free(exchange);
  *context = NULL;
}

/* ---- the server ---------------------------------------------------------------------------------- */

/* target_parse decodes; what libmicrohttpd decodes is not looked at. */
static size_t leave_escaped(void *data, struct MHD_Connection *connection, char *text) {
  (void)data;
  (void)connection;
  return strlen(text);
}

/* Its complaints are about clients that went away. */
static void say_nothing(void *data, const char *format, va_list args) {
  (void)data;
  (void)format;
  (void)args;
}

static void fill_defaults(HttpOptions *o) {
  o->socket_mode = o->socket_mode != 0 ? o->socket_mode : 0660;
  o->connections = o->connections != 0 ? o->connections : 64;
  o->connections_per_ip = o->connections_per_ip != 0 ? o->connections_per_ip : 16;
  o->idle_timeout = o->idle_timeout != 0 ? o->idle_timeout : 30;
  o->memory_body_max = o->memory_body_max != 0 ? o->memory_body_max : 4 * MIB;
  o->upload_max = o->upload_max != 0 ? o->upload_max : 64 * MIB;
}

static struct MHD_Daemon *start_daemon(HttpServer *server) {
  const HttpOptions *o = &server->options;
  const unsigned int flags =
      MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_THREAD_PER_CONNECTION | MHD_USE_POLL | MHD_USE_ITC;
  return MHD_start_daemon(
      flags | MHD_USE_ERROR_LOG, 0, NULL, NULL, access_handler, server, MHD_OPTION_EXTERNAL_LOGGER,
      say_nothing, NULL, MHD_OPTION_LISTEN_SOCKET, server->listener.fd, MHD_OPTION_CONNECTION_LIMIT,
      o->connections, MHD_OPTION_PER_IP_CONNECTION_LIMIT,
      server->listener.is_unix ? 0U : o->connections_per_ip, MHD_OPTION_CONNECTION_TIMEOUT, o->idle_timeout,
      MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)HEADER_MEMORY, MHD_OPTION_STRICT_FOR_CLIENT, 1,
      MHD_OPTION_UNESCAPE_CALLBACK, leave_escaped, NULL, MHD_OPTION_URI_LOG_CALLBACK, open_exchange, server,
      MHD_OPTION_NOTIFY_COMPLETED, close_exchange, server, MHD_OPTION_END);
}

static void server_free(HttpServer *server) {
  listener_forget(&server->listener);
  g_mutex_clear(&server->lock);
  g_cond_clear(&server->idle);
  g_free(server->spool);
  g_free(server);
}

static int server_open(HttpServer *server, GError **error) {
  const HttpOptions *o = &server->options;
  int r = o->fd > 0 ? listener_adopt(o->fd, &server->listener, error)
                    : listener_open(o->address, o->socket_mode, o->socket_group, &server->listener, error);
  if (r < 0)
    return r;
  server->daemon = start_daemon(server);
  if (server->daemon != NULL)
    return 0;
  close(server->listener.fd);
  return fault(error, FAULT_SYSTEM,
               "%s: the HTTP library cannot start; look at the limits of threads and files",
               server->listener.address);
}

int http_server_start(const HttpOptions *options, HttpServer **ret, GError **error) {
  HttpServer *server = g_new0(HttpServer, 1);
  server->options = *options;
  fill_defaults(&server->options);
  server->spool = g_strdup(options->spool);
  g_mutex_init(&server->lock);
  g_cond_init(&server->idle);
  if (server->spool != NULL)
    body_clean_spool(server->spool);
  int r = server_open(server, error);
  if (r < 0)
    server_free(server);
  else
    *ret = server;
  return r;
}

const char *http_server_address(const HttpServer *server) {
  return server->listener.address;
}

static void wait_until_idle(HttpServer *server, guint seconds) {
  const gint64 until = clock_monotonic(clock_system()) + (gint64)seconds * SECOND;
  g_mutex_lock(&server->lock);
  while (server->active > 0 && g_cond_wait_until(&server->idle, &server->lock, until)) {
  }
  g_mutex_unlock(&server->lock);
}

void http_server_stop(HttpServer *server, guint seconds) {
  if (server == NULL)
    return;
  g_atomic_int_set(&server->stopping, 1);
  const MHD_socket fd = MHD_quiesce_daemon(server->daemon);
  wait_until_idle(server, seconds);
  MHD_stop_daemon(server->daemon);
  if (fd != MHD_INVALID_SOCKET)
    close(fd);
  server_free(server);
}
