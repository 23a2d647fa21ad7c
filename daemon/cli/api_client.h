/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * api_client.h - the command line's one way to the daemon: JSON over its control socket, or over a URL
 *
 * Every call returns 0 with the answer, or the fault that the daemon named (its code and sentence), or
 * API_UNREACHABLE. api_exit turns any of these into the exit status.
 */
#pragma once

#include "base/fault.h"
#include "cli/api_query.h"

#include <glib.h>
#include <jansson.h>

typedef struct ApiClient ApiClient;

#define API_DEFAULT_SOCKET "/run/valise/valise.sock"

/* The code of a fault whose cause is that no daemon answers; beside enum fault. */
#define API_UNREACHABLE ((enum fault)(-64))

/* Exit statuses of `valise`. */
enum api_exit { EXIT_DONE = 0, EXIT_RULE = 1, EXIT_USAGE = 2, EXIT_UNREACHABLE = 3, EXIT_FORBIDDEN = 4 };

typedef struct {
  const char *socket;     /* NULL: VALISE_SOCKET, else API_DEFAULT_SOCKET */
  const char *url;        /* "https://host[:port]", instead of a socket; http:// only to loopback */
  const char *token_file; /* a file with the token, not readable by others; NULL: the socket's peer decides */
} ApiOptions;

/* Opens nothing yet. FAULT_INPUT for a bad url or token file. */
int api_client_new(const ApiOptions *options, ApiClient **ret, GError **error);
void api_client_free(ApiClient *client);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ApiClient, api_client_free)

/* PATH is "/api/v1/…" or what follows it ("mailings/M-7"); make it with api_path. QUERY and BODY may be NULL
 * and are not taken. *ret may be NULL (no answer wanted); it is JSON null for 204. */
int api_get(ApiClient *client, const char *path, const ApiQuery *query, json_t **ret, GError **error);
int api_send(ApiClient *client, const char *method, const char *path, const ApiQuery *query, json_t *body,
             json_t **ret, GError **error);
/* POSTs the file's bytes as they are; "-" is standard input. When the daemon refuses them, *ret is what it
 * answered (it may say more than the fault: complaints line by line), or NULL. */
int api_upload(ApiClient *client, const char *path, const ApiQuery *query, const char *file,
               const char *content_type, json_t **ret, GError **error);
/* GETs bytes into FD; *ret_type (may be NULL) is the media type. Nothing is written when the daemon refuses.
 */
int api_download(ApiClient *client, const char *path, const ApiQuery *query, int fd, char **ret_type,
                 GError **error);
/* GETs lines of JSON as they come; heartbeats are left out. LINE returns 0 to go on, 1 to stop (then so does
 * api_follow, with 0), < 0 for a fault. */
typedef int (*ApiLine)(json_t *line, gpointer data, GError **error);
int api_follow(ApiClient *client, const char *path, const ApiQuery *query, ApiLine line, gpointer data,
               GError **error);
/* Walks a list page by page: calls LINE for each of `items`, follows `next` (given back as ?after=). LIMIT 0:
 * all. */
int api_list(ApiClient *client, const char *path, const ApiQuery *query, guint limit, ApiLine line,
             gpointer data, GError **error);

/* The exit status for a fault. */
enum api_exit api_exit(const GError *error);
