/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/case.h"

#include "base/fault.h"
#include "templates/catalogue.h"

#include <string.h>

#define FIRST "first-contact\n"
#define DECLARED                                                                                             \
  "organisation mailing text O\naddress_source mailing text From here.\nobjection mailing text "             \
  "x@o.example\n"                                                                                            \
  "title mailing text Report\nname recipient text Ama\npage recipient url https://p.example\n"
#define FIELDS FIRST DECLARED
#define FOOT   "{{organisation}} {{address_source}} {{objection}}\n"
#define GOOD   "Subject: To {{name}}\n\nDear {{name}}, " FOOT

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

static const char *const shipped[] = {
    "covering-note",       "erratum",          "late-registrant",         "pre-report",    "press",
    "registration",        "reminder-channel", "reminder-first",          "reminder-last", "synthesis",
    "synthesis-attendees", "synthesis-copy",   "synthesis-organisations", "thanks"};

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

static const struct {
  const char *file, *text;
  const char *says[2];
} mistakes[] = {
    {"es.md", NULL, {"wording/w: there is no es.md; there are: fr, en, pt; write the one that is missing"}},
    {"pt.md", "Subject: To {{name}}\n\nDear {{nome}}\n", {"wording/w/pt.md line 3: {{nome}}: no such field"}},
    {"pt.md",
     "Subject: To {{name}}\n\n{{#nome}}Dear {{name}}{{/nome}}\n",
     {"wording/w/pt.md line 3: {{#nome}}: no such field"}},
    {"pt.md",
     "Subject: To {{name}}\n\nDear {{{name}}}\n",
     {"wording/w/pt.md line 3: {{{name}}}: an unescaped tag"}},
    {"pt.md", "Subject: To {{name}}\n\nDear <b>{{name}}</b>\n", {"pt.md line 3: HTML cannot be used"}},
    {"pt.md",
     "Subject: To {{name}}\n\nDear {{name}} \\<b> " FOOT,
     {"wording/w/pt.md: \"<b>\" is left over from HTML"}},
    {"pt.md",
     "Subject: To {{name}}\n\nDear {{name}} &amp;nbsp; " FOOT,
     {"wording/w/pt.md: \"&nbsp;\" is left over from HTML"}},
    {"fr.md",
     "Subject: To {{name}}\n\n{{name}} {{page}} " FOOT,
     {"wording/w/en.md: {{page}} is missing, which fr.md has in line 3",
      "wording/w/es.md: {{page}} is missing"}},
    {"en.md",
     "Subject: To you\n\nDear reader, " FOOT,
     {"wording/w/en.md: {{name}} is missing, which fr.md has in line 1; add it, remove it there, or give a "
      "reason"}},
    {"en.md",
     "Subject: To {{name}} of {{title}}\n\nDear {{name}}, " FOOT,
     {"wording/w/fr.md: {{title}} is missing, which en.md has in line 1"}},
    {"en.md",
     "Subject: To {{name}} 123456789 123456789 123456789 123456789 123456789 123456789\n\n" FOOT,
     {"wording/w/en.md line 1: the subject has 66 characters"}},
    {"en.md",
     "Subject: URGENT to {{name}}\n\nDear {{name}}, " FOOT,
     {"wording/w/en.md line 1: the subject \"URGENT to Ama\" has a run of capitals"}},
    {"en.md",
     "Subject: TO ALL {{name}}\n\nDear {{name}}, " FOOT,
     {"wording/w/en.md line 1: the subject \"TO ALL Ama\" has a run of capitals"}},
    {"en.md",
     "Subject: To {{name}}\n\nDear {{name}},\n\nby 02/12/13 " FOOT,
     {"wording/w/en.md line 5: \"02/12/13\" is a date in figures"}},
    {"en.md",
     "Subject: To {{name}}\n\nDear {{name}}, " FOOT
     "\n    not wrapped, not wrapped, not wrapped, not wrapped, not wrapped, not wrapped\n",
     {"wording/w/en.md: the text part has a line of 80 columns, \"not wrapped, not wrapped, not ...\""}},
    {"en.md",
     "Subject: To {{name}}\n\nDear {{name}}\n",
     {"wording/w/en.md line 1: a first contact must say how to object; use {{objection}}",
      "wording/w/en.md line 1: a first contact must say who is writing; use {{organisation}}"}},
    {"en.md",
     "Subject: To {{name}}\n\nDear {{name}} {{organisation}} {{objection}}\n",
     {"wording/w/en.md line 1: a first contact must say where the address is from; use "
      "{{address_source}}"}},
    {"fr.md",
     "Subject: {{name}}\n\nDear {{name}}: «x\u00a0» " FOOT,
     {"wording/w/fr.md line 3: no no-break space before :",
      "wording/w/fr.md line 3: no no-break space after «"}},
    {"fr.md", "Subject: {{name}} ?\n\nDear {{name}} " FOOT, {"fr.md line 1: no no-break space before ?"}},
    {"fr.md", "Subject: {{name}}\n\n\"{{name}}\" " FOOT, {"fr.md line 3: a straight quotation mark"}},
    {"es.md", "Subject: {{name}}\n\n{{name}}? " FOOT, {"es.md line 3: ¿ and ? do not come in pairs"}},
    {"fields", "first-contact\nname recipient text Ama\n", {"{{organisation}}: no such field"}},
    {"fields", "objection mailing text\n", {"wording/w/fields line 1: the field objection has no sample"}},
};

static void each_mistake_is_found(void **state) {
  (void)state;
  for (gsize i = 0; i < G_N_ELEMENTS(mistakes); i++) {
    char *folder = case_folder_make();
    write_wording(folder, "w", mistakes[i].file, mistakes[i].text);
    write_wording(folder, "sound", "", NULL);
    g_autoptr(Catalogue) catalogue = NULL;
    g_autoptr(GPtrArray) complaints = NULL;
    assert_done(catalogue_open(folder, &catalogue, error));
    assert_int_equal(catalogue_check(catalogue, NULL, &complaints, NULL), 1);
    g_ptr_array_add(complaints, NULL);
    g_autofree char *all = g_strjoinv("\n", (char **)complaints->pdata);
    for (guint j = 0; j < G_N_ELEMENTS(mistakes[i].says) && mistakes[i].says[j] != NULL; j++) {
      if (strstr(all, mistakes[i].says[j]) == NULL)
        fail_msg("expected \"%s\" in \"%s\"", mistakes[i].says[j], all);
    }
    GPtrArray *none = NULL;
    assert_int_equal(catalogue_check(catalogue, "sound", &none, NULL), 0);
    assert_int_equal(catalogue_check(catalogue, "other", &none, NULL), FAULT_ABSENT);
    case_folder_remove(folder);
  }
}

/* A wording with FIELDS and the four texts is written and checked; "" or the complaints. */
static char *complaints_of(const char *fields, const char *const texts[LANGUAGE_COUNT]) {
  char *folder = case_folder_make();
  write_file(folder, "w", "fields", fields);
  for (guint i = 0; i < LANGUAGE_COUNT; i++) {
    g_autofree char *file = g_strdup_printf("%s.md", codes[i]);
    write_file(folder, "w", file, texts[i]);
  }
  g_autoptr(Catalogue) catalogue = NULL;
  g_autoptr(GPtrArray) complaints = NULL;
  assert_done(catalogue_open(folder, &catalogue, error));
  int r = catalogue_check(catalogue, "w", &complaints, NULL);
  case_folder_remove(folder);
  if (r == 0)
    return g_strdup("");
  g_ptr_array_add(complaints, NULL);
  return g_strjoinv("\n", (char **)complaints->pdata);
}

static void what_is_no_mistake(void **state) {
  static const struct {
    const char *name, *fields, *texts[LANGUAGE_COUNT];
  } rows[] = {
      {"marks of each language",
       FIELDS,
       {"Subject: {{name}}\u00a0: à 10:30\n\n«\u00a0{{name}}\u00a0»\u202f?! "
        "[x](https://x.example/a?b:c) " FOOT,
        "Subject: {{name}}: \"x\"\n\n{{name}}? " FOOT, "Subject: {{name}}\n\n¿{{name}}? " FOOT,
        "Subject: {{name}}: x!\n\n{{name}} " FOOT}},
      {"abbreviations",
       FIELDS,
       {"Subject: ESS, {{name}} (M-7)\n\n" FOOT, "Subject: UN {{name}}\n\n" FOOT,
        "Subject: ONU {{name}}\n\n" FOOT, "Subject: ONU {{name}}\n\n" FOOT}},
      {"a long word alone",
       FIELDS,
       {"Subject: {{name}}\n\n- "
        "https://x.example/123456789012345678901234567890123456789012345678901234567890\n\n" FOOT,
        GOOD, GOOD, GOOD}},
      {"a reason to differ",
       FIELDS "differs: page en,es,pt only French readers have pages\n",
       {"Subject: {{name}}\n\n{{page}} " FOOT, GOOD, GOOD, GOOD}},
      {"no first contact",
       DECLARED,
       {"Subject: s\n\nx\n", "Subject: s\n\nx\n", "Subject: s\n\nx\n", "Subject: s\n\nx\n"}},
  };
  (void)state;
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autofree char *complaints = complaints_of(rows[i].fields, rows[i].texts);
    if (*complaints != '\0')
      fail_msg("%s: %s", rows[i].name, complaints);
  }
}

static void a_first_contact_declares_its_duties(void **state) {
  static const char *const texts[LANGUAGE_COUNT] = {"Subject: s\n\nx\n", "Subject: s\n\nx\n",
                                                    "Subject: s\n\nx\n", "Subject: s\n\nx\n"};
  (void)state;
  g_autofree char *complaints = complaints_of("first-contact\n", texts);
  assert_non_null(
      strstr(complaints, "fields: a first contact must say who is writing; declare the field organisation"));
  assert_non_null(strstr(complaints, "declare the field address_source"));
  assert_non_null(strstr(complaints, "declare the field objection"));
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
      cmocka_unit_test(what_is_no_mistake),
      cmocka_unit_test(a_first_contact_declares_its_duties),
      cmocka_unit_test(a_digest_covers_every_file),
      cmocka_unit_test(what_cannot_be_opened),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
