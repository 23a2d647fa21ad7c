/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ask.h - one request that was let in: who asks, what for, and where the answer goes. Only this room includes
 * it.
 */
#pragma once

#include "api/api.h"
#include "base/ident.h"
#include "journal/actor.h"

#include <glib.h>
#include <jansson.h>

#define ASK_PAGE     100
#define ASK_PAGE_MAX 1000

typedef struct {
  const ApiHouse *house;
  const Actor *actor;
  const Request *request;
  Response *response;
  json_t *body; /* an object; empty when there is none */
} Ask;

/* 0 with RESPONSE filled, or a fault that becomes the response. */
typedef int (*AskHandler)(Ask *ask, GError **error);

gint64 ask_clearance(const Ask *ask);
/* Takes VALUE. */
int ask_respond(Ask *ask, guint status, json_t *value);

/* ---- the body: strict ---- */

/* Refuses a body that is a file, any query, and a field that is not in KNOWN (ended by NULL), naming the
 * nearest one that is. KNOWN NULL: whoever calls checks the fields. */
int ask_fields(const Ask *ask, const char *const *known, GError **error);
/* FAULT_INPUT for the field NAME, naming the nearest of KNOWN. */
int ask_unknown_field(const char *name, const char *const *known, GError **error);
/* A text of one line, at most MAX bytes; *ret is NULL when it is absent or null. Owned by the body. */
int ask_text(const Ask *ask, const char *name, gsize max, const char **ret, GError **error);
/* The same, and it may have several lines. */
int ask_lines(const Ask *ask, const char *name, gsize max, const char **ret, GError **error);
/* As ask_text; FAULT_INPUT when absent or blank. */
int ask_needed(const Ask *ask, const char *name, gsize max, const char **ret, GError **error);
int ask_int(const Ask *ask, const char *name, gint64 least, gint64 most, gint64 standard, gint64 *ret,
            GError **error);
int ask_flag(const Ask *ask, const char *name, gboolean *ret, GError **error);
/* RFC 3339, or without an offset a time of the organisation's zone; STANDARD when absent, 0 for "" and null.
 */
int ask_moment(const Ask *ask, const char *name, gint64 standard, gint64 *ret, GError **error);
/* A list of texts of one line (a single text is a list of one); ended by NULL, empty when absent. The caller
 * frees the array, not its texts. */
int ask_texts(const Ask *ask, const char *name, const char ***ret, GError **error);

/* ---- the path and the query ---- */

/* The number in the path's {id}. FAULT_ABSENT for what is no id of that kind: it does not exist. */
int ask_id(const Ask *ask, enum ident kind, gint64 *ret, GError **error);
/* The same for the path's {NAME}. */
int ask_argument(const Ask *ask, const char *name, enum ident kind, gint64 *ret, GError **error);
/* Refuses a query argument that is not in KNOWN; "after" and "limit" of lists are to be in it. */
int ask_query(const Ask *ask, const char *const *known, GError **error);
/* A checked value of the query; NULL when absent. */
int ask_query_text(const Ask *ask, const char *name, const char **ret, GError **error);
/* The number of an id in the query; 0 when absent. */
int ask_query_id(const Ask *ask, const char *name, enum ident kind, gint64 *ret, GError **error);
int ask_query_moment(const Ask *ask, const char *name, gint64 *ret, GError **error);
/* "1" or "true", "0" or "false"; FALSE when absent. */
int ask_query_flag(const Ask *ask, const char *name, gboolean *ret, GError **error);
/* "limit", and "after" as a number or an id of KIND (0: a bare number). */
int ask_page(const Ask *ask, enum ident kind, gint64 *ret_after, gint64 *ret_limit, GError **error);

/* ---- answers ---- */

/* An id as text, null for 0. */
json_t *ask_ident(enum ident kind, gint64 number);
/* RFC 3339, null for 0. */
json_t *ask_time(gint64 moment);
/* 64 hexadecimal digits. */
json_t *ask_digest(const Digest *digest);
/* {"relayed": 12, "held": 1}: the states in which there is any. */
json_t *ask_counts(const gint64 counts[DELIVERY_STATES]);
/* {"items": ITEMS, "next": NEXT}; takes both, NEXT NULL is null. */
json_t *ask_list(json_t *items, json_t *next);
/* A list whose page was full when it has LIMIT items: LAST is then where the next page begins. */
json_t *ask_page_of(json_t *items, gint64 limit, json_t *last);
