/* SPDX-License-Identifier: GPL-3.0-or-later */
/* api_query.h - paths and query arguments, percent-encoded (RFC 3986 §2.1) */
#pragma once

#include <glib.h>

/* Query arguments, in order, repeated ones kept. */
typedef struct ApiQuery ApiQuery;
ApiQuery *api_query_new(void);
ApiQuery *api_query_copy(const ApiQuery *query); /* NULL: an empty one */
/* Adds one; a NULL VALUE adds nothing. Returns QUERY. */
ApiQuery *api_query_add(ApiQuery *query, const char *name, const char *value);
/* One argument for each of VALUES, which is ended by NULL. Returns QUERY. */
ApiQuery *api_query_add_all(ApiQuery *query, const char *name, const char *const *values);
/* "?a=b&c=d", or "" when there is none. Owned by QUERY until the next call. */
const char *api_query_text(const ApiQuery *query);
void api_query_free(ApiQuery *query);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ApiQuery, api_query_free)

/* Joins segments with slashes, each percent-encoded; ended by NULL. The caller frees it. */
char *api_path(const char *segment, ...) G_GNUC_NULL_TERMINATED;
