/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How many letters of a roll use which rows that nobody has reviewed. */
#include "mailing_fixture.h"

#include "mailing/form_use_rows.h"

/* A reader signs for what begins with BEGINNING in the copy of FILE. */
static void sign(const Fixture *f, const char *file, const char *beginning) {
  g_autofree char *path = g_build_filename(f->templates, file, NULL);
  g_autofree char *text = NULL;
  assert_true(g_file_get_contents(path, &text, NULL, NULL));
  g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
  for (char **line = lines; *line != NULL; line++)
    if (g_str_has_prefix(*line, beginning)) {
      char *signed_line = g_strconcat(*line, "P. R.", NULL);
      g_free(*line);
      *line = signed_line;
    }
  g_autofree char *joined = g_strjoinv("\n", lines);
  assert_true(g_file_set_contents(path, joined, -1, NULL));
}

static gint64 letters_of(Fixture *f, gint64 mailing, const char *form) {
  g_autoptr(Mailing) m = fixture_find(f, mailing);
  g_autoptr(GPtrArray) uses = NULL;
  g_autoptr(Link) link = NULL;
  assert_done(store_read(f->store, &link, error));
  assert_done(form_use_rows_list(link, m->generation, &uses, error));
  gint64 sum = 0, before = G_MAXINT64;
  for (guint i = 0; i < uses->len; i++) {
    const FormUse *use = g_ptr_array_index(uses, i);
    assert_true(use->letters > 0 && use->letters <= before);
    before = use->letters;
    sum += form == NULL || strcmp(form, use->form) == 0 ? use->letters : 0;
  }
  return sum;
}

/* The lines themselves, counted one by one. */
static gint64 counted(Fixture *f, gint64 mailing) {
  AddresseeFilter filter = {.mailing = mailing, .state = -1, .limit = 100000};
  g_autoptr(GPtrArray) lines = NULL;
  g_autoptr(Link) link = NULL;
  assert_done(store_read(f->store, &link, error));
  assert_done(roll_list(link, 1, &filter, &lines, error));
  gint64 n = 0;
  for (guint i = 0; i < lines->len; i++) {
    const Addressee *line = g_ptr_array_index(lines, i);
    n += line->state != ADDRESSEE_EXCLUDED && line->form != NULL && !line->form_reviewed;
  }
  return n;
}

static void roll(Fixture *f, gint64 mailing) {
  g_auto(RollCount) count = {0};
  assert_done(roll_make(f->desk, &fixture_olga, mailing, &count, error));
}

static gint64 rows_kept(Fixture *f) {
  gint64 n = 0;
  g_autoptr(Link) link = NULL;
  assert_done(store_read(f->store, &link, error));
  assert_done(link_int(link, &n, error, "SELECT count(DISTINCT roll) FROM roll_forms", ""));
  return n;
}

static void test_counts(void **state) {
  (void)state;
  Fixture *f = fixture_new();
  fixture_import(f, "offices.csv", "offices");
  gint64 document = fixture_document(f, "synthesis", TRUE);
  gint64 id = fixture_mailing(f, &fixture_olga, "synthesis", document, fixture_list(f, "offices"));
  assert_int_equal(letters_of(f, id, NULL), 0);
  roll(f, id);
  gint64 all = letters_of(f, id, NULL);
  assert_true(all >= 11);
  assert_int_equal(all, counted(f, id));
  gint64 presidents = letters_of(f, id, "president/fr/m+C2/fr");
  assert_true(presidents > 0);

  sign(f, "forms.tsv", "president\tfr\tm\t");
  sign(f, "closes.tsv", "C2\tfr\t");
  fixture_close(f);
  fixture_open(f);
  roll(f, id);
  assert_int_equal(letters_of(f, id, "president/fr/m+C2/fr"), 0);
  assert_int_equal(letters_of(f, id, NULL), all - presidents);
  assert_int_equal(letters_of(f, id, NULL), counted(f, id));
  assert_int_equal(rows_kept(f), 1); /* those of the old roll went with it */
  fixture_free(f);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_counts)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
