/* SPDX-License-Identifier: GPL-3.0-or-later */
/* request_make.h - how the server (and a test) fills a request; handlers include request.h only */
#pragma once

#include "http/request.h"
#include "http/target.h"

/* Looks up a header of the connection; NULL when it is absent. */
typedef const char *(*RequestHeaders)(gpointer connection, const char *name);

/* Takes TARGET. HEADERS and CONNECTION may be NULL: then there are no headers. */
Request *request_new(const char *method, Target *target, RequestHeaders headers, gpointer connection);
/* Removes an uploaded file. NULL is nothing. */
void request_free(Request *request);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Request, request_free)

/* The client at the other end of socket FD: its peer credentials or its IP address. */
void request_meet(Request *request, int fd);
void request_take_body(Request *request, GBytes *body);
/* Takes the file: it is removed with the request. */
void request_take_upload(Request *request, char *path, goffset size);
void request_add_argument(Request *request, const char *name, const char *value);
const Target *request_target(const Request *request);
