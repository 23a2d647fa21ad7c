/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/case.h"

#include <string.h>

#include "base/fault.h"
#include "http/json.h"
#include "http/request_make.h"
#include "http/response_send.h"

static const char *header(gpointer type, const char *name) {
  return g_ascii_strcasecmp(name, "Content-Type") == 0 ? type : NULL;
}

static Request *make(const char *type, const char *body, gsize length) {
  Target *target = NULL;
  assert_done(target_parse("/x", &target, error));
  Request *request = request_new("POST", target, header, (gpointer)type);
  request_take_body(request, g_bytes_new(body, length));
  return request;
}

static const struct {
  const char *name, *type, *body, *expected; /* NULL: taken */
} rows[] = {
    {"an object", "application/json", "{\"a\": [1, {\"b\": null}]}", NULL},
    {"a charset beside the type", "Application/JSON; charset=utf-8", "{}", NULL},
    {"no body is an empty object", NULL, "", NULL},
    {"brackets in a string have no depth", "application/json",
     "{\"a\": \"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\\\"[[[[\"}", NULL},
    {"another type", "text/plain", "{}", "the body's Content-Type is \"text/plain\"; send application/json"},
    {"no type", NULL, "{}", "the body's Content-Type is \"\"; send application/json"},
    {"an array", "application/json", "[]", "the body must be a JSON object: {\"name\": value, …}"},
    {"cut off", "application/json",
     "{\"a\":", "the body is no JSON: line 1 column 5: unexpected token near end of file; correct it"},
    {"a name twice", "application/json", "{\"a\":1,\n\"a\":2}",
     "the body is no JSON: line 2 column 3: duplicate object key near '\"a\"'; correct it"},
    {"something after the end", "application/json", "{} x",
     "the body is no JSON: line 1 column 4: end of file expected near 'x'; correct it"},
    {"NUL within a string", "application/json", "{\"a\":\"\\u0000\"}",
     "the body is no JSON: line 1 column 13: \\u0000 is not allowed without JSON_ALLOW_NUL near "
     "'\"\\u0000\"'; correct it"},
    {"no UTF-8", "application/json", "{\"a\":\"\xe9\"}",
     "the body is no JSON: line 1 column 6: unable to decode byte 0xe9 near '\"'; correct it"},
    {"too deep", "application/json",
     "{\"a\":[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]}",
     "the body is nested deeper than 32 levels; make it flatter"},
};

static void reads_strictly(void **state) {
  (void)state;
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autoptr(Request) request = make(rows[i].type, rows[i].body, strlen(rows[i].body));
    g_autoptr(GError) error = NULL;
    json_t *value = NULL;
    int r = json_of_request(request, &value, &error);
    const char *got = error != NULL ? error->message : NULL;
    if (r != (rows[i].expected == NULL ? 0 : FAULT_INPUT) || g_strcmp0(got, rows[i].expected) != 0)
      fail_msg("%s: %d\n  got      %s\n  expected %s", rows[i].name, r, got, rows[i].expected);
    json_decref(value);
  }
}

static const struct {
  enum fault code;
  guint status;
  const char *name;
} faults[] = {
    {FAULT_INPUT, 400, "input"},         {FAULT_RULE, 409, "rule"}, {FAULT_FORBIDDEN, 403, "forbidden"},
    {FAULT_ABSENT, 404, "absent"},       {FAULT_BUSY, 503, "busy"}, {FAULT_SYSTEM, 500, "system"},
    {FAULT_UNCERTAIN, 500, "uncertain"},
};

static void tells_faults(void **state) {
  (void)state;
  for (gsize i = 0; i < G_N_ELEMENTS(faults); i++) {
    g_autoptr(GError) error = NULL;
    g_autoptr(Response) response = response_new();
    g_autofree char *expected =
        g_strdup_printf("{\"error\":{\"code\":\"%s\",\"message\":\"no \\\"x\\\"\"}}", faults[i].name);
    (void)fault(&error, faults[i].code, "no \"x\"");
    json_respond_fault(response, error);
    gsize length;
    const char *body = g_bytes_get_data(response_body(response), &length);
    g_autofree char *text = g_strndup(body, length);
    assert_int_equal(response_status(response), faults[i].status);
    assert_string_equal(text, expected);
    assert_string_equal(response_header(response, "content-type"), "application/json");
  }
}

static void answers_500_for_what_json_cannot_say(void **state) {
  (void)state;
  g_autoptr(Response) response = response_new();
  json_respond(response, 200, json_pack("{s:s}", "name", "\xe9"));
  assert_int_equal(response_status(response), 500);
  assert_int_equal(response_kind(response), RESPONSE_BYTES);
}

static void refuses_headers_of_several_lines(void **state) {
  (void)state;
  g_autoptr(Response) response = response_new();
  response_text(response, 200, "text/plain", "x");
  response_set_header(response, "X-Name", "a\r\nSet-Cookie: b");
  assert_int_equal(response_status(response), 500);
  assert_int_equal(response_kind(response), RESPONSE_EMPTY);
  assert_null(response_header(response, "X-Name"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(reads_strictly),
      cmocka_unit_test(tells_faults),
      cmocka_unit_test(answers_500_for_what_json_cannot_say),
      cmocka_unit_test(refuses_headers_of_several_lines),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
