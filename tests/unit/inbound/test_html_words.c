/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "inbound/html_words.h"

#include "support/case.h"

#include <time.h>

static void lines(void **state) {
  (void)state;
  static const struct {
    const char *name, *html, *words;
  } rows[] = {
      {"paragraphs", "<p>One\n two</p><p>Three</p>", "One two\n\nThree\n\n"},
      {"line breaks", "One<br>two<br><br>three", "One\ntwo\n\nthree\n\n"},
      {"boxes", "<div>One</div><div>two</div><div><br></div><div>three</div>", "One\ntwo\n\nthree\n"},
      {"inline elements", "<p>One <b>two</b>, <i>three</i>.</p>", "One two, three.\n\n"},
      {"a list", "<ul><li>one</li><li>two</li></ul>", "- one\n- two\n"},
      {"a table", "<table><tr><td>a</td><td>b</td></tr><tr><td>c</td><td>d</td></tr></table>",
       "a\tb\nc\td\n"},
      {"no styles, no scripts",
       "<head><title>t</title><style>s</style></head><body><script>x()</script>One</body>", "One\n"},
      {"entities", "<p>d&eacute;but &amp; fin</p>", "début & fin\n\n"},
      {"set as it stands", "<pre>a\n  b</pre>", "a\n  b\n\n"},
      {"a quotation by its type", "<p>Yes</p><blockquote type=\"cite\"><p>one</p>two</blockquote>No",
       "Yes\n\n> one\n\n> two\n\nNo\n"},
      {"a quotation by its class", "<blockquote class=\"gmail_quote\">one</blockquote>two", "> one\n\ntwo\n"},
      {"a quotation by its line", "<blockquote style=\"border-left: 2px solid blue\">one</blockquote>",
       "> one\n\n"},
      {"an announced quotation", "<div>On 24/11/2026 10:00, A wrote:</div><blockquote>one</blockquote>",
       "On 24/11/2026 10:00, A wrote:\n\n> one\n\n"},
      {"indented text is none",
       "<div>We propose:</div><blockquote style=\"margin:0 0 0 40px;border:none\">one"
       "</blockquote>",
       "We propose:\n\none\n\n"},
      {"quotations within", "<blockquote type=cite>a<blockquote type=cite>b</blockquote>c</blockquote>",
       "> a\n\n>> b\n\n> c\n\n"},
      {"a text that begins like one", "<p>&gt; 50 %</p>", " > 50 %\n\n"},
      {"nothing", "", ""},
      {"no HTML", "One & two < three", "One & two < three\n\n"},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autofree char *words = html_words(rows[i].html, strlen(rows[i].html), 10000);
    if (!g_str_equal(words, rows[i].words))
      fail_msg("%s: \"%s\"", rows[i].name, words);
  }
}

static void hostile(void **state) {
  (void)state;
  static const char *const pieces[] = {
      "<blockquote type=cite>",           "<div>", "<b>",  "<pre>\n", "<li>", "<td>",
      "<blockquote type=cite>\n<pre>a\n", "<p>",   "<br>", "&#62;"};
  for (gsize i = 0; i < G_N_ELEMENTS(pieces); i++) {
    g_autoptr(GString) html = g_string_new(NULL);
    while (html->len < 128 * 1024)
      g_string_append(html, pieces[i]);
    clock_t begun = clock();
    g_autofree char *words = html_words(html->str, html->len, 5000);
    assert_true(g_utf8_validate(words, -1, NULL) && strlen(words) <= 5000);
    if (clock() - begun > 10 * CLOCKS_PER_SEC)
      fail_msg("%s takes too long", pieces[i]);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(lines), cmocka_unit_test(hostile)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
