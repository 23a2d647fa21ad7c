/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proposals/sheet.h"

#include "base/fault.h"
#include "base/ident.h"
#include "support/case.h"

static int find_author(const char *id, gint64 *ret, gpointer data, GError **error) {
  (void)data;
  return ident_parse(IDENT_CONTACT, id, ret, error);
}

static int read_text(const char *text, gsize length, Sheet *sheet, GError **error) {
  const ProposalDraft standard = {.question = 4, .language = "pt", .workshop = "oficina"};
  g_autoptr(GBytes) bytes = g_bytes_new(text, length);
  return sheet_read(bytes, &standard, find_author, NULL, sheet, error);
}

/* "line 2: 3 fr atelier C-7 words|…" */
static char *told(const Sheet *sheet) {
  GString *all = g_string_new(NULL);
  for (guint i = 0; i < sheet->drafts->len; i++) {
    const ProposalDraft *d = &g_array_index(sheet->drafts, ProposalDraft, i);
    g_string_append_printf(all, "%s%s: %d %s %s %d %s", i > 0 ? "|" : "", d->place, (int)d->question,
                           d->language, d->workshop, (int)d->author, d->text);
  }
  return g_string_free(all, FALSE);
}

static const struct {
  const char *name, *text, *rows;
} cases[] = {
    {"French", "Question;Langue;Texte;Atelier;Auteur\n3;fr;un fonds;atelier-1;C-7\n",
     "line 2: 3 fr atelier-1 7 un fonds"},
    {"English", "text,question,language,workshop,author\na fund,2,en,shop,C-1\n",
     "line 2: 2 en shop 1 a fund"},
    {"Spanish", "propuesta\tpregunta\tidioma\ttaller\nun fondo\t1\tes\ttaller 2\n",
     "line 2: 1 es taller 2 0 un fondo"},
    {"Portuguese, in capitals", "QUESTÃO;PROPOSTA;LÍNGUA\n1;um fundo;pt\n",
     "line 2: 1 pt oficina 0 um fundo"},
    {"what is not said", "texte\nun fonds\n", "line 2: 4 pt oficina 0 un fonds"},
    {"empty cells and rows", "texte;question\nun fonds;\n;2\n\nune loi;1\n",
     "line 2: 4 pt oficina 0 un fonds|line 5: 1 pt oficina 0 une loi"},
    {"several lines, a guarded cell", "texte\n\"'- un\n- deux\"\n", "line 2: 4 pt oficina 0 - un\n- deux"},
};

static void sheets(void **state) {
  (void)state;
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_auto(Sheet) sheet = {0};
    assert_done(read_text(cases[i].text, strlen(cases[i].text), &sheet, error));
    g_autofree char *found = told(&sheet);
    if (strcmp(found, cases[i].rows) != 0)
      fail_msg("%s: %s", cases[i].name, found);
  }
}

static void letters(void **state) {
  (void)state;
  g_auto(Sheet) old = {0}, marked = {0};
  static const char cp1252[] = "texte\n\xE9"
                               "conomie sociale\n",
                    utf8[] = "\xEF\xBB\xBFtexte\nécole\n";
  assert_done(read_text(cp1252, sizeof cp1252 - 1, &old, error));
  assert_string_equal(g_array_index(old.drafts, ProposalDraft, 0).text, "économie sociale");
  assert_done(read_text(utf8, sizeof utf8 - 1, &marked, error));
  assert_string_equal(g_array_index(marked.drafts, ProposalDraft, 0).text, "école");
}

static const struct {
  const char *text, *part;
} refusals[] = {
    {"texte;couleur\nx;bleu\n", "couleur"},
    {"langue\nfr\n", "no column \"text\""},
    {"texte;text\na;b\n", "column before"},
    {"texte;question\nx;neuf\n", "line 2: question"},
    {"texte;question\na;1\nx;100\n", "line 3: question"},
    {"texte;auteur\nx;Marie\n", "line 2: \"Marie\""},
    {"texte\n", "no proposals"},
    {"", "no proposals"},
    {"texte\n\"cut", "quote"},
};

static void refused(void **state) {
  (void)state;
  for (gsize i = 0; i < G_N_ELEMENTS(refusals); i++) {
    g_auto(Sheet) sheet = {0};
    assert_fault(FAULT_INPUT, refusals[i].part,
                 read_text(refusals[i].text, strlen(refusals[i].text), &sheet, error));
  }
}

static void ceilings(void **state) {
  (void)state;
  g_auto(Sheet) full = {0}, more = {0}, large = {0};
  g_autoptr(GString) text = g_string_new("texte\n");
  for (int i = 0; i < PROPOSALS_AT_ONCE_MAX; i++)
    g_string_append(text, "un fonds\n");
  assert_done(read_text(text->str, text->len, &full, error));
  assert_int_equal(full.drafts->len, PROPOSALS_AT_ONCE_MAX);
  g_string_append(text, "un fonds\n");
  assert_fault(FAULT_INPUT, "at most", read_text(text->str, text->len, &more, error));
  g_autofree char *spaces = g_strnfill(SHEET_MAX + 1, ' ');
  assert_fault(FAULT_INPUT, "MiB", read_text(spaces, SHEET_MAX + 1, &large, error));
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(sheets), cmocka_unit_test(letters),
                                     cmocka_unit_test(refused), cmocka_unit_test(ceilings)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
