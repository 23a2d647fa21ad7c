/* SPDX-License-Identifier: GPL-3.0-or-later */
/* request.h - one request, as handlers see it. Everything returned is owned by the request. */
#pragma once

#include <glib.h>
#include <sys/types.h>

typedef struct Request Request;

/* Who is at the other end of a unix socket (SO_PEERCRED), as of its connect. */
typedef struct {
  uid_t uid;
  gid_t gid;
  pid_t pid;
} Peer;

const char *request_method(const Request *request);
/* Decoded and normalised: begins with a slash, never ends in one but for "/" itself. */
const char *request_path(const Request *request);
/* The value of a query argument, decoded; the last one if repeated; NULL when absent. */
const char *request_query(const Request *request, const char *name);
/* All its values in their order, ended by NULL; never NULL itself. */
const char *const *request_query_all(const Request *request, const char *name);
/* The names of all query arguments, once each, ended by NULL: for handlers that refuse unknown ones. */
const char *const *request_query_names(const Request *request);
/* A value from the path, named by its pattern ("id" of "/mailings/{id}"); NULL when the pattern has none
 * such. */
const char *request_argument(const Request *request, const char *name);
/* A header's value, its name in any case; NULL when absent. */
const char *request_header(const Request *request, const char *name);
/* The media type in lower case without parameters, "" when there is none. */
const char *request_content_type(const Request *request);

/* Bodies of application/json and application/x-www-form-urlencoded are kept in memory; anything else is an
 * upload and lies in a file of its own, removed after the handler's return (link or copy it to keep it). */
GBytes *request_body(const Request *request);        /* empty when there is none or it is an upload */
const char *request_upload(const Request *request);  /* path, or NULL */
goffset request_upload_size(const Request *request); /* bytes */

/* TRUE and *ret when the client came over a unix socket. */
gboolean request_peer(const Request *request, Peer *ret);
/* The token of "Authorization: Bearer TOKEN" (RFC 6750 §2.1), or NULL. Never to be logged. */
const char *request_bearer(const Request *request);
/* The client's IP address as text, "unix" over a unix socket. */
const char *request_remote(const Request *request);

/* A place for what the gate found out (the asker), for the handler. FREE runs when the request ends. */
void request_set_data(Request *request, gpointer data, GDestroyNotify free);
gpointer request_data(const Request *request);
