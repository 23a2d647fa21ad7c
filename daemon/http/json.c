/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "http/json.h"

#include <stdlib.h>
#include <string.h>

#include "base/fault.h"

#define JSON_TYPE "application/json"

/* Nesting is counted before parsing, so that depth costs neither stack nor memory. Brackets within strings do
 * not count. */
static guint depth_of(const char *text, gsize length) {
  guint depth = 0, deepest = 0;
  gboolean quoted = FALSE;
  for (gsize i = 0; i < length; i++) {
    const char c = text[i];
    if (quoted && c == '\\')
      i++;
    else if (c == '"')
      quoted = !quoted;
    else if (!quoted && (c == '{' || c == '[')) {
      depth++;
      deepest = MAX(deepest, depth);
    } else if (!quoted && (c == '}' || c == ']') && depth > 0)
      depth--;
  }
  return deepest;
}

static int parse(const char *text, gsize length, json_t **ret, GError **error) {
  json_error_t why;
  if (depth_of(text, length) > JSON_DEPTH_MAX)
    return fault(error, FAULT_INPUT, "the body is nested deeper than %d levels; make it flatter",
                 JSON_DEPTH_MAX);
  json_t *value = json_loadb(text, length, JSON_REJECT_DUPLICATES, &why);
  if (value == NULL)
    return fault(error, FAULT_INPUT, "the body is no JSON: line %d column %d: %s; correct it", why.line,
                 why.column, why.text);
  if (!json_is_object(value)) {
    json_decref(value);
    return fault(error, FAULT_INPUT, "the body must be a JSON object: {\"name\": value, …}");
  }
  *ret = value;
  return 0;
}

int json_of_request(const Request *request, json_t **ret, GError **error) {
  gsize length;
  const char *text = g_bytes_get_data(request_body(request), &length);
  if (request_upload(request) != NULL ||
      (length > 0 && strcmp(request_content_type(request), JSON_TYPE) != 0))
    return fault(error, FAULT_INPUT, "the body's Content-Type is \"%.100s\"; send " JSON_TYPE,
                 request_content_type(request));
  if (length == 0) {
    *ret = json_object();
    return 0;
  }
  return parse(text, length, ret, error);
}

/* Text that is no UTF-8 has no place in JSON; where it comes from is for the log of whoever put it there. */
static const char unspeakable[] =
    "{\"error\":{\"code\":\"system\",\"message\":\"the answer could not be put into JSON\"}}";

void json_respond(Response *response, guint status, json_t *value) {
  char *text = value != NULL ? json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY) : NULL;
  json_decref(value);
  if (text == NULL) {
    response_text(response, 500, JSON_TYPE, unspeakable);
    return;
  }
  g_autoptr(GBytes) body = g_bytes_new_with_free_func(text, strlen(text), free, text);
  response_bytes(response, status, JSON_TYPE, body);
}

typedef struct {
  int code;
  guint status;
  const char *name;
} Translation;

static const Translation *translation_of(int code) {
  static const Translation all[] = {
      {FAULT_INPUT, 400, "input"},   {FAULT_RULE, 409, "rule"}, {FAULT_FORBIDDEN, 403, "forbidden"},
      {FAULT_ABSENT, 404, "absent"}, {FAULT_BUSY, 503, "busy"}, {FAULT_UNCERTAIN, 500, "uncertain"},
      {FAULT_SYSTEM, 500, "system"},
  };
  gsize i = 0;
  while (i < G_N_ELEMENTS(all) - 1 && all[i].code != code)
    i++;
  return &all[i];
}

const char *json_fault_name(int code) {
  return translation_of(code)->name;
}

void json_respond_error(Response *response, guint status, const char *code, const char *message) {
  g_autofree char *valid = g_utf8_make_valid(message, -1);
  json_respond(response, status, json_pack("{s:{s:s,s:s}}", "error", "code", code, "message", valid));
}

void json_respond_fault(Response *response, const GError *error) {
  const Translation *t = translation_of(fault_code(error));
  json_respond_error(response, t->status, t->name, error != NULL ? error->message : "unknown");
}
