/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * http_server.h - one listener of HTTP/1.1 on libmicrohttpd; knows no noun
 *
 * Each connection has a thread of its own (at most `connections`), so a handler may wait for the store, and a
 * client that reads slowly holds up nobody but itself. Handlers run on these threads, several at once.
 *
 * Refused before any handler is asked: paths and queries that are not cleanly percent-encoded UTF-8 or hold
 * NUL, control characters, empty, "." or ".." segments or an encoded slash (400); methods other than GET,
 * HEAD, POST, PUT, PATCH and DELETE (501); bodies above their ceiling (413) and bodies without a length that
 * grow above it.
 */
#pragma once

#include "http/request.h"
#include "http/response.h"

#include <glib.h>
#include <sys/types.h>

typedef struct HttpServer HttpServer;

/* Fills RESPONSE (which begins as 500 without a body). */
typedef void (*HttpHandler)(const Request *request, Response *response, gpointer data);
/* Asked when the headers are in and before any body is read. 0: go on. 1: RESPONSE is filled, the body is not
 * wanted (the connection closes if one was announced). */
typedef int (*HttpGate)(Request *request, Response *response, gpointer data);

typedef struct {
  const char *address; /* "unix:/PATH", "127.0.0.1:8025", "[::1]:8025"; port 0 takes any free one */
  int fd; /* a listening socket handed down (socket activation), used instead of address; 0 or less: none */
  mode_t socket_mode;       /* of a unix socket; 0: 0660 */
  const char *socket_group; /* name of its group; NULL: as it is */
  HttpGate gate;            /* may be NULL */
  HttpHandler handler;
  gpointer data;
  const char *spool; /* folder for uploaded files, this server's own (what a crash left in it is removed);
                        NULL: uploads are 415 */
  guint connections; /* at once; 0: 64 */
  guint connections_per_ip; /* 0: 16; not for unix sockets */
  guint idle_timeout;       /* seconds without a byte moved; 0: 30 */
  gsize memory_body_max;    /* of a body kept in memory; 0: 4 MiB */
  gsize upload_max;         /* of an uploaded file; 0: 64 MiB */
} HttpOptions;

/* Listens and serves from now on. A unix socket left behind by a dead process is replaced; FAULT_BUSY when
 * somebody answers on it, or when the address is in use. */
int http_server_start(const HttpOptions *options, HttpServer **ret, GError **error);
/* Where it listens: "unix:/PATH" or "127.0.0.1:41234" with the true port. Owned by the server. */
const char *http_server_address(const HttpServer *server);
/* Requests being answered now. */
guint http_server_active(HttpServer *server);
/* Takes no more connections, gives requests under way SECONDS to end, ends streams, closes, removes its unix
 * socket. */
void http_server_stop(HttpServer *server, guint seconds);
