/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/case.h"

#include "base/fault.h"
#include "templates/catalogue.h"

#include <string.h>

#define FIELDS                                                                                               \
  "first-contact\nobjection mailing text x@o.example\nname recipient text Ama\npage recipient url "          \
  "https://p.example\n"
#define GOOD "Subject: To {{name}}\n\nDear {{name}}, {{objection}}\n"

static const char *const codes[LANGUAGE_COUNT] = {"fr", "en", "es", "pt"};

static void write_file(const char *folder, const char *name, const char *file, const char *text) {
  g_autofree char *dir = g_build_filename(folder, "wording", name, NULL);
  g_autofree char *path = g_build_filename(dir, file, NULL);
  assert_int_equal(g_mkdir_with_parents(dir, 0700), 0);
  assert_true(g_file_set_contents(path, text, -1, NULL));
}

/* A sound wording, but that FILE has TEXT; NULL leaves FILE out. */
static void write_wording(const char *folder, const char *name, const char *file, const char *text) {
  for (guint i = 0; i <= LANGUAGE_COUNT; i++) {
    g_autofree char *each = i == LANGUAGE_COUNT ? g_strdup("fields") : g_strdup_printf("%s.md", codes[i]);
    const char *content = i == LANGUAGE_COUNT ? FIELDS : GOOD;
    if (strcmp(each, file) == 0)
      content = text;
    if (content != NULL)
      write_file(folder, name, each, content);
  }
}

static const char *const shipped[] = {"covering-note",   "erratum",
                                      "late-registrant", "pre-report",
                                      "press",           "registration",
                                      "reminder-first",  "reminder-last",
                                      "synthesis",       "synthesis-attendees",
                                      "synthesis-copy",  "synthesis-organisations",
                                      "thanks"};

static void the_shipped_wordings_are_sound(void **state) {
  (void)state;
  g_autoptr(Catalogue) catalogue = NULL;
  assert_done(catalogue_open(SOURCE_DIR "/templates", &catalogue, error));
  const char *const *names = catalogue_names(catalogue);
  for (gsize i = 0; i < G_N_ELEMENTS(shipped); i++)
    assert_string_equal(names[i], shipped[i]);
  assert_null(names[G_N_ELEMENTS(shipped)]);
  GPtrArray *complaints = NULL;
  int r = catalogue_check(catalogue, NULL, &complaints, NULL);
  if (r != 0)
    fail_msg("%s", (const char *)g_ptr_array_index(complaints, 0));
  assert_int_equal(catalogue_languages(catalogue, "synthesis"), 0xF);
}

static void each_mistake_is_found(void **state) {
  static const struct {
    const char *file, *text;
    const char *says[2];
  } rows[] = {
      {"es.md", NULL, {"wording/w: there is no es.md; there are: fr, en, pt"}},
      {"pt.md",
       "Subject: To {{name}}\n\nDear {{nome}}\n",
       {"wording/w/pt.md line 3: {{nome}}: no such field"}},
      {"fr.md",
       "Subject: To {{name}}\n\n{{name}} {{page}} {{objection}}\n",
       {"wording/w/en.md: {{page}} is missing, which fr.md has in line 3",
        "wording/w/es.md: {{page}} is missing"}},
      {"en.md",
       "Subject: To you\n\nDear reader, {{objection}}\n",
       {"wording/w/en.md: {{name}} is missing, which fr.md has in line 1"}},
      {"en.md",
       "Subject: To {{name}} 123456789 123456789 123456789 123456789 123456789 123456789\n\n{{objection}}\n",
       {"wording/w/en.md line 1: the subject has 66 characters"}},
      {"en.md",
       "Subject: To {{name}}\n\nDear {{name}}\n",
       {"wording/w/en.md line 1: a first contact must say how to object"}},
      {"fields", "first-contact\nname recipient text Ama\n", {"{{objection}}: no such field"}},
      {"fields", "objection mailing text\n", {"wording/w/fields line 1: the field objection has no sample"}},
  };
  (void)state;
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    char *folder = case_folder_make();
    write_wording(folder, "w", rows[i].file, rows[i].text);
    write_wording(folder, "sound", "", NULL);
    g_autoptr(Catalogue) catalogue = NULL;
    g_autoptr(GPtrArray) complaints = NULL;
    assert_done(catalogue_open(folder, &catalogue, error));
    assert_int_equal(catalogue_check(catalogue, NULL, &complaints, NULL), 1);
    g_ptr_array_add(complaints, NULL);
    g_autofree char *all = g_strjoinv("\n", (char **)complaints->pdata);
    for (guint j = 0; j < G_N_ELEMENTS(rows[i].says) && rows[i].says[j] != NULL; j++) {
      if (strstr(all, rows[i].says[j]) == NULL)
        fail_msg("expected \"%s\" in \"%s\"", rows[i].says[j], all);
    }
    GPtrArray *none = NULL;
    assert_int_equal(catalogue_check(catalogue, "sound", &none, NULL), 0);
    assert_int_equal(catalogue_check(catalogue, "other", &none, NULL), FAULT_ABSENT);
    case_folder_remove(folder);
  }
}

static void a_digest_covers_every_file(void **state) {
  static const char *const files[] = {"fields", "fr.md", "en.md", "es.md", "pt.md"};
  (void)state;
  char *folder = case_folder_make();
  Digest before, after;
  g_autoptr(Catalogue) catalogue = NULL;
  write_wording(folder, "w", "", NULL);
  assert_done(catalogue_open(folder, &catalogue, error));
  assert_done(catalogue_digest(catalogue, "w", &before, error));
  assert_done(catalogue_digest(catalogue, "w", &after, error));
  assert_true(digest_equal(&before, &after));
  for (gsize i = 0; i < G_N_ELEMENTS(files); i++) {
    write_file(folder, "w", files[i], i == 0 ? FIELDS "\n" : GOOD "\n");
    assert_done(catalogue_digest(catalogue, "w", &after, error));
    assert_false(digest_equal(&before, &after));
    before = after;
  }
  assert_int_equal(catalogue_digest(catalogue, "none", &after, NULL), FAULT_ABSENT);
  case_folder_remove(folder);
}

static void what_cannot_be_opened(void **state) {
  (void)state;
  Catalogue *catalogue = NULL;
  g_autoptr(GError) absent = NULL;
  g_autoptr(GError) name = NULL;
  assert_int_equal(catalogue_open("/nonexistent", &catalogue, &absent), FAULT_ABSENT);
  char *folder = case_folder_make();
  write_wording(folder, "Bad name", "", NULL);
  assert_int_equal(catalogue_open(folder, &catalogue, &name), FAULT_INPUT);
  assert_non_null(strstr(name->message, "\"Bad name\" is no name of a wording"));
  case_folder_remove(folder);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_shipped_wordings_are_sound),
      cmocka_unit_test(each_mistake_is_found),
      cmocka_unit_test(a_digest_covers_every_file),
      cmocka_unit_test(what_cannot_be_opened),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
