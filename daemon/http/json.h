/* SPDX-License-Identifier: GPL-3.0-or-later */
/* json.h - requests and responses in JSON (RFC 8259), and faults as responses */
#pragma once

#include "http/request.h"
#include "http/response.h"

#include <glib.h>
#include <jansson.h>

#define JSON_DEPTH_MAX 32

/* The request's body as a JSON object; an empty body is an empty object. FAULT_INPUT with line and column
 * when it is no JSON, not an object, has a name twice, is nested deeper than JSON_DEPTH_MAX, or its
 * Content-Type is another. */
int json_of_request(const Request *request, json_t **ret, GError **error);
/* Takes VALUE; NULL (json_pack could not make it) is answered with 500. */
void json_respond(Response *response, guint status, json_t *value);
/* {"error":{"code":"rule","message":"…"}} with the status of the fault's code: input 400, rule 409, forbidden
 * 403, absent 404, busy 503, system and uncertain 500. */
void json_respond_fault(Response *response, const GError *error);
/* The same for what is no fault of the house: 401, 404, 405, 413 … CODE is one word. */
void json_respond_error(Response *response, guint status, const char *code, const char *message);

/* "input", "rule", "forbidden", "absent", "busy", "system", "uncertain". */
const char *json_fault_name(int code);
