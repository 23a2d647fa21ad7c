/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/case.h"

#include "base/fault.h"
#include "templates/markdown.h"

#include <string.h>

static const struct {
  const char *name, *markdown, *text, *html; /* NULL: not looked at */
} rows[] = {
    {"paragraphs", "a\nb\n\nc", "a b\n\nc\n", "<p>a\nb</p>\n<p>c</p>\n"},
    {"emphasis", "**a** *b* `c`", "a b c\n", "<p><strong>a</strong> <em>b</em> <code>c</code></p>\n"},
    {"hard break", "a\\\nb", "a\nb\n", "<p>a<br />\nb</p>\n"},
    {"headings", "# One\n\n## Two é\n\nx", "One\n===\n\nTwo é\n-----\n\nx\n",
     "<h1>One</h1>\n<h2>Two é</h2>\n<p>x</p>\n"},
    {"link", "[words](https://x.example/a)", "words <https://x.example/a>\n",
     "<p><a href=\"https://x.example/a\">words</a></p>\n"},
    {"link to itself", "[https://x.example](https://x.example) <https://x.example>",
     "https://x.example https://x.example\n", NULL},
    {"mail link", "[write](mailto:a@b.example) [a@b.example](mailto:a@b.example)",
     "write <a@b.example> a@b.example\n", NULL},
    {"script link", "[x](javascript:alert(1))", NULL, "<p><a href=\"\">x</a></p>\n"},
    {"ftp link", "[x](ftp://x.example)", NULL, "<p><a href=\"\">x</a></p>\n"},
    {"raw HTML", "a <b>c</b>\n\n<script>x</script>", "a c\n",
     "<p>a <!-- raw HTML omitted -->c<!-- raw HTML omitted --></p>\n<!-- raw HTML omitted -->\n"},
    {"image", "![words](https://x.example/p.png)", "words\n", "<p>words</p>\n"},
    {"tight list", "- a\n- b\n  - c\n- d\n\nx", "- a\n- b\n  - c\n\n- d\n\nx\n", NULL},
    {"loose list", "- a\n\n  more\n\n- b", "- a\n\n  more\n\n- b\n", NULL},
    {"numbers", "9. a\n10. b", "9. a\n10. b\n", "<ol start=\"9\">\n<li>a</li>\n<li>b</li>\n</ol>\n"},
    {"empty item", "-\n- b", "- \n- b\n", NULL},
    {"quote", "> a\n>\n> b", "> a\n\n> b\n", NULL},
    {"list within quote", "> - a\n> - b", "> - a\n> - b\n", NULL},
    {"code block", "    x = 1\n    y", "    x = 1\n    y\n", NULL},
    {"thematic break", "a\n\n---\n\nb",
     "a\n\n------------------------------------------------------------------------\n\nb\n", NULL},
    {"control by reference", "a&#1;b&#2;c&#3;", "abc\n", NULL},
    {"long paragraph", "one two three four five six seven eight nine ten eleven twelve thirteen fourteen",
     "one two three four five six seven eight nine ten eleven twelve thirteen\nfourteen\n", NULL},
    {"long item", "- one two three four five six seven eight nine ten eleven twelve thirteen fourteen",
     "- one two three four five six seven eight nine ten eleven twelve\n  thirteen fourteen\n", NULL},
    {"nothing", "", "", ""},
};

static void each_row(void **state) {
  (void)state;
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autofree char *text = NULL;
    g_autofree char *html = NULL;
    assert_done(markdown_to_text(rows[i].markdown, strlen(rows[i].markdown), &text, error));
    assert_done(markdown_to_html(rows[i].markdown, strlen(rows[i].markdown), &html, error));
    if (rows[i].text != NULL && strcmp(text, rows[i].text) != 0)
      fail_msg("%s: text \"%s\"", rows[i].name, text);
    if (rows[i].html != NULL && strcmp(html, rows[i].html) != 0)
      fail_msg("%s: HTML \"%s\"", rows[i].name, html);
  }
}

static void hostile_depth_ends(void **state) {
  static const char *const pieces[] = {"> ", "- ", "[", "*a ", "![", "1. "};
  (void)state;
  for (gsize i = 0; i < G_N_ELEMENTS(pieces); i++) {
    g_autoptr(GString) source = g_string_new(NULL);
    for (int j = 0; j < 2000; j++)
      g_string_append(source, pieces[i]);
    g_string_append(source, "x");
    g_autofree char *text = NULL;
    g_autofree char *html = NULL;
    assert_done(markdown_to_text(source->str, source->len, &text, error));
    assert_done(markdown_to_html(source->str, source->len, &html, error));
    assert_non_null(strchr(text, 'x'));
  }
}

static void refused(void **state) {
  (void)state;
  g_autofree char *large = g_strnfill(MARKDOWN_SOURCE_MAX + 1, 'a');
  const char *const sources[] = {"\xff", large};
  for (gsize i = 0; i < G_N_ELEMENTS(sources); i++) {
    char *out = NULL;
    g_autoptr(GError) error = NULL;
    assert_int_equal(markdown_to_text(sources[i], strlen(sources[i]), &out, &error), FAULT_INPUT);
    assert_int_equal(markdown_to_html(sources[i], strlen(sources[i]), &out, NULL), FAULT_INPUT);
    assert_null(out);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(each_row),
      cmocka_unit_test(hostile_depth_ends),
      cmocka_unit_test(refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
