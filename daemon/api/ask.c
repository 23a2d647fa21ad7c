/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "api/ask.h"

#include <string.h>

#include "base/fault.h"
#include "base/nearest.h"
#include "base/text.h"
#include "http/json.h"

#define LIST_MAX 10000 /* texts in one list of a body */

gint64 ask_clearance(const Ask *ask) {
  return actor_clearance(ask->actor);
}

int ask_respond(Ask *ask, guint status, json_t *value) {
  json_respond(ask->response, status, value);
  return 0;
}

static int unknown(const char *what, const char *name, const char *const *known, GError **error) {
  const char *nearest = nearest_of(name, known);
  if (nearest != NULL)
    return fault(error, FAULT_INPUT, "%s: there is no such %s here; did you mean %s?", name, what, nearest);
  g_autofree char *all = g_strjoinv(", ", (char **)known);
  return fault(error, FAULT_INPUT, "%s: there is no such %s here; there %s %s", name, what,
               *all != '\0' ? "are" : "is none", all);
}

/* ---- the body ---- */

/* A body that was sent as a file would otherwise be taken for an empty one. */
static int check_form(const Ask *ask, GError **error) {
  static const char *const none[] = {NULL};
  if (request_upload(ask->request) != NULL)
    return fault(error, FAULT_INPUT, "the body's Content-Type is \"%.100s\"; send application/json",
                 request_content_type(ask->request));
  return ask_query(ask, none, error);
}

int ask_unknown_field(const char *name, const char *const *known, GError **error) {
  g_autofree char *shown = g_utf8_make_valid(name, (gssize)MIN(strlen(name), 60));
  return unknown("field", shown, known, error);
}

int ask_fields(const Ask *ask, const char *const *known, GError **error) {
  const char *name;
  json_t *value;
  int r = check_form(ask, error);
  if (r < 0)
    return r;
  json_object_foreach(ask->body, name, value) {
    if (known != NULL && !g_strv_contains(known, name))
      return ask_unknown_field(name, known, error);
  }
  return 0;
}

static int text_of(const char *name, const json_t *value, gsize max, const char **ret, GError **error) {
  if (!json_is_string(value))
    return fault(error, FAULT_INPUT, "%s: a text is wanted here", name);
  *ret = json_string_value(value);
  return text_check_line(name, *ret, (gssize)json_string_length(value), max, error);
}

int ask_text(const Ask *ask, const char *name, gsize max, const char **ret, GError **error) {
  const json_t *value = json_object_get(ask->body, name);
  *ret = NULL;
  return value == NULL || json_is_null(value) ? 0 : text_of(name, value, max, ret, error);
}

int ask_lines(const Ask *ask, const char *name, gsize max, const char **ret, GError **error) {
  const json_t *value = json_object_get(ask->body, name);
  *ret = NULL;
  if (value == NULL || json_is_null(value))
    return 0;
  if (!json_is_string(value))
    return fault(error, FAULT_INPUT, "%s: a text is wanted here", name);
  *ret = json_string_value(value);
  return text_check_lines(name, *ret, (gssize)json_string_length(value), max, error);
}

int ask_needed(const Ask *ask, const char *name, gsize max, const char **ret, GError **error) {
  int r = ask_text(ask, name, max, ret, error);
  if (r == 0 && text_blank(*ret))
    return fault(error, FAULT_INPUT, "%s: is missing; it must be given", name);
  return r;
}

int ask_int(const Ask *ask, const char *name, gint64 least, gint64 most, gint64 standard, gint64 *ret,
            GError **error) {
  const json_t *value = json_object_get(ask->body, name);
  *ret = standard;
  if (value == NULL || json_is_null(value))
    return 0;
  if (!json_is_integer(value) || json_integer_value(value) < least || json_integer_value(value) > most)
    return fault(error, FAULT_INPUT,
                 "%s: a whole number from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT " is wanted here", name,
                 least, most);
  *ret = json_integer_value(value);
  return 0;
}

int ask_flag(const Ask *ask, const char *name, gboolean *ret, GError **error) {
  const json_t *value = json_object_get(ask->body, name);
  *ret = json_is_true(value);
  if (value != NULL && !json_is_boolean(value) && !json_is_null(value))
    return fault(error, FAULT_INPUT, "%s: true or false is wanted here", name);
  return 0;
}

int ask_moment(const Ask *ask, const char *name, gint64 standard, gint64 *ret, GError **error) {
  const char *text;
  *ret = standard;
  if (json_object_get(ask->body, name) == NULL)
    return 0;
  int r = ask_text(ask, name, 60, &text, error);
  if (r < 0)
    return r;
  *ret = 0;
  if (text_blank(text))
    return 0;
  r = moment_parse_in(text, ask->house->contacts->zone, ret, error);
  return r < 0 ? fault_prefix(error, "%s", name) : 0;
}

static int add_text(const char *name, const json_t *value, GPtrArray *to, GError **error) {
  const char *text = NULL;
  int r = text_of(name, value, TEXT_LINE_MAX, &text, error);
  if (r == 0)
    g_ptr_array_add(to, (gpointer)text);
  return r;
}

int ask_texts(const Ask *ask, const char *name, const char ***ret, GError **error) {
  const json_t *value = json_object_get(ask->body, name);
  g_autoptr(GPtrArray) texts = g_ptr_array_new();
  int r = 0;
  if (json_is_array(value)) {
    if (json_array_size(value) > LIST_MAX)
      return fault(error, FAULT_INPUT, "%s: more than %d are too many at once; send them in parts", name,
                   LIST_MAX);
    for (size_t i = 0; i < json_array_size(value) && r == 0; i++)
      r = add_text(name, json_array_get(value, i), texts, error);
  } else if (value != NULL && !json_is_null(value))
    r = add_text(name, value, texts, error);
  if (r < 0)
    return r;
  g_ptr_array_add(texts, NULL);
  *ret = (const char **)g_ptr_array_free(g_steal_pointer(&texts), FALSE);
  return 0;
}

/* ---- the path and the query ---- */

int ask_argument(const Ask *ask, const char *name, enum ident kind, gint64 *ret, GError **error) {
  g_autoptr(GError) malformed = NULL;
  if (ident_parse(kind, request_argument(ask->request, name), ret, &malformed) == 0)
    return 0;
  return fault(error, FAULT_ABSENT, "%s", malformed->message);
}

int ask_id(const Ask *ask, enum ident kind, gint64 *ret, GError **error) {
  return ask_argument(ask, "id", kind, ret, error);
}

int ask_query(const Ask *ask, const char *const *known, GError **error) {
  for (const char *const *name = request_query_names(ask->request); *name != NULL; name++)
    if (!g_strv_contains(known, *name))
      return unknown("argument", *name, known, error);
  return 0;
}

int ask_query_text(const Ask *ask, const char *name, const char **ret, GError **error) {
  *ret = request_query(ask->request, name);
  return *ret == NULL ? 0 : text_check_line(name, *ret, -1, TEXT_LINE_MAX, error);
}

int ask_query_id(const Ask *ask, const char *name, enum ident kind, gint64 *ret, GError **error) {
  const char *text = request_query(ask->request, name);
  *ret = 0;
  return text == NULL ? 0 : ident_parse(kind, text, ret, error);
}

int ask_query_moment(const Ask *ask, const char *name, gint64 *ret, GError **error) {
  const char *text = request_query(ask->request, name);
  *ret = 0;
  if (text == NULL)
    return 0;
  int r = moment_parse_in(text, ask->house->contacts->zone, ret, error);
  return r < 0 ? fault_prefix(error, "%s", name) : 0;
}

int ask_query_flag(const Ask *ask, const char *name, gboolean *ret, GError **error) {
  static const char *const yes[] = {"1", "true", NULL}, *const no[] = {"0", "false", NULL};
  const char *text = request_query(ask->request, name);
  *ret = text != NULL && g_strv_contains(yes, text);
  if (text != NULL && !*ret && !g_strv_contains(no, text))
    return fault(error, FAULT_INPUT, "%s: \"%s\" is neither 1 nor 0", name, text);
  return 0;
}

static int parse_number(const char *name, const char *text, guint64 least, guint64 most, gint64 *ret,
                        GError **error) {
  guint64 number = 0;
  if (!g_ascii_string_to_unsigned(text, 10, least, most, &number, NULL))
    return fault(error, FAULT_INPUT,
                 "%s: a whole number from %" G_GUINT64_FORMAT " to %" G_GUINT64_FORMAT " is wanted here",
                 name, least, most);
  *ret = (gint64)number;
  return 0;
}

int ask_page(const Ask *ask, enum ident kind, gint64 *ret_after, gint64 *ret_limit, GError **error) {
  const char *limit = request_query(ask->request, "limit"), *after = request_query(ask->request, "after");
  *ret_limit = ASK_PAGE;
  *ret_after = 0;
  int r = limit != NULL ? parse_number("limit", limit, 1, ASK_PAGE_MAX, ret_limit, error) : 0;
  if (r < 0 || after == NULL)
    return r;
  return kind != 0 ? ident_parse(kind, after, ret_after, error)
                   : parse_number("after", after, 0, G_MAXINT64, ret_after, error);
}

/* ---- answers ---- */

json_t *ask_ident(enum ident kind, gint64 number) {
  char text[IDENT_SIZE];
  return number == 0 ? json_null() : json_string(ident_into(kind, number, text));
}

json_t *ask_time(gint64 moment) {
  if (moment == 0)
    return json_null();
  g_autofree char *text = moment_rfc3339(moment);
  return json_string(text);
}

json_t *ask_digest(const Digest *digest) {
  char hex[DIGEST_HEX_SIZE];
  digest_hex(digest, hex);
  return json_string(hex);
}

json_t *ask_counts(const gint64 counts[DELIVERY_STATES]) {
  json_t *object = json_object();
  for (int state = 0; state < DELIVERY_STATES; state++)
    if (counts[state] != 0)
      json_object_set_new(object, delivery_state_name(state), json_integer(counts[state]));
  return object;
}

json_t *ask_list(json_t *items, json_t *next) {
  return json_pack("{s:o, s:o}", "items", items, "next", next != NULL ? next : json_null());
}

json_t *ask_page_of(json_t *items, gint64 limit, json_t *last) {
  if ((gint64)json_array_size(items) >= limit)
    return ask_list(items, last);
  json_decref(last);
  return ask_list(items, NULL);
}
