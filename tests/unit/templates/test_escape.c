/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/case.h"

#include "templates/escape.h"

#include <string.h>

static const struct {
  const char *name;
  enum place place;
  const char *text, *expected; /* NULL: refused */
} rows[] = {
    {"text", PLACE_TEXT, "a <b> & \"c\" 'd'", "a <b> & \"c\" 'd'"},
    {"text, line breaks", PLACE_TEXT, "a\r\nb\nc\rd", "a b c d"},
    {"text, other line breaks", PLACE_TEXT,
     "a\u2028b\u2029c\xc2\x85"
     "d",
     "a b c d"},
    {"text, controls", PLACE_TEXT, "a\001\002\003b\x7f\x1b[31m\xc2\x80", "ab[31m"},
    {"text, turned direction", PLACE_TEXT, "a\u202egnp\u2066.exe", "agnp.exe"},
    {"text, quotation marks stay", PLACE_TEXT, "\u201ca\u201d \u20ac \u00e9\u00a0",
     "\u201ca\u201d \u20ac \u00e9\u00a0"},
    {"text, broken UTF-8", PLACE_TEXT, "a\xff\xe2\x80", "a\ufffd\ufffd\ufffd"},
    {"lines", PLACE_TEXT_LINES, "a\r\nb\nc", "a\nb\nc"},
    {"Markdown", PLACE_MARKDOWN, "[x](https://e.example) **b**",
     "\\[x\\]\\(https\\:\\/\\/e\\.example\\) \\*\\*b\\*\\*"},
    {"Markdown, all marks", PLACE_MARKDOWN, "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~",
     "\\!\\\"\\#\\$\\%\\&\\'\\(\\)\\*\\+\\,\\-\\.\\/\\:\\;\\<\\=\\>\\?\\@\\[\\\\\\]\\^\\_\\`\\{\\|\\}\\~"},
    {"prose", PLACE_PROSE, "[x](https://e.example) **b** <i> a|b \\ ~~c~~ `d` _e_ &amp; (f), g! #",
     "\\[x\\](https://e.example) \\*\\*b\\*\\* \\<i\\> a\\|b \\\\ \\~\\~c\\~\\~ \\`d\\` \\_e\\_ \\&amp; (f), "
     "g! \\#"},
    {"Markdown, line breaks", PLACE_MARKDOWN, "a\n\n# b", "a  \\# b"},
    {"HTML", PLACE_HTML, "<a href=\"x\" b='y'>&", "&lt;a href=&quot;x&quot; b=&#39;y&#39;&gt;&amp;"},
    {"HTML lines", PLACE_HTML_LINES, "a<\r\nb", "a&lt;<br>\nb"},
    {"header", PLACE_HEADER, "a\r\nBcc: b\tc\001", "a Bcc: b\tc"},
    {"URL component", PLACE_URL, "a b/c?d=e&f~g-h.i_j\u00e9", "a%20b%2Fc%3Fd%3De%26f~g-h.i_j%C3%A9"},
    {"mailbox", PLACE_MAILBOX, "a+b?c@d.example", "a%2Bb%3Fc@d.example"},
    {"link", PLACE_LINK, "https://x.example/?a=b&c=%20'd'\u00e9",
     "https://x.example/?a=b&amp;c=%20%27d%27%C3%A9"},
    {"link, mailto", PLACE_LINK, "MailTo:a@b.example", "MailTo:a@b.example"},
    {"link, script", PLACE_LINK, "javascript:alert(1)", NULL},
    {"link, data", PLACE_LINK, "data:text/html,x", NULL},
    {"link, no scheme", PLACE_LINK, "//x.example", NULL},
    {"link, blank", PLACE_LINK, "https://x.example/ y", NULL},
    {"link, line break", PLACE_LINK, "https://x.example/\ny", NULL},
    {"link, scheme only", PLACE_LINK, "https://", NULL},
    {"raw", PLACE_RAW, "<\n>", "<\n>"},
};

static void each_place(void **state) {
  (void)state;
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autoptr(GString) out = g_string_new(NULL);
    gboolean done = escape_append(rows[i].place, rows[i].text, strlen(rows[i].text), out);
    const char *expected = rows[i].expected != NULL ? rows[i].expected : "";
    if (done != (rows[i].expected != NULL) || strcmp(out->str, expected) != 0)
      fail_msg("%s: \"%s\"", rows[i].name, out->str);
  }
}

static void a_nul_is_let_through_nowhere(void **state) {
  (void)state;
  for (guint place = PLACE_TEXT; place <= PLACE_LINK; place++) {
    g_autoptr(GString) out = g_string_new(NULL);
    (void)escape_append((enum place)place, "https://a\0b", 11, out);
    assert_null(memchr(out->str, '\0', out->len));
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(each_place),
      cmocka_unit_test(a_nul_is_let_through_nowhere),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
