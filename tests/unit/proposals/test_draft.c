/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proposals_fixture.h"

#include <cmark.h>

/* What would be more than words in Markdown, if it did not stay words. */
static const char *const hostile[] = {
    "# no heading",
    "> no quote",
    "- no list\n- at all",
    "1. no number\n2) none",
    "    no code",
    "\tno code either",
    "```\nno fence\n```",
    "no heading\n=====\nnone\n-----",
    "***",
    "* * *",
    "<script>alert(1)</script>",
    "<b>bold</b> <!-- no comment -->",
    "&copy; &#65; &lt;",
    "[no link](https://evil.example) ![none](x.png)",
    "<https://evil.example>",
    "[none]: https://evil.example\n\n[none]",
    "*no emphasis* __none__ `no code` ~~none~~",
    "| no | table |\n|---|---|\n| a | b |",
    "a line\\\nand another\\",
    "trailing spaces  \nkept as words",
    "\\# a backslash \\\\ and \\* two",
};

/* The text of all nodes; kinds that are more than words are told as "<kind>". */
static char *words_of(cmark_node *root) {
  GString *text = g_string_new(NULL);
  cmark_iter *iter = cmark_iter_new(root);
  for (cmark_event_type event; (event = cmark_iter_next(iter)) != CMARK_EVENT_DONE;) {
    cmark_node *node = cmark_iter_get_node(iter);
    cmark_node_type type = cmark_node_get_type(node);
    if (event != CMARK_EVENT_ENTER || type == CMARK_NODE_DOCUMENT || type == CMARK_NODE_PARAGRAPH)
      continue;
    if (type == CMARK_NODE_TEXT)
      g_string_append(text, cmark_node_get_literal(node));
    else if (type == CMARK_NODE_LINEBREAK)
      g_string_append_c(text, '\n');
    else
      g_string_append_printf(text, "<%s>", cmark_node_get_type_string(node));
  }
  cmark_iter_free(iter);
  return g_string_free(text, FALSE);
}

/* What a text should come to: lines trimmed, blank ones gone, because paragraphs part them. */
static char *as_words(const char *text) {
  g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
  GString *joined = g_string_new(NULL);
  for (char **line = lines; *line != NULL; line++) {
    gboolean breaks = line > lines && *g_strstrip(*line) != '\0' && *line[-1] != '\0';
    g_string_append_printf(joined, "%s%s", breaks ? "\n" : "", g_strstrip(*line));
  }
  return g_string_free(joined, FALSE);
}

/* Between the heading of the only item and its sources. */
static char *item_of(const char *draft) {
  const char *from = strstr(draft, "### P-1\n");
  assert_non_null(from);
  from += strlen("### P-1\n");
  const char *to = strstr(from, "\n*Sources*");
  assert_non_null(to);
  return g_strndup(from, (gsize)(to - from));
}

static void stays_words(void **state) {
  (void)state;
  for (gsize i = 0; i < G_N_ELEMENTS(hostile); i++) {
    Fixture *f = fixture_new(TRUE);
    enter(f, 1, hostile[i]);
    g_autofree char *draft = draft_text(f, draft_markdown, 1, 1), *item = item_of(draft);
    cmark_node *root = cmark_parse_document(item, strlen(item), CMARK_OPT_DEFAULT);
    g_autofree char *found = words_of(root), *wanted = as_words(hostile[i]);
    cmark_node_free(root);
    if (strcmp(found, wanted) != 0)
      fail_msg("\"%s\" became \"%s\"; the draft has \"%s\"", hostile[i], found, item);
    fixture_free(f);
  }
}

/* Titles, names and reasons as well. */
static void all_of_it(void **state) {
  Fixture *f = *state;
  const char *title[LANGUAGE_COUNT] = {[LANGUAGE_EN] = "Roles *of* [States] #"};
  gint64 list;
  assert_done(edition_word(&f->contacts, &marie, 1, title, error));
  assert_done(edition_word(&f->contacts, &marie, 0, title, error));
  assert_done(list_create(&f->contacts, &marie, "*shop* <b>", NULL, TRUE, 1, &list, error));
  enter_as(f, &marie, &(ProposalDraft){.text = "x", .workshop = "*shop* <b>", .language = "fr"});
  assert_done(synthesis_set_aside(&f->contacts, &marie, 1, "a *reason* <b>", FALSE, error));
  g_autofree char *draft = draft_text(f, draft_markdown, 1, PROPOSAL_ANY);
  assert_non_null(strstr(draft, "# Synthesis draft: Roles \\*of\\* \\[States\\] \\#\n"));
  assert_non_null(strstr(draft, "## Question 1: Roles \\*of\\* \\[States\\] \\#\n"));
  assert_non_null(strstr(draft, "workshop \\*shop\\* \\<b\\>"));
  assert_non_null(strstr(draft, "Reason: a \\*reason\\* \\<b\\>"));
  assert_null(strstr(draft, "<b>"));
}

static const char whole[] =
    "# Synthesis draft\n"
    "\n"
    "1st edition, 2 December 2013\n"
    "\n"
    "## Question 1\n"
    "\n"
    "### 1.1 (P-2)\n"
    "\n"
    "Bien dit\n"
    "\n"
    "*Sources*\n"
    "\n"
    "- **P-2**, fr, entered by marie, 2 December 2013\n"
    "\n"
    "  > b\\\n"
    "  > c\n"
    "  >\n"
    "  > d\n"
    "\n"
    "- **P-3**, es, workshop atelier, Norvane1 (C-2), entered by marie, 2 December 2013\n"
    "\n"
    "  > e\n"
    "\n"
    "### P-1\n"
    "\n"
    "a\n"
    "\n"
    "*Sources*\n"
    "\n"
    "- **P-1**, fr, entered by marie, 2 December 2013\n"
    "\n"
    "### Set aside\n"
    "\n"
    "- **P-4**, fr, entered by marie, 2 December 2013\n"
    "\n"
    "  Reason: why\n"
    "\n"
    "  > f\n"
    "\n"
    "## Question 2\n"
    "\n"
    "No proposals.\n"
    "\n"
    "## Without a question\n"
    "\n"
    "### P-5\n"
    "\n"
    "g\n"
    "\n"
    "*Sources*\n"
    "\n"
    "- **P-5**, fr, entered by marie, 2 December 2013\n"
    "\n"
    "## Sums\n"
    "\n"
    "| Question | received | in the draft | merged into others | set aside |\n"
    "|---|--:|--:|--:|--:|\n"
    "| 1 | 3 | 2 | 0 | 1 |\n"
    "| 2 | 1 | 0 | 1 | 0 |\n"
    "| Without a question | 1 | 1 | 0 | 0 |\n"
    "| in all | 5 | 3 | 1 | 1 |\n";

static void fill(Fixture *f) {
  enter(f, 1, "a");
  gint64 b = enter(f, 1, "b\nc\n\nd");
  enter_as(f, &marie, &(ProposalDraft){.text = "e", .workshop = "atelier", .author = fixture_id(f, "A1")});
  gint64 d = enter(f, 1, "f");
  enter(f, 0, "g");
  assert_done(synthesis_merge(&f->contacts, &marie, b, 3, error));
  assert_done(synthesis_set_aside(&f->contacts, &marie, d, "why", FALSE, error));
  assert_done(synthesis_order(&f->contacts, &marie, 1, &b, 1, error));
  assert_done(proposal_reword(&f->contacts, &marie, b, "Bien dit", NULL, error));
}

static void layout(void **state) {
  Fixture *f = *state;
  fill(f);
  g_autofree char *draft = draft_text(f, draft_markdown, 1, PROPOSAL_ANY);
  assert_string_equal(draft, whole);
  g_autofree char *one = draft_text(f, draft_markdown, 1, 2);
  assert_null(strstr(one, "## Question 1"));
  assert_non_null(strstr(one, "| in all | 1 | 0 | 1 | 0 |\n"));
}

static void table(void **state) {
  Fixture *f = *state;
  fill(f);
  enter(f, 1, "=HYPERLINK(\"https://evil.example\")");
  g_autofree char *csv = draft_text(f, draft_csv, 1, PROPOSAL_ANY);
  g_auto(GStrv) lines = g_strsplit(csv, "\r\n", -1);
  assert_int_equal(g_strv_length(lines), 8); /* a heading, six rows, and nothing behind the last */
  assert_true(g_str_has_prefix(lines[0], "\xEF\xBB\xBFIdentifiant;Édition;Question;"));
  assert_string_equal(lines[2], "P-2;1;1;1;in-synthesis;;P-2;fr;\"b\nc\n\nd\";Bien dit;;;;;;"
                                "2013-12-02T10:00:00+00:00;marie;");
  assert_string_equal(lines[3], "P-3;1;2;;merged;P-2;P-2;es;e;;atelier;C-2;Norvane1;;;"
                                "2013-12-02T10:00:00+00:00;marie;");
  assert_non_null(strstr(lines[6], ";\"'=HYPERLINK(\"\"https://evil.example\"\")\";"));
  g_autofree char *one = draft_text(f, draft_csv, 1, 0);
  assert_non_null(strstr(one, "P-5"));
  assert_null(strstr(one, "P-1;"));
}

/* What an office put forward is in no draft of who sees attendees alone, and the sums are theirs. */
static void hidden(void **state) {
  Fixture *f = *state;
  enter(f, 1, "open");
  enter_as(f, &marie, &(ProposalDraft){.text = "secret", .question = 1, .author = fixture_id(f, "O1")});
  assert_done(synthesis_merge(&f->contacts, &marie, 1, 2, error));
  g_autofree char *all = draft_text(f, draft_markdown, 1, PROPOSAL_ANY);
  g_autofree char *seen = draft_text(f, draft_markdown, 0, PROPOSAL_ANY);
  g_autofree char *csv = draft_text(f, draft_csv, 0, PROPOSAL_ANY);
  assert_non_null(strstr(all, "secret"));
  assert_non_null(strstr(all, "| in all | 2 | 1 | 1 | 0 |"));
  assert_null(strstr(seen, "secret"));
  assert_null(strstr(seen, "P-2"));
  assert_non_null(strstr(seen, "| in all | 1 | 1 | 0 | 0 |"));
  assert_null(strstr(csv, "secret"));
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(stays_words), FORUM(all_of_it), FORUM(layout),
                                     FORUM(table), FORUM(hidden)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
