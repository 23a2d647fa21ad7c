/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "http/request.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "http/request_make.h"

struct Request {
  char *method;
  Target *target;
  RequestHeaders headers;
  gpointer connection;
  char *content_type;
  GHashTable *arguments;
  GBytes *body;
  char *upload;
  goffset upload_size;
  gboolean has_peer;
  Peer peer;
  char *remote;
  gpointer data;
  GDestroyNotify data_free;
};

/* "Application/JSON; charset=utf-8" is "application/json" (RFC 9110 §8.3.1). */
static char *media_type(const char *header) {
  if (header == NULL)
    return g_strdup("");
  g_autofree char *bare = g_strndup(header, strcspn(header, ";"));
  return g_ascii_strdown(g_strstrip(bare), -1);
}

Request *request_new(const char *method, Target *target, RequestHeaders headers, gpointer connection) {
  Request *request = g_new0(Request, 1);
  request->method = g_strdup(method);
  request->target = target;
  request->headers = headers;
  request->connection = connection;
  request->content_type = media_type(request_header(request, "Content-Type"));
  request->arguments = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  request->body = g_bytes_new_static("", 0);
  request->remote = g_strdup("unknown");
  return request;
}

void request_free(Request *request) {
  if (request == NULL)
    return;
  if (request->data_free != NULL)
    request->data_free(request->data);
  if (request->upload != NULL)
    unlink(request->upload);
  g_free(request->upload);
  g_bytes_unref(request->body);
  g_hash_table_unref(request->arguments);
  target_free(request->target);
  g_free(request->content_type);
  g_free(request->remote);
  g_free(request->method);
  g_free(request);
}

static void meet_unix(Request *request, int fd) {
  struct ucred credentials;
  socklen_t size = sizeof credentials;
  if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &credentials, &size) == 0 && size == sizeof credentials) {
    request->has_peer = TRUE;
    request->peer = (Peer){credentials.uid, credentials.gid, credentials.pid};
  }
  request->remote = g_strdup("unix");
}

static void meet_ip(Request *request, const struct sockaddr_storage *address) {
  char text[INET6_ADDRSTRLEN] = "unknown";
  if (address->ss_family == AF_INET)
    inet_ntop(AF_INET, &((const struct sockaddr_in *)address)->sin_addr, text, sizeof text);
  else if (address->ss_family == AF_INET6)
    inet_ntop(AF_INET6, &((const struct sockaddr_in6 *)address)->sin6_addr, text, sizeof text);
  request->remote = g_strdup(text);
}

void request_meet(Request *request, int fd) {
  struct sockaddr_storage address = {0};
  socklen_t size = sizeof address;
  if (getpeername(fd, (struct sockaddr *)&address, &size) != 0)
    return;
  g_free(request->remote);
  if (address.ss_family == AF_UNIX)
    meet_unix(request, fd);
  else
    meet_ip(request, &address);
}

void request_take_body(Request *request, GBytes *body) {
  g_bytes_unref(request->body);
  request->body = body;
}

void request_take_upload(Request *request, char *path, goffset size) {
  request->upload = path;
  request->upload_size = size;
}

void request_add_argument(Request *request, const char *name, const char *value) {
  g_hash_table_insert(request->arguments, g_strdup(name), g_strdup(value));
}

const Target *request_target(const Request *request) {
  return request->target;
}

const char *request_method(const Request *request) {
  return request->method;
}

const char *request_path(const Request *request) {
  return target_path(request->target);
}

const char *request_query(const Request *request, const char *name) {
  const char *const *values = request_query_all(request, name);
  const char *last = NULL;
  for (; *values != NULL; values++)
    last = *values;
  return last;
}

const char *const *request_query_all(const Request *request, const char *name) {
  return target_values(request->target, name);
}

const char *const *request_query_names(const Request *request) {
  return target_names(request->target);
}

const char *request_argument(const Request *request, const char *name) {
  return g_hash_table_lookup(request->arguments, name);
}

const char *request_header(const Request *request, const char *name) {
  return request->headers != NULL ? request->headers(request->connection, name) : NULL;
}

const char *request_content_type(const Request *request) {
  return request->content_type;
}

GBytes *request_body(const Request *request) {
  return request->body;
}

const char *request_upload(const Request *request) {
  return request->upload;
}

goffset request_upload_size(const Request *request) {
  return request->upload_size;
}

gboolean request_peer(const Request *request, Peer *ret) {
  if (request->has_peer)
    *ret = request->peer;
  return request->has_peer;
}

const char *request_bearer(const Request *request) {
  const char *header = request_header(request, "Authorization");
  if (header == NULL || g_ascii_strncasecmp(header, "Bearer ", 7) != 0)
    return NULL;
  const char *token = header + 7;
  while (*token == ' ')
    token++;
  return *token != '\0' ? token : NULL;
}

const char *request_remote(const Request *request) {
  return request->remote;
}

void request_set_data(Request *request, gpointer data, GDestroyNotify free) {
  if (request->data_free != NULL)
    request->data_free(request->data);
  request->data = data;
  request->data_free = free;
}

gpointer request_data(const Request *request) {
  return request->data;
}
