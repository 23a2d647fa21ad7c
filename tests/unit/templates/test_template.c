/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/case.h"

#include "base/fault.h"
#include "templates/template.h"

#include <jansson.h>
#include <string.h>

static Value value_of(ValuePool *pool, json_t *json);

static Value list_of(ValuePool *pool, json_t *json) {
  gsize count = json_array_size(json);
  Value *items = value_pool_items(pool, count);
  for (gsize i = 0; i < count; i++)
    items[i] = value_of(pool, json_array_get(json, i));
  return value_list(items, count);
}

static Value map_of(ValuePool *pool, json_t *json) {
  ValueField *fields = value_pool_fields(pool, json_object_size(json));
  gsize count = 0;
  const char *key;
  json_t *item;
  json_object_foreach(json, key, item) {
    fields[count].key = key;
    fields[count++].value = value_of(pool, item);
  }
  return value_map(fields, count);
}

static Value value_of(ValuePool *pool, json_t *json) {
  g_autofree char *number = NULL;
  switch (json_typeof(json)) {
  case JSON_OBJECT:
    return map_of(pool, json);
  case JSON_ARRAY:
    return list_of(pool, json);
  case JSON_STRING:
    return value_text(json_string_value(json));
  case JSON_INTEGER:
    number = g_strdup_printf("%" JSON_INTEGER_FORMAT, json_integer_value(json));
    return value_pool_text(pool, number);
  case JSON_REAL:
    number = g_strdup_printf("%g", json_real_value(json));
    return value_pool_text(pool, number);
  case JSON_TRUE:
    return value_flag(TRUE);
  case JSON_FALSE:
    return value_flag(FALSE);
  case JSON_NULL:
    break;
  }
  return value_text(NULL);
}

static const char *partial_of(const char *name, gpointer data) {
  return json_string_value(json_object_get(data, name));
}

static void run_case(const char *module, json_t *row) {
  const char *source = json_string_value(json_object_get(row, "template"));
  g_autoptr(ValuePool) pool = value_pool_new();
  Value values = value_of(pool, json_object_get(row, "data"));
  TemplateOptions options = {
      .place = PLACE_HTML, .partial = partial_of, .partial_data = json_object_get(row, "partials")};
  g_autoptr(Template) template = NULL;
  assert_done(template_compile("case", source, strlen(source), &options, &template, error));
  g_autoptr(GString) out = g_string_new(NULL);
  assert_done(template_render(template, &values, out, error));
  const char *expected = json_string_value(json_object_get(row, "expected"));
  if (strcmp(out->str, expected) != 0)
    fail_msg("%s: %s: expected \"%s\", got \"%s\"", module, json_string_value(json_object_get(row, "name")),
             expected, out->str);
}

static void the_public_specification(void **state) {
  static const char *const modules[] = {"comments", "delimiters", "interpolation",
                                        "inverted", "partials",   "sections"};
  gsize cases = 0;
  (void)state;
  for (gsize i = 0; i < G_N_ELEMENTS(modules); i++) {
    g_autofree char *path = g_strdup_printf(CORPORA_DIR "/mustache/%s.json", modules[i]);
    json_t *file = json_load_file(path, 0, NULL);
    if (file == NULL) {
      print_message("%s is absent: its cases were not run\n", path);
      continue;
    }
    size_t index;
    json_t *row;
    json_array_foreach(json_object_get(file, "tests"), index, row) {
      run_case(modules[i], row);
      cases++;
    }
    json_decref(file);
  }
  print_message("%" G_GSIZE_FORMAT " cases of the public specification\n", cases);
}

static const char *own_partial(const char *name, gpointer data) {
  (void)data;
  if (strcmp(name, "row") == 0)
    return "| {{.}}\n| {{#x}}inner{{/x}}\n";
  if (strcmp(name, "loop") == 0)
    return "{{>loop}}";
  return NULL;
}

static void own_cases(void **state) {
  static const struct {
    const char *name, *source, *expected;
    enum place place;
  } rows[] = {
      {"plain", "a {{name}} b", "a <&> \"x\" b", PLACE_TEXT},
      {"html", "a {{name}} b", "a &lt;&amp;&gt; &quot;x&quot; b", PLACE_HTML},
      {"raw", "{{{name}}}{{&name}}", "<&> \"x\"<&> \"x\"", PLACE_HTML},
      {"missing is nothing", "[{{nothing}}]", "[]", PLACE_TEXT},
      {"dotted", "{{a.b.c}}{{#a.b}}{{c}}{{/a.b}}", "deepdeep", PLACE_TEXT},
      {"broken chain", "[{{a.x.c}}]", "[]", PLACE_TEXT},
      {"list", "{{#list}}({{.}}){{/list}}", "(1)(2)", PLACE_TEXT},
      {"standing alone", "a\n{{#yes}}\nb\n{{/yes}}\nc", "a\nb\nc", PLACE_TEXT},
      {"two on one line do not stand alone", "{{#yes}}{{/yes}}\nx", "\nx", PLACE_TEXT},
      {"CRLF", "a\r\n{{#yes}}\r\nb\r\n{{/yes}}\r\nc", "a\r\nb\r\nc", PLACE_TEXT},
      {"empty text is false", "{{^empty}}none{{/empty}}{{#empty}}some{{/empty}}", "none", PLACE_TEXT},
      {"delimiters", "{{=<% %>=}}<% yes %>{{x}}<%name%>", "{{x}}<&> \"x\"", PLACE_TEXT},
      {"indented partial in a list", "{{#list}}\n  {{>row}}\n{{/list}}", "  | 1\n  | \n  | 2\n  | \n",
       PLACE_TEXT},
      {"href is a link", "<a href=\"{{url}}\">{{url}}</a>",
       "<a href=\"https://x.example/?a=b&amp;c\">https://x.example/?a=b&amp;c</a>", PLACE_HTML},
      {"further on in href a component", "<a href=\"https://x.example/{{name}}\">{{name}}</a>",
       "<a href=\"https://x.example/%3C%26%3E%20%22x%22\">&lt;&amp;&gt; &quot;x&quot;</a>", PLACE_HTML},
  };
  const Value items[] = {value_text("1"), value_text("2")};
  const ValueField c[] = {{"c", value_text("deep")}};
  const ValueField b[] = {{"b", value_map(c, 1)}};
  const ValueField fields[] = {{"name", value_text("<&> \"x\"")},
                               {"a", value_map(b, 1)},
                               {"list", value_list(items, 2)},
                               {"yes", value_flag(TRUE)},
                               {"empty", value_text("")},
                               {"no", value_flag(FALSE)},
                               {"url", value_text("https://x.example/?a=b&c")}};
  const Value values = value_map(fields, G_N_ELEMENTS(fields));
  (void)state;
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    const TemplateOptions options = {.place = rows[i].place, .partial = own_partial};
    g_autoptr(Template) template = NULL;
    assert_done(
        template_compile(rows[i].name, rows[i].source, strlen(rows[i].source), &options, &template, error));
    g_autoptr(GString) out = g_string_new(NULL);
    assert_done(template_render(template, &values, out, error));
    if (strcmp(out->str, rows[i].expected) != 0)
      fail_msg("%s: expected \"%s\", got \"%s\"", rows[i].name, rows[i].expected, out->str);
  }
}

static void mistakes_name_line_and_tag(void **state) {
  static const struct {
    const char *source, *says;
  } rows[] = {
      {"a\n{{name", "own.md line 2: {{name: the tag is not closed"},
      {"a\nb {{#x}}\nc", "own.md line 2: {{#x}} is not closed; add {{/x}}"},
      {"{{/x}}", "own.md line 1: {{/x}}: it closes a section that was not opened"},
      {"{{#a}}\n{{#b}}\n{{/a}}{{/b}}", "own.md line 3: {{/a}} closes a section, but {{#b}} of line 2"},
      {"\n\n{{}}", "own.md line 3: {{}}: the tag is empty"},
      {"{{a b}}", "own.md line 1: {{a b}}: a name has no blanks"},
      {"{{=x=}}", "two delimiters"},
      {"\n{{{raw}}}", "own.md line 2: {{{raw}}}: an unescaped tag may not be used here"},
      {"{{&raw}}", "own.md line 1: {{&raw}}: an unescaped tag may not be used here"},
      {"\xff", "own.md line 1: the text is not valid UTF-8"},
  };
  (void)state;
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    const TemplateOptions options = {.place = PLACE_TEXT, .no_raw = TRUE};
    g_autoptr(Template) template = NULL;
    g_autoptr(GError) error = NULL;
    int r = template_compile("own.md", rows[i].source, strlen(rows[i].source), &options, &template, &error);
    assert_int_equal(r, FAULT_INPUT);
    assert_null(template);
    if (strstr(error->message, rows[i].says) == NULL)
      fail_msg("expected \"%s\" in \"%s\"", rows[i].says, error->message);
  }
}

static int try(const char *source, const Value *values, gboolean strict, GString *out, GError **error) {
  const TemplateOptions options = {.place = PLACE_HTML, .partial = own_partial, .strict = strict};
  g_autoptr(Template) template = NULL;
  int r = template_compile("own.md", source, strlen(source), &options, &template, error);
  return r < 0 ? r : template_render(template, values, out, error);
}

static void ceilings_hold_and_nothing_is_half_done(void **state) {
  g_autofree Value *many = g_new0(Value, 1100);
  const ValueField fields[] = {{"l", value_list(many, 1100)}, {"bad", value_text("javascript:alert(1)")}};
  const Value values = value_map(fields, G_N_ELEMENTS(fields));
  g_autoptr(GString) deep = g_string_new(NULL);
  for (int i = 0; i < TEMPLATE_DEPTH_MAX + 1; i++)
    g_string_append(deep, "{{#l}}");
  g_autoptr(GString) big = g_string_new("{{#l}}");
  for (int i = 0; i < 4000; i++)
    g_string_append_c(big, 'x');
  g_string_append(big, "{{/l}}");
  const struct {
    const char *source, *says;
    gboolean strict;
    int code;
  } rows[] = {
      {"kept {{>loop}}", "more than 32 sections and partials", FALSE, FAULT_RULE},
      {deep->str, "too many sections", FALSE, FAULT_INPUT},
      {"{{#l}}{{#l}}x{{/l}}{{/l}}", "more than 1000000 steps", FALSE, FAULT_RULE},
      {big->str, "beyond 4194304 bytes", FALSE, FAULT_RULE},
      {"text {{unknown}}", "no value was given for {{unknown}}", TRUE, FAULT_INPUT},
      {"{{#unknown}}x{{/unknown}}", "no value was given for {{unknown}}", TRUE, FAULT_INPUT},
      {"<a href=\"{{bad}}\">", "no http, https or mailto address", FALSE, FAULT_INPUT},
  };
  (void)state;
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autoptr(GString) out = g_string_new("before");
    g_autoptr(GError) error = NULL;
    assert_int_equal(try(rows[i].source, &values, rows[i].strict, out, &error), rows[i].code);
    if (strstr(error->message, rows[i].says) == NULL)
      fail_msg("expected \"%s\" in \"%s\"", rows[i].says, error->message);
    assert_string_equal(out->str, "before");
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_public_specification),
      cmocka_unit_test(own_cases),
      cmocka_unit_test(mistakes_name_line_and_tag),
      cmocka_unit_test(ceilings_hold_and_nothing_is_half_done),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
