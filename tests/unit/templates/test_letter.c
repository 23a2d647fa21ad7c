/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/case.h"

#include "base/fault.h"
#include "templates/letter.h"

#include <string.h>

#define FIELDS                                                                                               \
  "organisation mailing text Example\n"                                                                      \
  "where mailing lines A / B\n"                                                                              \
  "site mailing url https://site.example\n"                                                                  \
  "items mailing list one | two\n"                                                                           \
  "early mailing flag yes\n"                                                                                 \
  "name recipient text Ama\n"                                                                                \
  "street recipient lines A / B\n"                                                                           \
  "page recipient url https://page.example\n"                                                                \
  "asked recipient flag yes\n"                                                                               \
  "points recipient list p | q\n"

static char *folder;

static int make_folder(void **state) {
  (void)state;
  folder = case_folder_make();
  g_autofree char *path = g_build_filename(folder, "wording", "w", NULL);
  assert_int_equal(g_mkdir_with_parents(path, 0700), 0);
  g_autofree char *fields = g_build_filename(path, "fields", NULL);
  assert_true(g_file_set_contents(fields, FIELDS, -1, NULL));
  return 0;
}

static int remove_folder(void **state) {
  (void)state;
  case_folder_remove(folder);
  return 0;
}

static Wording *load(const char *text) {
  g_autofree char *path = g_build_filename(folder, "wording", "w", "fr.md", NULL);
  Wording *wording = NULL;
  assert_true(g_file_set_contents(path, text, -1, NULL));
  assert_done(wording_load(folder, "w", LANGUAGE_FR, &wording, error));
  return wording;
}

typedef struct {
  GString *subject, *text, *html;
} Rendering;

static void rendering_clear(Rendering *rendering) {
  g_string_free(rendering->subject, TRUE);
  g_string_free(rendering->text, TRUE);
  g_string_free(rendering->html, TRUE);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Rendering, rendering_clear)

static Rendering rendering_new(void) {
  return (Rendering){g_string_new(NULL), g_string_new(NULL), g_string_new(NULL)};
}

/* The part of the document between its frame. */
static char *body_of(const GString *html) {
  const char *begin = strstr(html->str, "break-word\">\n") + strlen("break-word\">\n");
  return g_strndup(begin, (gsize)(strstr(begin, "</div>") - begin));
}

/* One hostile value for every field, of both levels. */
static const char hostile[] =
    "[x](https://evil.example) **b** <script>alert(1)</script> {{x}} {{{y}}} \"q\" 'r'\r\n\r\n# h\n- l";
static const char hostile_text[] =
    "[x](https://evil.example) **b** <script>alert(1)</script> {{x}} {{{y}}}\n\"q\" 'r' # h - l\n";

static int render(const char *source, const Value *mailing, const Value *recipient, Rendering *out,
                  GError **error) {
  g_autoptr(Wording) wording = load(source);
  g_autoptr(Letter) letter = NULL;
  int r = letter_new(wording, mailing, &letter, error);
  return r < 0 ? r : letter_render(letter, recipient, out->subject, out->text, out->html, error);
}

static const struct {
  const char *name, *body, *text, *html;
} each_construct_rows[] = {
    {"both levels", "A {{organisation}} b {{name}}.", "A Ex & Co b Ama.\n",
     "<p>A Ex &amp; Co b <bdi>Ama</bdi>.</p>\n"},
    {"lines of the mailing", "{{where}}", "1, rue\n*Ville*\n", "<p>1, rue<br />\n*Ville*</p>\n"},
    {"lines of the recipient", "{{street}}\n\nx", "a\n_b_\n\nx\n",
     "<p><bdi>a<br>\n_b_</bdi></p>\n<p>x</p>\n"},
    {"list of the mailing", "{{#items}}\n1. {{.}}\n{{/items}}\n\nx", "1. one\n2. *two*\n\nx\n",
     "<ol>\n<li>one</li>\n<li>*two*</li>\n</ol>\n<p>x</p>\n"},
    {"list of the recipient", "{{#points}}\n- {{.}}\n{{/points}}\n\nx", "- p\n\n- *q*\n\nx\n",
     "<ul>\n<li><bdi>p</bdi></li>\n<li><bdi>*q*</bdi></li>\n</ul>\n<p>x</p>\n"},
    {"link of both levels", "[{{page}}]({{page}}) [s]({{site}})",
     "https://p.example/?a=1&b=2 s <https://s.example/_x_>\n",
     "<p><a href=\"https://p.example/?a=1&amp;b=2\">https://p.example/?a=1&amp;b=2</a> <a "
     "href=\"https://s.example/_x_\">s</a></p>\n"},
    {"component of a link", "[x](https://x.example/{{name}}?o={{organisation}})",
     "x <https://x.example/Ama?o=Ex%20%26%20Co>\n",
     "<p><a href=\"https://x.example/Ama?o=Ex%20%26%20Co\">x</a></p>\n"},
    {"section inline", "a {{#asked}}yes {{name}}{{/asked}}{{#no}}no{{/no}}{{^no}}not{{/no}}.",
     "a yes Amanot.\n", "<p>a yes <bdi>Ama</bdi>not.</p>\n"},
    {"section alone, shown", "a\n\n{{#asked}}\nb {{name}}\n{{/asked}}\n\nc", "a\n\nb Ama\n\nc\n",
     "<p>a</p>\n<p>b <bdi>Ama</bdi></p>\n<p>c</p>\n"},
    {"section alone, not shown", "a\n\n{{#no}}\nb {{name}}\n{{/no}}\n\nc", "a\n\nc\n",
     "<p>a</p>\n<p>c</p>\n"},
    {"section of the mailing", "{{#early}}a{{/early}}{{^early}}b{{/early}}{{#name}}{{organisation}}{{/name}}",
     "aEx & Co\n", "<p>aEx &amp; Co</p>\n"},
    {"heading of the mailing", "# {{organisation}}\n\nx", "Ex & Co\n=======\n\nx\n",
     "<h1>Ex &amp; Co</h1>\n<p>x</p>\n"},
    {"code", "`{{organisation}} {{name}}`", "Ex & Co Ama\n",
     "<p><code>Ex &amp; Co <bdi>Ama</bdi></code></p>\n"},
    {"emphasis around a tag", "**{{name}}** _{{organisation}}_", "Ama Ex & Co\n",
     "<p><strong><bdi>Ama</bdi></strong> <em>Ex &amp; Co</em></p>\n"},
    {"empty paragraph", "a\n\n{{empty}}\n\nb", "a\n\nb\n", NULL},
    {"quote wraps with its mark",
     "> {{name}} one two three four five six seven eight nine ten eleven twelve thirteen",
     "> Ama one two three four five six seven eight nine ten eleven twelve\n> thirteen\n", NULL},
    {"percent is no joint", "%20 {{percent}} {{site}}",
     "%20 %EE%80%80 href=\"%EE%80%80\" https://s.example/_x_\n",
     "<p>%20 %EE%80%80 href=&quot;%EE%80%80&quot; https://s.example/_x_</p>\n"},
};

static void each_construct(void **state) {
  g_autofree char *fields = g_build_filename(folder, "wording", "w", "fields", NULL);
  assert_true(g_file_set_contents(
      fields, FIELDS "no recipient flag yes\nempty recipient text x\npercent mailing text x\n", -1, NULL));
  const Value items[] = {value_text("one"), value_text("*two*")},
              points[] = {value_text("p"), value_text("*q*")};
  const ValueField mailing_fields[] = {{"organisation", value_text("Ex & Co")},
                                       {"where", value_text("1, rue\n*Ville*")},
                                       {"site", value_text("https://s.example/_x_")},
                                       {"items", value_list(items, 2)},
                                       {"early", value_flag(TRUE)},
                                       {"percent", value_text("%EE%80%80 href=\"%EE%80%80\"")}};
  const ValueField recipient_fields[] = {{"name", value_text("Ama")},
                                         {"street", value_text("a\r\n_b_")},
                                         {"page", value_text("https://p.example/?a=1&b=2")},
                                         {"asked", value_flag(TRUE)},
                                         {"no", value_flag(FALSE)},
                                         {"points", value_list(points, 2)},
                                         {"empty", value_text("")}};
  const Value mailing = value_map(mailing_fields, G_N_ELEMENTS(mailing_fields));
  const Value recipient = value_map(recipient_fields, G_N_ELEMENTS(recipient_fields));
  (void)state;
  for (gsize i = 0; i < G_N_ELEMENTS(each_construct_rows); i++) {
    g_autofree char *source = g_strdup_printf("Subject: s\n\n%s\n", each_construct_rows[i].body);
    g_auto(Rendering) out = rendering_new();
    assert_done(render(source, &mailing, &recipient, &out, error));
    g_autofree char *body = body_of(out.html);
    if (strcmp(out.text->str, each_construct_rows[i].text) != 0)
      fail_msg("%s: text \"%s\"", each_construct_rows[i].name, out.text->str);
    if (each_construct_rows[i].html != NULL && strcmp(body, each_construct_rows[i].html) != 0)
      fail_msg("%s: HTML \"%s\"", each_construct_rows[i].name, body);
  }
}

static void hostile_values_stay_words(void **state) {
  static const struct {
    const char *name, *source;
  } rows[] = {
      {"paragraph", "Subject: {{%s}}\n\n{{%s}}\n"},
      {"emphasis", "Subject: {{%s}}\n\n**{{%s}}**\n"},
      {"section", "Subject: {{%s}}\n\n{{#%2$s}}{{.}}{{/%2$s}}\n"},
      {"link words", "Subject: {{%s}}\n\n[{{%s}}](https://x.example)\n"},
  };
  static const char *const names[] = {"organisation", "name"};
  const ValueField mailing_fields[] = {{"organisation", value_text(hostile)}};
  const ValueField recipient_fields[] = {{"name", value_text(hostile)}};
  const Value mailing = value_map(mailing_fields, 1), recipient = value_map(recipient_fields, 1);
  (void)state;
  for (gsize i = 0; i < G_N_ELEMENTS(rows) * G_N_ELEMENTS(names); i++) {
    const char *name = names[i % 2];
    g_autoptr(GString) source = g_string_new(rows[i / 2].source);
    g_string_replace(source, "%2$s", name, 0);
    g_string_replace(source, "%s", name, 0);
    g_auto(Rendering) out = rendering_new();
    assert_done(render(source->str, &mailing, &recipient, &out, error));
    assert_string_equal(
        out.subject->str,
        "[x](https://evil.example) **b** <script>alert(1)</script> {{x}} {{{y}}} \"q\" 'r'  # h - l");
    if (i / 2 == 0 && strcmp(out.text->str, hostile_text) != 0)
      fail_msg("%s: text \"%s\"", name, out.text->str);
    assert_null(strstr(out.html->str, "<script"));
    assert_null(strstr(out.html->str, "href=\"https://evil"));
    assert_null(strstr(out.html->str, "<h1>"));
    assert_null(strstr(out.html->str, "<strong>b"));
    assert_non_null(strstr(out.html->str, "{{x}} {{{y}}}"));
    assert_non_null(strstr(out.html->str, "[x](https://evil.example) **b** &lt;script&gt;"));
    assert_non_null(strstr(out.text->str, "**b** <script>alert(1)</script>"));
    assert_non_null(strstr(out.text->str, "{{x}}"));
  }
}

static void what_a_letter_refuses(void **state) {
  const ValueField no_fields[] = {{"other", value_text("x")}};
  const ValueField bad_site[] = {{"site", value_text("javascript:alert(1)")}};
  const ValueField joint_site[] = {{"site", value_text("https://x.example/%ee%80%80")}};
  const ValueField list_name[] = {{"organisation", value_list(NULL, 0)}};
  const ValueField bad_page[] = {{"page", value_text("data:x")}};
  const struct {
    const char *source;
    Value mailing, recipient;
    const char *says;
  } rows[] = {
      {"{{organisation}}", value_map(no_fields, 1), value_map(no_fields, 1),
       "fr.md line 3: {{organisation}}: the mailing gives no value"},
      {"\n[x]({{site}})", value_map(bad_site, 1), value_map(no_fields, 1),
       "fr.md line 4: {{site}}: its value is no http"},
      {"[x]({{site}})", value_map(joint_site, 1), value_map(no_fields, 1),
       "fr.md line 3: {{site}}: its value is no http"},
      {"{{organisation}}", value_map(list_name, 1), value_map(no_fields, 1), "a value of another kind"},
      {"{{name}}", value_map(no_fields, 1), value_map(no_fields, 1), "no value was given for {{name}}"},
      {"[x]({{page}})", value_map(no_fields, 1), value_map(bad_page, 1),
       "the value of {{page}} is to be a link"},
  };
  (void)state;
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autofree char *source = g_strdup_printf("Subject: s\n\n%s\n", rows[i].source);
    g_auto(Rendering) out = rendering_new();
    g_autoptr(GError) error = NULL;
    assert_int_equal(render(source, &rows[i].mailing, &rows[i].recipient, &out, &error), FAULT_INPUT);
    if (strstr(error->message, rows[i].says) == NULL)
      fail_msg("expected \"%s\" in \"%s\"", rows[i].says, error->message);
    assert_int_equal(out.subject->len + out.text->len + out.html->len, 0);
  }
}

typedef struct {
  const Letter *letter;
  const char *name;
  GString *text, *html;
} Job;

static gpointer render_many(gpointer data) {
  Job *job = data;
  const ValueField fields[] = {{"name", value_text(job->name)}};
  const Value recipient = value_map(fields, 1);
  g_autoptr(GString) subject = g_string_new(NULL);
  for (int i = 0; i < 2000; i++) {
    g_string_truncate(subject, 0);
    g_string_truncate(job->text, 0);
    g_string_truncate(job->html, 0);
    if (letter_render(job->letter, &recipient, subject, job->text, job->html, NULL) != 0)
      return NULL;
  }
  return job;
}

static void two_threads_render_one_letter(void **state) {
  const ValueField fields[] = {{"organisation", value_text("Example")}};
  const Value mailing = value_map(fields, 1);
  g_autoptr(Wording) wording = load(
      "Subject: {{name}}\n\nDear {{name}},\n\n{{#name}}\nfrom {{organisation}} to {{name}}\n{{/name}}\n");
  g_autoptr(Letter) letter = NULL;
  (void)state;
  assert_done(letter_new(wording, &mailing, &letter, error));
  g_clear_pointer(&wording, wording_free);
  Job jobs[] = {{letter, "Ama", g_string_new(NULL), g_string_new(NULL)},
                {letter, "Noé", g_string_new(NULL), g_string_new(NULL)}};
  GThread *threads[G_N_ELEMENTS(jobs)];
  for (guint i = 0; i < G_N_ELEMENTS(jobs); i++)
    threads[i] = g_thread_new("render", render_many, &jobs[i]);
  for (guint i = 0; i < G_N_ELEMENTS(jobs); i++) {
    assert_non_null(g_thread_join(threads[i]));
    g_autofree char *expected =
        g_strdup_printf("Dear %s,\n\nfrom Example to %s\n", jobs[i].name, jobs[i].name);
    assert_string_equal(jobs[i].text->str, expected);
    g_string_free(jobs[i].text, TRUE);
    g_string_free(jobs[i].html, TRUE);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(each_construct),
      cmocka_unit_test(hostile_values_stay_words),
      cmocka_unit_test(what_a_letter_refuses),
      cmocka_unit_test(two_threads_render_one_letter),
  };
  return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
