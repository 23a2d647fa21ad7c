/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * route.h - finds the row of a table of routes that a request means
 *
 * Patterns are paths whose segments are literal or an argument: "/api/v1/mailings/{id}/approve". A literal
 * wins over an argument. HEAD finds the row of GET.
 */
#pragma once

#include "http/request.h"
#include "http/response.h"

#include <glib.h>

/* The first member of each row of the caller's table. */
typedef struct {
  const char *method;
  const char *pattern;
} Route;

typedef struct Routes Routes;

/* COUNT rows of STRIDE bytes each; the table must outlive the result. Ends the process when two rows say the
 * same or a pattern is malformed: a mistake of ours. */
Routes *routes_new(gconstpointer rows, gsize stride, gsize count);
void routes_free(Routes *routes);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Routes, routes_free)

/* The row, with the request's path arguments set; or NULL with RESPONSE filled: 404, or 405 with Allow. */
gconstpointer routes_find(const Routes *routes, Request *request, Response *response);
