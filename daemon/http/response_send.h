/* SPDX-License-Identifier: GPL-3.0-or-later */
/* response_send.h - how the server reads a response; handlers include response.h only */
#pragma once

#include "http/response.h"

enum response_kind { RESPONSE_EMPTY, RESPONSE_BYTES, RESPONSE_FILE, RESPONSE_STREAM };

typedef struct {
  ResponseStream next;
  gpointer data;
  GDestroyNotify free;
  const char *heartbeat;
} StreamSource;

/* 500 without a body, with the headers that every response carries. */
Response *response_new(void);
void response_free(Response *response);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Response, response_free)

enum response_kind response_kind(const Response *response);
GBytes *response_body(const Response *response);                /* RESPONSE_BYTES */
int response_steal_file(Response *response, goffset *ret_size); /* RESPONSE_FILE: the descriptor */
StreamSource response_steal_stream(Response *response);         /* RESPONSE_STREAM: the caller calls free */
/* Header INDEX, FALSE beyond the last. */
gboolean response_header_at(const Response *response, guint index, const char **ret_name,
                            const char **ret_value);
/* The value of a header that was set, or NULL. */
const char *response_header(const Response *response, const char *name);
